/// The folders the tests read, found beside this file; a missing one fails the suite.

import Foundation
import PolicyFiles
import Testing

enum Folders {
    private static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static let example = root.appending(path: "Tests/Vectors/policies-example").path
    static let shipped = root.appending(path: "policies").path

    /// The files of the example folder.
    static func exampleFiles() throws -> [String: [UInt8]] {
        let loaded = try PolicyFolder.load(path: example)
        try #require(loaded.files.count == 10)
        return loaded.files
    }
}

/// Numbers for hostile input, the same for the same seed (Steele, Lea, Flood: SplitMix64).
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// Seeded from `COMITY_SEED`, else from `fallback`; prints the seed.
    static func printed(_ fallback: UInt64) -> SplitMix64 {
        let seed = ProcessInfo.processInfo.environment["COMITY_SEED"].flatMap(UInt64.init) ?? fallback
        print("COMITY_SEED=\(seed)")
        return SplitMix64(seed: seed)
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}

/// Random input for one parser: some thousand, or with `COMITY_LONG_TESTS=1` as many as 60 seconds hold.
enum Fuzzing {
    static let isLong = ProcessInfo.processInfo.environment["COMITY_LONG_TESTS"] == "1"

    /// Prints the seed before and, at the end, how many inputs there were and how long the slowest took.
    static func run(_ parser: String, inputs: Int, _ body: (inout SplitMix64) throws -> Void) rethrows {
        print("fuzz \(parser): ", terminator: "")
        var generator = SplitMix64.printed(UInt64.random(in: 0...UInt64.max))
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
