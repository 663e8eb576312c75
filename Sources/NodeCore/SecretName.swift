/// What each secret in the keyring is for: the one list of names (PROTOCOL section 1, Keys).

import Vault

enum SecretName {
    /// P-256 scalar of the TLS certificate, 32 bytes.
    static let tlsKey = "tls-key"
    /// DER of the TLS certificate; public, kept here so that key and certificate cannot part.
    static let tlsCertificate = "tls-certificate"
    /// Ed25519 seed that signs requests, responses, cards and manifests, 32 bytes.
    static let signing = "signing"
    /// X-Wing private key that opens what is released to us.
    static let sealing = "sealing"
    /// Ed25519 seeds of the log, the witness and exports, 32 bytes each.
    static let log = "log"
    static let witness = "witness"
    static let export = "export"
    /// Seals records at rest, 32 bytes.
    static let record = "record"
    /// Seals questions, blind seeds and outcomes at rest, 32 bytes.
    static let question = "question"
    /// Makes case references, one value for each case and peer, 32 bytes.
    static let caseReference = "case-reference"
    /// Makes analyst pseudonyms, one for each peer and year, 32 bytes.
    static let pseudonym = "pseudonym"

    /// The seed of one epoch's evaluation keys, 32 bytes; erased at its end, in no backup.
    static func epochSeed(agreement: String, asker: String, epoch: Int) -> String {
        "epoch/\(agreement)/\(asker)/\(epoch)"
    }

    /// The agreement whose seed a name is; nil for another secret.
    static func agreement(ofSeed name: String) -> String? {
        let parts = name.split(separator: "/")
        return parts.count == 4 && parts[0] == "epoch" ? String(parts[1]) : nil
    }
}
