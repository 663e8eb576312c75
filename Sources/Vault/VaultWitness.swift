/// What a node keeps as a witness of its peers' logs: the newest checkpoint it cosigned of each, and signed checkpoints
/// that contradict one another. Compared and stored in one transaction, so that no cosignature is given for two histories.

import Foundation
import GRDB
public import TransparencyLog

/// The newest checkpoint of a peer's log that we cosigned.
public struct WitnessedCheckpoint: Sendable, Hashable {
    public let peer: String
    public let checkpoint: Checkpoint
    /// The peer's note with our cosignature under it.
    public let note: String
    /// Seconds since 1970.
    public let time: Int
}

/// Two notes of one log, both signed by its key, that do not fit: evidence, kept as received.
public struct WitnessConflict: Sendable, Hashable {
    /// What they say.
    public enum Kind: String, Sendable {
        /// Two roots of one size, or a checkpoint that the log's own entries do not lead to: the log has two histories.
        case roots
        /// The proof that came with the later one does not lead to it: it has another history, or the proof was wrong.
        case proof
    }

    public let kind: Kind
    public let origin: String
    /// Whose log it is.
    public let peer: String
    /// Of the later note.
    public let size: Int
    public let root: TreeHash
    public let earlier: String
    public let later: String
    /// Seconds since 1970.
    public let seen: Int

    public init(_ kind: Kind, peer: String, later: Checkpoint, laterNote: String, earlierNote: String, seen: Int) {
        self.kind = kind
        origin = later.origin
        self.peer = peer
        size = later.size
        root = later.root
        earlier = earlierNote
        self.later = laterNote
        self.seen = seen
    }

    fileprivate init?(_ row: Row) {
        guard let root = TreeHash(row.bytes("root")), let kind = Kind(rawValue: row["kind"]) else { return nil }
        self.kind = kind
        origin = row["origin"]
        peer = row["peer"]
        size = row["size"]
        self.root = root
        earlier = row["earlier"]
        later = row["later"]
        seen = row["seen"]
    }
}

/// What a witness makes of a checkpoint.
public enum WitnessAnswer: Sendable, Hashable {
    case cosigned(SignedNote.Signature)
    /// With what is new of the evidence, if the checkpoint is some.
    case refused(WitnessRefusal, WitnessConflict?)
}

extension WitnessConflict.Kind {
    /// Nil for a refusal that contradicts nothing.
    fileprivate init?(_ refusal: WitnessRefusal) {
        guard refusal.isEvidence else { return nil }
        self = refusal == .inconsistent ? .proof : .roots
    }
}

extension VaultTransaction {
    /// The newest checkpoint of that log that we cosigned.
    public func witnessed(_ origin: String) throws -> WitnessedCheckpoint? {
        try row("SELECT * FROM witnessed WHERE origin = ?", [origin]).map(Self.witnessed)
    }

    /// Of each log we witness, the newest checkpoint.
    public func witnessed() throws -> [WitnessedCheckpoint] {
        try rows("SELECT * FROM witnessed ORDER BY origin").map(Self.witnessed)
    }

    /// Judges a peer's checkpoint by the one before, and stores it if it extends it. What is cosigned is durable before
    /// anybody hears of it.
    ///
    /// - Parameters:
    ///   - now: seconds since 1970.
    ///   - cosign: our cosignature under a text, at `now`.
    public func witness(
        _ addition: SignedAddition,
        of peer: String,
        at now: Int,
        cosign: (_ text: String) -> SignedNote.Signature
    ) throws -> WitnessAnswer {
        let checkpoint = addition.checkpoint
        var note = addition.addition.checkpoint
        let latest = try witnessed(checkpoint.origin)
        if let refusal = addition.refusal(after: latest?.checkpoint) {
            guard let kind = WitnessConflict.Kind(refusal), let latest else { return .refused(refusal, nil) }
            let conflict = WitnessConflict(
                kind,
                peer: peer,
                later: checkpoint,
                laterNote: note.encoded,
                earlierNote: latest.note,
                seen: now
            )
            return .refused(refusal, try store(conflict) ? conflict : nil)
        }
        let signature = cosign(note.text)
        note.add(signature)
        try execute(
            """
            INSERT OR REPLACE INTO witnessed (origin, peer, size, root, note, time) VALUES (?, ?, ?, ?, ?, ?)
            """,
            [checkpoint.origin, peer, checkpoint.size, checkpoint.root.bytes.blob, note.encoded, now]
        )
        // With a proof that is right, one that was wrong says nothing any more.
        try execute(
            "DELETE FROM witness_conflict WHERE origin = ? AND size = ? AND root = ? AND kind = 'proof'",
            [checkpoint.origin, checkpoint.size, checkpoint.root.bytes.blob]
        )
        return .cosigned(signature)
    }

    /// Keeps evidence. Two roots take the place of a wrong proof, of the same checkpoint or where no more is kept.
    ///
    /// - Returns: false when it is known already, or so much of that log is kept that more would only fill the disk.
    public func store(_ conflict: WitnessConflict) throws -> Bool {
        let isKnown = try row(
            "SELECT 1 FROM witness_conflict WHERE origin = ? AND size = ? AND root = ? AND kind IN ('roots', ?)",
            [conflict.origin, conflict.size, conflict.root.bytes.blob, conflict.kind.rawValue]
        )
        guard isKnown == nil, try hasRoom(for: conflict) else { return false }
        try execute(
            """
            INSERT OR REPLACE INTO witness_conflict (origin, size, root, kind, peer, earlier, later, seen)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                conflict.origin, conflict.size, conflict.root.bytes.blob, conflict.kind.rawValue, conflict.peer,
                conflict.earlier, conflict.later, conflict.seen,
            ]
        )
        return true
    }

    /// Makes room for two roots where wrong proofs take it up.
    private func hasRoom(for conflict: WitnessConflict) throws -> Bool {
        let others = try row(
            "SELECT count(*) AS kept FROM witness_conflict WHERE origin = ? AND NOT (size = ? AND root = ?)",
            [conflict.origin, conflict.size, conflict.root.bytes.blob]
        )
        let kept: Int = others?["kept"] ?? 0
        guard kept >= Self.mostConflicts else { return true }
        guard conflict.kind == .roots else { return false }
        try execute(
            """
            DELETE FROM witness_conflict WHERE (origin, size, root) = (
                SELECT origin, size, root FROM witness_conflict WHERE origin = ? AND kind = 'proof'
                ORDER BY seen DESC, size DESC LIMIT 1
            )
            """,
            [conflict.origin]
        )
        return changes == 1
    }

    /// Most contradictions kept of one log: the first convicts it.
    static let mostConflicts = 64

    /// All evidence, oldest first.
    public func witnessConflicts() throws -> [WitnessConflict] {
        try rows("SELECT * FROM witness_conflict ORDER BY seen, origin, size").compactMap(WitnessConflict.init)
    }

    private static func witnessed(_ row: Row) throws -> WitnessedCheckpoint {
        let (origin, size): (String, Int) = (row["origin"], row["size"])
        guard let root = TreeHash(row.bytes("root")) else { throw AuditStoreError.checkpointDiffers(size: size) }
        return WitnessedCheckpoint(
            peer: row["peer"],
            checkpoint: Checkpoint(origin: origin, size: size, root: root),
            note: row["note"],
            time: row["time"]
        )
    }
}
