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

    /// Nothing needs to be searched to see that two rules are the same.
    @Test func `a twin is found however long its conditions`() throws {
        let clauses = (0..<8).map { number in
            Condition.any([
                .test(.recordSubject, .set(SetTest(anyOf: [Subject.names[number]]))),
                .test(.recordSensitive, .set(SetTest(allOf: [Sensitive.names[number]]))),
                .test(.fields, .set(SetTest(only: [RecordColumn.names[number]]))),
            ])
        }
        func rule(_ name: String, _ effect: Effect, _ stages: Set<Stage> = [.disclosure], less: Int = 0) -> Rule {
            Samples.rule(name, effect, stages, when: .all(clauses.dropLast(less)))
        }
        let twins = try warnings([rule("XA/a", .permit), rule("XA/b", .permit)], steps: 10_000)
        #expect(twins.map(\.rule) == ["XA/b"] && twins.map(\.kind) == [.shadowed])
        let taken = try warnings([rule("XA/a", .permit), rule("XA/b", .forbid)], steps: 10_000)
        #expect(taken.map(\.rule) == ["XA/a"] && taken.map(\.kind) == [.shadowed])
        // A permit takes nothing from a forbid, and another condition is another rule.
        #expect(try warnings([rule("XA/a", .forbid), rule("XA/b", .permit, less: 1)], steps: 10_000).isEmpty)
    }

    /// A step through long conditions is paid by what it weighs: else a few of them would take a minute within the budget.
    @Test func `long conditions cost what they weigh`() throws {
        let triples = (0..<25).map { step in
            Condition.all([
                .test(.recordSubject, .set(SetTest(anyOf: ["suspect", "minor"]))),
                .test(.hitScore, .number(NumberTest(atLeast: step))),
                .test(.recordAgeDays, .number(NumberTest(atMost: step))),
            ])
        }
        let long = Samples.rule("XA/long", .permit, [.disclosure], when: .not(.any(triples)))
        let pair = [2, 3].map { (bound: Int) in
            Samples.rule(
                "XA/from-\(bound)",
                .permit,
                [.index],
                when: .test(.recordInformation, .number(NumberTest(atLeast: bound)))
            )
        }
        // The pair alone costs little, and a search through the long rule takes few steps.
        #expect(try warnings(pair, steps: 300).map(\.rule) == ["XA/from-3"])
        #expect(try warnings([long] + pair, steps: 300).isEmpty)
        #expect(try warnings([long] + pair, steps: 20_000).map(\.rule) == ["XA/from-3"])
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
