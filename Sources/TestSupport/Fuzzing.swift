// How long a parser is given random input. Knows no parser.
import Foundation

/// Random input for one parser: some thousand, or with `COMITY_LONG_TESTS=1` as many as 60 seconds hold.
public enum Fuzzing {
    public static let isLong = ProcessInfo.processInfo.environment["COMITY_LONG_TESTS"] == "1"

    /// Prints the seed before and, at the end, how many inputs there were and how long the slowest took.
    public static func run(_ parser: String, inputs: Int, _ body: (inout SplitMix64) throws -> Void) rethrows {
        var generator = SplitMix64.announced("fuzz \(parser)")
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
