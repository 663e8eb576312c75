/// Legal holds on the log (AUDIT section 2): while one stands, the values it keeps are not erased and nothing is pruned.
/// Knows places and days; why a hold stands is a sealed value of its entry.

import GRDB

/// A legal hold.
public struct AuditHold: Sendable, Hashable, Codable {
    /// The ended log that has its `hold.placed`; nil for the running one.
    public var origin: String?
    /// The index of its `hold.placed`: its number in its log.
    public var entry: Int
    /// Day on which it is looked at again, `YYYY-MM-DD`.
    public var review: String
    /// Whether it keeps all values, also those to come.
    public var everything: Bool
    /// Values it keeps; 0 when it keeps everything.
    public var values: Int
    /// The index of its `hold.lifted` in the running log; nil while it stands.
    public var lifted: Int?

    public init(
        origin: String? = nil,
        entry: Int,
        review: String,
        everything: Bool,
        values: Int,
        lifted: Int?
    ) {
        self.origin = origin
        self.entry = entry
        self.review = review
        self.everything = everything
        self.values = values
        self.lifted = lifted
    }
}

extension Vault {
    /// The values a hold on a person would keep: all of the entries found, also those of officials.
    public func heldPlaces(of person: ErasedPerson) async throws -> PersonPlaces {
        var whole = person
        whole.kept = []
        return try await sealedPlaces(of: whole)
    }

    /// Every hold: those that stood when a log ended, by log, then those of the running one, by number.
    public func holds() async throws -> [AuditHold] {
        try await read { try $0.holds() }
    }
}

/// While a log runs, what its holds keep of it stands in `audit_held`, of ended logs in `audit_ended_held`. A hold that stands
/// when its log ends goes on: `audit_ended_hold` has it, and `audit_ended_held` all that it keeps.
extension VaultTransaction {
    public func holds() throws -> [AuditHold] {
        try rows(
            """
            SELECT h.origin, h.entry, h.review, h.everything, h.lifted,
                (SELECT count(*) FROM audit_ended_held WHERE holder = h.origin AND hold = h.entry) AS held
            FROM audit_ended_hold h ORDER BY h.origin, h.entry
            """
        )
        .map { Self.hold($0, origin: $0["origin"]) }
            + rows(
                """
                SELECT h.*, (SELECT count(*) FROM audit_held WHERE hold = h.entry)
                    + (SELECT count(*) FROM audit_ended_held WHERE holder = '' AND hold = h.entry) AS held
                FROM audit_hold h ORDER BY entry
                """
            )
            .map { Self.hold($0, origin: nil) }
    }

    private static func hold(_ row: Row, origin: String?) -> AuditHold {
        AuditHold(
            origin: origin,
            entry: row["entry"],
            review: row["review"],
            everything: row["everything"],
            values: row["held"],
            lifted: row["lifted"]
        )
    }

    /// Whether a hold keeps everything.
    func holdsEverything() throws -> Bool {
        try row(
            """
            SELECT 1 FROM audit_hold WHERE everything AND lifted IS NULL
            UNION ALL SELECT 1 FROM audit_ended_hold WHERE everything AND lifted IS NULL LIMIT 1
            """
        ) != nil
    }

    /// Whether any hold stands: then no bundle is pruned.
    public func isAnyHoldPlaced() throws -> Bool {
        try row(
            """
            SELECT 1 FROM audit_hold WHERE lifted IS NULL
            UNION ALL SELECT 1 FROM audit_ended_hold WHERE lifted IS NULL LIMIT 1
            """
        ) != nil
    }

    /// How many of the values a hold keeps.
    func heldCount(_ places: PersonPlaces) throws -> Int {
        if try holdsEverything() { return places.count }
        let running = try places.running.count { place in
            try row("SELECT 1 FROM audit_sealed WHERE idx = ? AND field = ? AND hold > 0", [place.index, place.field])
                != nil
        }
        let ended = try places.ended.count { place in
            try row(
                "SELECT 1 FROM audit_ended_value WHERE origin = ? AND idx = ? AND field = ? AND hold > 0",
                [place.origin, place.place.index, place.place.field]
            ) != nil
        }
        return running + ended
    }

    /// Places a hold whose `hold.placed` is the first entry of this change.
    ///
    /// - Parameter places: nil: everything.
    /// - Returns: how many values it keeps; one that was erased meanwhile is not among them.
    public func placeHold(on places: PersonPlaces?, review: String) throws -> Int {
        let entry = try nextLeaf()
        try execute(
            "INSERT INTO audit_hold (entry, review, everything) VALUES (?, ?, ?)",
            [entry, review, places == nil]
        )
        var kept = 0
        for place in places?.running ?? [] {
            try execute(
                "UPDATE audit_sealed SET hold = hold + 1 WHERE idx = ? AND field = ?",
                [place.index, place.field]
            )
            guard changes == 1 else { continue }
            kept += 1
            try execute(
                "INSERT INTO audit_held (hold, idx, field) VALUES (?, ?, ?)",
                [entry, place.index, place.field]
            )
        }
        for place in places?.ended ?? [] {
            let (origin, index, field) = (place.origin, place.place.index, place.place.field)
            try execute(
                "UPDATE audit_ended_value SET hold = hold + 1 WHERE origin = ? AND idx = ? AND field = ?",
                [origin, index, field]
            )
            guard changes == 1 else { continue }
            kept += 1
            try execute(
                "INSERT INTO audit_ended_held (holder, hold, origin, idx, field) VALUES ('', ?, ?, ?, ?)",
                [entry, origin, index, field]
            )
        }
        return kept
    }

    /// Lifts a hold; its `hold.lifted` is the first entry of this change.
    ///
    /// - Parameter origin: the ended log that has its `hold.placed`; nil: the running one.
    /// - Returns: the hold as it stood; nil when none of that number stands.
    public func liftHold(_ entry: Int, of origin: String? = nil) throws -> AuditHold? {
        let hold = try holds().first { $0.origin == origin && $0.entry == entry && $0.lifted == nil }
        guard let hold else { return nil }
        try execute(
            """
            UPDATE audit_ended_value SET hold = hold - 1
            WHERE (origin, idx, field) IN (
                SELECT origin, idx, field FROM audit_ended_held WHERE holder = ? AND hold = ?
            )
            """,
            [origin ?? "", entry]
        )
        try execute("DELETE FROM audit_ended_held WHERE holder = ? AND hold = ?", [origin ?? "", entry])
        let lifted = try nextLeaf()
        if let origin {
            try execute(
                "UPDATE audit_ended_hold SET lifted = ? WHERE origin = ? AND entry = ?",
                [lifted, origin, entry]
            )
            return hold
        }
        try execute(
            """
            UPDATE audit_sealed SET hold = hold - 1
            WHERE (idx, field) IN (SELECT idx, field FROM audit_held WHERE hold = ?)
            """,
            [entry]
        )
        try execute("DELETE FROM audit_held WHERE hold = ?", [entry])
        try execute("UPDATE audit_hold SET lifted = ? WHERE entry = ?", [lifted, entry])
        return hold
    }
}
