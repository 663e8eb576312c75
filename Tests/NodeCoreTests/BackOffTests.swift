// Who guesses waits; who is held up by strangers' guesses does not.
import Testing

@testable import NodeCore

@Suite struct BackOffTests {
    @Test func strangersDoNotHoldUpWhoeverSignedInFromHere() throws {
        let backOff = BackOff()
        func isJudged(_ address: String) -> BackOff.Charge? {
            if case .judged(let charge) = backOff.begin(.door("ines", address), at: 1_000) { charge } else { nil }
        }
        backOff.succeeded(try #require(isJudged("10.0.0.1")))
        for number in 0..<60 { _ = isJudged("10.1.0.\(number)") }
        #expect(isJudged("10.2.0.1") == nil, "from many places nobody guesses on")
        #expect(isJudged("10.0.0.1") != nil, "its owner is let in")
        for _ in 0..<8 { _ = isJudged("10.0.0.1") }
        #expect(isJudged("10.0.0.1") == nil, "but guesses no more than others")
    }
}
