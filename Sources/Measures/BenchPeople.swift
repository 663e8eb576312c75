// Made-up records to measure with: the same in every run, no two alike. Knows nobody.
import MatchKeys
import RecordFiles

/// Records of people as a holder has them, and questions about some of them.
struct BenchPeople {
    private let columns = [
        "id", "given_name", "family_name", "birth_date", "nationality", "document_number", "phone", "email", "postcode",
        "subject_category", "handling", "originator",
    ]
    private let rows: [[String]]

    /// - Parameter originator: whose records they are.
    init(count: Int, of originator: String = BenchPolicies.holder) {
        var numbers = SplitMix(state: 0xC0_117)
        rows = (0..<count).map { Self.row($0, &numbers) + [originator] }
    }

    var csv: [UInt8] { Self.csv(columns, rows) }

    /// The same people with their names, birth date, nationality and postcode alone.
    var namesCSV: [UInt8] {
        let kept = [0, 1, 2, 3, 4, 8]
        return Self.csv(kept.map { columns[$0] }, rows.map { row in kept.map { row[$0] } })
    }

    /// Distinct match keys of all records: what an index of them holds.
    var keyCount: Int {
        var keys: Set<MatchKey> = []
        for row in rows {
            let cells = zip(columns, row).dropFirst().map { (column: $0, cell: $1) }
            keys.formUnion(KeyRecipe.current.keys(of: Record(id: row[0], cells: cells)))
        }
        return keys.count
    }

    /// A file of so many subjects with one key each, their phone; every other one stands in the records.
    func questions(_ count: Int) -> [UInt8] {
        let rows = (0..<count).map { number in
            let known = self.rows[number % self.rows.count][6]
            return ["q\(number)", number.isMultiple(of: 2) ? known : Self.phone(50_000_000 + number)]
        }
        return Self.csv(["id", "phone"], rows)
    }

    private static func csv(_ header: [String], _ rows: [[String]]) -> [UInt8] {
        var text = ""
        for row in [header] + rows { text += CSVWriter.line(row) + "\n" }
        return Array(text.utf8)
    }

    static func phone(_ number: Int) -> String { "+49151" + String(10_000_000 + number) }

    private static func row(_ number: Int, _ numbers: inout SplitMix) -> [String] {
        let given = name(&numbers) + (numbers.next() & 1 == 0 ? "" : " " + name(&numbers))
        let family = name(&numbers)
        let (month, day) = (1 + Int(numbers.next() % 12), 2 + Int(numbers.next() % 27))
        return [
            "r\(number)", given, family,
            "\(1_940 + numbers.next() % 65)-\(month < 10 ? "0" : "")\(month)-\(day < 10 ? "0" : "")\(day)",
            ["DK", "FI", "NO", "SE"][Int(numbers.next() % 4)], "DNK:" + String(100_000_000 + 7 * number), phone(number),
            "person\(number)@mail\(number % 97).example", String(1_000 + numbers.next() % 9_000), "suspect", "H1",
        ]
    }

    private static let beginnings = "Bal Ban Ber Des Det Kim Kir Lot Lum Mun Nar Pel Ris Son Tur Val Zet"
        .split(separator: " ")
    private static let endings = "aki ben dor eva gan ilo kar mit ova pek rud son tal ura vik".split(separator: " ")

    private static func name(_ numbers: inout SplitMix) -> String {
        func pick(_ parts: [Substring]) -> Substring { parts[Int(numbers.next() % UInt64(parts.count))] }
        return String(pick(beginnings) + pick(endings))
    }
}

/// Numbers that only look random (SplitMix64): measurements repeat.
private struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
