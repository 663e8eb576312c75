// Whole batches on all cores. Knows back end and threads; sees scalars for the length of a call.
import Sodium
import Synchronization

/// A back end and the threads to run it on: the operations of `GroupBackend`, spread over chunks.
public struct GroupEngine: Sendable {
    public let backend: any GroupBackend
    public let runner: BatchRunner

    public init(backend: any GroupBackend = GroupBackendChoice.chosen, runner: BatchRunner = BatchRunner()) {
        self.backend = backend
        self.runner = runner
    }

    /// Runs `body` on chunks that fill the back end's lanes.
    func run(count: Int, body: @Sendable (Range<Int>, any GroupBackend) -> Void) {
        runner.run(count: count, piece: runner.piece(of: count, grain: backend.lanes)) { body($0, backend) }
    }

    /// Runs `body` on chunks and gives the lowest position that any of them refused, so that the answer does not depend
    /// on which thread was first.
    private func firstRefused(count: Int, piece: Int? = nil, body: @Sendable (Range<Int>) -> Int?) -> Int? {
        let lowest = Mutex<Int?>(nil)
        runner.run(count: count, piece: piece ?? runner.piece(of: count, grain: backend.lanes)) { range in
            guard let refused = body(range) else { return }
            lowest.withLock { $0 = min($0 ?? Int.max, range.lowerBound + refused) }
        }
        return lowest.withLock { $0 }
    }

    struct RefusedAt: Error {
        let position: Int
    }

    // MARK: Decoding

    /// The first item that is no element or the identity.
    func firstRefused(_ elements: [UInt8]) -> Int? {
        elements.withUnsafeBufferPointer { buffer in
            let source = Shared(buffer.baseAddress)
            return firstRefused(count: buffer.count / 32) { range in
                guard let start = source.pointer else { return nil }
                return backend.decode(start + 32 * range.lowerBound, count: range.count, into: nil)
            }
        }
    }

    /// Elements ready for what follows, which then need not be decoded again.
    func decode(_ elements: [UInt8]) -> Result<DecodedElements, RefusedAt> {
        let (count, length) = (elements.count / 32, backend.pointLength)
        var points = [UInt8](repeating: 0, count: length * count)
        let refused = elements.withUnsafeBufferPointer { source in
            points.withUnsafeMutableBufferPointer { target in
                let (from, into) = (Shared(source.baseAddress), SharedMutable(target.baseAddress))
                return firstRefused(count: count) { range in
                    guard let from = from.pointer, let into = into.pointer else { return nil }
                    let start = range.lowerBound
                    return backend.decode(from + 32 * start, count: range.count, into: into + length * start)
                }
            }
        }
        if let refused { return .failure(RefusedAt(position: refused)) }
        return .success(DecodedElements(backend: backend.name, points: points))
    }

    // MARK: Multiplying

    enum Scalars {
        case one(SecretBytes)
        case each(SecretBytes)

        /// The scalars of a range, for the length of the call.
        func withScalars<Result>(of range: Range<Int>, _ body: (GroupScalars) -> Result) -> Result {
            switch self {
            case .one(let scalar): scalar.withUnsafePointer { body(.one($0)) }
            case .each(let scalars): scalars.withUnsafePointer { body(.each($0 + 32 * range.lowerBound)) }
            }
        }
    }

    /// Every element times the scalar, or times its own.
    /// - Parameter decoded: the same elements, if they were decoded before.
    func multiply(
        _ elements: [UInt8],
        decoded: DecodedElements? = nil,
        by scalars: Scalars,
        into products: inout [UInt8]
    ) -> Int? {
        products = [UInt8](repeating: 0, count: elements.count)
        let length = backend.pointLength
        let points = decoded?.backend == backend.name ? decoded?.points : nil
        return (points ?? elements).withUnsafeBufferPointer { source in
            products.withUnsafeMutableBufferPointer { target in
                let (from, into) = (Shared(source.baseAddress), SharedMutable(target.baseAddress))
                let isDecoded = points != nil
                return firstRefused(count: target.count / 32) { range in
                    guard let from = from.pointer, let into = into.pointer else { return nil }
                    let start = range.lowerBound
                    return scalars.withScalars(of: range) {
                        backend.multiply(
                            isDecoded ? .points(from + length * start) : .elements(from + 32 * start),
                            by: $0,
                            count: range.count,
                            into: into + 32 * start
                        )
                    }
                }
            }
        }
    }

