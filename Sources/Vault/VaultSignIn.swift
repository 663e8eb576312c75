/// How people sign in, sessions and drafts in the vault. What a sign-in file or a draft holds is sealed; of a session's token
/// only the digest stands here.

import Foundation
import GRDB

/// A session as stored.
public struct StoredSession: Sendable, Equatable {
    /// SHA-256 of the token that the browser keeps.
    public var digest: [UInt8]
    public var account: String
    /// Seconds since 1970.
    public var opened: Int
    public var seen: Int

    public init(digest: [UInt8], account: String, opened: Int, seen: Int) {
        self.digest = digest
        self.account = account
        self.opened = opened
        self.seen = seen
    }
}

extension VaultTransaction {
    // MARK: Sign-in files

    public func signIn(of account: String) throws -> [UInt8]? {
        try row("SELECT box FROM sign_in WHERE account = ?", [account]).map { $0.bytes("box") }
    }

    public func storeSignIn(_ box: [UInt8], of account: String) throws {
        try execute("INSERT OR REPLACE INTO sign_in (account, box) VALUES (?, ?)", [account, box.blob])
    }

    // MARK: Sessions

    public func session(_ digest: [UInt8]) throws -> StoredSession? {
        try row("SELECT * FROM session WHERE digest = ?", [digest.blob]).map(Self.session)
    }

    /// Newest first.
    public func sessions(of account: String) throws -> [StoredSession] {
        try rows("SELECT * FROM session WHERE account = ? ORDER BY opened DESC", [account]).map(Self.session)
    }

    public func store(_ session: StoredSession) throws {
        try execute(
            "INSERT OR REPLACE INTO session (digest, account, opened, seen) VALUES (?, ?, ?, ?)",
            [session.digest.blob, session.account, session.opened, session.seen]
        )
    }

    public func endSession(_ digest: [UInt8]) throws {
        try execute("DELETE FROM session WHERE digest = ?", [digest.blob])
    }

    public func endSessions(of account: String) throws {
        try execute("DELETE FROM session WHERE account = ?", [account])
    }

    /// Forgets sessions that nobody can use any more.
    public func endSessions(openedBefore opened: Int, seenBefore seen: Int) throws {
        try execute("DELETE FROM session WHERE opened < ? OR seen < ?", [opened, seen])
    }

    private static func session(_ row: Row) -> StoredSession {
        StoredSession(digest: row.bytes("digest"), account: row["account"], opened: row["opened"], seen: row["seen"])
    }

    // MARK: Drafts

    /// Forgets what was typed before `seconds` and never sent.
    public func removeDrafts(savedBefore seconds: Int) throws {
        try execute("DELETE FROM draft WHERE saved < ?", [seconds])
    }

    public func draft(_ form: String, of account: String) throws -> [UInt8]? {
        try row("SELECT box FROM draft WHERE account = ? AND form = ?", [account, form]).map { $0.bytes("box") }
    }

    public func storeDraft(_ form: String, of account: String, box: [UInt8], at seconds: Int) throws {
        try execute(
            "INSERT OR REPLACE INTO draft (account, form, saved, box) VALUES (?, ?, ?, ?)",
            [account, form, seconds, box.blob]
        )
    }

    public func removeDraft(_ form: String, of account: String) throws {
        try execute("DELETE FROM draft WHERE account = ? AND form = ?", [account, form])
    }
}
