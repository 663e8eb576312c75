/// Our own log's checkpoints under the cosignatures of peers: the newest, which peers may see, and the last of each hour,
/// which stay. Publication goes on beside; the writer is held for short transactions only.

import AuditLog
import Foundation
import GRDB
public import TransparencyLog

/// A checkpoint of our own log as peers may see it.
public struct CosignedCheckpoint: Sendable, Hashable {
    public let size: Int
    /// The note, cosignatures under it.
    public let note: String
    /// Seconds since 1970.
    public let time: Int
    /// Whether the cosignatures met the quorum when they were gathered.
    public let isQuorum: Bool

    public init(size: Int, note: String, time: Int, isQuorum: Bool) {
        self.size = size
        self.note = note
        self.time = time
        self.isQuorum = isQuorum
    }
}

/// How it went with one peer as our witness.
public struct WitnessContact: Sendable, Hashable {
    public let peer: String
    /// Size that the peer last cosigned; 0: none.
    public let size: Int
    /// When it last cosigned, seconds since 1970.
    public let cosigned: Int?
    /// Why it did not when it was last asked.
    public let failure: String?

    public init(peer: String, size: Int, cosigned: Int?, failure: String?) {
        self.peer = peer
        self.size = size
        self.cosigned = cosigned
        self.failure = failure
    }
}

extension VaultTransaction {
    /// The newest checkpoint that peers may see.
    public func cosignedCheckpoint() throws -> CosignedCheckpoint? {
        try row("SELECT * FROM cosigned_checkpoint ORDER BY size DESC LIMIT 1").map(Self.cosigned)
    }

    /// The kept one of that size.
    public func cosignedCheckpoint(size: Int) throws -> CosignedCheckpoint? {
        try row("SELECT * FROM cosigned_checkpoint WHERE size = ?", [size]).map(Self.cosigned)
    }

    /// The note that we signed at that size, under its cosignatures where it is kept with them.
    public func signedCheckpoint(size: Int) throws -> String? {
        try cosignedCheckpoint(size: size)?.note
            ?? row("SELECT note FROM audit_checkpoints WHERE size = ?", [size]).map { $0["note"] as String }
    }

    /// Those that were gathered from `time` on, seconds since 1970, by size.
    public func cosignedCheckpoints(since time: Int) throws -> [CosignedCheckpoint] {
        try rows("SELECT * FROM cosigned_checkpoint WHERE time >= ? ORDER BY size", [time]).map(Self.cosigned)
    }

    /// The newest one under a quorum.
    public func quorumCheckpoint() throws -> CosignedCheckpoint? {
        try row("SELECT * FROM cosigned_checkpoint WHERE quorum = 1 ORDER BY size DESC LIMIT 1").map(Self.cosigned)
    }

    /// Stores a checkpoint, in place of the earlier ones of its hour unless one of them has a quorum and this has none.
    ///
    /// - Returns: sizes that are no longer kept.
    public func store(_ checkpoint: CosignedCheckpoint) throws -> [Int] {
        try execute(
            "INSERT OR REPLACE INTO cosigned_checkpoint (size, note, time, quorum) VALUES (?, ?, ?, ?)",
            [checkpoint.size, checkpoint.note, checkpoint.time, checkpoint.isQuorum ? 1 : 0]
        )
        let hour = checkpoint.time / 3_600
        let superseded: [Int] = try rows(
            """
            SELECT size FROM cosigned_checkpoint
            WHERE size < ? AND time >= ? AND time < ? AND (quorum = 0 OR ? = 1)
            """,
            [checkpoint.size, hour * 3_600, (hour + 1) * 3_600, checkpoint.isQuorum ? 1 : 0]
        )
        .map { $0["size"] }
        for size in superseded { try execute("DELETE FROM cosigned_checkpoint WHERE size = ?", [size]) }
        return superseded
    }

    /// How it last went, peer by peer.
    public func witnessContacts() throws -> [WitnessContact] {
        try rows("SELECT * FROM witness_contact ORDER BY peer").map {
            WitnessContact(peer: $0["peer"], size: $0["size"], cosigned: $0["cosigned"], failure: $0["failure"])
        }
    }

    public func store(_ contact: WitnessContact) throws {
        try execute(
            "INSERT OR REPLACE INTO witness_contact (peer, size, cosigned, failure) VALUES (?, ?, ?, ?)",
            [contact.peer, contact.size, contact.cosigned, contact.failure]
        )
    }

