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
        try await opened(
            index,
            "SELECT field, box, class, erase_after FROM audit_sealed WHERE idx = ? ORDER BY field",
            [index],
            by: buckets
        )
    }

    func opened(
        _ index: Int,
        _ sql: String,
        _ arguments: StatementArguments,
        by buckets: BucketSealer
    ) async throws -> [OpenedValue] {
        let rows = try await read { transaction in
            try transaction.rows(sql, arguments).map { row in
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
        let search = try TermSearch(terms, in: fields, buckets: buckets)
        return try await read { try search.entries(from: 0, in: $0).sorted() }
    }
}

/// Words that a person is found by, looked for among keyed digests.
struct TermSearch: Sendable {
    private let canonical: [[UInt8]]
    private let fields: Set<String>
    private let buckets: BucketSealer

    init(_ terms: [String], in fields: [String], buckets: BucketSealer) throws {
        canonical = try PersonalValue(name: "", value: "", retentionClass: "", terms: terms).canonicalTerms()
        self.fields = Set(fields)
        self.buckets = buckets
    }

    /// The entries from `first` on that have one of the words.
    func entries(from first: Int, in transaction: VaultTransaction) throws -> Set<Int> {
        var blinds = Blinds()
        var found: Set<Int> = []
        let cursor = try Row.fetchCursor(
            transaction.database,
            sql: """
                SELECT idx, field, class, erase_after, terms FROM audit_sealed WHERE idx >= ? AND terms IS NOT NULL
                """,
            arguments: [first]
        )
        while let row = try cursor.next() {
            if try matches(row, &blinds) { found.insert(row["idx"]) }
        }
        return found
    }

    /// The entries of ended logs that have one of the words.
    func endedEntries(in transaction: VaultTransaction) throws -> Set<EndedEntry> {
        var blinds = Blinds()
        var found: Set<EndedEntry> = []
        let cursor = try Row.fetchCursor(
            transaction.database,
            sql: "SELECT origin, idx, field, class, erase_after, terms FROM audit_ended_value WHERE terms IS NOT NULL"
        )
        while let row = try cursor.next() {
            guard try matches(row, &blinds) else { continue }
            found.insert(EndedEntry(origin: row["origin"], index: row["idx"]))
        }
        return found
    }

    /// Keyed digests of the words, by bucket.
    private typealias Blinds = [String: Set<[UInt8]>]

    private func matches(_ row: Row, _ blinds: inout Blinds) throws -> Bool {
        guard fields.contains(row["field"]) else { return false }
        let (bucket, eraseAfter): (String, Int) = (row["class"], row["erase_after"])
        let name = BucketSealer.name(bucket, eraseAfter: eraseAfter)
        if blinds[name] == nil { blinds[name] = try blinded(bucket, eraseAfter: eraseAfter) }
        guard let wanted = blinds[name], !wanted.isEmpty else { return false }
        let stored = [UInt8](row["terms"] as Data)
        let length = SealedAuditValue.termLength
        return stride(from: 0, to: stored.count - length + 1, by: length).contains { start in
            wanted.contains(Array(stored[start..<start + length]))
        }
    }

    /// The words under one bucket's key; none once it was destroyed.
    private func blinded(_ bucket: String, eraseAfter: Int) throws -> Set<[UInt8]> {
        guard buckets.holdsKey(bucket, eraseAfter: eraseAfter) else { return [] }
        return Set(
            try canonical.map {
                Array(
                    try buckets.blind($0, class: bucket, eraseAfter: eraseAfter).prefix(SealedAuditValue.termLength)
                )
            }
        )
    }
}
