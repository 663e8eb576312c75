/// What each secret in the keyring is for: the one list of names (PROTOCOL section 1, Keys).

import SetIntersection
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
    /// The log's seed before the present one, while both sign.
    static let logBefore = "log-before"
    static let export = "export"
    /// Seals records at rest, 32 bytes.
    static let record = "record"
    /// Seals questions, blind seeds and outcomes at rest, 32 bytes.
    static let question = "question"
    /// Makes case references, one value for each case and peer, 32 bytes.
    static let caseReference = "case-reference"
    /// Makes analyst pseudonyms, one for each peer and year, 32 bytes.
    static let pseudonym = "pseudonym"
    /// Names people in the ledger of what fetching buckets tells, and chooses the buckets beside, 32 bytes.
    static let buckets = "buckets"

    /// The seed of one epoch's evaluation keys, 32 bytes; erased at its end, in no backup.
    static func epochSeed(agreement: String, asker: String, epoch: Int) -> String {
        "epoch/\(agreement)/\(asker)/\(epoch)"
    }

    static func epochSeed(_ scope: IndexScope) -> String {
        epochSeed(agreement: scope.agreement, asker: scope.asker, epoch: scope.epoch)
    }

    /// Permutes the numbers of one agreement's and asker's handles, 32 bytes; outlives epochs, in no backup.
    static func handles(_ scope: IndexScope) -> String { "handles/\(scope.agreement)/\(scope.asker)" }

    /// What each backup holds: without these no node comes back.
    static let lasting: Set = [
        tlsKey, tlsCertificate, signing, log, logBefore, witness, export, record, question, caseReference, pseudonym,
        buckets,
    ]

    /// Whether it is a key that goes with its month, and all that stands under it: only in a file beside a backup, which
    /// goes within 35 days. Seeds, keys of handles and sealing keys are in neither.
    static func isOfMonth(_ name: String) -> Bool { name.hasPrefix("bucket/") || name.hasPrefix(retentionPrefix) }

    /// In a file of month keys: when it was made, in digits, seconds since 1970.
    static let made = "made"

    /// Whose seed a name is; nil for another secret.
    static func scope(ofSeed name: String, holder: String) -> IndexScope? {
        let parts = name.split(separator: "/").map(String.init)
        guard parts.count == 4, parts[0] == "epoch", let epoch = Int(parts[3]) else { return nil }
        return try? IndexScope(agreement: parts[1], asker: parts[2], holder: holder, epoch: epoch)
    }
}
