// The back ends of CRistretto behind the seam. Knows pointers, for the length of a call.
import CRistretto

/// Many group operations at once, by one of CRistretto's back ends. `@unchecked`: the table is constant.
public struct RistrettoBackend: GroupBackend, @unchecked Sendable {
    private let table: cristretto_backend
    public let name: String

    /// Eight lanes of AVX-512 with IFMA; nil where the processor has none.
    public static let ifma = RistrettoBackend(cristretto_ifma())
    /// Four lanes of AVX2; nil where the processor has none.
    public static let avx2 = RistrettoBackend(cristretto_avx2())
    /// Any processor of 64 bits.
    public static let scalar = RistrettoBackend(cristretto_scalar())

    /// False in a debug build: right, but slower than libsodium.
    static let isOptimised = cristretto_is_optimised() != 0

    private init?(_ table: UnsafePointer<cristretto_backend>?) {
        guard let table else { return nil }
        self.table = table.pointee
        name = String(cString: table.pointee.name)
    }

    public var lanes: Int { table.lanes }
    public var pointLength: Int { Int(CRISTRETTO_POINT_BYTES) }

    public func decode(
        _ elements: UnsafePointer<UInt8>,
        count: Int,
        into points: UnsafeMutablePointer<UInt8>?
    ) -> Int? {
        refused(table.decode(points, elements, count), of: count)
    }

    public func map(_ uniform: UnsafePointer<UInt8>, count: Int, into elements: UnsafeMutablePointer<UInt8>) {
        table.map(elements, uniform, count)
    }

    public func multiply(
        _ operands: GroupOperands,
        by scalars: GroupScalars,
        count: Int,
        into products: UnsafeMutablePointer<UInt8>,
        points: UnsafeMutablePointer<UInt8>?
    ) -> Int? {
        let position =
            switch operands {
            case .elements(let elements):
                table.multiply(products, points, elements, scalars.start, scalars.stride, count)
            case .points(let factors):
                table.multiply_points(products, points, factors, scalars.start, scalars.stride, count)
            case .uniform(let strings):
                table.map_and_multiply(products, points, strings, scalars.start, scalars.stride, count)
            }
        return refused(position, of: count)
    }

    public func weightedSum(
        _ points: UnsafePointer<UInt8>,
        weights: UnsafePointer<UInt8>,
        count: Int,
        into sum: UnsafeMutablePointer<UInt8>
    ) -> Int? {
        refused(table.weighted_sum(sum, points, weights, count), of: count)
    }

    public func invert(
        _ scalars: UnsafePointer<UInt8>,
        count: Int,
        into inverses: UnsafeMutablePointer<UInt8>
    ) -> Bool {
        table.invert(inverses, scalars, count) != 0
    }

    public func sha512(
        _ messages: UnsafePointer<UInt8>,
        ends: UnsafePointer<Int>,
        count: Int,
        afterZeroBlock: Bool,
        into digests: UnsafeMutablePointer<UInt8>
    ) {
        table.sha512(digests, messages, ends, count, afterZeroBlock ? 1 : 0)
    }

    private func refused(_ position: Int, of count: Int) -> Int? { position < count ? position : nil }
}
