/// The search behind the warnings: bounded, and never warning of what it did not finish.

import PolicyEngine
import Testing

@Suite struct ReviewTests {
    private func warnings(_ rules: [Rule], steps: Int) throws -> [RuleWarning] {
        PolicyReview(
            jurisdictions: [Jurisdiction(id: "XA", name: Words("A"), zone: .utc, groups: [], rules: rules)],
            agreements: [],
            agencies: [],
            offences: [],
            extraFields: []
        ).warnings(on: try #require(Day("2026-03-02")), steps: steps)
    }

    /// Rules that all differ in one number, and the last says what the first does.
    private func rules(_ count: Int) -> [Rule] {
        (0..<count).map { number in
            Samples.rule(
                "XA/r\(number)",
                .forbid,
                [.disclosure],
                when: .all([
                    .not(.test(.hitConfirmed, .boolean(true))),
                    .test(.hitScore, .number(NumberTest(exactly: number % (count - 1)))),
                    .test(.recordSensitive, .set(SetTest(anyOf: ["health", "genetic"]))),
                    .test(.recordSubject, .set(SetTest(noneOf: ["minor", "victim"]))),
                    .test(.purpose, .oneOf(["detect", "asylum"])),
                ])
            )
        }
    }

    @Test func `a search that ends finds the twin`() throws {
        let found = try warnings(rules(12), steps: 2_000_000)
        #expect(found.map(\.rule) == ["XA/r11"])
        #expect(found.map(\.kind) == [.shadowed])
    }

    @Test func `a search that may not end warns of nothing it did not see`() throws {
        for steps in [0, 1, 100, 5_000, 50_000] {
            let found = try warnings(rules(100), steps: steps)
            #expect(found.allSatisfy { $0.rule == "XA/r99" && $0.kind == .shadowed }, "\(steps): \(found)")
        }
    }

    @Test func `a set with too many tests on it is not judged`() throws {
        let tests = (0..<12).map { number in
            Condition.any([
                .test(.fields, .set(SetTest(anyOf: [RecordColumn.names[number]]))),
                .test(.fields, .set(SetTest(noneOf: [RecordColumn.names[number]]))),
            ])
        }
        let rule = Samples.rule("XA/a", .permit, [.disclosure], when: .all([.not(.any(tests))]))
        #expect(try warnings([rule], steps: 2_000_000).isEmpty)
        let small = Samples.rule("XA/a", .permit, [.disclosure], when: .all([.not(tests[0])]))
        #expect(try warnings([small], steps: 2_000_000).map(\.kind) == [.neverFires])
    }
}
