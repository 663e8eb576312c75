// A node's randomness that can be repeated. For tests; nothing here is secret.
import Sodium
import Synchronization
import TestSupport

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
