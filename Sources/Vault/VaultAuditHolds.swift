/// Legal holds on the log (AUDIT section 2): while one stands, the values it keeps are not erased and nothing is pruned.
/// Knows places and days; why a hold stands is a sealed value of its entry.

import GRDB

/// A legal hold.
public struct AuditHold: Sendable, Hashable, Codable {
    /// The index of its `hold.placed`: its number.
    public var entry: Int
    /// Day on which it is looked at again, `YYYY-MM-DD`.
    public var review: String
    /// Whether it keeps all values, also those to come.
    public var everything: Bool
    /// Values it keeps; 0 when it keeps everything.
    public var values: Int
    /// The index of its `hold.lifted`; nil while it stands.
    public var lifted: Int?

    public init(entry: Int, review: String, everything: Bool, values: Int, lifted: Int?) {
        self.entry = entry
        self.review = review
        self.everything = everything
        self.values = values
        self.lifted = lifted
    }
}

extension Vault {
    /// The values a hold on a person would keep: all of the entries found, also those of officials.
    public func heldPlaces(of person: ErasedPerson) async throws -> [SealedPlace] {
        var whole = person
        whole.kept = []
        return try await sealedPlaces(of: whole)
    }

    /// Every hold, by its number.
    public func holds() async throws -> [AuditHold] {
        try await read { try $0.holds() }
    }
}

extension VaultTransaction {
    public func holds() throws -> [AuditHold] {
        try rows(
            """
            SELECT h.*, (SELECT count(*) FROM audit_held WHERE hold = h.entry) AS held FROM audit_hold h ORDER BY entry
            """
        )
        .map {
            AuditHold(
                entry: $0["entry"],
                review: $0["review"],
                everything: $0["everything"],
                values: $0["held"],
                lifted: $0["lifted"]
            )
        }
    }

    /// Whether a hold keeps everything.
    func holdsEverything() throws -> Bool {
        try row("SELECT 1 FROM audit_hold WHERE everything AND lifted IS NULL LIMIT 1") != nil
    }

    /// Whether any hold stands: then no bundle is pruned.
    public func isAnyHoldPlaced() throws -> Bool {
        try row("SELECT 1 FROM audit_hold WHERE lifted IS NULL LIMIT 1") != nil
    }

    /// How many of the values a hold keeps.
    func heldCount(_ places: [SealedPlace]) throws -> Int {
        if try holdsEverything() { return places.count }
        return try places.count { place in
            try row("SELECT 1 FROM audit_sealed WHERE idx = ? AND field = ? AND hold > 0", [place.index, place.field])
                != nil
        }
    }

    /// Places a hold whose `hold.placed` is the first entry of this change.
    ///
    /// - Parameter places: nil: everything.
    /// - Returns: how many values it keeps; one that was erased meanwhile is not among them.
    public func placeHold(on places: [SealedPlace]?, review: String) throws -> Int {
        let entry = try nextLeaf()
        try execute(
            "INSERT INTO audit_hold (entry, review, everything) VALUES (?, ?, ?)",
            [entry, review, places == nil]
        )
        var kept = 0
        for place in places ?? [] {
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
        return kept
    }

    /// Lifts a hold; its `hold.lifted` is the first entry of this change.
    ///
    /// - Returns: the hold as it stood; nil when none of that number stands.
    public func liftHold(_ entry: Int) throws -> AuditHold? {
        guard let hold = try holds().first(where: { $0.entry == entry && $0.lifted == nil }) else { return nil }
        try execute(
            """
            UPDATE audit_sealed SET hold = hold - 1
            WHERE (idx, field) IN (SELECT idx, field FROM audit_held WHERE hold = ?)
            """,
            [entry]
        )
        try execute("DELETE FROM audit_held WHERE hold = ?", [entry])
        try execute("UPDATE audit_hold SET lifted = ? WHERE entry = ?", [try nextLeaf(), entry])
        return hold
    }
}
