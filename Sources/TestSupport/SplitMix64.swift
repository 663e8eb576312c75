// Numbers that can be drawn again: SplitMix64 from a seed that is printed. For tests; nothing here is secret.
import Foundation

/// Sebastiano Vigna's SplitMix64, a public domain algorithm.
public struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    public init(seed: UInt64) { state = seed }

    /// - Parameter fallback: the seed where `COMITY_SEED` gives none; nil for another one in each run.
    public static func announced(_ test: String = #function, fallback: UInt64? = nil) -> SplitMix64 {
        SplitMix64(seed: Seed.of(test, fallback: fallback ?? UInt64.random(in: 0 ... .max)))
    }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    public mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
    }

    /// `bytes` with one to four mutations: a flipped bit, a removed, an added byte, a repeated run.
    public mutating func mutate(_ bytes: [UInt8]) -> [UInt8] {
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

    /// Text of up to `length` scalars of `alphabet`.
    ///
    /// - Parameter wild: of how many scalars one is any of Unicode; 0 for none.
    public mutating func text(of alphabet: [Unicode.Scalar], upTo length: Int, wild: Int = 0) -> String {
        var view = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...length, using: &self) {
            let isWild = wild > 0 && Int.random(in: 0..<wild, using: &self) == 0
            let scalar =
                isWild
                ? Unicode.Scalar(UInt32.random(in: 0...0x10FFFF, using: &self)) : alphabet.randomElement(using: &self)
            if let scalar { view.append(scalar) }
        }
        return String(view)
    }
}

public enum Seed {
    /// The seed of a test: `COMITY_SEED`, else `fallback`; printed, so that a failure can be repeated.
    public static func of(_ name: String, fallback: UInt64) -> UInt64 {
        let seed = ProcessInfo.processInfo.environment["COMITY_SEED"].flatMap { UInt64($0) } ?? fallback
        print("\(name): COMITY_SEED=\(seed)")
        return seed
    }
}
