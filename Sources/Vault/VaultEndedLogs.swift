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
                let (held, place) =
                    table == "audit_sealed" ? ("audit_held", "idx, field") : ("audit_ended_held", "origin, idx, field")
                try execute(
                    """
                    DELETE FROM \(held) WHERE (\(place)) IN
                        (SELECT \(place) FROM \(table) WHERE class = ? AND erase_after = ?)
                    """,
                    [word, time]
                )
                try execute("DELETE FROM \(table) WHERE class = ? AND erase_after = ?", [word, time])
                gone["\(word), \(UTCMonth(seconds: time).text)", default: 0] += changes
            }
        }
        return gone
    }

    /// Values of ended logs whose month is over and that no hold keeps.
    func expiredOfEnded(before second: Int, limit: Int) throws -> [ExpiredOfEnded] {
        guard try !holdsEverything() else { return [] }
        // What says why a hold stands is kept as long as it stands.
        return try rows(
            """
            SELECT origin, idx, field, class, erase_after FROM audit_ended_value v
            WHERE erase_after < ? AND hold = 0 AND NOT EXISTS (
                SELECT 1 FROM audit_ended_hold h WHERE h.origin = v.origin AND h.entry = v.idx AND h.lifted IS NULL
            )
            ORDER BY erase_after, origin, idx, field LIMIT ?
            """,
            [second, limit]
        )
        .map { row in
            ExpiredOfEnded(
                place: EndedPlace(
                    origin: row["origin"],
                    place: SealedPlace(index: row["idx"], field: row["field"])
                ),
                bucket: "\(row["class"] as String), \(UTCMonth(seconds: row["erase_after"]).text)"
            )
        }
    }

    /// Whether a bucket has values of ended logs.
    func holdsEnded(_ retentionClass: String, _ month: UTCMonth) throws -> Bool {
        try row(
            "SELECT 1 FROM audit_ended_value WHERE class = ? AND erase_after >= ? AND erase_after < ? LIMIT 1",
            [retentionClass, month.start, month.end]
        ) != nil
    }

    /// Erases values of ended logs by their places, whatever holds say of them.
    ///
    /// - Returns: those that were there.
    func eraseEnded(_ places: [EndedPlace]) throws -> [EndedPlace] {
        try places.filter { place in
            for table in ["audit_ended_held", "audit_ended_value"] {
                try execute(
                    "DELETE FROM \(table) WHERE origin = ? AND idx = ? AND field = ?",
                    [place.origin, place.place.index, place.place.field]
                )
            }
            return changes > 0
        }
    }
}

/// A value of an ended log whose month is over.
struct ExpiredOfEnded {
    let place: EndedPlace
    /// `<class>, <month>`.
    let bucket: String
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

    /// Erases values of ended logs by their places, with the entries that list them: what was erased once must not come back,
    /// so no hold keeps it.
    ///
    /// - Returns: how many were there.
    public func eraseAgain(_ places: [EndedPlace], because ground: String) async throws -> Int {
        try await commit { transaction in
            let gone = PersonPlaces(ended: try transaction.eraseEnded(places))
            let drafts = gone.parts(of: PersonPlaces.listedInAnEntry).map { part in
                AuditDraft(
                    event: "audit.erased",
                    actor: .system,
                    data: part.data.merging(["ground": .string(ground)]) { $1 }
                )
            }
            return (gone.count, drafts)
        }.value
    }

    /// The values of an entry of an ended log that still open, by field.
    public func openedValues(of index: Int, ofEnded origin: String) async throws -> [OpenedValue] {
        try await opened(
            index,
            """
            SELECT field, box, class, erase_after FROM audit_ended_value WHERE idx = ? AND origin = ? ORDER BY field
            """,
            [index, origin],
            by: BucketSealer(keyring: buckets.keyring, random: buckets.random, origin: origin)
        )
    }

    /// Entries of ended logs that are about one of the terms, by origin and ascending; see `entries(about:in:)`.
    public func endedEntries(about terms: [String], in fields: [String]) async throws -> [EndedEntry] {
        let search = try TermSearch(terms, in: fields, buckets: buckets)
        return try await read { try search.endedEntries(in: $0) }
            .sorted { ($0.origin, $0.index) < ($1.origin, $1.index) }
    }

    /// An erasure of months, whose fields are not listed: a restored copy erases them again by their date or their key.
    static func erasure(_ count: Int, because ground: String) -> AuditDraft {
        AuditDraft(
            event: "audit.erased",
            actor: .system,
            data: ["fields": [], "count": .integer(count), "ground": .string(ground)]
        )
    }
}
