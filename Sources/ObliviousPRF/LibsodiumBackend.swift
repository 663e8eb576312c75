// The reference back end: libsodium, one element after another. Knows what the seam hands it.
import Sodium

/// Group operations by libsodium. Constant time in every scalar; about 48 microseconds a multiplication.
public struct LibsodiumBackend: GroupBackend {
    public let name = "libsodium"

    public init() {}

    public func firstRefused(_ elements: UnsafePointer<UInt8>, count: Int) -> Int? {
        for index in 0..<count {
            let element = elements + 32 * index
            if !Ristretto255.isElement(element) || Ristretto255.isZero(element) { return index }
        }
        return nil
    }

    public func map(_ uniform: UnsafePointer<UInt8>, count: Int, into elements: UnsafeMutablePointer<UInt8>) {
        for index in 0..<count { Ristretto255.map(uniform + 64 * index, into: elements + 32 * index) }
    }

    public func multiply(
        _ elements: UnsafePointer<UInt8>,
        by scalar: UnsafePointer<UInt8>,
        count: Int,
        into products: UnsafeMutablePointer<UInt8>
    ) -> Int? {
        multiply(elements, by: scalar, stride: 0, count: count, into: products)
    }

    public func multiply(
        _ elements: UnsafePointer<UInt8>,
        byEach scalars: UnsafePointer<UInt8>,
        count: Int,
        into products: UnsafeMutablePointer<UInt8>
    ) -> Int? {
        multiply(elements, by: scalars, stride: 32, count: count, into: products)
    }

    public func mapAndMultiply(
        _ uniform: UnsafePointer<UInt8>,
        by scalar: UnsafePointer<UInt8>,
        count: Int,
        into products: UnsafeMutablePointer<UInt8>
    ) -> Int? {
        map(uniform, count: count, into: products)
        return multiply(products, by: scalar, stride: 0, count: count, into: products)
    }

    public func mapAndMultiply(
        _ uniform: UnsafePointer<UInt8>,
        byEach scalars: UnsafePointer<UInt8>,
        count: Int,
        into products: UnsafeMutablePointer<UInt8>
    ) -> Int? {
        map(uniform, count: count, into: products)
        return multiply(products, by: scalars, stride: 32, count: count, into: products)
    }

    public func weightedSum(
        _ elements: UnsafePointer<UInt8>,
        weights: UnsafePointer<UInt8>,
        count: Int,
        into sum: UnsafeMutablePointer<UInt8>
    ) -> Int? {
        sum.update(repeating: 0, count: 32)
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 32) { term in
            guard let term = term.baseAddress else { return 0 }
            for index in 0..<count {
                guard Ristretto255.multiply(elements + 32 * index, by: weights + 32 * index, into: term),
                    Ristretto255.add(sum, term, into: sum)
                else { return index }
            }
            return nil
        }
    }

    /// libsodium reads a whole operand before it writes, so `products` may be `elements`.
    private func multiply(
        _ elements: UnsafePointer<UInt8>,
        by scalars: UnsafePointer<UInt8>,
        stride: Int,
        count: Int,
        into products: UnsafeMutablePointer<UInt8>
    ) -> Int? {
        for index in 0..<count {
            guard
                Ristretto255.multiply(
                    elements + 32 * index,
                    by: scalars + stride * index,
                    into: products + 32 * index
                )
            else { return index }
        }
        return nil
    }
}
