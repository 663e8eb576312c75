/// What is kept of questions so that an auditor can draw keys of them (PROTOCOL section 5), and until when. Knows ids,
/// numbers and boxes.

import GRDB

extension VaultTransaction {
    /// Keeps a query's keys for openings. Those of a query of several batches are taken over when it is over.
    ///
    /// - Parameters:
    ///   - firstBatch: the keys of its only batch, sealed; nil when it has several.
    ///   - until: seconds since 1970.
    public func keepForOpenings(_ query: String, firstBatch: [UInt8]?, until: Int) throws {
        try execute("INSERT OR REPLACE INTO opening_term (query, until) VALUES (?, ?)", [query, until])
        guard let firstBatch else { return }
        try execute(
            "INSERT OR REPLACE INTO opening (query, number, box) VALUES (?, 0, ?)",
            [query, firstBatch.blob]
        )
    }

    /// Takes over batches of queries that were asked.
    func keepForOpenings(_ condition: String, _ arguments: StatementArguments) throws {
        try execute(
            """
            INSERT OR IGNORE INTO opening (query, number, box) SELECT query, number, box FROM query_batch
            WHERE \(condition) AND query IN (SELECT query FROM opening_term)
            """,
            arguments
        )
    }

    /// The sealed keys of a query's batches, by number; also of one that is not over.
    public func batchesToOpen(ofQuery id: String) throws -> [StoredBatch] {
        try rows(
            """
            SELECT number, box FROM opening WHERE query = ?
            UNION SELECT number, box FROM query_batch WHERE query = ?
                AND NOT EXISTS (SELECT 1 FROM opening WHERE query = ?)
            ORDER BY number
            """,
            [id, id, id]
        )
        .map { StoredBatch(number: $0["number"], box: $0.bytes("box")) }
    }

    /// The queries that entries are about, each once.
    public func queries(of places: PersonPlaces) throws -> [String] {
        let found = FoundEntries(
            running: Set(places.running.map(\.index)),
            ended: Set(places.ended.map { EndedEntry(origin: $0.origin, index: $0.place.index) })
        )
        return try queries(of: found).sorted()
    }

    /// Queries that are over and can no longer be opened, at most so many.
    ///
    /// - Parameter goesOn: outcomes of a query that is not over.
    public func queriesPastOpening(at now: Int, goesOn: [String], limit: Int) throws -> [String] {
        let marks = goesOn.map { _ in "?" }.joined(separator: ", ")
        return try rows(
            """
            SELECT query FROM opening_term WHERE until < ?
                AND query NOT IN (SELECT id FROM peer_query WHERE outcome IS NULL OR outcome IN (\(marks)))
            ORDER BY until LIMIT ?
            """,
            [now] + StatementArguments(goesOn) + [limit]
        )
        .map { $0["query"] }
    }

    /// From when it is over on, a query can no longer be opened.
    public func endOpening(ofQuery id: String) throws {
        try execute("UPDATE opening_term SET until = 0 WHERE query = ?", [id])
    }

    /// Forgets the keys of a query, and that they were kept.
    public func forgetOpening(ofQuery id: String) throws {
        try execute("DELETE FROM opening WHERE query = ?", [id])
        try execute("DELETE FROM opening_term WHERE query = ?", [id])
    }
}
