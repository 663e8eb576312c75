// Knows which full bundles may go, and how they go after their entry is published (AUDIT section 2). Hash tiles stay, so
// that every proof still holds. Never learns what the entries said.
import AuditLog
import Foundation
import GRDB
import TransparencyLog

/// A legal hold stands: nothing is pruned.
public struct PruningHeld: Error, Sendable, Hashable {}

/// What pruning came to.
public struct Pruning: Sendable, Hashable, Codable {
    /// Entries before this index are gone, now or since earlier.
    public var below: Int
    /// Bundles that went now.
    public var bundles: Int
    /// The index of its `log.pruned`; nil when nothing was left to prune.
    public var entry: Int?

    public init(below: Int, bundles: Int, entry: Int?) {
        self.below = below
        self.bundles = bundles
        self.entry = entry
    }
}

extension Vault {
    /// Up to which entry whole bundles are past all retention: written before that second, and without a sealed value.
    public func prunable(before second: Int) async throws -> Int {
        try await read { try $0.prunable(before: second) }
    }

    /// Prunes those bundles: `log.pruned` first, then, when a checkpoint covers it, the files and the stored bytes.
    ///
    /// - Parameter draft: makes `log.pruned` of the index below which entries go.
    /// - Throws: `PruningHeld`.
    public func prune(
        before second: Int,
        draft: @Sendable @escaping (VaultTransaction, _ below: Int) throws -> AuditDraft
    ) async throws -> Pruning {
        let committed = try await commit { transaction -> ((below: Int, isNew: Bool), [AuditDraft]) in
            guard try !transaction.isAnyHoldPlaced() else { throw PruningHeld() }
            let already = try PrunedEntries.last(in: transaction.database)?.below ?? 0
            let below = try transaction.prunable(before: second)
            guard below > already else { return ((already, false), []) }
            try transaction.execute(
                "INSERT INTO audit_pruned (below, entry) VALUES (?, ?)",
                [below, try transaction.nextLeaf()]
            )
            return ((below, true), [try draft(transaction, below)])
        }
        let below = committed.value.below
        // A copy made from here on says that they were pruned.
        try await publisher.publish()
        // A hold that was placed meanwhile keeps what is still there; a later pruning takes it away.
        guard try await !read({ try $0.isAnyHoldPlaced() }) else { throw PruningHeld() }
        let bundles = try await publisher.removeBundles(below: below)
        try await forgetBytes(below: below)
        return Pruning(below: below, bundles: bundles, entry: committed.leaves.first?.index)
    }

    /// Takes the bytes of pruned entries, and what they are searched by, out of the database.
    private func forgetBytes(below: Int) async throws {
        for start in stride(from: 0, to: below, by: AuditRow.page) {
            let end = min(below, start + AuditRow.page)
            _ = try await commit { transaction in
                guard try !transaction.isAnyHoldPlaced() else { throw PruningHeld() }
                try transaction.execute(
                    "UPDATE audit_entries SET bytes = x'' WHERE idx >= ? AND idx < ? AND length(bytes) > 0",
                    [start, end]
                )
                try transaction.execute("DELETE FROM audit_index WHERE idx >= ? AND idx < ?", [start, end])
                return ((), [])
            }
        }
        if below > 0 { try await overwriteErased() }
    }
}

extension VaultTransaction {
    func prunable(before second: Int) throws -> Int {
        let young: Int? = try row("SELECT min(idx) AS idx FROM audit_index WHERE time >= ?", [second * 1_000])?["idx"]
        let sealed: Int? = try row("SELECT min(idx) AS idx FROM audit_sealed")?["idx"]
        let size = try nextLeaf()
        return min(young ?? size, sealed ?? size) / TileName.fullWidth * TileName.fullWidth
    }
}

extension AuditPublisher {
    /// Removes full bundles that end at or before an index, with what is left of their beginnings; what a crash left of
    /// them, too. They stay gone after it.
    ///
    /// - Returns: how many were there.
    func removeBundles(below: Int) async throws -> Int {
        try await inTurn { try await $0.removeNow(below: below) }
    }

    private func removeNow(below: Int) throws(AuditStoreError) -> Int {
        var removed = 0
        for index in 0..<below / TileName.fullWidth {
            let name = TileName(.entries, index: index)
            let partial = try? FileManager.default.contentsOfDirectory(atPath: files.absolute(name.partialFolder))
            for width in partial ?? [] { files.removeForGood("\(name.partialFolder)/\(width)") }
            guard FileManager.default.fileExists(atPath: files.absolute(name.path)) else { continue }
            files.removeForGood(name.path)
            removed += 1
        }
        try files.syncFolders()
        return removed
    }
}
