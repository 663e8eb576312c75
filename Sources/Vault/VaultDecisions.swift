/// What policy was asked about questions and disclosures, sealed, so that a past decision can be made again under the rules
/// of its day.

import Foundation
import GRDB

public struct StoredDecision: Sendable {
    public enum Side: String, Sendable { case asker, holder }

    /// As the log names it: of a query, or of a disclosure request.
    public var id: String
    /// The question's UUID, of whose parts it is one; nil on the holder's side and for disclosures.
    public var question: String?
    public var side: Side
    public var peer: String
    /// Milliseconds since 1970.
    public var at: Int
    /// Hex SHA-256 of the policies that decided.
    public var digest: String
    /// Sealed; nil once it was erased.
    public var box: [UInt8]?

    public init(
        id: String,
        question: String?,
        side: Side,
        peer: String,
        at: Int,
        digest: String,
        box: [UInt8]?
    ) {
        self.id = id
        self.question = question
        self.side = side
        self.peer = peer
        self.at = at
        self.digest = digest
        self.box = box
    }
}

extension VaultTransaction {
    public func store(_ decision: StoredDecision) throws {
        try execute(
            "INSERT INTO decision (id, question, side, peer, decided, digest, box) VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                decision.id, decision.question, decision.side.rawValue, decision.peer, decision.at, decision.digest,
                decision.box?.blob,
            ]
        )
    }

    /// Erases what policy was asked about a disclosure request: that it was asked, when and by which policies stays.
    public func eraseDecisions(on disclosure: StoredDisclosure) throws {
        try execute(
            "UPDATE decision SET box = NULL WHERE id = ? AND peer = ? AND side = ?",
            [disclosure.id, disclosure.peer, disclosure.side.rawValue]
        )
    }

    /// Erases what policy was asked before `milliseconds`, where nothing is kept any more of what it was asked about.
    public func eraseDecisions(before milliseconds: Int) throws {
        try execute(
            """
            UPDATE decision SET box = NULL WHERE decided < ? AND box IS NOT NULL
                AND NOT EXISTS (SELECT 1 FROM disclosure d
                    WHERE d.side = decision.side AND d.peer = decision.peer AND d.id = decision.id)
                AND NOT EXISTS (SELECT 1 FROM peer_query q WHERE decision.side = 'asker' AND q.id = decision.id)
                AND NOT EXISTS (SELECT 1 FROM received_query r WHERE decision.side = 'holder'
                    AND r.peer = decision.peer AND r.id = decision.id AND r.box IS NOT NULL)
            """,
            [milliseconds]
        )
    }

    /// Every decision on a query, a disclosure request or the parts of a question, oldest first.
    public func decisions(of id: String) throws -> [StoredDecision] {
        try decisions("WHERE id = ?1 OR question = ?1 ORDER BY number", [id])
    }

    /// The newest decisions, newest first.
    public func newestDecisions(_ most: Int) throws -> [StoredDecision] {
        try decisions("ORDER BY number DESC LIMIT ?", [most])
    }

    private func decisions(_ words: String, _ arguments: StatementArguments) throws -> [StoredDecision] {
        try rows("SELECT * FROM decision \(words)", arguments).compactMap { row in
            guard let side = StoredDecision.Side(rawValue: row["side"]) else { return nil }
            let box: Data? = row["box"]
            return StoredDecision(
                id: row["id"],
                question: row["question"],
                side: side,
                peer: row["peer"],
                at: row["decided"],
                digest: row["digest"],
                box: box.map { [UInt8]($0) }
            )
        }
    }
}