    /// Every input hashed to the group and multiplied. `uniform` writes 64 bytes for each item of a range.
    func hashAndMultiply(
        count: Int,
        by scalars: Scalars,
        into products: inout [UInt8],
        uniform: @Sendable (Range<Int>, any GroupBackend, UnsafeMutablePointer<UInt8>) -> Void
    ) -> Int? {
        products = [UInt8](repeating: 0, count: 32 * count)
        return products.withUnsafeMutableBufferPointer { target in
            let into = SharedMutable(target.baseAddress)
            return firstRefused(count: count) { range in
                withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 64 * range.count) { scratch in
                    guard let wide = scratch.baseAddress, let into = into.pointer else { return nil }
                    // A record's hash to the group is enough to test guesses of the record's key against it.
                    defer { Memory.wipe(UnsafeMutableRawBufferPointer(scratch)) }
                    uniform(range, backend, wide)
                    return scalars.withScalars(of: range) {
                        backend.multiply(
                            .uniform(wide),
                            by: $0,
                            count: range.count,
                            into: into + 32 * range.lowerBound
                        )
                    }
                }
            }
        }
    }

    // MARK: Adding

    /// Fewest points that a thread sums for itself: what sums have in common is then a small part.
    private static let fewestToSum = 64

    /// The sum of every element times its public weight. Threads sum apart; their sums are added in order.
    func weightedSum(_ decoded: DecodedElements, weights: [UInt8]) -> Result<[UInt8], RefusedAt> {
        let (count, length) = (weights.count / 32, backend.pointLength)
        // One piece a thread, unlike elsewhere: the more points a sum has, the less each costs.
        let piece = max((count + runner.threads - 1) / runner.threads, Self.fewestToSum)
        let pieces = (count + piece - 1) / piece
        var partial = [UInt8](repeating: 0, count: 32 * pieces)
        let refused = decoded.points.withUnsafeBufferPointer { points in
            weights.withUnsafeBufferPointer { weights in
                partial.withUnsafeMutableBufferPointer { partial in
                    let (from, by) = (Shared(points.baseAddress), Shared(weights.baseAddress))
                    let into = SharedMutable(partial.baseAddress)
                    return firstRefused(count: count, piece: piece) { range in
                        guard let from = from.pointer, let by = by.pointer, let into = into.pointer else { return nil }
                        return backend.weightedSum(
                            from + length * range.lowerBound,
                            weights: by + 32 * range.lowerBound,
                            count: range.count,
                            into: into + 32 * (range.lowerBound / piece)
                        )
                    }
                }
            }
        }
        if let refused { return .failure(RefusedAt(position: refused)) }
        var sum = Array(partial.prefix(32))
        for index in 1..<max(pieces, 1) {
            let (before, term) = (sum, Array(partial[32 * index..<32 * index + 32]))
            guard Ristretto255.add(before, term, into: &sum) else { return .failure(RefusedAt(position: 0)) }
        }
        return .success(sum)
    }
}

/// A pointer that threads share for the length of one `run`. `@unchecked`: they only read through it.
struct Shared: @unchecked Sendable {
    let pointer: UnsafePointer<UInt8>?
    init(_ pointer: UnsafePointer<UInt8>?) { self.pointer = pointer }
}

/// A pointer that threads share for the length of one `run`. `@unchecked`: each writes only what its range owns.
struct SharedMutable: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<UInt8>?
    init(_ pointer: UnsafeMutablePointer<UInt8>?) { self.pointer = pointer }
}
