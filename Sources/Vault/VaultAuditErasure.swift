/// Personal values leave the log: rows and their entry in one transaction, the file overwritten, month by month the key
/// destroyed (AUDIT section 2). Entries stay as they are; never learns what a value means.

import AuditLog
import CanonicalJSON
import GRDB

/// A personal value by its place: an entry and one of its fields.
public struct SealedPlace: Sendable, Hashable {
    public let index: Int
    public let field: String

    public init(index: Int, field: String) {
        self.index = index
        self.field = field
    }
}

/// A legal hold keeps what was to be erased.
public struct HeldValues: Error, Sendable, Hashable {
    /// How many of the values.
    public let count: Int
}

/// Whose values: what a person is found by, and which fields of the entries found are about them.
public struct ErasedPerson: Sendable {
    /// Words, as `phone=+4930…`.
    public var terms: [String]
    /// Fields that have such words.
    public var searched: [String]
    /// Fields that stay: they tell who acted.
    public var kept: Set<String>

    public init(terms: [String], searched: [String], kept: Set<String>) {
        self.terms = terms
        self.searched = searched
        self.kept = kept
    }
}

/// What an erasure came to.
public struct AuditErasure: Sendable, Hashable, Codable {
    public var values: Int
    public var entries: Int
    /// The entries that tell of it.
    public var erasedBy: [Int]
    /// Whether the database's file holds none of it any more; else the next erasure, or the node within the hour, does it.
    public var isOverwritten: Bool

    public init(values: Int, entries: Int, erasedBy: [Int], isOverwritten: Bool = true) {
        self.isOverwritten = isOverwritten
        self.values = values
        self.entries = entries
        self.erasedBy = erasedBy
    }
}

extension Vault {
    /// The values that are about a person: in entries found by a word, and in those on the same question; ended logs too.
    public func sealedPlaces(of person: ErasedPerson) async throws -> PersonPlaces {
        let search = try TermSearch(person.terms, in: person.searched, buckets: buckets)
        return try await read { try $0.places(of: search.everywhere(in: $0), keeping: person.kept) }
    }

    /// Erases the values that are about a person, and appends the entries that `drafts` makes of them.
    ///
    /// - Throws: `HeldValues` when a legal hold keeps one of them; then nothing is erased.
    public func erase(
        _ person: ErasedPerson,
        drafts: @Sendable @escaping (VaultTransaction, PersonPlaces) throws -> [AuditDraft]
    ) async throws -> AuditErasure {
        let search = try TermSearch(person.terms, in: person.searched, buckets: buckets)
        // The long look comes first, beside the writer; inside the transaction only what was written since.
        let (found, size) = try await read { (try search.everywhere(in: $0), try $0.nextLeaf()) }
        let committed = try await commit { transaction in
            var all = found
            all.running.formUnion(try search.entries(from: size, in: transaction))
            let places = try transaction.places(of: all, keeping: person.kept)
            let held = try transaction.heldCount(places)
            guard held == 0 else { throw HeldValues(count: held) }
            try transaction.eraseSealed(places.running)
            _ = try transaction.eraseEnded(places.ended)
            return (places, places.isEmpty ? [] : try drafts(transaction, places))
        }
        let isOverwritten = try await overwriteErased()
        return AuditErasure(
            values: committed.value.count,
            entries: committed.value.entries,
            erasedBy: committed.leaves.map(\.index),
            isOverwritten: isOverwritten
        )
    }

    /// Values erased in one transaction: nobody waits long for it.
    static let erasedAtOnce = 4_096

    /// Erases what is past its retention: rows of months that are over, then the keys of months without rows. Held values
    /// and their key stay. Each step is whole by itself; what a crash leaves, the next call does.
    ///
    /// - Returns: values erased.
    @discardableResult
    public func eraseExpired() async throws -> Int {
        let month = UTCMonth(seconds: database.dependencies.clock() / 1_000)
        var erased = 0
        while true {
            let count = try await commit { transaction -> (Int, [AuditDraft]) in
                let due = try transaction.expired(before: month.start, limit: Self.erasedAtOnce)
                try transaction.eraseSealed(due.map(\.place))
                let drafts = Dictionary(grouping: due, by: \.bucket).sorted { $0.key < $1.key }.map { bucket, values in
                    Self.expiry(of: bucket, values: values)
                }
                return (due.count, drafts)
            }
            .value
            erased += count
            guard count == Self.erasedAtOnce else { break }
        }
        erased += try await eraseExpiredOfEnded(before: month.start)
        try await destroyKeys(before: month)
        // Also for what an erasure before could not overwrite, because somebody was reading.
        try await overwriteErased()
        return erased
    }

