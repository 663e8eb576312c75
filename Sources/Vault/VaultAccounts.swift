/// Accounts, pseudonyms and peers in the vault.

import Foundation
import GRDB

/// An account as stored: its name and the words of its roles.
public struct StoredAccount: Sendable, Equatable {
    public var name: String
    public var roles: Set<String>

    public init(
        name: String,
        roles: Set<String>
    ) {
        self.name = name
        self.roles = roles
    }
}

/// A peer as stored: the bytes of its card, and since when it is revoked.
public struct StoredPeer: Sendable, Equatable {
    public var agency: String
    public var card: [UInt8]
    public var revoked: Int?
}

extension VaultTransaction {
    public func account(_ name: String) throws -> StoredAccount? {
        try row("SELECT name, roles FROM account WHERE name = ?", [name]).map(Self.account)
    }

    public func accounts() throws -> [StoredAccount] {
        try rows("SELECT name, roles FROM account ORDER BY name").map(Self.account)
    }

    /// Adds an account or replaces its roles.
    public func store(_ account: StoredAccount, at milliseconds: Int) throws {
        try execute(
            "INSERT INTO account (name, roles, added) VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET roles = excluded.roles",
            [account.name, account.roles.sorted().joined(separator: " "), milliseconds]
        )
    }

    private static func account(_ row: Row) -> StoredAccount {
        StoredAccount(name: row["name"], roles: Set((row["roles"] as String).split(separator: " ").map(String.init)))
    }

    /// The word that stands for a person in the log during one year; made from `fresh` at first use. The table can be
    /// erased, and then nothing in the log points to the person (AUDIT section 1).
    public func pseudonym(of account: String, year: Int, fresh: () -> String) throws -> String {
        if let row = try row("SELECT word FROM pseudonym WHERE account = ? AND year = ?", [account, year]) {
            return row["word"]
        }
        let word = fresh()
        try execute("INSERT INTO pseudonym (account, year, word) VALUES (?, ?, ?)", [account, year, word])
        return word
    }

    /// Every word that stood for an account.
    public func pseudonyms(of account: String) throws -> [String] {
        try rows("SELECT word FROM pseudonym WHERE account = ? ORDER BY year", [account]).map { $0["word"] }
    }

    public func peers() throws -> [StoredPeer] {
        try rows("SELECT agency, card, revoked FROM peer ORDER BY agency").map {
            StoredPeer(agency: $0["agency"], card: $0.bytes("card"), revoked: $0["revoked"])
        }
    }

    /// Adds a peer, or replaces its card and lifts a revocation.
    public func storePeer(_ agency: String, card: [UInt8], at milliseconds: Int) throws {
        try execute(
            """
            INSERT INTO peer (agency, card, added) VALUES (?, ?, ?)
            ON CONFLICT (agency) DO UPDATE SET card = excluded.card, revoked = NULL
            """,
            [agency, card.blob, milliseconds]
        )
    }

    /// Marks a peer revoked; false if there is none that is not revoked already.
    public func revokePeer(_ agency: String, at milliseconds: Int) throws -> Bool {
        try execute("UPDATE peer SET revoked = ? WHERE agency = ? AND revoked IS NULL", [milliseconds, agency])
        return changes == 1
    }
}
