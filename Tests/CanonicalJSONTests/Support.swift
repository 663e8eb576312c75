// Knows where the shared vectors stand and how hostile inputs are drawn. Learns nothing of the code under test.
import Foundation

struct VectorFileMissing: Error {}

/// A file of `Tests/Vectors`; its absence is a failure of the suite, never a skip.
func vectors(_ name: String, from here: String = #filePath) throws -> Any {
    let url = URL(fileURLWithPath: here).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Vectors/\(name)")
    guard let data = try? Data(contentsOf: url) else { throw VectorFileMissing() }
    return try JSONSerialization.jsonObject(with: data)
}

/// Sebastiano Vigna's SplitMix64, public domain algorithm.
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }

    /// A seed of its own, or the one in COMITY_SEED; printed, so that a failure can be repeated.
    static func announced(_ test: String = #function) -> SplitMix64 {
        let seed =
            ProcessInfo.processInfo.environment["COMITY_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 0 ... .max)
        print("\(test): COMITY_SEED=\(seed)")
        return SplitMix64(seed: seed)
    }
}

/// Random input for one parser: some thousand, or with `COMITY_LONG_TESTS=1` as many as 60 seconds hold.
enum Fuzzing {
    static let isLong = ProcessInfo.processInfo.environment["COMITY_LONG_TESTS"] == "1"

    /// Prints the seed before and, at the end, how many inputs there were and how long the slowest took.
    static func run(_ parser: String, inputs: Int, _ body: (inout SplitMix64) throws -> Void) rethrows {
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
