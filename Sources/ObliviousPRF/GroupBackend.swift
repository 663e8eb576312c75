// The seam for group arithmetic in batches. Knows points and scalars for the length of a call, nothing of the protocol.

/// Group operations of ristretto255 on batches: concatenated encodings, 32 bytes an element or scalar, 64 bytes a
/// uniform string. Every back end gives the same bytes as `LibsodiumBackend`, which is the reference.
///
/// A call runs on the calling thread; `GroupEngine` spreads work over threads. The memory is the caller's: `count` says
/// how many items every pointer holds. A returned position is the first item that was refused; the output is then
/// worthless. No operation may branch on, or address memory by, a scalar, except where it says that scalars are public.
public protocol GroupBackend: Sendable {
    /// The word for it in measurements, `doctor` and `COMITY_GROUP_BACKEND`.
    var name: String { get }

    /// Items that are worked on at once: a batch costs as much as the next multiple.
    var lanes: Int { get }

    /// Bytes of a decoded point, in a form of the back end's own.
    var pointLength: Int { get }

    /// Public elements to points, or only checked if `points` is nil. Refuses what is no canonical encoding, and the
    /// identity.
    func decode(
        _ elements: UnsafePointer<UInt8>,
        count: Int,
        into points: UnsafeMutablePointer<UInt8>?
    ) -> Int?

    /// Uniform bytes to elements (RFC 9496 section 4.3.4).
    func map(_ uniform: UnsafePointer<UInt8>, count: Int, into elements: UnsafeMutablePointer<UInt8>)

    /// Every operand times the secret scalar, or its own. Refuses what `decode` refuses, and the identity as a product.
    /// - Parameter points: the products as `decode` would make them, for less; nil for none.
    func multiply(
        _ operands: GroupOperands,
        by scalars: GroupScalars,
        count: Int,
        into products: UnsafeMutablePointer<UInt8>,
        points: UnsafeMutablePointer<UInt8>?
    ) -> Int?

    /// The sum of every decoded point times its own PUBLIC weight, into one element; the identity for an empty batch.
    /// Refuses a weight of zero.
    func weightedSum(
        _ points: UnsafePointer<UInt8>,
        weights: UnsafePointer<UInt8>,
        count: Int,
        into sum: UnsafeMutablePointer<UInt8>
    ) -> Int?

    /// Every secret scalar's inverse, below the group order, into memory of its own. False if a scalar is zero.
    func invert(_ scalars: UnsafePointer<UInt8>, count: Int, into inverses: UnsafeMutablePointer<UInt8>) -> Bool

    /// SHA-512 of messages, of which each ends where the next begins; of 128 zero bytes and each message if
    /// `afterZeroBlock`. No branch depends on a message but on its length.
    func sha512(
        _ messages: UnsafePointer<UInt8>,
        ends: UnsafePointer<Int>,
        count: Int,
        afterZeroBlock: Bool,
        into digests: UnsafeMutablePointer<UInt8>
    )
}

extension GroupBackend {
    /// `multiply` without points.
    public func multiply(
        _ operands: GroupOperands,
        by scalars: GroupScalars,
        count: Int,
        into products: UnsafeMutablePointer<UInt8>
    ) -> Int? {
        multiply(operands, by: scalars, count: count, into: products, points: nil)
    }
}

/// What is multiplied.
public enum GroupOperands {
    /// Encodings, which are decoded first.
    case elements(UnsafePointer<UInt8>)
    /// What `decode` of the same back end has written.
    case points(UnsafePointer<UInt8>)
    /// Uniform strings, which are mapped first.
    case uniform(UnsafePointer<UInt8>)
}

/// Secret scalars, 32 bytes each.
public enum GroupScalars {
    /// One for all items.
    case one(UnsafePointer<UInt8>)
    /// One for each.
    case each(UnsafePointer<UInt8>)

    var start: UnsafePointer<UInt8> {
        switch self {
        case .one(let start), .each(let start): start
        }
    }

    /// Bytes from one item's scalar to the next one's.
    var stride: Int {
        switch self {
        case .one: 0
        case .each: 32
        }
    }
}
