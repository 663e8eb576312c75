// Randomness that can be repeated: SplitMix64 from a seed that is printed. For tests; nothing here is secret.
import Foundation
import Sodium
import Synchronization

public struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    public init(seed: UInt64) { state = seed }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
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

/// Tells a test of each draw of a node's randomness before it is made: a place to stand in the middle of a use case.
public final class Draws: Sendable {
    private let heard = Mutex<(@Sendable (Int) -> Void)?>(nil)

    public init() {}

    /// - Parameter body: takes the number of bytes, on the thread that draws.
    public func onEach(_ body: @escaping @Sendable (Int) -> Void) { heard.withLock { $0 = body } }

    func announce(_ count: Int) { heard.withLock { $0 }?(count) }
}

extension RandomBytes {
    /// A source that gives the same bytes for the same seed and the same order of calls.
    public static func seeded(_ seed: UInt64) -> RandomBytes {
        let state = SeededState(seed)
        return RandomBytes { state.fill($0) }
    }
}

private final class SeededState: Sendable {
    private let generator: Mutex<SplitMix64>

    init(_ seed: UInt64) { generator = Mutex(SplitMix64(seed: seed)) }

    func fill(_ buffer: UnsafeMutableRawBufferPointer) {
        // Each word is drawn under the lock and written outside it: the buffer does not cross into the closure.
        for offset in buffer.indices { buffer[offset] = generator.withLock { UInt8(truncatingIfNeeded: $0.next()) } }
    }
}
