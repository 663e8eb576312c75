// One measured figure and how it was taken. Knows rates, nothing of what was done.

/// A result of `comity bench`.
public struct Measurement: Hashable, Sendable, Encodable {
    /// For instance `group.evaluate`.
    public let name: String
    /// What `value` counts, for instance `keys/s`.
    public let unit: String
    public let value: Double
    /// The reference's rate in the same run, in the same unit.
    public let reference: Double?
    public let referenceName: String?
    /// Times as fast as the reference.
    public let ratio: Double?

    enum CodingKeys: String, CodingKey {
        case name, unit, value, reference, ratio
        case referenceName = "reference_name"
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .name)
        try container.encode(unit, forKey: .unit)
        try container.encode(value, forKey: .value)
        // Null rather than absent: every result has the same members.
        try container.encode(reference, forKey: .reference)
        try container.encode(referenceName, forKey: .referenceName)
        try container.encode(ratio, forKey: .ratio)
    }
}

/// Takes rates in rounds that alternate with the reference's, so that a busy machine slows both alike.
struct Rounds {
    /// For one measurement, reference included.
    let seconds: Double

    /// The median rate of `work`, in `items` a second.
    func measure(
        _ name: String,
        unit: String,
        items: Int,
        reference: (name: String, work: () throws -> Void)? = nil,
        work: () throws -> Void
    ) throws -> Measurement {
        let clock = ContinuousClock()
        func rate(_ body: () throws -> Void) throws -> Double {
            let seconds = try clock.measure(body) / .seconds(1)
            return Double(items) / max(seconds, 1e-9)
        }
        // The first round of each warms caches and tables and does not count.
        try work()
        try reference?.work()
        var (ours, theirs, ratios): ([Double], [Double], [Double]) = ([], [], [])
        let end = clock.now + .seconds(seconds)
        repeat {
            let own = try rate(work)
            ours.append(own)
            if let reference {
                let other = try rate(reference.work)
                theirs.append(other)
                ratios.append(own / other)
            }
        } while ours.count < 3 || clock.now < end
        return Measurement(
            name: name,
            unit: unit,
            value: median(ours),
            reference: reference.map { _ in median(theirs) },
            referenceName: reference?.name,
            ratio: reference.map { _ in median(ratios) }
        )
    }

    private func median(_ values: [Double]) -> Double {
        values.sorted()[values.count / 2]
    }
}
