// Knows how the folder and the database are brought together when a node starts (AUDIT section 5).
// Signs nothing: what does not agree stops the log.
import AuditLog
import Foundation
import TransparencyLog

/// Rebuilds the right edge from stored rows, completes the folder, and refuses what contradicts it.
struct AuditRecovery {
    let database: AuditedDatabase
    var files: AuditFileWriter

    struct Recovered: Sendable {
        let builder: AuditTileBuilder
        let checkpoint: StoredCheckpoint?
    }

    mutating func recover() async throws -> Recovered {
        let rotations = try await database.read { try StoredKeyRotation.all(in: $0) }
        try writeKey(rotations)
        let stored = try await database.read { try StoredCheckpoint.last(in: $0) }
        if let stored, stored.checkpoint.origin != database.dependencies.key.name { throw AuditStoreError.otherLog }
        try refuseNewerFolder(stored, rotations)
        let builder = try await rebuild(stored?.checkpoint.size ?? 0)
        if let stored {
            guard builder.frontier.root == stored.checkpoint.root else {
                throw AuditStoreError.checkpointDiffers(size: stored.checkpoint.size)
            }
            if try files.read("checkpoint") != Array(stored.note.utf8) {
                try files.write("checkpoint", Array(stored.note.utf8))
            }
        }
        try files.syncFolders()
        return Recovered(builder: builder, checkpoint: stored)
    }

    private mutating func writeKey(_ rotations: [StoredKeyRotation]) throws(AuditStoreError) {
        let text = Array((database.dependencies.key.text + "\n").utf8)
        guard let present = try files.read("vkey") else { return try files.write("vkey", text) }
        if present == text { return }
        let key = database.dependencies.key.text
        guard rotations.contains(where: { $0.later == key && Array(($0.earlier + "\n").utf8) == present }) else {
            throw .otherLog
        }
        try files.write("vkey", text)
    }

    /// A checkpoint that left and that the database does not know means the database is old: it may never sign on.
    private func refuseNewerFolder(
        _ stored: StoredCheckpoint?,
        _ rotations: [StoredKeyRotation]
    ) throws(AuditStoreError) {
        guard let bytes = try files.read("checkpoint") else { return }
        let left: Checkpoint
        let keys = Set(rotations.flatMap { [$0.earlier, $0.later] }).compactMap { VerifierKey($0) }
        do { left = try VerifiedCheckpoint(bytes, logKeys: [database.dependencies.key] + keys).checkpoint } catch {
            throw .fileDiffers(path: "checkpoint")
        }
        let known = stored?.checkpoint.size ?? 0
        guard left.size <= known else { throw .checkpointAhead(folder: left.size, database: known) }
        if let stored, left.size == known, left != stored.checkpoint { throw .fileDiffers(path: "checkpoint") }
    }

    private mutating func rebuild(_ size: Int) async throws -> AuditTileBuilder {
        var builder = AuditTileBuilder()
        let pruned = try await database.read { try PrunedEntries.last(in: $0)?.below ?? 0 }
        for start in stride(from: 0, to: size, by: AuditRow.page) {
            let rows = try await database.read { [page = start..<min(size, start + AuditRow.page)] in
                try AuditRow.read(page, from: $0)
            }
            for row in rows {
                try builder.append(row.hash) { name, bytes in try files.writeOnce(name.path, bytes) }
            }
            for first in stride(from: 0, to: rows.count, by: TileName.fullWidth) {
                // What was pruned is not written again; a bundle that is still there, the next pruning removes.
                if rows[first].index < pruned { continue }
                try bundle(rows[first..<min(rows.count, first + TileName.fullWidth)])
            }
        }
        for (name, bytes) in builder.partial() where try files.read(name.path) != bytes {
            try files.write(name.path, bytes)
        }
        return builder
    }

    private mutating func bundle(_ rows: ArraySlice<AuditRow>) throws {
        guard let first = rows.first, let bytes = EntryBundle.encode(rows.lazy.map(\.bytes)) else { return }
        let name = TileName(.entries, index: first.index / TileName.fullWidth, width: rows.count)
        let present = try files.read(name.path)
        if present == bytes { return }
        if present != nil, name.isFull { throw AuditStoreError.fileDiffers(path: name.path) }
        for row in rows { try row.check() }
        try files.write(name.path, bytes)
    }
}
