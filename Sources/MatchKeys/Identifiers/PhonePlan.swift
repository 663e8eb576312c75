/// The numbering plans of `PhoneTable`, read once. Knows how countries number; never learns a subscriber.

/// One region's rules. A class, so that whoever reads a number holds one reference and not one of each part.
final class PhonePlan: Sendable {
    /// The calling code, one to three digits.
    let code: [UInt8]
    let region: String
    /// Possible lengths of a national number.
    let lengths: Set<Int>
    /// What is dialled before a number abroad.
    let international: DigitPattern?
    /// What is dialled before a national number, with what takes its place (`$1`, `9$1`).
    let trunk: DigitPattern?
    let transform: [UInt8]
    /// A national number.
    let national: DigitPattern?

    /// - Parameter cells: of one line of `PhoneTable`.
    fileprivate init(_ cells: [Substring]) {
        code = Array(cells[0].utf8)
        region = String(cells[1])
        lengths = Set(cells[3].split(separator: ",").compactMap { Int($0) })
        international = cells[4].isEmpty ? nil : DigitPattern(cells[4])
        trunk = cells[5].isEmpty ? nil : DigitPattern(cells[5])
        transform = cells[6].utf8.map { $0 == 0x5C ? 0x24 : $0 }
        national = DigitPattern(cells[7])
    }

    /// `digits` without the trunk prefix, unless only the digits with it are a number of this plan.
    func withoutTrunk(_ digits: [UInt8]) -> [UInt8] {
        guard let trunk, !digits.isEmpty, let match = trunk.matchPrefix(of: digits), match.end > 0 else {
            return digits
        }
        let rest = Array(digits[match.end...])
        var result = rest
        if !transform.isEmpty, match.groups[trunk.groupCount] != nil {
            result = []
            var index = 0
            while index < transform.count {
                if transform[index] == 0x24, index + 1 < transform.count {
                    if let range = match.groups[Int(transform[index + 1] & 0x0F)] { result += digits[range] }
                    index += 2
                } else {
                    result.append(transform[index])
                    index += 1
                }
            }
            result += rest
        }
        if national?.matchesWhole(digits) == true, national?.matchesWhole(result) != true { return digits }
        return result
    }

    /// The national number of a full or trunk-prefixed one; keeps the prefix where the number is too short without.
    func significant(_ digits: [UInt8]) -> [UInt8] {
        let stripped = withoutTrunk(digits)
        let isTooShort = !lengths.contains(stripped.count) && stripped.count <= (lengths.max() ?? 0)
        return isTooShort ? digits : stripped
    }
}

struct PhonePlans: Sendable {
    static let shared = PhonePlans()

    /// Region (alpha-2, upper case) -> plan.
    private(set) var byRegion: [String: PhonePlan] = [:]
    /// Calling code, as a number -> plan of its main region. No code begins with a zero.
    private var byCode: [PhonePlan?] = Array(repeating: nil, count: 1_000)

    /// Splits the digits after `+` into a calling code's plan and the rest. Calling codes are free of prefixes.
    func split(_ digits: [UInt8]) -> (PhonePlan, [UInt8])? {
        guard digits.first != 0x30 else { return nil }
        for length in 1...3 where digits.count > length {
            if let plan = main(of: digits[..<length]) { return (plan, Array(digits[length...])) }
        }
        return nil
    }

    /// The plan of the main region of a calling code, one to three digits.
    func main(of code: some Sequence<UInt8>) -> PhonePlan? { byCode[Self.number(code)] }

    private static func number(_ code: some Sequence<UInt8>) -> Int { code.reduce(0) { $0 * 10 + Int($1 & 0x0F) } }

    private init() {
        for line in PhoneTable.text.split(separator: "\n") {
            let cells = line.split(separator: "\t", omittingEmptySubsequences: false)
            guard cells.count == 8 else { continue }
            let plan = PhonePlan(cells)
            if cells[1] != "001" { byRegion[plan.region] = plan }
            if cells[2] == "1" { byCode[Self.number(plan.code)] = plan }
        }
    }
}
