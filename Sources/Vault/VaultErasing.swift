/// What is left of erased data in the vault: which frames are empty, when their erasure is complete, and that no copy stays in
/// the write-ahead log. Knows rows and times; never learns what was erased.

import Foundation
import GRDB

extension VaultSchema {
    static func registerDuties(in migrator: inout DatabaseMigrator) {
        migrator.registerMigration("v9 duties") { database in
            try database.execute(
                sql: """
                    -- Disclosure requests of which only the frame is left. erased, complete: seconds since 1970; key: the
                    -- keyring's secret under which the data stood, if any; complete: when no backup can open them any more.
                    CREATE TABLE erased_disclosure (
                        side TEXT NOT NULL, peer TEXT NOT NULL, id TEXT NOT NULL, erased INTEGER NOT NULL, key TEXT,
                        complete INTEGER, PRIMARY KEY (side, peer, id)
                    ) WITHOUT ROWID;
                    CREATE INDEX erased_disclosure_incomplete ON erased_disclosure (erased) WHERE complete IS NULL;
                    -- Secrets of the keyring that were dropped with the data under them; seconds since 1970.
                    CREATE TABLE dropped_key (key TEXT PRIMARY KEY, dropped INTEGER NOT NULL) WITHOUT ROWID;
                    """
            )
        }
    }
}

extension VaultTransaction {
    /// Disclosure requests that are not empty frames yet, oldest first.
    public func keptDisclosures() throws -> [StoredDisclosure] {
        let erased = Set(
            try rows("SELECT side, peer, id FROM erased_disclosure").map {
                Place(side: $0["side"], peer: $0["peer"], id: $0["id"])
            }
        )
        return try disclosures(openOnly: false).filter {
            !erased.contains(Place(side: $0.side.rawValue, peer: $0.peer, id: $0.id))
        }
    }

    private struct Place: Hashable {
        var side: String
        var peer: String
        var id: String
    }

    /// - Parameters:
    ///   - key: the secret under which the data stood; nil where they had none of their own.
    ///   - seconds: since 1970.
    public func markErased(_ disclosure: StoredDisclosure, key: String?, at seconds: Int) throws {
        try execute(
            "INSERT OR IGNORE INTO erased_disclosure (side, peer, id, erased, key) VALUES (?, ?, ?, ?, ?)",
            [disclosure.side.rawValue, disclosure.peer, disclosure.id, seconds, key]
        )
    }

    public func isErased(_ side: StoredDisclosure.Side, peer: String, id: String) throws -> Bool {
        try row(
            "SELECT 1 FROM erased_disclosure WHERE side = ? AND peer = ? AND id = ?",
            [side.rawValue, peer, id]
        ) != nil
    }

    public func markDropped(key: String, at seconds: Int) throws {
        try execute("INSERT OR REPLACE INTO dropped_key (key, dropped) VALUES (?, ?)", [key, seconds])
    }

    /// A secret of that name is there again: what is erased from now on is not complete by the drop of the one before.
    public func markMade(key: String) throws { try execute("DELETE FROM dropped_key WHERE key = ?", [key]) }

    /// Ids of requests whose data no backup can bring back from now on: what they stood under was dropped, or they were erased
    /// where they had nothing of their own, at or before `seconds`.
    public func completeErasures(before seconds: Int, at now: Int) throws -> [String] {
        let due = try rows(
            """
            SELECT e.side, e.peer, e.id FROM erased_disclosure e LEFT JOIN dropped_key d ON d.key = e.key
            WHERE e.complete IS NULL AND e.erased <= ? AND (e.key IS NULL OR (d.dropped <= ? AND d.dropped >= e.erased))
            ORDER BY e.erased, e.id
            """,
            [seconds, seconds]
        )
        for row in due {
            try execute(
                "UPDATE erased_disclosure SET complete = ? WHERE side = ? AND peer = ? AND id = ?",
                [now, row["side"] as String, row["peer"] as String, row["id"] as String]
            )
        }
        return due.map { $0["id"] }
    }

    // MARK: Questions

    /// Deletes questions of ours that were asked before `milliseconds`, with whom they were about, their blind seeds and hits,
    /// the terms of queries that were received before, and what policy was asked about any of them.
    ///
    /// - Returns: how many of ours.
    public func eraseQuestions(before milliseconds: Int) throws -> Int {
        let old = "(SELECT id FROM question WHERE asked < ?)"
        let parts = "(SELECT id FROM peer_query WHERE question IN \(old))"
        for table in ["query_batch", "opening", "opening_term"] {
            try execute("DELETE FROM \(table) WHERE query IN \(parts)", [milliseconds])
        }
        try execute("DELETE FROM disclosure WHERE side = 'own-question' AND id IN \(parts)", [milliseconds])
        try execute("DELETE FROM peer_query WHERE question IN \(old)", [milliseconds])
        try execute("DELETE FROM question WHERE asked < ?", [milliseconds])
        let count = changes
        try execute("UPDATE received_query SET box = NULL WHERE received < ? AND box IS NOT NULL", [milliseconds])
        try eraseDecisions(before: milliseconds)
        return count
    }
}

extension Vault {
    /// Takes what was overwritten out of the write-ahead log too, whose older pages `secure_delete` does not reach.
    ///
    /// - Returns: false while a reader still needs an older page.
    public func truncateWriteAheadLog() async throws -> Bool {
        try await database.truncateWriteAheadLog()
    }
}

extension AuditedDatabase {
    func truncateWriteAheadLog() async throws -> Bool {
        do {
            try await pool.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
            return true
        } catch let error as DatabaseError where [.SQLITE_BUSY, .SQLITE_LOCKED].contains(error.resultCode) {
            return false
        }
    }
}
