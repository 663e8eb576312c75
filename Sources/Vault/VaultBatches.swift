/// Long queries, batch by batch: on the asker's side what is to be sent and what was found, sealed; on the holder's which
/// batches came. Knows numbers and boxes.

import GRDB

/// One batch of a query that we ask.
public struct StoredBatch: Sendable {
    /// From 0 on.
    public var number: Int
    /// Its keys and whose they are, sealed.
    public var box: [UInt8]
    /// What came of it, sealed; nil before it was answered.
    public var found: [UInt8]?

    public init(number: Int, box: [UInt8], found: [UInt8]? = nil) {
        self.number = number
        self.box = box
        self.found = found
    }
}

extension VaultTransaction {
    // MARK: Asker

    public func store(_ batch: StoredBatch, ofQuery id: String) throws {
        try execute(
            "INSERT OR REPLACE INTO query_batch (query, number, box, found) VALUES (?, ?, ?, ?)",
            [id, batch.number, batch.box.blob, batch.found?.blob]
        )
    }

    /// Keeps what a batch found; it is not asked again.
    public func storeFound(_ found: [UInt8], ofBatch number: Int, query id: String) throws {
        try execute("UPDATE query_batch SET found = ? WHERE query = ? AND number = ?", [found.blob, id, number])
    }

    public func batch(_ number: Int, ofQuery id: String) throws -> StoredBatch? {
        try row("SELECT * FROM query_batch WHERE query = ? AND number = ?", [id, number]).map { row in
            let isAnswered = (row["found"] as DatabaseValue) != .null
            return StoredBatch(
                number: row["number"],
                box: row.bytes("box"),
                found: isAnswered ? row.bytes("found") : nil
            )
        }
    }

    /// Numbers of the batches that have no answer yet, ascending.
    public func batchesToAsk(ofQuery id: String) throws -> [Int] {
        try rows("SELECT number FROM query_batch WHERE query = ? AND found IS NULL ORDER BY number", [id]).map {
            $0["number"]
        }
    }

    /// Of a query's batches that are kept: how many were answered, of how many.
    public func batchesAnswered(ofQuery id: String) throws -> (answered: Int, all: Int) {
        let counts = try row("SELECT count(found), count(*) FROM query_batch WHERE query = ?", [id])
        return (counts?[0] ?? 0, counts?[1] ?? 0)
    }

    /// Batches that are kept, of all queries.
    package func batchCount() throws -> Int { try row("SELECT count(*) FROM query_batch")?[0] ?? 0 }

    /// Of a query that was asked the keys stay for openings.
    public func forgetBatches(ofQuery id: String) throws {
        try keepForOpenings("query = ?", [id])
        try execute("DELETE FROM query_batch WHERE query = ?", [id])
    }

    /// Forgets batches of queries that were never asked, or are over: a crash came in between.
    ///
    /// - Parameter goesOn: outcomes of a query that is not over.
    public func forgetIdleBatches(goesOn: [String]) throws {
        let marks = goesOn.map { _ in "?" }.joined(separator: ", ")
        let idle = "query NOT IN (SELECT id FROM peer_query WHERE outcome IS NULL OR outcome IN (\(marks)))"
        try keepForOpenings(idle, StatementArguments(goesOn))
        try execute("DELETE FROM query_batch WHERE \(idle)", StatementArguments(goesOn))
    }

    public func peerQuery(_ id: String) throws -> StoredPeerQuery? {
        try row("SELECT * FROM peer_query WHERE id = ?", [id]).map(Self.peerQuery)
    }

    // MARK: Holder

    /// The digest of the body that batch `number` of a query came with; nil if it did not come yet.
    public func receivedBatch(_ number: Int, ofQuery id: String, peer: String) throws -> [UInt8]? {
        try row(
            "SELECT body FROM received_batch WHERE peer = ? AND query = ? AND number = ?",
            [peer, id, number]
        ).map { $0.bytes("body") }
    }

    public func storeReceivedBatch(_ number: Int, ofQuery id: String, peer: String, bodyDigest: [UInt8]) throws {
        try execute(
            "INSERT INTO received_batch (peer, query, number, body) VALUES (?, ?, ?, ?)",
            [peer, id, number, bodyDigest.blob]
        )
    }
}
