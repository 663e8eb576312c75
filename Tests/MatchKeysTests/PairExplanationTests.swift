// Which keys of two records agree, which nearly do, and what differs, in words.
import Testing

@testable import MatchKeys

@Suite("Pair explanations")
struct PairExplanationTests {
    private func explain(_ holder: [String: [String]], _ asker: [String: [String]]) -> PairExplanation {
        PairExplanation(
            holder: KeyRecipe.current.keys(of: Record(id: "h", columns: holder)),
            asker: KeyRecipe.current.keys(of: Record(id: "a", columns: asker)),
            holderRecords: 10_000
        )
    }

    @Test("say what agrees and what one part keeps from it")
    func words() throws {
        let explanation = explain(
            [
                "full_name": ["Ada Roth"], "birth_date": ["1980-03-14"], "document_number": ["AB1234567"],
                "phone": ["+306912345678"],
            ],
            [
                "full_name": ["Ada Roth"], "birth_date": ["1980-03-15"], "document_number": ["AB1234576"],
                "phone": ["+306912345678"],
            ]
        )
        #expect(explanation.agreeing.contains { $0.kind == .phone })
        #expect(explanation.score.kinds.contains(.phone))
        let document = try #require(explanation.near.first { $0.kind == .docfold })
        #expect(document.words.contains("two characters changed places") && document.isSlip)
        let birth = try #require(explanation.near.first { $0.kind == .skeletonDob })
        #expect(birth.words == "birth date, day or month: 1980-03-14 and 1980-03-15 (one character is another)")
    }

    @Test("keep silent about what has nothing to do with the other")
    func strangers() {
        let explanation = explain(
            ["full_name": ["Ada Roth"], "birth_date": ["1980-03-14"], "document_number": ["AB1234567"]],
            ["full_name": ["Mark Klein"], "birth_date": ["1961-07-28"], "document_number": ["ZZ7654321"]]
        )
        #expect(explanation.agreeing.isEmpty && explanation.near.isEmpty && explanation.score.band == nil)
        #expect(!"\(explanation)".contains("1980"))
    }

    @Test("a slip is one character, or two that changed places")
    func slips() {
        #expect(Slip("abc", "abd") == .changed && Slip("abc", "ab") == .missing && Slip("abc", "acb") == .swapped)
        #expect(Slip("abc", "abc") == nil && Slip("abc", "xyz") == nil && Slip("", "a") == .missing)
    }

    @Test("every kind has words", arguments: KeyKind.allCases)
    func kinds(_ kind: KeyKind) {
        #expect(kind.words != kind.rawValue)
    }
}
