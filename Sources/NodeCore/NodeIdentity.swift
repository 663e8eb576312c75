/// Who this node is to others: its card and the keys behind it.

import Crypto
import Foundation
public import PeerTrust
import Sodium
import TransparencyLog
import Vault

public struct NodeIdentity: Sendable {
    public let agency: AgencyID
    public let tls: TLSIdentity
    /// Signs requests, responses, manifests.
    public let signer: RequestSigningKey
    /// Our own card, as peers see it.
    public let card: VerifiedNodeCard

    /// The secrets that a new node starts with.
    static func freshSecrets(tls: TLSIdentity, random: RandomBytes) throws -> [String: SecretBytes] {
        var secrets: [String: SecretBytes] = [:]
        for name in [
            SecretName.signing, SecretName.log, SecretName.witness, SecretName.export, SecretName.record,
            SecretName.question, SecretName.caseReference, SecretName.pseudonym,
        ] {
            secrets[name] = try SecretBytes(random: 32, from: random)
        }
        secrets[SecretName.tlsKey] = try SecretBytes(copying: tls.privateKeyBytes)
        let sealing = try XWingMLKEM768X25519.PrivateKey.generate()
        secrets[SecretName.sealing] = try SecretBytes(copying: [UInt8](sealing.seedRepresentation))
        return secrets
    }
}
