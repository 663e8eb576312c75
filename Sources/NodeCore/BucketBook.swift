/// How many pieces of buckets an asker may still have of an index in its epoch, counted durably in the transaction that logs
/// the piece. It bounds work and makes hoarding show; it hides nothing.

import SetIntersection
import Vault

enum BucketBook {
    /// So many times every bucket of the index, and never fewer than `least` pieces: five hundred questions that cover half
    /// of all buckets, or tens of thousands that do not.
    static let times = 256
    static let least = 4_096

    static func limit(of manifest: Manifest) -> Int {
        max(least, times * manifest.classes.reduce(0) { $0 + $1.cut.count })
    }

    /// Takes one piece if any is left. Of an index that askers hold a copy of nothing is counted.
    static func take(from manifest: Manifest, in transaction: VaultTransaction) throws -> Bool {
        guard manifest.retrieval != .synced else { return true }
        let scope = manifest.scope
        let counter = QuotaCounter(
            subject: "fetched/bucket/\(scope.asker)/\(scope.agreement)",
            period: "epoch",
            window: scope.epoch
        )
        guard try transaction.quotaUse([counter])[counter] ?? 0 < limit(of: manifest) else { return false }
        try transaction.addQuotaUse([counter], keys: 1)
        return true
    }
}
