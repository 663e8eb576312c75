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
