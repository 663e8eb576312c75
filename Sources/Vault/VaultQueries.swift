/// Questions asked, queries received, nonces and quotas in the vault.

import Foundation
import GRDB

/// A question as stored: what may stand in clear, and the sealed rest.
public struct StoredQuestion: Sendable {
    public var id: String
    public var asked: Int
    public var account: String
    public var agreement: String
    /// Keyed digest of its case's number; empty without one.
    public var reference: [UInt8]
    public var box: [UInt8]

    public init(
        id: String,
        asked: Int,
        account: String,
        agreement: String,
        reference: [UInt8] = [],
        box: [UInt8]
    ) {
        self.id = id
        self.asked = asked
        self.account = account
        self.agreement = agreement
        self.reference = reference
        self.box = box
    }
}

/// One peer's part of a question.
public struct StoredPeerQuery: Sendable {
    public var id: String
    public var question: String
    public var peer: String
    /// CONTRACTS' word, nil until an outcome is known, or `superseded`.
    public var outcome: String?
    /// The outcome of a part that was asked again under another id, because the epoch had ended.
    public static let superseded = "superseded"
    public var box: [UInt8]

    public init(
        id: String,
        question: String,
        peer: String,
        outcome: String?,
        box: [UInt8]
    ) {
        self.id = id
        self.question = question
        self.peer = peer
        self.outcome = outcome
        self.box = box
    }
}

/// What keys are counted under: whose, in what kind of window, and its start in seconds since 1970.
public struct QuotaCounter: Hashable, Sendable {
    public var subject: String
    public var period: String
    public var window: Int

    public init(subject: String, period: String, window: Int) {
        self.subject = subject
        self.period = period
        self.window = window
    }
}

extension QuotaCounter {
    fileprivate var values: [DatabaseValue] { [subject.databaseValue, period.databaseValue, window.databaseValue] }
}

extension VaultTransaction {
    // MARK: Asker

    /// Stores a question unless it stands there already: the parts of its peers come one by one.
    public func storeOnce(_ question: StoredQuestion) throws {
        try execute(
            "INSERT OR IGNORE INTO question (id, asked, account, agreement, reference, box) VALUES (?, ?, ?, ?, ?, ?)",
            [
                question.id, question.asked, question.account, question.agreement, question.reference.blob,
                question.box.blob,
            ]
        )
    }

    public func question(_ id: String) throws -> StoredQuestion? {
        try row("SELECT * FROM question WHERE id = ?", [id]).map(Self.question)
    }

    /// The question of which a peer's query is part.
    public func question(ofQuery id: String) throws -> StoredQuestion? {
        try row("SELECT q.* FROM question q JOIN peer_query p ON p.question = q.id WHERE p.id = ?", [id])
            .map(Self.question)
    }

    public func questions(newest count: Int) throws -> [StoredQuestion] {
        try rows("SELECT * FROM question ORDER BY asked DESC, id LIMIT ?", [count]).map(Self.question)
    }

    /// Every question, oldest first.
    public func questions() throws -> [StoredQuestion] {
        try rows("SELECT * FROM question ORDER BY asked, id").map(Self.question)
    }

    static func question(_ row: Row) -> StoredQuestion {
        StoredQuestion(
            id: row["id"],
            asked: row["asked"],
            account: row["account"],
            agreement: row["agreement"],
            reference: row.bytes("reference"),
            box: row.bytes("box")
        )
    }

    public func store(_ query: StoredPeerQuery) throws {
        try execute(
            "INSERT OR REPLACE INTO peer_query (id, question, peer, outcome, box) VALUES (?, ?, ?, ?, ?)",
            [query.id, query.question, query.peer, query.outcome, query.box.blob]
        )
    }

    /// Another part comes in its place; it is not shown any more.
    public func supersede(_ query: String) throws {
        try execute("UPDATE peer_query SET outcome = ? WHERE id = ?", [StoredPeerQuery.superseded, query])
    }

