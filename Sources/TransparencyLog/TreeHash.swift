// Knows the hashes of an RFC 9162 tree. Never learns what the leaves mean.
import Crypto

/// A node of the tree: 32 bytes of SHA-256.
public struct TreeHash: Sendable, Hashable {
    // Four words instead of an array: a tree of millions allocates nothing for its hashes.
    private var words: (UInt64, UInt64, UInt64, UInt64)

    public static let byteCount = 32

    /// - Parameter bytes: exactly 32; otherwise nil.
    public init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        words = (0, 0, 0, 0)
        withUnsafeMutableBytes(of: &words) { $0.copyBytes(from: bytes) }
    }

    init(_ digest: SHA256.Digest) {
        words = (0, 0, 0, 0)
        digest.withUnsafeBytes { source in
            withUnsafeMutableBytes(of: &words) { $0.copyMemory(from: source) }
        }
    }

    /// The 32 bytes.
    public var bytes: [UInt8] {
        withUnsafeBytes(of: words) { Array($0) }
    }

    /// Base64 with padding, as in checkpoints.
    public var base64: String { Base64.encode(bytes) }

    /// Reads standard base64 with padding; nil unless it is the one text of 32 bytes.
    public init?(base64: some StringProtocol) {
        guard let bytes = Base64.decode(base64) else { return nil }
        self.init(bytes)
    }

    public static func == (left: TreeHash, right: TreeHash) -> Bool {
        left.words == right.words
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
    }

    /// The root of a tree without leaves: SHA-256("").
    public static let empty = TreeHash(SHA256.hash(data: [UInt8]()))

    /// SHA-256(00 ‖ entry), RFC 9162 section 2.1.1.
    public static func leaf(_ entry: some Collection<UInt8>) -> TreeHash {
        entry.withContiguousStorageIfAvailable { leaf(UnsafeRawBufferPointer($0)) }
            ?? Array(entry).withUnsafeBytes { leaf($0) }
    }

    private static func leaf(_ entry: UnsafeRawBufferPointer) -> TreeHash {
        withUnsafeTemporaryAllocation(byteCount: entry.count + 1, alignment: 8) { message in
            message[0] = 0
            UnsafeMutableRawBufferPointer(rebasing: message[1...]).copyMemory(from: entry)
            return hash(UnsafeRawBufferPointer(message))
        }
    }

    private static func hash(_ message: UnsafeRawBufferPointer) -> TreeHash {
        var hasher = SHA256()
        hasher.update(bufferPointer: message)
        return TreeHash(hasher.finalize())
    }

    /// SHA-256(01 ‖ left ‖ right), RFC 9162 section 2.1.1.
    public static func node(_ left: TreeHash, _ right: TreeHash) -> TreeHash {
        withUnsafeTemporaryAllocation(byteCount: 1 + 2 * byteCount, alignment: 8) { message in
            message[0] = 1
            let both = (left.words, right.words)
            withUnsafeBytes(of: both) { UnsafeMutableRawBufferPointer(rebasing: message[1...]).copyMemory(from: $0) }
            return hash(UnsafeRawBufferPointer(message))
        }
    }
}

extension TreeHash: CustomStringConvertible {
    public var description: String { base64 }
}
