// The holder's seed of one epoch. Gives out evaluation keys, never itself.
import ObliviousPRF
import Sodium

/// 32 random bytes behind all evaluation keys of one agreement, asker and epoch; erasing them ends the epoch
/// (PROTOCOL section 2).
public struct EpochSeed: Sendable {
    let secret: SecretBytes

    /// - Throws: `.wrongLength` unless 32 bytes.
    public init(_ secret: SecretBytes) throws(IntersectionError) {
        guard secret.count == 32 else { throw .wrongLength(expected: 32, actual: secret.count) }
        self.secret = secret
    }

    /// DeriveKeyPair(seed, "comity/eval/v1" ‖ index id), RFC 9497 section 3.2.1.
    public func evaluationKey(of index: IndexID) throws(IntersectionError) -> EvaluationKey {
        try wrappingPRF { () throws(PRFError) in
            try EvaluationKey(derivedFrom: secret, info: Array("comity/eval/v1".utf8) + index.bytes)
        }
    }
}