    public func peerQueries(of question: String) throws -> [StoredPeerQuery] {
        try rows("SELECT * FROM peer_query WHERE question = ? ORDER BY peer", [question]).map(Self.peerQuery)
    }

    static func peerQuery(_ row: Row) -> StoredPeerQuery {
        StoredPeerQuery(
            id: row["id"],
            question: row["question"],
            peer: row["peer"],
            outcome: row["outcome"],
            box: row.bytes("box")
        )
    }

    // MARK: Holder

    /// Remembers a message nonce; false if it was seen before. Forgets those past their time first.
    ///
    /// - Parameter until: seconds since 1970 after which the signature is refused as stale anyway.
    public func remember(nonce: [UInt8], of peer: String, until: Int, now: Int) throws -> Bool {
        // Verified a moment ago and stale by now: pruned, it could pass as new.
        guard until >= now else { return false }
        try execute("DELETE FROM nonce WHERE until < ?", [now - Self.nonceSlack])
        try execute("INSERT OR IGNORE INTO nonce (peer, nonce, until) VALUES (?, ?, ?)", [peer, nonce.blob, until])
        return changes == 1
    }

    /// Seconds for which nonces are kept beyond their time, for a clock that is set back.
    private static let nonceSlack = 3_600

    /// What is known of a query id of that peer: the digest of the body it came with.
    public func receivedQuery(_ id: String, peer: String) throws -> [UInt8]? {
        try row("SELECT body FROM received_query WHERE peer = ? AND id = ?", [peer, id]).map { $0.bytes("body") }
    }

    /// - Parameter box: the query's terms, sealed.
    public func storeReceivedQuery(
        _ id: String,
        peer: String,
        bodyDigest: [UInt8],
        box: [UInt8],
        at milliseconds: Int
    ) throws {
        try execute(
            "INSERT INTO received_query (peer, id, body, received, box) VALUES (?, ?, ?, ?, ?)",
            [peer, id, bodyDigest.blob, milliseconds, box.blob]
        )
    }

    /// The sealed terms of a query of that peer; nil for one that was never admitted.
    public func receivedTerms(_ id: String, peer: String) throws -> [UInt8]? {
        try row("SELECT box FROM received_query WHERE peer = ? AND id = ? AND box IS NOT NULL", [peer, id]).map {
            $0.bytes("box")
        }
    }

    // MARK: Quotas

    /// Keys used so far, by counter; one that was never charged is not in it. One statement for all: a question looks
    /// at half a dozen and charges three times as many.
    public func quotaUse(_ counters: [QuotaCounter]) throws -> [QuotaCounter: Int] {
        guard !counters.isEmpty else { return [:] }
        var values: [DatabaseValue] = []
        for (place, counter) in counters.enumerated() { values += [place.databaseValue] + counter.values }
        let rows = try rows(
            """
            WITH wanted (place, subject, period, window) AS (VALUES \(Self.places(4, times: counters.count)))
            SELECT w.place, q.keys FROM wanted w
            JOIN quota_use q ON q.subject = w.subject AND q.period = w.period AND q.window = w.window
            """,
            StatementArguments(values)
        )
        return Dictionary(rows.map { (counters[$0[0] as Int], $0[1] as Int) }, uniquingKeysWith: { first, _ in first })
    }

    /// Charges every counter with so many keys.
    public func addQuotaUse(_ counters: [QuotaCounter], keys: Int) throws {
        guard !counters.isEmpty else { return }
        try execute(
            """
            INSERT INTO quota_use (subject, period, window, keys) VALUES \(Self.places(4, times: counters.count))
            ON CONFLICT (subject, period, window) DO UPDATE SET keys = keys + excluded.keys
            """,
            StatementArguments(counters.flatMap { $0.values + [keys.databaseValue] })
        )
    }

    /// `(?, ?), (?, ?)`: so many rows of so many values.
    private static func places(_ values: Int, times rows: Int) -> String {
        let row = "(" + [String](repeating: "?", count: values).joined(separator: ", ") + ")"
        return [String](repeating: row, count: rows).joined(separator: ", ")
    }
}
