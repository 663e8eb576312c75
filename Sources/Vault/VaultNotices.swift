/// The outbox of notices: what a rule wants somebody to be told, until it was. Says which rules, when and about which id;
/// never about whom.

import Foundation
import GRDB

public struct StoredNotice: Sendable, Equatable {
    /// A random UUID: who gets the notice twice knows it by that.
    public var id: String
    /// POLICY's word.
    public var recipient: String
    /// What happened.
    public var event: String
    /// The query, the disclosure request or the version of an index.
    public var about: String
    public var agreement: String
    public var peer: String
    /// Rules that want it.
    public var rules: [String]
    /// Milliseconds since 1970.
    public var created: Int
    /// Times it was sent in vain.
    public var tries = 0
    /// Milliseconds since 1970 before which it is not sent again.
    public var due: Int
    /// When it was sent, and by what or whom; nil while it waits.
    public var sent: Int?
    public var sentBy: String?

    public init(
        id: String,
        recipient: String,
        event: String,
        about: String,
        agreement: String,
        peer: String,
        rules: [String],
        created: Int
    ) {
        self.id = id
        self.recipient = recipient
        self.event = event
        self.about = about
        self.agreement = agreement
        self.peer = peer
        self.rules = rules
        self.created = created
        due = created
    }
}

extension VaultTransaction {
    /// Stores a notice, once for what happened and whom it is for.
    public func storeOnce(_ notice: StoredNotice) throws {
        try execute(
            """
            INSERT OR IGNORE INTO notice (id, recipient, event, about, agreement, peer, rules, created, due)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                notice.id, notice.recipient, notice.event, notice.about, notice.agreement, notice.peer,
                notice.rules.joined(separator: " "), notice.created, notice.due,
            ]
        )
    }

    /// Newest first.
    public func notices(waiting: Bool, limit: Int) throws -> [StoredNotice] {
        let condition = waiting ? "WHERE sent IS NULL" : ""
        return try rows("SELECT * FROM notice \(condition) ORDER BY number DESC LIMIT ?", [limit]).map(Self.notice)
    }

    /// What waits for one recipient and may be sent now, oldest first.
    public func noticesDue(for recipient: String, at milliseconds: Int, limit: Int) throws -> [StoredNotice] {
        try rows(
            """
            SELECT * FROM notice WHERE sent IS NULL AND recipient = ? AND due <= ? ORDER BY due, number LIMIT ?
            """,
            [recipient, milliseconds, limit]
        ).map(Self.notice)
    }

    public func notice(_ id: String) throws -> StoredNotice? {
        try row("SELECT * FROM notice WHERE id = ?", [id]).map(Self.notice)
    }

    /// How many wait, by recipient, and the most times one of them was tried.
    public func waitingNotices() throws -> [(recipient: String, count: Int, tries: Int)] {
        try rows(
            """
            SELECT recipient, count(*) AS count, max(tries) AS tries FROM notice WHERE sent IS NULL
            GROUP BY recipient ORDER BY recipient
            """
        ).map { ($0["recipient"], $0["count"], $0["tries"]) }
    }

    /// - Returns: false if it was sent already, or there is none.
    public func markSent(_ id: String, by sender: String, at milliseconds: Int) throws -> Bool {
        try execute(
            "UPDATE notice SET sent = ?, sent_by = ? WHERE id = ? AND sent IS NULL",
            [milliseconds, sender, id]
        )
        return changes == 1
    }

    /// It could not be sent: not before `due` again.
    public func putOff(_ id: String, until due: Int) throws {
        try execute("UPDATE notice SET tries = tries + 1, due = ? WHERE id = ? AND sent IS NULL", [due, id])
    }

    /// Forgets what was sent before a time.
    public func forgetNotices(sentBefore milliseconds: Int) throws {
        try execute("DELETE FROM notice WHERE sent < ?", [milliseconds])
    }

    private static func notice(_ row: Row) -> StoredNotice {
        let rules: String = row["rules"]
        var notice = StoredNotice(
            id: row["id"],
            recipient: row["recipient"],
            event: row["event"],
            about: row["about"],
            agreement: row["agreement"],
            peer: row["peer"],
            rules: rules.split(separator: " ").map(String.init),
            created: row["created"]
        )
        (notice.tries, notice.due) = (row["tries"], row["due"])
        (notice.sent, notice.sentBy) = (row["sent"], row["sent_by"])
        return notice
    }
}

extension VaultSchema {
    static func registerNotices(in migrator: inout DatabaseMigrator) {
        migrator.registerMigration("v10 notices") { database in
            try database.execute(
                sql: """
                    -- What a rule wants somebody to be told. about: an id of the log; rules: names, a space between.
                    CREATE TABLE notice (
                        number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, recipient TEXT NOT NULL,
                        event TEXT NOT NULL, about TEXT NOT NULL, agreement TEXT NOT NULL, peer TEXT NOT NULL,
                        rules TEXT NOT NULL, created INTEGER NOT NULL, tries INTEGER NOT NULL DEFAULT 0,
                        due INTEGER NOT NULL, sent INTEGER, sent_by TEXT, UNIQUE (event, about, agreement, peer, recipient)
                    );
                    CREATE INDEX notice_waiting ON notice (recipient, due) WHERE sent IS NULL;
                    """
            )
        }
    }
}
