// Knows the bytes in which a time stamp is asked for (RFC 3161 section 2.4.1). Never learns what is stamped: it has a digest.

/// A query for a time stamp over a SHA-256 digest, asking for the authority's certificate.
public struct TimeStampQuery: Sendable, Hashable {
    /// What an authority is sent, as `application/timestamp-query`.
    public let bytes: [UInt8]

    /// - Parameters:
    ///   - digest: SHA-256 of what is stamped, 32 bytes.
    ///   - nonce: random bytes that the answer repeats; 8 are usual.
    public init(digest: [UInt8], nonce: [UInt8]) {
        let sha256: [UInt8] = [0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01]
        let algorithm = Self.element(0x30, sha256 + [0x05, 0x00])
        let imprint = Self.element(0x30, algorithm + Self.element(0x04, digest))
        let version: [UInt8] = [0x02, 0x01, 0x01]
        let wantsCertificate: [UInt8] = [0x01, 0x01, 0xFF]
        bytes = Self.element(
            0x30,
            version + imprint + Self.element(0x02, Self.integer(nonce)) + wantsCertificate
        )
    }

    /// DER of a number that is not negative: no zeros in front but one where the first bit is set.
    static func integer(_ bytes: [UInt8]) -> [UInt8] {
        let digits = Array(bytes.drop { $0 == 0 })
        guard let first = digits.first else { return [0] }
        return first < 0x80 ? digits : [0] + digits
    }

    /// All that stands here is shorter than 128 bytes: one byte of length.
    private static func element(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        [tag, UInt8(clamping: content.count)] + content
    }
}
