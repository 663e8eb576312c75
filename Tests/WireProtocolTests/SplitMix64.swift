// A seeded generator for hostile inputs. The seed is printed, and COMITY_SEED in the environment replaces it.

import Foundation

struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// The seed of this run.
    static func seeded(_ name: String, default seed: UInt64 = 0x5EED) -> SplitMix64 {
        let seed = ProcessInfo.processInfo.environment["COMITY_SEED"].flatMap { UInt64($0) } ?? seed
        print("\(name): COMITY_SEED=\(seed)")
        return SplitMix64(seed: seed)
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// `bytes` with one to four mutations: a flipped bit, a removed, added or repeated run.
    mutating func mutate(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...4, using: &self) where !bytes.isEmpty {
            let at = Int.random(in: 0..<bytes.count, using: &self)
            switch Int.random(in: 0..<4, using: &self) {
            case 0: bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &self)
            case 1: bytes.remove(at: at)
            case 2: bytes.insert(UInt8.random(in: 0...255, using: &self), at: at)
            default: bytes.append(contentsOf: bytes[at...].prefix(40))
            }
        }
        return bytes
    }
}
