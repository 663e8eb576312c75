// Spreading work over threads. Knows counts and ranges, nothing of what is done.
import Dispatch
import Synchronization

/// Splits a batch into chunks that a fixed number of threads take in turn.
///
/// `run` blocks its caller and is one of the threads; from asynchronous code use `offload`, so that neither an event
/// loop nor Swift's cooperative pool is held up.
public struct BatchRunner: Sendable {
    /// How many threads work at once, 1 or more.
    public let threads: Int
    /// How many items a thread takes at a time at most, 1 or more.
    public let chunk: Int

    /// - Parameters:
    ///   - threads: the machine's active cores unless told.
    ///   - chunk: 256 items of 5 to 50 microseconds are 1 to 13 milliseconds: small beside a batch, large beside a
    ///     hand-over, and as many as share one inversion in CRistretto.
    public init(threads: Int = BatchRunner.activeCores, chunk: Int = 256) {
        self.threads = max(threads, 1)
        self.chunk = max(chunk, 1)
    }

    /// Calls `body` with ranges that cover `0..<count` once. Ranges run at the same time: `body` may write only what its
    /// range owns.
    public func run(count: Int, body: @Sendable (Range<Int>) -> Void) {
        run(count: count, piece: piece(of: count), body: body)
    }

    /// The same in ranges of `piece` items, 1 or more.
    func run(count: Int, piece: Int, body: @Sendable (Range<Int>) -> Void) {
        let chunks = (count + piece - 1) / piece
        @Sendable func range(_ index: Int) -> Range<Int> { index * piece..<min(count, (index + 1) * piece) }
        guard chunks > 1, threads > 1 else {
            for index in 0..<chunks { body(range(index)) }
            return
        }
        let next = Atomic<Int>(0)
        DispatchQueue.concurrentPerform(iterations: min(threads, chunks)) { _ in
            while true {
                let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard index < chunks else { return }
                body(range(index))
            }
        }
    }

    /// How many items the ranges of `run` hold (the last may hold fewer): no more than `chunk`, and so that every thread
    /// has as many ranges as the others. A query of 16 keys is otherwise the work of one thread.
    /// - Parameter grain: items that are worked on at once: a range holds a multiple of it, even if that is more than
    ///   `chunk`, since half a grain costs as much as a whole one.
    func piece(of count: Int, grain: Int = 1) -> Int {
        let chunks = (count + chunk - 1) / chunk
        let even = (chunks + threads - 1) / threads * threads
        let piece = max((count + even - 1) / max(even, 1), 1)
        return (piece + grain - 1) / grain * grain
    }

    /// Runs heavy work on a thread of this module's own and waits for it without holding one.
    public func offload<Result: Sendable>(
        _ work: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            Self.queue.async {
                continuation.resume(with: Swift.Result { try work() })
            }
        }
    }

    /// The cores that the system lets this process use.
    public static let activeCores = max(activeProcessors(), 1)

    private static let queue = DispatchQueue(
        label: "comity.oblivious-prf",
        qos: .userInitiated,
        attributes: .concurrent
    )
}
