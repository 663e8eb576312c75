/// What the log only commits to, read back: sealed disclosures by entry, and entries by value. A value whose bucket key
/// was destroyed, or whose row was erased, is gone.

import AuditLog
import Foundation
import GRDB
import Sodium

/// A personal value of an entry that can still be opened.
public struct OpenedValue: Sendable, Hashable, Codable {
    public let index: Int
    public let field: String
    /// The RFC 9901 disclosure, base64url text.
    public let disclosure: String
}

extension Vault {
    /// The values of one entry that still open, by field.
    public func openedValues(of index: Int) async throws -> [OpenedValue] {
        let rows = try await read { transaction in
            try transaction.rows(
                "SELECT field, box, class, erase_after FROM audit_sealed WHERE idx = ? ORDER BY field",
                [index]
            )
            .map { row in
                SealedValue(
                    field: row["field"],
                    box: [UInt8](row["box"] as Data),
                    retentionClass: row["class"],
                    eraseAfter: row["erase_after"]
                )
            }
        }
        return try rows.compactMap { row in
            guard buckets.holdsKey(row.retentionClass, eraseAfter: row.eraseAfter) else { return nil }
            let text = try buckets.open(
                row.box,
                field: row.field,
                index: index,
                class: row.retentionClass,
                eraseAfter: row.eraseAfter
            )
            return OpenedValue(index: index, field: row.field, disclosure: String(decoding: text, as: UTF8.self))
        }
    }

    private struct SealedValue: Sendable {
        let field: String
        let box: [UInt8]
        let retentionClass: String
        let eraseAfter: Int
    }

    /// Entries of those fields that are about one of the terms, ascending. Nothing is opened: keyed digests are compared,
    /// bucket by bucket, in one pass over all sealed values.
    public func entries(about terms: [String], in fields: [String]) async throws -> [Int] {
        let value = PersonalValue(name: "", value: "", retentionClass: "", terms: terms)
        let canonical = try value.canonicalTerms()
        let buckets = buckets
        return try await read { transaction in
            var blinds: [String: Set<[UInt8]>] = [:]
            var found: Set<Int> = []
            let cursor = try Row.fetchCursor(
                transaction.database,
                sql: "SELECT idx, field, class, erase_after, terms FROM audit_sealed WHERE terms IS NOT NULL"
            )
            while let row = try cursor.next() {
                guard fields.contains(row["field"]) else { continue }
                let (bucket, eraseAfter): (String, Int) = (row["class"], row["erase_after"])
                let name = BucketSealer.name(bucket, eraseAfter: eraseAfter)
                if blinds[name] == nil {
                    let holdsKey = buckets.holdsKey(bucket, eraseAfter: eraseAfter)
                    blinds[name] = Set(
                        try (holdsKey ? canonical : []).map {
                            Array(
                                try buckets.blind($0, class: bucket, eraseAfter: eraseAfter)
                                    .prefix(SealedAuditValue.termLength)
                            )
                        }
                    )
                }
                guard let wanted = blinds[name], !wanted.isEmpty else { continue }
                let stored = [UInt8](row["terms"] as Data)
                for start in stride(
                    from: 0,
                    to: stored.count - SealedAuditValue.termLength + 1,
                    by: SealedAuditValue.termLength
                )
                where wanted.contains(Array(stored[start..<start + SealedAuditValue.termLength])) {
                    found.insert(row["idx"])
                }
            }
            return found.sorted()
        }
    }
}
