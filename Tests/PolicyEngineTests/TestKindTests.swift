/// Each kind of test on values at and beside its edges.

import PolicyEngine
import Testing

@Suite struct TestKindTests {
    @Test(arguments: [
        (SetTest(anyOf: ["a", "b"]), ["b", "c"], true), (SetTest(anyOf: ["a"]), ["c"], false),
        (SetTest(anyOf: ["a"]), [], false), (SetTest(allOf: ["a", "b"]), ["b", "a", "c"], true),
        (SetTest(allOf: ["a", "b"]), ["a"], false), (SetTest(allOf: ["a"]), [], false),
        (SetTest(noneOf: ["a"]), [], true), (SetTest(noneOf: ["a"]), ["a", "b"], false),
        (SetTest(noneOf: ["a"]), ["b"], true), (SetTest(only: ["a"]), [], true), (SetTest(only: ["a"]), ["a"], true),
        (SetTest(only: ["a"]), ["a", "b"], false), (SetTest(anyOf: ["a"], only: ["a", "b"]), ["a", "b"], true),
        (SetTest(anyOf: ["a"], noneOf: ["b"]), ["a", "b"], false),
    ])
    func sets(test: SetTest, set: [String], holds: Bool) {
        #expect(PolicyEngine.Test.set(test).holds(.set(set)) == Truth(holds))
    }

    @Test(arguments: [
        (NumberTest(atLeast: 3), 3, true), (NumberTest(atLeast: 3), 2, false), (NumberTest(atMost: 3), 3, true),
        (NumberTest(atMost: 3), 4, false), (NumberTest(exactly: 3), 3, true), (NumberTest(exactly: 3), 4, false),
        (NumberTest(atLeast: 1, atMost: 2), 3, false), (NumberTest(atLeast: 1200), Int.max, true),
        (NumberTest(atMost: 100_000), Int.max, false), (NumberTest(exactly: Int.max), Int.max, true),
    ])
    func `numbers, life above any`(test: NumberTest, number: Int, holds: Bool) {
        #expect(PolicyEngine.Test.number(test).holds(.number(number)) == Truth(holds))
    }

    @Test(arguments: [
        (HandlingTest(oneOf: [.h0, .h2]), Handling.h2, true), (HandlingTest(oneOf: [.h0]), .h1, false),
        (HandlingTest(atLeast: .h2), .h2, true), (HandlingTest(atLeast: .h2), .h1, false),
        (HandlingTest(atMost: .h1), .h1, true), (HandlingTest(atLeast: .h1, atMost: .h2), .h3, false),
    ])
    func `handling codes are ordered`(test: HandlingTest, handling: Handling, holds: Bool) {
        #expect(PolicyEngine.Test.handling(test).holds(.handling(handling)) == Truth(holds))
    }

    @Test(arguments: [
        (8 * 60, 17 * 60, 8 * 60, true), (8 * 60, 17 * 60, 17 * 60, false), (8 * 60, 17 * 60, 17 * 60 - 1, true),
        (8 * 60, 17 * 60, 7 * 60 + 59, false), (22 * 60, 6 * 60, 22 * 60, true), (22 * 60, 6 * 60, 1439, true),
        (22 * 60, 6 * 60, 0, true), (22 * 60, 6 * 60, 359, true), (22 * 60, 6 * 60, 360, false),
        (22 * 60, 6 * 60, 12 * 60, false), (22 * 60, 0, 1439, true), (22 * 60, 0, 0, false),
    ])
    func `clocks wrap at midnight`(from: Int, until: Int, minute: Int, holds: Bool) {
        #expect(PolicyEngine.Test.clock(from: from, until: until).holds(.clock(minute)) == Truth(holds))
    }

    @Test(arguments: Attribute.allCases)
    func `an absent attribute is unknown to every test`(attribute: Attribute) {
        let tests: [PolicyEngine.Test] = [
            .oneOf(["a"]), .set(SetTest(noneOf: ["a"])), .number(NumberTest(atMost: 1)), .boolean(false),
            .handling(HandlingTest(atMost: .h3)), .clock(from: 0, until: 1),
        ]
        for test in tests {
            #expect(Condition.test(attribute, test).holds { _ in .absent } == .unknown)
        }
    }
}
