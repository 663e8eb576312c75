/// Who this node is to others: its card and the keys behind it, restored from keyring and folder.

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
    /// The log's origin: a restore may have begun another one.
    let logOrigin: String

    init(folder: NodeFolder, configuration: NodeConfiguration, keyring: Keyring) throws(NodeProblem) {
        guard let agency = AgencyID(configuration.agency) else {
            throw NodeProblem(.data, "the agency id in the settings is malformed", at: folder.configuration.path)
        }
        self.agency = agency
        do {
            tls = try TLSIdentity(
                certificate: keyring.secret(SecretName.tlsCertificate).copy(),
                privateKey: keyring.secret(SecretName.tlsKey).copy()
            )
            guard let signer = RequestSigningKey(seed: try keyring.secret(SecretName.signing).copy()) else {
                throw KeyringError.noSuchSecret(name: SecretName.signing)
            }
            self.signer = signer
            let present = try VerifiedNodeCard(
                UnverifiedNodeCard(bytes: [UInt8](try Data(contentsOf: folder.card)), rule: .anyAddress)
            )
            logOrigin = VerifierKey(present.card.logKeys.log)?.name ?? ""
            guard LogOrigin.number(logOrigin, of: agency.text) != nil else {
                throw KeyringError.noSuchSecret(name: SecretName.log)
            }
            let key = try LogKey(name: logOrigin, seed: keyring.secret(SecretName.log))
            card = try Self.card(present, log: key.verifier.text, signer: signer)
            if card != present { try DurableFile.write(card.bytes, to: folder.card, mode: 0o644) }
        } catch {
            throw NodeProblem(
                .data,
                "the node's card or keys cannot be read",
                at: folder.card.path,
                because: "card and keyring do not belong together, or a file is missing",
                try: "restore the folder from one backup"
            )
        }
        guard card.card.agency == agency, card.card.signingKey == signer.publicKey else {
            throw NodeProblem(
                .data,
                "the card is not this keyring's",
                at: folder.card.path,
                try: "restore the folder from one backup"
            )
        }
    }
}

extension NodeIdentity {
    /// The card, or the one after it where the log has another key by now.
    private static func card(
        _ present: VerifiedNodeCard,
        log: String,
        signer: RequestSigningKey
    ) throws -> VerifiedNodeCard {
        let old = present.card
        // Another keyring's card is refused as it stands.
        guard old.logKeys.log != log, old.signingKey == signer.publicKey else { return present }
        let bytes = try bytes(of: present, log: log, serial: old.serial + 1, signer: signer)
        return try VerifiedNodeCard(UnverifiedNodeCard(bytes: bytes, rule: .anyAddress), following: present)
    }

    /// The card of a restored node whose log is another one. Cards may have been made since the backup that it does not know: it
    /// steps over them, so that no peer takes it for an older one, or for the next in the chain.
    static func card(
        afterRestoring present: VerifiedNodeCard,
        log: String,
        signer: RequestSigningKey
    ) throws -> VerifiedNodeCard {
        let bytes = try bytes(of: present, log: log, serial: present.card.serial + 1_000, signer: signer)
        return try VerifiedNodeCard(UnverifiedNodeCard(bytes: bytes, rule: .anyAddress))
    }

    private static func bytes(
        of present: VerifiedNodeCard,
        log: String,
        serial: Int,
        signer: RequestSigningKey
    ) throws -> [UInt8] {
        let old = present.card
        let card = try NodeCard(
            agency: old.agency,
            name: old.name,
            jurisdiction: old.jurisdiction,
            endpoints: old.endpoints,
            tlsCertificate: old.tlsCertificate,
            signingKey: old.signingKey,
            sealingKey: old.sealingKey,
            logKeys: NodeCard.LogKeys(log: log, witness: old.logKeys.witness, export: old.logKeys.export),
            serial: serial,
            previous: present.fingerprint
        )
        return try card.signed(with: signer, previousKey: signer)
    }
}

extension SecretBytes {
    /// The bytes on the heap, for crypto libraries that keep their own copy. Callers hand them on at once.
    func copy() -> [UInt8] { withUnsafeBytes { Array($0) } }
}
