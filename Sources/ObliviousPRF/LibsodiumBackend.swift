// The reference back end: libsodium, one element after another. Knows what the seam hands it.
import Sodium

/// Group operations by libsodium. Constant time in every scalar; about 48 microseconds a multiplication.
public struct LibsodiumBackend: GroupBackend {
    public let name = "libsodium"
    public let lanes = 1
    /// A decoded point is its encoding, checked: libsodium has no other form.
    public let pointLength = 32

    private static let afterZeroBlock = {
        var stream = SHA512Stream()
        stream.update([UInt8](repeating: 0, count: 128))
        return stream
    }()

    public init() {}

    public func decode(
        _ elements: UnsafePointer<UInt8>,
        count: Int,
        into points: UnsafeMutablePointer<UInt8>?
    ) -> Int? {
        for index in 0..<count {
            let element = elements + 32 * index
            if !Ristretto255.isElement(element) || Ristretto255.isZero(element) { return index }
        }
        points?.update(from: elements, count: 32 * count)
        return nil
    }

    public func map(_ uniform: UnsafePointer<UInt8>, count: Int, into elements: UnsafeMutablePointer<UInt8>) {
        for index in 0..<count { Ristretto255.map(uniform + 64 * index, into: elements + 32 * index) }
    }

    /// libsodium reads a whole operand before it writes, so `products` may hold what was mapped.
    public func multiply(
        _ operands: GroupOperands,
        by scalars: GroupScalars,
        count: Int,
        into products: UnsafeMutablePointer<UInt8>,
        points: UnsafeMutablePointer<UInt8>?
    ) -> Int? {
        let elements: UnsafePointer<UInt8>
        switch operands {
        case .elements(let start), .points(let start): elements = start
        case .uniform(let strings):
            map(strings, count: count, into: products)
            elements = UnsafePointer(products)
        }
        for index in 0..<count {
            guard
                Ristretto255.multiply(
                    elements + 32 * index,
                    by: scalars.start + scalars.stride * index,
                    into: products + 32 * index
                )
            else { return index }
        }
        points?.update(from: products, count: 32 * count)
        return nil
    }

    public func weightedSum(
        _ points: UnsafePointer<UInt8>,
        weights: UnsafePointer<UInt8>,
        count: Int,
        into sum: UnsafeMutablePointer<UInt8>
    ) -> Int? {
        sum.update(repeating: 0, count: 32)
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 32) { term in
            guard let term = term.baseAddress else { return 0 }
            for index in 0..<count {
                guard Ristretto255.multiply(points + 32 * index, by: weights + 32 * index, into: term),
                    Ristretto255.add(sum, term, into: sum)
                else { return index }
            }
            return nil
        }
    }

    /// Montgomery's trick: one inversion, and three products a scalar.
    public func invert(
        _ scalars: UnsafePointer<UInt8>,
        count: Int,
        into inverses: UnsafeMutablePointer<UInt8>
    ) -> Bool {
        // inverses[i] holds the product of the scalars before i until it is replaced by the inverse of scalar i.
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 96) { scratch in
            guard let running = scratch.baseAddress else { return false }
            defer { Memory.wipe(UnsafeMutableRawBufferPointer(scratch)) }
            let (next, inverse) = (running + 32, running + 64)
            running.update(repeating: 0, count: 32)
            running[0] = 1
            for index in 0..<count {
                (inverses + 32 * index).update(from: running, count: 32)
                Ristretto255.multiplyScalars(running, scalars + 32 * index, into: next)
                running.update(from: next, count: 32)
            }
            guard Ristretto255.invertScalar(running, into: inverse) else { return false }
            for index in stride(from: count - 1, through: 0, by: -1) {
                Ristretto255.multiplyScalars(inverse, inverses + 32 * index, into: next)
                (inverses + 32 * index).update(from: next, count: 32)
                Ristretto255.multiplyScalars(inverse, scalars + 32 * index, into: next)
                inverse.update(from: next, count: 32)
            }
            return true
        }
    }

    public func sha512(
        _ messages: UnsafePointer<UInt8>,
        ends: UnsafePointer<Int>,
        count: Int,
        afterZeroBlock: Bool,
        into digests: UnsafeMutablePointer<UInt8>
    ) {
        var start = 0
        for index in 0..<count {
            var stream = afterZeroBlock ? Self.afterZeroBlock : SHA512Stream()
            stream.update(UnsafeBufferPointer(start: messages + start, count: ends[index] - start))
            stream.finish(into: digests + 64 * index)
            start = ends[index]
        }
    }
}
