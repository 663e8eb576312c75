/// Policies that were in force, each under its digest, and when which of them began to decide. Nothing here is ever changed
/// or removed: a past decision is explained by the rules of its day.

import Foundation
import GRDB

/// Policies that began to decide.
public struct StoredActivation: Sendable, Equatable {
    /// Hex SHA-256 of the folder.
    public var digest: String
    /// Milliseconds since 1970.
    public var at: Int
    /// Who activated them; nil for the node itself.
    public var account: String?
    /// Cases that passed; nil where a version before did not keep it.
    public var cases: Int?

    public init(digest: String, at: Int, account: String?, cases: Int?) {
        self.digest = digest
        self.at = at
        self.account = account
        self.cases = cases
    }
}

extension VaultTransaction {
    /// From here on these policies decide; their files stay readable under the digest.
    public func activate(_ activation: StoredActivation, files: [String: [UInt8]]) throws {
        for (path, bytes) in files {
            try execute(
                "INSERT OR IGNORE INTO policy_file (digest, path, bytes) VALUES (?, ?, ?)",
                [activation.digest, path, bytes.blob]
            )
        }
        try execute(
            "INSERT INTO policy_activation (digest, activated, account, cases) VALUES (?, ?, ?, ?)",
            [activation.digest, activation.at, activation.account, activation.cases]
        )
    }

    /// What decides now; nil if nothing was ever activated.
    public func activation() throws -> StoredActivation? {
        try row("SELECT * FROM policy_activation ORDER BY number DESC LIMIT 1").map {
            StoredActivation(digest: $0["digest"], at: $0["activated"], account: $0["account"], cases: $0["cases"])
        }
    }

    /// Path to content of policies that were activated once; empty if none of that digest were.
    public func policies(digest: String) throws -> [String: [UInt8]] {
        let rows = try rows("SELECT path, bytes FROM policy_file WHERE digest = ?", [digest])
        return Dictionary(uniqueKeysWithValues: rows.map { ($0["path"], $0.bytes("bytes")) })
    }
}

extension VaultSchema {
    static func registerPolicies(in migrator: inout DatabaseMigrator) {
        migrator.registerMigration("v8 policies") { database in
            try database.execute(
                sql: """
                    -- Which policies decided since when; the newest row decides now. account: NULL for the node itself.
                    CREATE TABLE policy_activation (
                        number INTEGER PRIMARY KEY AUTOINCREMENT, digest TEXT NOT NULL, activated INTEGER NOT NULL,
                        account TEXT, cases INTEGER
                    );
                    -- Until now the node activated by itself; what it did last stands in its log.
                    INSERT INTO policy_activation (digest, activated)
                        SELECT CAST(value AS TEXT), coalesce(
                            (SELECT max(time) FROM audit_index WHERE event = 'policy.activated'), 0
                        ) FROM setting WHERE name = 'policy-digest';
                    DELETE FROM setting WHERE name = 'policy-digest';

                    -- What policy decided on in a question or a disclosure. id: as it stands in the log; digest: of the
                    -- policies that decided; box: what they were asked, sealed, or NULL once it was erased.
                    CREATE TABLE decision (
                        number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, question TEXT, side TEXT NOT NULL,
                        peer TEXT NOT NULL, decided INTEGER NOT NULL, digest TEXT NOT NULL, box BLOB
                    );
                    CREATE INDEX decision_id ON decision (id);
                    CREATE INDEX decision_question ON decision (question) WHERE question IS NOT NULL;
                    -- Erased with what it was about. A row that is replaced fires nothing.
                    CREATE TRIGGER decision_of_peer_query AFTER DELETE ON peer_query
                        BEGIN UPDATE decision SET box = NULL WHERE id = OLD.id AND side = 'asker'; END;
                    CREATE TRIGGER decision_of_received_query AFTER DELETE ON received_query
                        BEGIN UPDATE decision SET box = NULL WHERE id = OLD.id AND peer = OLD.peer AND side = 'holder'; END;
                    CREATE TRIGGER decision_of_disclosure AFTER DELETE ON disclosure
                        BEGIN UPDATE decision SET box = NULL WHERE id = OLD.id AND peer = OLD.peer
                            AND side IN ('asker', 'holder') AND OLD.side = side; END;
                    """
            )
        }
    }
}
