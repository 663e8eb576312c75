/// The tables by which people sign in to the console, and keep what they began.

import GRDB

enum ConsoleSchema {
    static func register(in migrator: inout DatabaseMigrator) {
        migrator.registerMigration("v13 console") { database in
            try database.execute(
                sql: """
                    -- box: password hash, secret of the second factor, recovery codes; sealed.
                    CREATE TABLE sign_in (
                        account TEXT PRIMARY KEY REFERENCES account(name), box BLOB NOT NULL
                    ) WITHOUT ROWID;
                    -- digest: SHA-256 of the token in the browser; times in seconds since 1970.
                    CREATE TABLE session (
                        digest BLOB PRIMARY KEY, account TEXT NOT NULL REFERENCES account(name),
                        opened INTEGER NOT NULL, seen INTEGER NOT NULL
                    ) WITHOUT ROWID;
                    CREATE INDEX session_account ON session (account);
                    -- What somebody typed into a form and did not send; box: sealed.
                    CREATE TABLE draft (
                        account TEXT NOT NULL REFERENCES account(name), form TEXT NOT NULL, saved INTEGER NOT NULL,
                        box BLOB NOT NULL, PRIMARY KEY (account, form)
                    ) WITHOUT ROWID;
                    """
            )
        }
    }
}
