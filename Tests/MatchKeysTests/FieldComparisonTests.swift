// Two records side by side: what each column says of both, and that nothing of it reaches a description.
import MatchKeys
import TestSupport
import Testing

@Suite struct FieldComparisonTests {
    private static func compare(_ ours: [String: String], _ theirs: [String: String]) -> [String: String] {
        func record(_ cells: [String: String]) -> Record {
            Record(id: "r", cells: cells.map { (column: $0.key, cell: $0.value) })
        }
        let columns = record(ours).compared(with: record(theirs))
        return Dictionary(uniqueKeysWithValues: columns.map { ($0.column, $0.agreement.rawValue) })
    }

    @Test(arguments: [
        ("full_name", "Yusuf Sahin", "SAHIN, Yusuf", "same"),
        ("full_name", "Yusuf Sahin", "Youssef Chahine", "similar"),
        ("full_name", "Yusuf Sahin", "Ivan Petrov", "differs"), ("family_name", "Sahin", "Chahine", "similar"),
        ("birth_date", "1988-02-11", "11.02.1988", "same"), ("birth_date", "1988-02-11", "1988-11-02", "similar"),
        ("birth_date", "1988-02-11", "1988-02-12", "similar"), ("birth_date", "1988-02-11", "1988", "similar"),
        ("birth_date", "1988-02-11", "1979-05-03", "differs"),
        ("phone", "+49 1512 441001", "00491512441001", "same"), ("phone", "+491512441001", "+491512441002", "similar"),
        ("phone", "+491512441001", "+359888123456", "differs"),
        ("phone", "+491512441001", "+359888123456;+49 1512 441001", "same"), ("nationality", "EGY", "EG", "same"),
        ("sex", "F", "f", "same"), ("sex", "F", "M", "differs"), ("nationality", "IRN", "IRQ", "differs"),
        ("document_type", "P", "V", "differs"), ("document_country", "AUT", "AUS", "differs"),
        ("document_number", "A24710140", "A24710141", "similar"), ("birth_place", "Port Said", "Cairo", "differs"),
        ("email", "a@example.org", "", "ours-only"), ("email", "", "a@example.org", "theirs-only"),
    ])
    func saysOfAColumn(_ column: String, _ ours: String, _ theirs: String, _ agreement: String) {
        #expect(Self.compare([column: ours], [column: theirs]) == [column: agreement])
    }

    @Test func aNameInPartsIsComparedWhole() {
        let whole = ["full_name": "Yusuf Sahin"]
        let parts = ["given_name": "Youssef", "family_name": "Chahine"]
        #expect(Self.compare(whole, parts) == ["full_name": "similar"])
        #expect(Self.compare(parts, whole) == ["full_name": "similar"])
        #expect(Self.compare(parts, parts) == ["given_name": "same", "family_name": "same"])
        #expect(Self.compare([:], parts) == ["given_name": "theirs-only", "family_name": "theirs-only"])
    }

    @Test func whatPolicyReadsIsLeftOut() {
        #expect(
            Self.compare(["subject_category": "suspect"], ["handling": "H1", "sex": "M"]) == ["sex": "theirs-only"]
        )
    }

    @Test func noDescriptionHasAValue() {
        let one = Record(id: "r", columns: ["email": ["secret@example.org"]])
        for comparison in one.compared(with: one) {
            #expect(!"\(comparison) \(String(reflecting: comparison))".contains("secret"))
        }
    }

    @Test func anyTextCanBeCompared() throws {
        var random = SplitMix64.announced("field comparison", fallback: 0x5EED)
        let letters = Array("aeyl mustafa-0198+;/.".unicodeScalars)
        for _ in 0..<300 {
            for column in Record.matchColumns {
                let ours = Record(id: "a", columns: [column: [random.text(of: letters, upTo: 24, wild: 3)]])
                let theirs = Record(id: "b", columns: [column: [random.text(of: letters, upTo: 24, wild: 3)]])
                let there = ours.compared(with: theirs).map(\.agreement)
                let back = theirs.compared(with: ours).map(\.agreement)
                func turned(_ agreement: FieldComparison.Agreement) -> FieldComparison.Agreement {
                    switch agreement {
                    case .oursOnly: .theirsOnly
                    case .theirsOnly: .oursOnly
                    default: agreement
                    }
                }
                #expect(there.map(turned) == back, "\(column): both ways alike")
            }
        }
    }
}
