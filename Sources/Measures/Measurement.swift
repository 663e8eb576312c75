// One measured figure and how it was taken. Knows rates, nothing of what was done.

/// A result of `comity bench`.
public struct Measurement: Hashable, Sendable, Encodable {
    /// For instance `group.evaluate`.
    public let name: String
    /// What `value` counts, for instance `keys/s`.
    public let unit: String
    public let value: Double
    /// The reference's figure in the same run, in the same unit.
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

/// Takes figures in rounds that alternate with the reference's, so that a busy machine slows both alike.
struct Rounds {
    /// For one measurement, reference included.
    let seconds: Double
    /// Fewest rounds, and most where something is used up in each.
    var count = 3...Int.max
    /// Whether the first round of each warms caches and tables and does not count.
    var warm = true

    /// What the seconds of a round say.
    enum Figure {
        /// So many items in a round: the value is items a second.
        case rate(items: Int, unit: String)
        /// The value is milliseconds.
        case time

        func value(_ seconds: Double) -> Double {
            switch self {
            case .rate(let items, _): Double(items) / max(seconds, 1e-9)
            case .time: seconds * 1_000
            }
        }

        var unit: String {
            switch self {
            case .rate(_, let unit): unit
            case .time: "ms"
            }
        }
    }

    /// The median rate of `work`, in `items` a second.
    func measure(
        _ name: String,
        unit: String,
        items: Int,
        reference: (name: String, work: () throws -> Void)? = nil,
        work: () throws -> Void
    ) throws -> Measurement {
        var taken = Taken()
        if warm {
            try work()
            try reference?.work()
        }
        let end = ContinuousClock.now + .seconds(seconds)
        repeat {
            taken.ours.append(try Self.seconds(work))
            if let reference { taken.theirs.append(try Self.seconds(reference.work)) }
        } while !isDone(taken, end: end)
        return taken.measurement(name, .rate(items: items, unit: unit), reference: reference?.name)
    }

    /// The median of what `work` says it took, in seconds: it may prepare in time that does not count.
    func measure(
        _ name: String,
        _ figure: Figure,
        reference: (name: String, work: () async throws -> Double)? = nil,
        work: () async throws -> Double
    ) async throws -> Measurement {
        var taken = Taken()
        if warm {
            _ = try await work()
            _ = try await reference?.work()
        }
        let end = ContinuousClock.now + .seconds(seconds)
        repeat {
            taken.ours.append(try await work())
            if let reference { taken.theirs.append(try await reference.work()) }
        } while !isDone(taken, end: end)
        return taken.measurement(name, figure, reference: reference?.name)
    }

    static func seconds(_ body: () throws -> Void) rethrows -> Double {
        try ContinuousClock().measure(body) / .seconds(1)
    }

    static func elapsed(_ body: () async throws -> Void) async rethrows -> Double {
        try await ContinuousClock().measure(body) / .seconds(1)
    }

    private func isDone(_ taken: Taken, end: ContinuousClock.Instant) -> Bool {
        guard taken.ours.count >= count.lowerBound else { return false }
        return taken.ours.count >= count.upperBound || ContinuousClock.now >= end
    }

    /// Seconds of each round.
    private struct Taken {
        var ours: [Double] = []
        var theirs: [Double] = []

        func measurement(_ name: String, _ figure: Figure, reference: String?) -> Measurement {
            Measurement(
                name: name,
                unit: figure.unit,
                value: figure.value(median(ours)),
                reference: reference.map { _ in figure.value(median(theirs)) },
                referenceName: reference,
                ratio: reference.map { _ in median(zip(ours, theirs).map { $1 / max($0, 1e-9) }) }
            )
        }

        private func median(_ values: [Double]) -> Double {
            values.sorted()[values.count / 2]
        }
    }
}
