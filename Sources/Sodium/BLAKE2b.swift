// BLAKE2b (RFC 7693) as libsodium has it. Knows keys and messages for the length of a call.
import CSodium

/// BLAKE2b, keyed or not.
public enum BLAKE2b {
    /// Lengths of a digest, in bytes.
    public static let digestLengths = 16...64
    /// Lengths of a key, in bytes; libsodium takes no longer one.
    public static let keyLengths = 16...64

    /// The digest of `message`.
    /// - Parameters:
    ///   - key: empty, or 16 to 64 bytes.
    ///   - length: 16 to 64.
    public static func hash(_ message: [UInt8], key: [UInt8] = [], length: Int = 32) throws(SodiumError) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: max(length, 0))
        var failure: SodiumError?
        key.withUnsafeBufferPointer { key in
            message.withUnsafeBufferPointer { message in
                digest.withUnsafeMutableBufferPointer { failure = hash(message, key: key, into: $0) }
            }
        }
        if let failure { throw failure }
        return digest
    }

    /// The digest of `message` under a secret key.
    public static func hash(
        _ message: [UInt8],
        key: SecretBytes,
        length: Int = 32
    ) throws(SodiumError) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: max(length, 0))
        var failure: SodiumError?
        key.withUnsafeBytes { key in
            message.withUnsafeBufferPointer { message in
                digest.withUnsafeMutableBufferPointer { failure = hash(message, key: key, into: $0) }
            }
        }
        if let failure { throw failure }
        return digest
    }

    /// The digest of `message` into `digest`, whose length is the digest's. Nothing is allocated.
    /// - Returns: nil, or why nothing was written.
    public static func hash(
        _ message: UnsafeBufferPointer<UInt8>,
        key: UnsafeBufferPointer<UInt8>,
        into digest: UnsafeMutableBufferPointer<UInt8>
    ) -> SodiumError? {
        guard let target = digest.baseAddress, digestLengths.contains(digest.count) else {
            return .wrongLength(what: .digest, expected: digestLengths, actual: digest.count)
        }
        guard key.isEmpty || keyLengths.contains(key.count) else {
            return .wrongLength(what: .key, expected: keyLengths, actual: key.count)
        }
        let status = crypto_generichash(
            target,
            digest.count,
            message.baseAddress,
            UInt64(message.count),
            key.baseAddress,
            key.count
        )
        return status == 0 ? nil : .wrongLength(what: .digest, expected: digestLengths, actual: digest.count)
    }
}
