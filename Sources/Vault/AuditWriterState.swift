// Knows where the log stands: next place, last time, last checkpoint. Never learns what the entries say.
import AuditLog
import Foundation
import GRDB
import TransparencyLog

/// What the next entry is built on.
struct AuditWriterState: Sendable {
    /// Place of the next entry.
    var next: Int
    var latest: LeafTime
    var cited: CitedCheckpoint
    /// Whether the clock is known to stand before `latest`: told once for each step.
    var stepped = false

    /// Reads the state back from what is stored.
    init(reading database: Database) throws {
        let last = try Row.fetchOne(database, sql: "SELECT idx, bytes FROM audit_entries ORDER BY idx DESC LIMIT 1")
        if let last {
            let index: Int = last["idx"]
            guard let leaf = try? Leaf([UInt8](last["bytes"] as Data)), leaf.index == index else {
                throw AuditStoreError.entryDamaged(index: index)
            }
            next = index + 1
            latest = leaf.time
        } else {
            next = 0
            latest = LeafTime(milliseconds: 0)
        }
        cited = .none
        if let row = try Row.fetchOne(
            database,
            sql: "SELECT size, root FROM audit_checkpoints ORDER BY size DESC LIMIT 1"
        ) {
            let size: Int = row["size"]
            guard let root = TreeHash([UInt8](row["root"] as Data)) else {
                throw AuditStoreError.checkpointDiffers(size: size)
            }
            cited = CitedCheckpoint(size: size, root: root)
        }
    }
}

extension AuditWriterState {
    /// Writes the entries of some drafts, their index rows and sealed values.
    mutating func append(
        _ drafts: [AuditDraft],
        at time: LeafTime,
        with statements: EntryStatements,
        _ dependencies: AuditDependencies
    ) throws -> [DurableLeaf] {
        var leaves: [DurableLeaf] = []
        leaves.reserveCapacity(drafts.count)
        for draft in drafts {
            let written = try draft.write(
                index: next,
                time: time,
                checkpoint: cited,
                randomBytes: dependencies.randomBytes
            )
            let hash = written.hash
            try statements.insert(next, bytes: written.bytes, hash: hash)
            try statements.insert(written.leaf)
            if !draft.personal.isEmpty { try seal(draft, written, at: time, with: statements, dependencies) }
            leaves.append(DurableLeaf(index: next, hash: hash, bytes: written.bytes))
            next += 1
            latest = time
        }
        return leaves
    }

    private func seal(
        _ draft: AuditDraft,
        _ written: AuditDraft.Written,
        at time: LeafTime,
        with statements: EntryStatements,
        _ dependencies: AuditDependencies
    ) throws {
        for (value, disclosure) in zip(draft.personal, written.disclosures) {
            let eraseAfter = dependencies.eraseAfter(value.retentionClass, time.milliseconds / 1_000)
            let sealed = try dependencies.seal(
                AuditSealing(
                    disclosure: Array(disclosure.utf8),
                    value: value.canonicalValue(),
                    terms: value.canonicalTerms(),
                    field: value.name,
                    index: next,
                    retentionClass: value.retentionClass,
                    eraseAfter: eraseAfter
                )
            )
            try statements.insert(next, value, sealed, eraseAfter: eraseAfter)
        }
    }
}
