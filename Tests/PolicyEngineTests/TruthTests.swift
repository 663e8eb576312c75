/// Three-valued logic, as tables.

import PolicyEngine
import Testing

@Suite struct TruthTests {
    @Test(arguments: [
        (Truth.no, Truth.no, Truth.no, Truth.no), (.no, .unknown, .no, .unknown), (.no, .yes, .no, .yes),
        (.unknown, .no, .no, .unknown), (.unknown, .unknown, .unknown, .unknown), (.unknown, .yes, .unknown, .yes),
        (.yes, .no, .no, .yes), (.yes, .unknown, .unknown, .yes), (.yes, .yes, .yes, .yes),
    ])
    func `false beats unknown in all, true beats it in any`(left: Truth, right: Truth, both: Truth, either: Truth) {
        #expect((left && right) == both)
        #expect((left || right) == either)
        let parts: [Condition] = [condition(left), condition(right)]
        #expect(Condition.all(parts).holds(facts) == both)
        #expect(Condition.any(parts).holds(facts) == either)
    }

    @Test func `not of unknown is unknown`() {
        #expect(!Truth.unknown == .unknown)
        #expect(!Truth.yes == .no)
        #expect(Condition.not(condition(.unknown)).holds(facts) == .unknown)
    }

    @Test func `no entries hold`() {
        #expect(Condition.all([]).holds(facts) == .yes)
    }

    @Test func `known is never unknown`() {
        #expect(Condition.known([.hitScore]).holds(facts) == .no)
        #expect(Condition.known([.hitConfirmed, .hitScore]).holds(facts) == .no)
        #expect(Condition.known([.hitConfirmed]).holds(facts) == .yes)
        #expect(Condition.not(.known([.hitScore])).holds(facts) == .yes)
    }

    @Test(arguments: [
        (Effect.permit, Truth.yes, true), (.permit, .unknown, false), (.permit, .no, false),
        (.forbid, .yes, true), (.forbid, .unknown, true), (.forbid, .no, false),
        (.require, .yes, true), (.require, .unknown, true), (.require, .no, false),
    ])
    func `unknown never helps`(effect: Effect, truth: Truth, fires: Bool) {
        #expect(Samples.rule("r", effect, when: condition(truth)).fires(facts) == fires)
        #expect(Samples.rule("r", effect, unless: condition(!truth)).fires(facts) == fires)
        #expect(Samples.rule("r", effect, unless: .not(condition(truth))).fires(facts) == fires)
    }

    @Test(arguments: [
        (Truth.no, Truth.unknown, Truth.no), (.unknown, .yes, .no), (.yes, .unknown, .unknown),
        (.unknown, .no, .unknown), (.unknown, .unknown, .unknown), (.yes, .no, .yes), (.yes, .yes, .no),
    ])
    func `when and not unless`(when: Truth, unless: Truth, holds: Truth) {
        #expect(Samples.rule("r", .forbid, when: condition(when), unless: condition(unless)).holds(facts) == holds)
    }

    /// `hit.confirmed` is known and true, `hit.score` absent.
    private func facts(_ attribute: Attribute) -> AttributeValue {
        attribute == .hitConfirmed ? .boolean(true) : .absent
    }

    private func condition(_ truth: Truth) -> Condition {
        switch truth {
        case .yes: .test(.hitConfirmed, .boolean(true))
        case .no: .test(.hitConfirmed, .boolean(false))
        case .unknown: .test(.hitScore, .number(NumberTest(atLeast: 1)))
        }
    }
}
