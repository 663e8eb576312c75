/// Digit patterns against a matcher that counts every repetition out.

import TestSupport
import Testing

@testable import MatchKeys

@Suite("Digit patterns")
struct DigitPatternTests {
    private func digits(_ text: String) -> [UInt8] { Array(text.utf8) }

    @Test("a repetition takes as many digits as it can, and gives back what the rest needs")
    func repetitions() throws {
        let greedy = try #require(DigitPattern(#"(\d{2,4})(7\d?)"#))
        let match = try #require(greedy.matchPrefix(of: digits("123477")))
        #expect(match.groups == [1: 0..<4, 2: 4..<6])
        #expect(try #require(greedy.matchPrefix(of: digits("1237"))).groups == [1: 0..<3, 2: 3..<4])
        #expect(try #require(greedy.matchPrefix(of: digits("127"))).groups == [1: 0..<2, 2: 2..<3])
        #expect(greedy.matchPrefix(of: digits("17")) == nil)
        let optional = try #require(DigitPattern(#"0?([1-9]{0,2})$"#))
        #expect(["", "0", "1", "012", "99"].allSatisfy { optional.matchesWhole(digits($0)) })
        #expect(!["00", "0123", "10"].contains { optional.matchesWhole(digits($0)) })
    }

    @Test("counted out one by one a plan says the same of every number")
    func countedOut() throws {
        var random = SplitMix64.announced()
        var matched = 0
        for line in PhoneTable.text.split(separator: "\n") {
            let pattern = line.split(separator: "\t", omittingEmptySubsequences: false)[7]
            let plan = try #require(DigitPattern(pattern))
            let slow = try #require(DigitPattern(Self.grouped(pattern)))
            let numbers = (0..<100).map { _ in
                random.bytes(Int.random(in: 3...13, using: &random)).map { 0x30 + $0 % 10 }
            }
            let ends = numbers.map { plan.matchPrefix(of: $0)?.end }
            matched += ends.count { $0 != nil }
            #expect(ends == numbers.map { slow.matchPrefix(of: $0)?.end }, "\(pattern)")
            #expect(numbers.map(plan.matchesWhole) == numbers.map(slow.matchesWhole), "\(pattern)")
        }
        #expect(matched > 1_000)
    }

    /// Whatever is repeated in a group of its own: the same language, but no digits that are taken in one go.
    private static func grouped(_ pattern: Substring) -> String {
        String(pattern.replacing(#/(\\d|\[[0-9\-]+\])(?=[{?])/#) { "(\($0.1))" })
    }
}
