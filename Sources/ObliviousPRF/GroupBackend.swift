// The seam for group arithmetic in batches. Knows points and scalars for the length of a call, nothing of the protocol.

/// Group operations of ristretto255 on batches: concatenated encodings, 32 bytes an element or scalar, 64 bytes a
/// uniform string. Every back end gives the same bytes as `LibsodiumBackend`, which is the reference.
///
/// A call runs on the calling thread; `GroupEngine` spreads work over threads. The memory is the caller's: `count` says
/// how many items every pointer holds. A returned position is the first item that was refused; the output is then
/// worthless. No operation may branch on, or address memory by, a scalar, except where it says that scalars are public.
public protocol GroupBackend: Sendable {
    /// The word for it in measurements and `doctor`.
    var name: String { get }

    /// The first item that is no canonical encoding, or is the identity.
    func firstRefused(_ elements: UnsafePointer<UInt8>, count: Int) -> Int?

    /// Uniform bytes to elements (RFC 9496 section 4.3.4).
    func map(_ uniform: UnsafePointer<UInt8>, count: Int, into elements: UnsafeMutablePointer<UInt8>)

    /// Every element times the one secret scalar.
    func multiply(
        _ elements: UnsafePointer<UInt8>,
        by scalar: UnsafePointer<UInt8>,
        count: Int,
        into products: UnsafeMutablePointer<UInt8>
    ) -> Int?

    /// Every element times its own secret scalar.
    func multiply(
        _ elements: UnsafePointer<UInt8>,
        byEach scalars: UnsafePointer<UInt8>,
        count: Int,
        into products: UnsafeMutablePointer<UInt8>
    ) -> Int?

    /// `map`, then every element times the one secret scalar.
    func mapAndMultiply(
        _ uniform: UnsafePointer<UInt8>,
        by scalar: UnsafePointer<UInt8>,
        count: Int,
        into products: UnsafeMutablePointer<UInt8>
    ) -> Int?

    /// `map`, then every element times its own secret scalar.
    func mapAndMultiply(
        _ uniform: UnsafePointer<UInt8>,
        byEach scalars: UnsafePointer<UInt8>,
        count: Int,
        into products: UnsafeMutablePointer<UInt8>
    ) -> Int?

    /// The sum of every element times its own PUBLIC weight, into one element; the identity for an empty batch.
    func weightedSum(
        _ elements: UnsafePointer<UInt8>,
        weights: UnsafePointer<UInt8>,
        count: Int,
        into sum: UnsafeMutablePointer<UInt8>
    ) -> Int?
}