    /// Whether the log has entries from `index` on that say more than that checkpoints were cosigned or stamped.
    ///
    /// - Parameter time: only those not written after it; milliseconds since 1970.
    public func hasEntries(from index: Int, until time: Int = .max) throws -> Bool {
        try row(
            """
            SELECT 1 FROM audit_index WHERE idx >= ? AND time <= ?
                AND event NOT IN ('checkpoint.witnessed', 'checkpoint.timestamped') LIMIT 1
            """,
            [index, time]
        ) != nil
    }

    private static func cosigned(_ row: Row) -> CosignedCheckpoint {
        CosignedCheckpoint(size: row["size"], note: row["note"], time: row["time"], isQuorum: row["quorum"] == 1)
    }
}

extension Vault {
    /// The newest signed checkpoint of our log, after all that is durable was published.
    public func newestCheckpoint() async throws -> (note: SignedNote, checkpoint: Checkpoint) {
        try await publisher.publish()
        guard let stored = try await signedCheckpoint() else { throw AuditStoreError.checkpointDiffers(size: 0) }
        return stored
    }

    /// The newest checkpoint that was signed; nil for a log that has none yet. Signs nothing.
    public func signedCheckpoint() async throws -> (note: SignedNote, checkpoint: Checkpoint)? {
        let stored = try await read { try StoredCheckpoint.last(in: $0.database) }
        guard let stored, let note = try? SignedNote(Array(stored.note.utf8)) else { return nil }
        return (note, stored.checkpoint)
    }

    /// The hashes that lead from the first `old` published entries to the first `new`.
    public func consistency(from old: Int, to new: Int) throws -> [TreeHash] {
        try LogReader(AuditFolder(path: log.path)).consistency(from: old, to: new)
    }

    /// The root over the first published entries; nil when fewer are published.
    public func root(at size: Int) throws -> TreeHash? {
        let reader = try LogReader(AuditFolder(path: log.path))
        return size <= reader.checkpoint.size ? try reader.root(at: size) : nil
    }

    /// Whether the published log extends a checkpoint of its own name, by the stored entries' hashes: a damaged file of the
    /// folder must not speak against the log.
    ///
    /// - Throws: `checkpointDiffers` when the stored entries do not lead to the stored checkpoint either.
    public func extends(_ checkpoint: Checkpoint) async throws -> Bool {
        try await read { transaction in
            guard let newest = try StoredCheckpoint.last(in: transaction.database)?.checkpoint else { return false }
            // The database takes no checkpoint that does not extend the one before.
            let known = try transaction.row("SELECT root FROM audit_checkpoints WHERE size = ?", [checkpoint.size])
            if let known, known.bytes("root") == checkpoint.root.bytes { return true }
            let cursor = try Row.fetchCursor(
                transaction.database,
                sql: "SELECT hash FROM audit_entries WHERE idx < ? ORDER BY idx",
                arguments: [newest.size]
            )
            var frontier = TreeFrontier()
            var root = checkpoint.size == 0 ? frontier.root : nil
            while let row = try cursor.next() {
                guard let hash = TreeHash(row.bytes("hash")) else {
                    throw AuditStoreError.entryDamaged(index: frontier.size)
                }
                frontier.append(hash)
                if frontier.size == checkpoint.size { root = frontier.root }
            }
            guard frontier.size == newest.size, frontier.root == newest.root else {
                throw AuditStoreError.checkpointDiffers(size: newest.size)
            }
            return root == checkpoint.root
        }
    }

    /// A tile of hashes of the log as it stood at `size` entries; nil for one that it had not.
    public func tile(_ name: TileName, at size: Int) throws -> [UInt8]? {
        try LogReader(AuditFolder(path: log.path)).tile(name, at: size)
    }

    /// The log's verifier key, with its newline, as the folder has it.
    public var logKeyText: String { logKey.text + "\n" }

    /// Writes the kept checkpoints that the folder lacks, and removes those no longer kept.
    public func keepFiles(_ checkpoints: [CosignedCheckpoint], instead superseded: [Int]) async throws {
        var files: [String: [UInt8]] = [:]
        for checkpoint in checkpoints { files["checkpoints/\(checkpoint.size)"] = Array(checkpoint.note.utf8) }
        try await publisher.keep(files, removing: superseded.map { "checkpoints/\($0)" })
    }

    /// Ends publication for good: our key has signed a checkpoint that this database does not extend.
    public func stopSigning(at size: Int) async {
        await publisher.stop(.signedElsewhere(size: size))
    }
}
