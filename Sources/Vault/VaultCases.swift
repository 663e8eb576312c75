/// What belongs to one case, found by a keyed digest of its number: the number itself stands in sealed boxes alone.

import GRDB

/// A case among the newest, as the vault knows it.
public struct StoredCase: Sendable {
    public let reference: [UInt8]
    /// Its newest question, and when it was asked, in milliseconds since 1970.
    public let question: String
    public let last: Int
    public let questions: Int
    public let disclosures: Int
    /// Parts of its questions that brought hits.
    public let parts: [String]
}

/// That somebody closed a case.
public struct StoredClosing: Sendable, Equatable {
    /// Milliseconds since 1970.
    public let at: Int
    public let account: String

    public init(at: Int, account: String) {
        self.at = at
        self.account = account
    }
}

extension VaultTransaction {
    /// Oldest first.
    public func questions(ofCase reference: [UInt8]) throws -> [StoredQuestion] {
        try rows("SELECT * FROM question WHERE reference = ? ORDER BY asked, id", [reference.blob]).map(Self.question)
    }

    /// Ids by which entries of a case go: of its questions, of their parts, of its requests; of the newest where they are more.
    public func queryIDs(ofCase reference: [UInt8], most: Int) throws -> Set<String> {
        let rows = try rows(
            """
            SELECT id FROM (
                SELECT id, asked AS at FROM question WHERE reference = ?1
                UNION ALL
                SELECT p.id, q.asked FROM question q JOIN peer_query p ON p.question = q.id WHERE q.reference = ?1
                UNION ALL
                SELECT id, created FROM disclosure WHERE reference = ?1
            ) ORDER BY at DESC LIMIT ?2
            """,
            [reference.blob, most]
        )
        return Set(rows.map { $0["id"] as String })
    }

    public func hasQuestion(ofCase reference: [UInt8]) throws -> Bool {
        try row("SELECT 1 FROM question WHERE reference = ? LIMIT 1", [reference.blob]) != nil
    }

    /// Nil for a case that is open.
    public func closing(ofCase reference: [UInt8]) throws -> StoredClosing? {
        try row("SELECT at, account FROM closed_case WHERE reference = ?", [reference.blob])
            .map { StoredClosing(at: $0["at"], account: $0["account"]) }
    }

    public func close(case reference: [UInt8], _ closing: StoredClosing) throws {
        try execute(
            "INSERT INTO closed_case (reference, at, account) VALUES (?, ?, ?)",
            [reference.blob, closing.at, closing.account]
        )
    }

    public func reopen(case reference: [UInt8]) throws {
        try execute("DELETE FROM closed_case WHERE reference = ?", [reference.blob])
    }

    /// Requests of ours, oldest first.
    public func disclosures(ofCase reference: [UInt8]) throws -> [StoredDisclosure] {
        try rows(
            "SELECT * FROM disclosure WHERE reference = ? ORDER BY created, id",
            [reference.blob]
        ).map(Self.disclosure)
    }

    /// The cases that were asked for last, newest first.
    ///
    /// - Parameter questions: so many of the newest are looked at.
    public func newestCases(_ most: Int, among questions: Int) throws -> [StoredCase] {
        try rows(
            """
            SELECT reference, id, max(asked) AS last
            FROM (SELECT reference, id, asked FROM question ORDER BY asked DESC, id LIMIT ?)
            WHERE length(reference) > 0 GROUP BY reference ORDER BY last DESC LIMIT ?
            """,
            [questions, most]
        ).map { row in
            let reference = row.bytes("reference")
            let counted = try self.row("SELECT count(*) FROM question WHERE reference = ?", [reference.blob])
            let requests = try self.row("SELECT count(*) FROM disclosure WHERE reference = ?", [reference.blob])
            let parts = try rows(
                """
                SELECT p.id FROM question q JOIN peer_query p ON p.question = q.id
                WHERE q.reference = ? AND p.outcome = 'hits'
                """,
                [reference.blob]
            )
            return StoredCase(
                reference: reference,
                question: row["id"],
                last: row["last"],
                questions: counted?[0] ?? 0,
                disclosures: requests?[0] ?? 0,
                parts: parts.map { $0[0] }
            )
        }
    }

    // MARK: Rows of before

    /// Questions whose case nobody told the vault yet.
    public func questionsOfNoCase(most: Int) throws -> [StoredQuestion] {
        try rows("SELECT * FROM question WHERE reference IS NULL LIMIT ?", [most]).map(Self.question)
    }

    /// Requests of ours of which the same is so, after an id.
    public func disclosuresOfNoCase(after id: String, most: Int) throws -> [StoredDisclosure] {
        try rows(
            "SELECT * FROM disclosure WHERE side = 'asker' AND reference IS NULL AND id > ? ORDER BY id LIMIT ?",
            [id, most]
        ).map(Self.disclosure)
    }

    /// Open requests of which nobody told the vault yet whether people may have something to decide.
    public func disclosuresThatDoNotSay(most: Int) throws -> [StoredDisclosure] {
        try rows(
            "SELECT * FROM disclosure WHERE open = 1 AND undecided IS NULL AND side IN \(Self.knownSides) LIMIT ?",
            [most]
        ).map(Self.disclosure)
    }

    public func file(question id: String, under reference: [UInt8]) throws {
        try execute("UPDATE question SET reference = ? WHERE id = ?", [reference.blob, id])
    }

    public func file(_ disclosure: StoredDisclosure, under reference: [UInt8]) throws {
        try execute(
            "UPDATE disclosure SET reference = ? WHERE side = ? AND peer = ? AND id = ?",
            [reference.blob, disclosure.side.rawValue, disclosure.peer, disclosure.id]
        )
    }
}

enum CaseSchema {
    static func register(in migrator: inout DatabaseMigrator) {
        migrator.registerMigration("v18 closed cases") { database in
            try database.execute(
                sql: """
                    -- reference: as in question. at: milliseconds since 1970. account: who closed it.
                    CREATE TABLE closed_case (
                        reference BLOB PRIMARY KEY, at INTEGER NOT NULL, account TEXT NOT NULL
                    ) WITHOUT ROWID;
                    """
            )
        }
    }
}
