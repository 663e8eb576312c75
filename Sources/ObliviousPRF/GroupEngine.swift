// Whole batches on all cores. Knows back end and threads; sees scalars for the length of a call.
import Sodium
import Synchronization

/// A back end and the threads to run it on: the operations of `GroupBackend`, spread over chunks.
public struct GroupEngine: Sendable {
    public let backend: any GroupBackend
    public let runner: BatchRunner

    public init(backend: any GroupBackend = LibsodiumBackend(), runner: BatchRunner = BatchRunner()) {
        self.backend = backend
        self.runner = runner
    }

    /// Runs `body` on chunks and gives the lowest position that any of them refused, so that the answer does not depend
    /// on which thread was first.
    func firstRefused(count: Int, body: @Sendable (Range<Int>) -> Int?) -> Int? {
        let lowest = Mutex<Int?>(nil)
        runner.run(count: count) { range in
            guard let refused = body(range) else { return }
            lowest.withLock { $0 = min($0 ?? Int.max, range.lowerBound + refused) }
        }
        return lowest.withLock { $0 }
    }

    /// The first item that is no element or the identity.
    func firstRefused(_ elements: [UInt8]) -> Int? {
        elements.withUnsafeBufferPointer { buffer in
            let source = Shared(buffer.baseAddress)
            return firstRefused(count: buffer.count / 32) { range in
                guard let start = source.pointer else { return nil }
                return backend.firstRefused(start + 32 * range.lowerBound, count: range.count)
            }
        }
    }

    enum Scalars {
        case one(SecretBytes)
        case each(SecretBytes)
    }

    /// Every element times the scalar, or times its own.
    func multiply(_ elements: [UInt8], by scalars: Scalars, into products: inout [UInt8]) -> Int? {
        products = [UInt8](repeating: 0, count: elements.count)
        return elements.withUnsafeBufferPointer { source in
            products.withUnsafeMutableBufferPointer { target in
                let (from, into) = (Shared(source.baseAddress), SharedMutable(target.baseAddress))
                return firstRefused(count: source.count / 32) { range in
                    guard let from = from.pointer, let into = into.pointer else { return nil }
                    let offset = 32 * range.lowerBound
                    switch scalars {
                    case .one(let scalar):
                        return scalar.withUnsafePointer {
                            backend.multiply(from + offset, by: $0, count: range.count, into: into + offset)
                        }
                    case .each(let scalars):
                        return scalars.withUnsafePointer {
                            backend.multiply(
                                from + offset,
                                byEach: $0 + offset,
                                count: range.count,
                                into: into + offset
                            )
                        }
                    }
                }
            }
        }
    }

    /// Every input hashed to the group and multiplied. `uniform` writes 64 bytes for the item at a position.
    func hashAndMultiply(
        count: Int,
        by scalars: Scalars,
        into products: inout [UInt8],
        uniform: @Sendable (Int, UnsafeMutablePointer<UInt8>) -> Void
    ) -> Int? {
        products = [UInt8](repeating: 0, count: 32 * count)
        return products.withUnsafeMutableBufferPointer { target in
            let into = SharedMutable(target.baseAddress)
            return firstRefused(count: count) { range in
                withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 64 * range.count) { scratch in
                    guard let wide = scratch.baseAddress, let into = into.pointer else { return nil }
                    // A record's hash to the group is enough to test guesses of the record's key against it.
                    defer { Memory.wipe(UnsafeMutableRawBufferPointer(scratch)) }
                    for (offset, position) in range.enumerated() { uniform(position, wide + 64 * offset) }
                    let offset = 32 * range.lowerBound
                    switch scalars {
                    case .one(let scalar):
                        return scalar.withUnsafePointer {
                            backend.mapAndMultiply(wide, by: $0, count: range.count, into: into + offset)
                        }
                    case .each(let scalars):
                        return scalars.withUnsafePointer {
                            backend.mapAndMultiply(
                                wide,
                                byEach: $0 + offset,
                                count: range.count,
                                into: into + offset
                            )
                        }
                    }
                }
            }
        }
    }

    /// The sum of every element times its public weight. Chunks are summed apart and then added in order.
    func weightedSum(_ elements: [UInt8], weights: [UInt8]) -> Result<[UInt8], RefusedAt> {
        let count = elements.count / 32
        let piece = runner.piece(of: count)
        let chunks = (count + piece - 1) / piece
        var partial = [UInt8](repeating: 0, count: 32 * chunks)
        let refused = elements.withUnsafeBufferPointer { elements in
            weights.withUnsafeBufferPointer { weights in
                partial.withUnsafeMutableBufferPointer { partial in
                    let (from, by) = (Shared(elements.baseAddress), Shared(weights.baseAddress))
                    let into = SharedMutable(partial.baseAddress)
                    return firstRefused(count: count) { range in
                        guard let from = from.pointer, let by = by.pointer, let into = into.pointer else { return nil }
                        let offset = 32 * range.lowerBound
                        return backend.weightedSum(
                            from + offset,
                            weights: by + offset,
                            count: range.count,
                            into: into + 32 * (range.lowerBound / piece)
                        )
                    }
                }
            }
        }
        if let refused { return .failure(RefusedAt(position: refused)) }
        var sum = [UInt8](repeating: 0, count: 32)
        for chunk in 0..<chunks {
            let term = Array(partial[32 * chunk..<32 * chunk + 32])
            let before = sum
            guard Ristretto255.add(before, term, into: &sum) else { return .failure(RefusedAt(position: 0)) }
        }
        return .success(sum)
    }

    struct RefusedAt: Error {
        let position: Int
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
