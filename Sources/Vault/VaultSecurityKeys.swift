/// Security keys by which people sign in. What a key calls itself stands in clear, because no two may have the same; the rest
/// is sealed.

import GRDB

extension VaultTransaction {
    /// The sealed key of that id; nil if the account has none.
    public func securityKey(_ id: [UInt8], of account: String) throws -> [UInt8]? {
        try row("SELECT box FROM security_key WHERE id = ? AND account = ?", [id.blob, account]).map {
            $0.bytes("box")
        }
    }

    /// Whether anybody has a key of that id.
    public func hasSecurityKey(_ id: [UInt8]) throws -> Bool {
        try row("SELECT 1 FROM security_key WHERE id = ?", [id.blob]) != nil
    }

    public func securityKeys(of account: String) throws -> [(id: [UInt8], box: [UInt8])] {
        try rows("SELECT id, box FROM security_key WHERE account = ? ORDER BY id", [account]).map {
            ($0.bytes("id"), $0.bytes("box"))
        }
    }

    public func securityKeyIDs(of account: String) throws -> [[UInt8]] {
        try rows("SELECT id FROM security_key WHERE account = ? ORDER BY id", [account]).map { $0.bytes("id") }
    }

    public func addSecurityKey(_ id: [UInt8], of account: String, box: [UInt8]) throws {
        try execute("INSERT INTO security_key (id, account, box) VALUES (?, ?, ?)", [id.blob, account, box.blob])
    }

    public func storeSecurityKey(_ id: [UInt8], of account: String, box: [UInt8]) throws {
        try execute("UPDATE security_key SET box = ? WHERE id = ? AND account = ?", [box.blob, id.blob, account])
    }

    public func removeSecurityKey(_ id: [UInt8], of account: String) throws {
        try execute("DELETE FROM security_key WHERE id = ? AND account = ?", [id.blob, account])
    }

    public func removeSecurityKeys(of account: String) throws {
        try execute("DELETE FROM security_key WHERE account = ?", [account])
    }
}

enum SecurityKeySchema {
    static func register(in migrator: inout DatabaseMigrator) {
        migrator.registerMigration("v15 security keys") { database in
            try database.execute(
                sql: """
                    -- id: what the key calls itself. box: its name, public key, counter and times; sealed.
                    CREATE TABLE security_key (
                        id BLOB PRIMARY KEY, account TEXT NOT NULL REFERENCES account(name), box BLOB NOT NULL
                    ) WITHOUT ROWID;
                    CREATE INDEX security_key_account ON security_key (account);
                    """
            )
        }
    }
}
