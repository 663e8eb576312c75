// The asker's seed for one query and peer. Gives blinds and padding, never itself.
import ObliviousPRF
import Sodium

/// 32 random bytes, `s` in PROTOCOL section 1: kept sealed until openings can no longer be asked for, then erased.
/// With the keys it repeats a query byte by byte.
public struct BlindSeed: Sendable {
    /// For sealing beside the query's audit entry.
    public let secret: SecretBytes

    /// - Throws: `.wrongLength` unless 32 bytes.
    public init(_ secret: SecretBytes) throws(IntersectionError) {
        guard secret.count == 32 else { throw .wrongLength(expected: 32, actual: secret.count) }
        self.secret = secret
    }

    /// r_i = reduce(BLAKE2b-512(key: s, "comity/blind/v1" ‖ query id ‖ i)) for every i of `range`; zero is refused.
    /// A handful is not worth a second thread.
    func blinds(
        query: QueryID,
        range: Range<Int>,
        runner: BatchRunner = BatchRunner(threads: 1)
    ) throws(IntersectionError) -> Blinds {
        let runner = range.count < Self.worthThreads ? BatchRunner(threads: 1) : runner
        let prefix = Array("comity/blind/v1".utf8) + query.bytes
        return try wrappingPRF { () throws(PRFError) in
            try Blinds(count: range.count, runner: runner) { position, wide in
                let message = prefix + fourBytes(range.lowerBound + position)
                // Lengths are fixed and right; a refusal would leave what `wide` held, so it is cleared first.
                wide.update(repeating: 0)
                secret.withUnsafeBytes { key in
                    message.withUnsafeBufferPointer { _ = BLAKE2b.hash($0, key: key, into: wide) }
                }
            }
        }
    }

    private static let worthThreads = 128

    /// The padding key at i: "pad" ‖ 00 ‖ BLAKE2b-256(key: s, "comity/pad/v1" ‖ query id ‖ i). As random as `s` for
    /// everybody else; derived, so that a resend and an opening need no stored padding.
    func pad(query: QueryID, position: Int) throws(IntersectionError) -> [UInt8] {
        let message = Array("comity/pad/v1".utf8) + query.bytes + fourBytes(position)
        return try wrapping { () throws(SodiumError) in
            Padding.prefix + (try BLAKE2b.hash(message, key: secret, length: 32))
        }
    }
}

/// 4 bytes, big-endian; the caller keeps to 32 bits.
func fourBytes(_ value: Int) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) }
}
