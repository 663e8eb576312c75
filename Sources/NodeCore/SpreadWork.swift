/// Work on many items of one kind, shared out over the cores. Knows numbers of items; what is done with each is its caller's.

import ObliviousPRF
import Synchronization

extension BatchRunner {
    /// What `part` makes of ranges that cover `0..<count` once, put together in their order. Ranges are worked on at the same
    /// time. Blocks its caller.
    ///
    /// - Parameter fewest: fewer than that many are not worth a second thread.
    func spread<Value: Sendable>(
        _ count: Int,
        fewest: Int = 2,
        _ part: @Sendable (Range<Int>) throws -> [Value]
    ) throws -> [Value] {
        guard count >= fewest else { return try part(0..<count) }
        let found = Mutex<[Int: [Value]]>([:])
        let failure = Mutex<(any Error)?>(nil)
        run(count: count) { range in
            do {
                let values = try part(range)
                found.withLock { $0[range.lowerBound] = values }
            } catch {
                failure.withLock { $0 = error }
            }
        }
        if let error = failure.withLock({ $0 }) { throw error }
        return found.withLock { found in found.sorted { $0.key < $1.key }.flatMap(\.value) }
    }
}
