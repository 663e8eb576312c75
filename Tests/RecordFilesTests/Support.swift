/// What the tests of this folder share: a random source whose seed is printed, and how long a parser is fuzzed.

import Foundation

/// SplitMix64; its seed is printed, and `COMITY_SEED` repeats a run.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(_ test: String) {
        let given = ProcessInfo.processInfo.environment["COMITY_SEED"].flatMap { UInt64($0) }
        state = given ?? UInt64.random(in: 0...UInt64.max)
        print("\(test): COMITY_SEED=\(state)")
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func text(of alphabet: [Unicode.Scalar], upTo length: Int) -> String {
        var view = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...length, using: &self) {
            if let scalar = alphabet.randomElement(using: &self) { view.append(scalar) }
        }
        return String(view)
    }
}

/// Random input for one parser: some thousand, or with `COMITY_LONG_TESTS=1` as many as 60 seconds hold.
enum Fuzzing {
    static let isLong = ProcessInfo.processInfo.environment["COMITY_LONG_TESTS"] == "1"

    /// Prints the seed before and, at the end, how many inputs there were and how long the slowest took.
    static func run(_ parser: String, inputs: Int, _ body: (inout SeededGenerator) throws -> Void) rethrows {
        var generator = SeededGenerator("fuzz \(parser)")
        let clock = ContinuousClock()
        let end = clock.now.advanced(by: .seconds(60))
        var (count, slowest) = (0, Duration.zero)
        while isLong ? clock.now < end : count < inputs {
            count += 1
            let start = clock.now
            try body(&generator)
            slowest = max(slowest, clock.now - start)
        }
        print("fuzz \(parser): \(count) inputs, slowest \(slowest / .milliseconds(1)) ms")
    }
}
