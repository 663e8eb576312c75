// Knows how stored entries are read back for publication. Trusts no row before it was hashed again.
import Foundation
import GRDB
import TransparencyLog

/// Stored entries of a range, at most 4,096 at a time.
struct AuditRow: Sendable {
    let index: Int
    let bytes: [UInt8]
    /// As stored; `check` compares it with the bytes.
    let hash: TreeHash

    static let page = 4_096

    /// - Throws: `entryDamaged` when the bytes are not those whose hash was stored.
    func check() throws(AuditStoreError) {
        guard TreeHash.leaf(bytes) == hash else { throw .entryDamaged(index: index) }
    }

    /// The rows of a range, all of them and in order.
    static func read(_ range: Range<Int>, from database: Database) throws -> [AuditRow] {
        let cursor = try Row.fetchCursor(
            database,
            sql: "SELECT idx, bytes, hash FROM audit_entries WHERE idx >= ? AND idx < ? ORDER BY idx",
            arguments: [range.lowerBound, range.upperBound]
        )
        var rows: [AuditRow] = []
        rows.reserveCapacity(range.count)
        while let row = try cursor.next() {
            let index: Int = row["idx"]
            guard index == range.lowerBound + rows.count,
                let hash = TreeHash(try row.withUnsafeData(named: "hash") { [UInt8]($0 ?? Data()) })
            else { throw AuditStoreError.entryDamaged(index: range.lowerBound + rows.count) }
            rows.append(
                AuditRow(
                    index: index,
                    bytes: try row.withUnsafeData(named: "bytes") { [UInt8]($0 ?? Data()) },
                    hash: hash
                )
            )
        }
        guard rows.count == range.count else {
            throw AuditStoreError.entryDamaged(index: range.lowerBound + rows.count)
        }
        return rows
    }
}

/// A signed checkpoint as stored.
struct StoredCheckpoint: Sendable {
    let checkpoint: Checkpoint
    let note: String
    /// Milliseconds since 1970.
    let time: Int

    /// The newest one.
    static func last(in database: Database) throws -> StoredCheckpoint? {
        guard
            let row = try Row.fetchOne(
                database,
                sql: "SELECT size, root, note, time FROM audit_checkpoints ORDER BY size DESC LIMIT 1"
            )
        else { return nil }
        let size: Int = row["size"]
        let note: String = row["note"]
        guard let signed = try? SignedNote(Array(note.utf8)), let checkpoint = Checkpoint(text: signed.text),
            checkpoint.size == size, checkpoint.root.bytes == [UInt8](row["root"] as Data)
        else { throw AuditStoreError.checkpointDiffers(size: size) }
        return StoredCheckpoint(checkpoint: checkpoint, note: note, time: row["time"])
    }
}

/// Entries whose bytes are gone.
struct PrunedEntries: Sendable {
    let below: Int
    /// The index of its `log.pruned`.
    let entry: Int

    /// The newest pruning.
    static func last(in database: Database) throws -> PrunedEntries? {
        try Row.fetchOne(database, sql: "SELECT below, entry FROM audit_pruned ORDER BY below DESC LIMIT 1").map {
            PrunedEntries(below: $0["below"], entry: $0["entry"])
        }
    }
}
