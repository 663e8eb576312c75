// The group of RFC 9496 by libsodium, one operation at a time on plain pointers. Knows scalars for the length of a call.
import CSodium

/// Operations on 32-byte encodings. Callers hand in memory of the right size: 32 bytes for elements and scalars, 64 for
/// uniform bytes. Nothing is allocated; the types `Element` and `Scalar` are for single values.
public enum Ristretto255 {
    public static let elementLength = 32
    public static let scalarLength = 32
    public static let uniformLength = 64

    /// Whether 32 bytes are a canonical encoding (RFC 9496 section 4.3.1); the identity is one.
    /// Bit 255 first: libsodium 1.0.18 ignores it.
    public static func isElement(_ bytes: UnsafePointer<UInt8>) -> Bool {
        bytes[31] & 0x80 == 0 && crypto_core_ristretto255_is_valid_point(bytes) == 1
    }

    /// Whether 32 bytes are all zero: the identity's encoding, or the scalar zero. Constant time.
    public static func isZero(_ bytes: UnsafePointer<UInt8>) -> Bool {
        sodium_is_zero(bytes, 32) == 1
    }

    /// The element of 64 uniform bytes (RFC 9496 section 4.3.4).
    public static func map(_ uniform: UnsafePointer<UInt8>, into element: UnsafeMutablePointer<UInt8>) {
        crypto_core_ristretto255_from_hash(element, uniform)
    }

    /// `scalar` times `element`.
    /// - Returns: false if `element` is no canonical encoding or the product is the identity. Nothing useful is written.
    public static func multiply(
        _ element: UnsafePointer<UInt8>,
        by scalar: UnsafePointer<UInt8>,
        into product: UnsafeMutablePointer<UInt8>
    ) -> Bool {
        element[31] & 0x80 == 0 && crypto_scalarmult_ristretto255(product, scalar, element) == 0
    }

    /// `scalar` times the generator.
    /// - Returns: false if the product is the identity.
    public static func multiplyGenerator(
        by scalar: UnsafePointer<UInt8>,
        into product: UnsafeMutablePointer<UInt8>
    ) -> Bool {
        crypto_scalarmult_ristretto255_base(product, scalar) == 0
    }

    /// The sum of two elements.
    /// - Returns: false if one of them is no canonical encoding.
    public static func add(
        _ left: UnsafePointer<UInt8>,
        _ right: UnsafePointer<UInt8>,
        into sum: UnsafeMutablePointer<UInt8>
    ) -> Bool {
        (left[31] | right[31]) & 0x80 == 0 && crypto_core_ristretto255_add(sum, left, right) == 0
    }

    /// 64 bytes, little-endian, modulo the group order.
    public static func reduce(_ wide: UnsafePointer<UInt8>, into scalar: UnsafeMutablePointer<UInt8>) {
        crypto_core_ristretto255_scalar_reduce(scalar, wide)
    }

    /// Whether 32 bytes, little-endian, are below the group order. Not constant time: for values from outside.
    public static func isScalar(_ bytes: UnsafePointer<UInt8>) -> Bool {
        for index in stride(from: 31, through: 0, by: -1) where bytes[index] != order[index] {
            return bytes[index] < order[index]
        }
        return false
    }

    /// The product of two scalars.
    public static func multiplyScalars(
        _ left: UnsafePointer<UInt8>,
        _ right: UnsafePointer<UInt8>,
        into product: UnsafeMutablePointer<UInt8>
    ) {
        crypto_core_ristretto255_scalar_mul(product, left, right)
    }

    /// `left` minus `right`.
    public static func subtractScalars(
        _ left: UnsafePointer<UInt8>,
        _ right: UnsafePointer<UInt8>,
        into difference: UnsafeMutablePointer<UInt8>
    ) {
        crypto_core_ristretto255_scalar_sub(difference, left, right)
    }

    /// The inverse of a scalar.
    /// - Returns: false for zero.
    public static func invertScalar(
        _ scalar: UnsafePointer<UInt8>,
        into inverse: UnsafeMutablePointer<UInt8>
    ) -> Bool {
        crypto_core_ristretto255_scalar_invert(inverse, scalar) == 0
    }

    /// 2^252 + 27742317777372353535851937790883648493, little-endian (RFC 9496 section 4.4).
    private static let order: [UInt8] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ]
}
