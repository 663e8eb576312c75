// Knows how one key of a log follows another (AUDIT section 4): the entry that says so, and how long both sign.
// Holds no secret half.
import AuditLog
import CanonicalJSON
import GRDB
import TransparencyLog

/// A change of the log's key as stored.
public struct StoredKeyRotation: Sendable, Hashable {
    /// Verifier keys, as text.
    public let earlier: String
    public let later: String
    /// The index of its `key.rotated`.
    public let entry: Int
    /// Seconds since 1970 up to which both sign.
    public let until: Int

    /// For so many seconds both keys sign: whoever looks once a month follows from one to the other.
    public static let overlap = 30 * 86_400

    static func all(in database: Database) throws -> [StoredKeyRotation] {
        try Row.fetchAll(database, sql: "SELECT vkey, earlier, entry, until FROM audit_key ORDER BY entry").map {
            StoredKeyRotation(earlier: $0["earlier"], later: $0["vkey"], entry: $0["entry"], until: $0["until"])
        }
    }

    /// `data` of `key.rotated`.
    static func data(earlier: VerifierKey, later: VerifierKey) -> [String: JSONValue] {
        [
            "earlier_vkey": .string(earlier.text), "vkey": .string(later.text),
            "key_ids": .array([earlier, later].map { .string($0.idText) }),
        ]
    }
}

extension VerifierKey {
    /// The eight hex digits of its id, as its text has them.
    fileprivate var idText: String {
        let parts = text.dropFirst(name.utf8.count + 1).split(separator: "+", maxSplits: 1)
        return parts.first.map(String.init) ?? ""
    }
}

extension VaultTransaction {
    /// Notes that `later` follows `earlier`; the entry of `draft` is the first of this change.
    public func rotateLogKey(from earlier: VerifierKey, to later: VerifierKey, now: Int) throws -> [String: JSONValue] {
        try execute(
            "INSERT INTO audit_key (vkey, earlier, entry, until) VALUES (?, ?, ?, ?)",
            [later.text, earlier.text, try nextLeaf(), now + StoredKeyRotation.overlap]
        )
        return StoredKeyRotation.data(earlier: earlier, later: later)
    }

    /// Changes of the log's key, oldest first.
    public func logKeyRotations() throws -> [StoredKeyRotation] { try StoredKeyRotation.all(in: database) }
}

extension AuditedDatabase {
    /// After a change of the log's key: says so in the log where a crash came between the keyring and the entry, and makes
    /// an entry for the first checkpoint under the new key, which has nothing to cover otherwise.
    ///
    /// - Returns: whether that checkpoint is to be published at once: `vkey` names the new key already.
    func beginRotation() async throws -> Bool {
        guard let earlier = dependencies.earlier?.key else { return false }
        let key = dependencies.key
        let (isKnown, newest) = try await read { database in
            let isKnown = try StoredKeyRotation.all(in: database).contains { $0.later == key.text }
            return (isKnown, try StoredCheckpoint.last(in: database)?.note)
        }
        let note = try newest.map { try SignedNote(Array($0.utf8)) }
        let isSigned = note.map { (try? VerifiedCheckpoint($0, logKeys: [key])) != nil } ?? true
        if isKnown, isSigned { return false }
        let now = dependencies.clock() / 1_000
        _ = try await commit { database in
            guard !isKnown else { return ((), [AuditDraft(event: "log.resumed", actor: .system)]) }
            let data = try VaultTransaction(database: database).rotateLogKey(from: earlier, to: key, now: now)
            return ((), [AuditDraft(event: "key.rotated", actor: .system, data: data)])
        }
        return true
    }

    /// The signatures of a checkpoint's text: by the log's key, and by the one before while both sign.
    func signatures(of text: String) async throws -> [(key: VerifierKey, bytes: [UInt8])] {
        let message = Array(text.utf8)
        var signatures = [(dependencies.key, try dependencies.sign(message))]
        if let earlier = dependencies.earlier {
            let now = dependencies.clock() / 1_000
            let until = try await read { [dependencies] in
                try StoredKeyRotation.all(in: $0).first { $0.later == dependencies.key.text }?.until
            }
            if let until, now <= until { signatures.append((earlier.key, try earlier.sign(message))) }
        }
        return signatures
    }
}

extension Vault {
    /// The keys under which the log's present checkpoints stand: its own, and the one before while both sign.
    public var logKeys: [VerifierKey] { [logKey] + (database.dependencies.earlier.map { [$0.key] } ?? []) }

    /// Changes of the log's key, oldest first.
    public func logKeyRotations() async throws -> [StoredKeyRotation] { try await read { try $0.logKeyRotations() } }
}