    private static func expiry(of bucket: String, values: [ExpiredValue]) -> AuditDraft {
        // The fields are not listed one by one: a verifier would have to keep them all in mind, and a restored copy erases
        // the month again by its date.
        AuditDraft(
            event: "audit.erased",
            actor: .system,
            data: [
                "fields": [], "count": .integer(values.count),
                "entries": .integer(Set(values.map(\.place.index)).count), "ground": .string("retention of \(bucket)"),
            ]
        )
    }

    private func eraseExpiredOfEnded(before second: Int) async throws -> Int {
        var erased = 0
        while true {
            let count = try await commit { transaction -> (Int, [AuditDraft]) in
                let due = try transaction.expiredOfEnded(before: second, limit: Self.erasedAtOnce)
                _ = try transaction.eraseEnded(due.map(\.place))
                let drafts = Dictionary(grouping: due, by: \.bucket).sorted { $0.key < $1.key }.map { bucket, values in
                    Self.erasure(values.count, because: "retention of \(bucket), of an ended log")
                }
                return (due.count, drafts)
            }
            .value
            erased += count
            guard count == Self.erasedAtOnce else { return erased }
        }
    }

    private func destroyKeys(before month: UTCMonth) async throws {
        let due = buckets.keyring.names.filter { name in
            BucketSealer.bucket(named: name).map { $0.month.start < month.start } ?? false
        }
        guard !due.isEmpty else { return }
        let empty = try await read { transaction in
            try due.filter { name in
                guard let bucket = BucketSealer.bucket(named: name) else { return false }
                return try transaction.row(
                    "SELECT 1 FROM audit_sealed WHERE class = ? AND erase_after >= ? AND erase_after < ? LIMIT 1",
                    [bucket.retentionClass, bucket.month.start, bucket.month.end]
                ) == nil && !transaction.holdsEnded(bucket.retentionClass, bucket.month)
            }
        }
        if !empty.isEmpty { try buckets.destroy(empty) }
    }

    /// Moves the write-ahead log into the database file and cuts it off: until then it holds the pages as they were.
    ///
    /// - Returns: false when somebody was reading all the while; the next erasure or hour does it.
    @discardableResult
    public func overwriteErased() async throws -> Bool {
        for _ in 0..<200 {
            if try await database.truncateLog() { return true }
            try await Task.sleep(for: .milliseconds(25))
        }
        return false
    }
}

extension AuditedDatabase {
    /// Whether the write-ahead log is empty now; false when a reader needs it still.
    func truncateLog() async throws -> Bool {
        try await pool.writeWithoutTransaction { database in
            do {
                _ = try database.checkpoint(.truncate)
                return true
            } catch let error as DatabaseError
                where error.resultCode == .SQLITE_BUSY || error.resultCode == .SQLITE_LOCKED
            {
                return false
            }
        }
    }
}

/// A sealed value whose month is over.
struct ExpiredValue {
    let place: SealedPlace
    /// `<class>, <month>`.
    let bucket: String
}

extension VaultTransaction {
    func eraseSealed(_ places: [SealedPlace]) throws {
        for place in places {
            try execute("DELETE FROM audit_sealed WHERE idx = ? AND field = ?", [place.index, place.field])
        }
    }

    /// Values of months that ended before that second and that no hold keeps.
    func expired(before second: Int, limit: Int) throws -> [ExpiredValue] {
        guard try !holdsEverything() else { return [] }
        // What says why a hold stands is kept as long as it stands.
        return try rows(
            """
            SELECT idx, field, class, erase_after FROM audit_sealed
            WHERE erase_after < ? AND hold = 0 AND idx NOT IN (SELECT entry FROM audit_hold WHERE lifted IS NULL)
            ORDER BY erase_after, idx LIMIT ?
            """,
            [second, limit]
        )
        .map { row in
            ExpiredValue(
                place: SealedPlace(index: row["idx"], field: row["field"]),
                bucket: "\(row["class"] as String), \(UTCMonth(seconds: row["erase_after"]).text)"
            )
        }
    }
}
