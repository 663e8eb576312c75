// The asker's blinding scalars. Knows them in locked memory and gives none out but for an opening.
import Sodium
import Synchronization

/// One scalar for every input, none zero, all below the group order.
public struct Blinds: Sendable {
    /// 32 bytes a scalar.
    let scalars: SecretBytes
    public let count: Int

    /// Scalars that are 64 uniform bytes modulo the group order.
    /// - Parameters:
    ///   - runner: spreads them over its threads; a range of `wide`'s calls is made by one of them.
    ///   - wide: writes the 64 bytes for a position.
    /// - Throws: `.zeroScalar`, `.batchSize` for none.
    public init(
        count: Int,
        runner: BatchRunner = BatchRunner(threads: 1),
        reducing wide: @Sendable (Int, UnsafeMutableBufferPointer<UInt8>) -> Void
    ) throws(PRFError) {
        guard count > 0 else { throw .batchSize(count) }
        let zero = Mutex<Int?>(nil)
        scalars = try wrapping { () throws(SodiumError) in
            try SecretBytes(count: 32 * count) { target in
                let into = SharedMutable(target.baseAddress)
                runner.run(count: count) { range in
                    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 64) { scratch in
                        guard let target = into.pointer, let from = scratch.baseAddress else { return }
                        for position in range {
                            wide(position, scratch)
                            Ristretto255.reduce(from, into: target + 32 * position)
                            guard Ristretto255.isZero(target + 32 * position) else { continue }
                            zero.withLock { $0 = min($0 ?? position, position) }
                        }
                        Memory.wipe(UnsafeMutableRawBufferPointer(scratch))
                    }
                }
            }
        }
        if let zero = zero.withLock({ $0 }) { throw .zeroScalar(position: zero) }
        self.count = count
    }

    /// Fresh random scalars.
    public init(count: Int, random: RandomBytes) throws(PRFError) {
        try self.init(count: count) { _, wide in random.fill(UnsafeMutableRawBufferPointer(wide)) }
    }

    /// Scalars that are known, for instance from an opening.
    /// - Parameter scalars: 32 bytes each.
    public init(scalars: SecretBytes) throws(PRFError) {
        guard scalars.count.isMultiple(of: 32) else { throw .partialElement(byteCount: scalars.count) }
        count = scalars.count / 32
        for position in 0..<count {
            try scalars.withUnsafePointer { start throws(PRFError) in
                guard Ristretto255.isScalar(start + 32 * position) else { throw .notAScalar(position: position) }
                guard !Ristretto255.isZero(start + 32 * position) else { throw .zeroScalar(position: position) }
            }
        }
        self.scalars = scalars
    }

    /// The scalar at a position, for an opening to an auditor (PROTOCOL section 5) and for nothing else.
    public func reveal(_ position: Int) -> [UInt8]? {
        guard (0..<count).contains(position) else { return nil }
        return scalars.withUnsafeBytes { Array($0[32 * position..<32 * position + 32]) }
    }

    /// Every scalar's inverse, with one inversion for each range of the engine.
    func inverses(engine: GroupEngine) throws(PRFError) -> SecretBytes {
        let failed = Atomic<Bool>(false)
        let result = try wrapping { () throws(SodiumError) in
            try SecretBytes(count: 32 * count) { target in
                scalars.withUnsafePointer { scalars in
                    let (from, into) = (Shared(scalars), SharedMutable(target.baseAddress))
                    engine.run(count: count) { range, backend in
                        guard let from = from.pointer, let into = into.pointer else { return }
                        let offset = 32 * range.lowerBound
                        if !backend.invert(from + offset, count: range.count, into: into + offset) {
                            failed.store(true, ordering: .relaxed)
                        }
                    }
                }
            }
        }
        guard !failed.load(ordering: .relaxed) else { throw .zeroScalar(position: 0) }
        return result
    }
}
