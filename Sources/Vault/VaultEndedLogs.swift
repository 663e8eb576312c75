/// Logs of this agency that a restore ended: what they are known to have come to, and the personal values that they still
/// commit to. Those go by the same retention, keys and erasures as the running log's. Never learns what a value means.

import AuditLog
import CanonicalJSON
import Foundation
import GRDB
public import TransparencyLog

/// A log that no key signs any more, by the last checkpoint known of it.
public struct EndedLog: Sendable, Hashable {
    public let checkpoint: Checkpoint

    public init(_ checkpoint: Checkpoint) { self.checkpoint = checkpoint }

    /// `data` of the `log.started` that follows.
    var data: [String: JSONValue] {
        [
            "earlier_origin": .string(checkpoint.origin), "earlier_size": .integer(checkpoint.size),
            "earlier_root": .string(checkpoint.root.base64),
        ]
    }
}

/// A value of an ended log.
struct EndedPlace: Hashable {
    let origin: String
    let index: Int
    let field: String
}

extension VaultTransaction {
    /// Logs that ended, by origin.
    public func endedLogs() throws -> [EndedLog] {
        try rows("SELECT * FROM audit_ended ORDER BY origin").compactMap { row in
            TreeHash(row.bytes("root")).map {
                EndedLog(Checkpoint(origin: row["origin"], size: row["size"], root: $0))
            }
        }
    }

    /// The key of an ended log, as its last backup had it.
    public func endedKey(of origin: String) throws -> String? {
        try row("SELECT vkey FROM audit_ended WHERE origin = ?", [origin])?["vkey"]
    }

    /// Values whose key is not at hand: of the running log and of ended ones. They are as good as erased, and go.
    ///
    /// - Returns: how many of each bucket, `<class>, <month>`.
    func eraseUnopenable(_ buckets: BucketSealer) throws -> [String: Int] {
        var gone: [String: Int] = [:]
        for table in ["audit_sealed", "audit_ended_value"] {
            for row in try rows("SELECT DISTINCT class, erase_after FROM \(table)") {
                let (word, time): (String, Int) = (row["class"], row["erase_after"])
                guard !buckets.holdsKey(word, eraseAfter: time) else { continue }
                if table == "audit_sealed" {
                    try execute(
                        """
                        DELETE FROM audit_held WHERE (idx, field) IN
                            (SELECT idx, field FROM audit_sealed WHERE class = ? AND erase_after = ?)
                        """,
                        [word, time]
                    )
                }
                try execute("DELETE FROM \(table) WHERE class = ? AND erase_after = ?", [word, time])
                gone["\(word), \(UTCMonth(seconds: time).text)", default: 0] += changes
            }
        }
        return gone
    }

    /// Erases values of ended logs whose month is over and that no hold keeps.
    ///
    /// - Returns: how many of each bucket, `<class>, <month>`.
    func eraseExpiredOfEnded(before second: Int) throws -> [String: Int] {
        guard try !holdsEverything() else { return [:] }
        let due = try rows(
            "SELECT class, erase_after FROM audit_ended_value WHERE erase_after < ? AND hold = 0",
            [second]
        )
        guard !due.isEmpty else { return [:] }
        try execute("DELETE FROM audit_ended_value WHERE erase_after < ? AND hold = 0", [second])
        let words = due.map { row in "\(row["class"] as String), \(UTCMonth(seconds: row["erase_after"]).text)" }
        return Dictionary(grouping: words, by: \.self).mapValues(\.count)
    }

    /// Whether a bucket has values of ended logs.
    func holdsEnded(_ retentionClass: String, _ month: UTCMonth) throws -> Bool {
        try row(
            "SELECT 1 FROM audit_ended_value WHERE class = ? AND erase_after >= ? AND erase_after < ? LIMIT 1",
            [retentionClass, month.start, month.end]
        ) != nil
    }

    /// Erases values of an ended log by their places.
    ///
    /// - Returns: how many were there.
    func eraseEnded(_ places: [SealedPlace], of origin: String) throws -> Int {
        var count = 0
        for place in places {
            try execute(
                "DELETE FROM audit_ended_value WHERE origin = ? AND idx = ? AND field = ?",
                [origin, place.index, place.field]
            )
            count += changes
        }
        return count
    }

    /// Erases the values of ended logs that are about a person: of entries found by a word, and of those on the same question.
    ///
    /// - Throws: `HeldValues` when a legal hold keeps one of them.
    func eraseEnded(_ search: TermSearch, keeping kept: Set<String>) throws -> Int {
        var places: Set<EndedPlace> = []
        for found in try search.endedEntries(in: self) {
            let query: String? = try row(
                "SELECT query FROM audit_ended_value WHERE origin = ? AND idx = ? LIMIT 1",
                [found.origin, found.index]
            )?["query"]
            let rows = try rows(
                "SELECT idx, field FROM audit_ended_value WHERE origin = ? AND (idx = ? OR query = ?)",
                [found.origin, found.index, query]
            )
            for row in rows where !kept.contains(row["field"]) {
                places.insert(EndedPlace(origin: found.origin, index: row["idx"], field: row["field"]))
            }
        }
        let held = try places.count { place in
            try row(
                "SELECT 1 FROM audit_ended_value WHERE origin = ? AND idx = ? AND field = ? AND hold > 0",
                [place.origin, place.index, place.field]
            ) != nil
        }
        guard held == 0 else { throw HeldValues(count: held) }
        for place in places {
            _ = try eraseEnded([SealedPlace(index: place.index, field: place.field)], of: place.origin)
        }
        return places.count
    }
}

extension Vault {
    /// Erases what a restored vault has no key for, with the entries that say so.
    ///
    /// - Returns: how many values.
    public func eraseUnopenable() async throws -> Int {
        try await commit { [buckets] transaction in
            let gone = try transaction.eraseUnopenable(buckets)
            let drafts = gone.sorted { $0.key < $1.key }.map { bucket, count in
                Self.erasure(count, because: "restored without the key of \(bucket)")
            }
            return (gone.values.reduce(0, +), drafts)
        }.value
    }

    /// Erases values of an ended log by their places, with the entry that says so.
    ///
    /// - Returns: how many were there.
    public func eraseEnded(_ places: [SealedPlace], of origin: String, because ground: String) async throws -> Int {
        try await commit { transaction in
            let count = try transaction.eraseEnded(places, of: origin)
            return (count, count == 0 ? [] : [Self.erasure(count, because: ground)])
        }.value
    }

    /// An erasure that no fields are listed of: where they stand is a place in an ended log, or in a month that is gone.
    static func erasure(_ count: Int, because ground: String) -> AuditDraft {
        AuditDraft(
            event: "audit.erased",
            actor: .system,
            data: ["fields": [], "count": .integer(count), "ground": .string(ground)]
        )
    }
}
