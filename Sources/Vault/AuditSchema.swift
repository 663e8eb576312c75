// Knows the tables of the audit log. Entries and checkpoints are only ever added: the database itself refuses the rest.
import GRDB

enum AuditSchema {
    static func register(in migrator: inout DatabaseMigrator) {
        migrator.registerMigration("v1 audit") { database in
            try database.execute(
                sql: """
                    -- bytes: the leaf; hash: RFC 9162 leaf hash at the time of writing, compared before each signature.
                    CREATE TABLE audit_entries (
                        idx INTEGER PRIMARY KEY, bytes BLOB NOT NULL, hash BLOB NOT NULL CHECK (length(hash) = 32)
                    );
                    CREATE TRIGGER audit_entries_in_order BEFORE INSERT ON audit_entries
                        WHEN NEW.idx <> coalesce((SELECT max(idx) + 1 FROM audit_entries), 0)
                        BEGIN SELECT RAISE(ABORT, 'audit entries are appended in order'); END;
                    CREATE TRIGGER audit_entries_kept BEFORE UPDATE ON audit_entries
                        BEGIN SELECT RAISE(ABORT, 'audit entries are never changed'); END;
                    CREATE TRIGGER audit_entries_not_deleted BEFORE DELETE ON audit_entries
                        BEGIN SELECT RAISE(ABORT, 'audit entries are never deleted'); END;

                    -- What entries are searched by; can be rebuilt from audit_entries.
                    CREATE TABLE audit_index (
                        idx INTEGER PRIMARY KEY, time INTEGER NOT NULL, event TEXT NOT NULL, role TEXT NOT NULL,
                        actor TEXT NOT NULL, peer TEXT, agreement TEXT, purpose TEXT, outcome TEXT, query TEXT
                    );
                    CREATE INDEX audit_index_event ON audit_index (event, idx);
                    CREATE INDEX audit_index_query ON audit_index (query, idx) WHERE query IS NOT NULL;

                    -- box: a disclosure sealed under the bucket key of its class and month; erase_after: seconds
                    -- since 1970; hold: number of legal holds that stop erasure.
                    CREATE TABLE audit_sealed (
                        idx INTEGER NOT NULL REFERENCES audit_entries(idx), field TEXT NOT NULL, box BLOB NOT NULL,
                        blind BLOB NOT NULL, class TEXT NOT NULL, erase_after INTEGER NOT NULL,
                        hold INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (idx, field)
                    ) WITHOUT ROWID;
                    CREATE INDEX audit_sealed_blind ON audit_sealed (blind);
                    CREATE INDEX audit_sealed_erase ON audit_sealed (erase_after);

                    -- Signed checkpoints that may have left; time: milliseconds since 1970.
                    CREATE TABLE audit_checkpoints (
                        size INTEGER PRIMARY KEY, root BLOB NOT NULL CHECK (length(root) = 32), note TEXT NOT NULL,
                        time INTEGER NOT NULL
                    );
                    CREATE TRIGGER audit_checkpoints_extend BEFORE INSERT ON audit_checkpoints
                        WHEN NEW.size <= coalesce((SELECT max(size) FROM audit_checkpoints), 0)
                            OR NEW.size > coalesce((SELECT max(idx) + 1 FROM audit_entries), 0)
                        BEGIN SELECT RAISE(ABORT, 'a checkpoint extends the last one and covers stored entries'); END;
                    CREATE TRIGGER audit_checkpoints_kept BEFORE UPDATE ON audit_checkpoints
                        BEGIN SELECT RAISE(ABORT, 'checkpoints are never changed'); END;
                    CREATE TRIGGER audit_checkpoints_not_deleted BEFORE DELETE ON audit_checkpoints
                        BEGIN SELECT RAISE(ABORT, 'checkpoints are never deleted'); END;
                    """
            )
        }
        migrator.registerMigration("v2 audit terms") { database in
            // terms: keyed digests of 16 bytes, one after another: whom the value is about. Gone with the row.
            try database.execute(sql: "ALTER TABLE audit_sealed ADD COLUMN terms BLOB")
        }
        migrator.registerMigration("v3 audit holds") { database in
            try database.execute(
                sql: """
                    -- Legal holds. entry: the index of its hold.placed; review: last day before it is looked at again;
                    -- everything: 1 when it keeps all values, also those to come; lifted: the index of its hold.lifted.
                    CREATE TABLE audit_hold (
                        entry INTEGER PRIMARY KEY, review TEXT NOT NULL, everything INTEGER NOT NULL, lifted INTEGER
                    );
                    -- The sealed values that a hold keeps.
                    CREATE TABLE audit_held (
                        hold INTEGER NOT NULL REFERENCES audit_hold(entry), idx INTEGER NOT NULL, field TEXT NOT NULL,
                        PRIMARY KEY (hold, idx, field)
                    ) WITHOUT ROWID;
                    """
            )
        }
        migrator.registerMigration("v4 audit pruning") { database in
            try database.execute(
                sql: """
                    -- Entries below were pruned, as the entry says; before it is published their bundles stay.
                    CREATE TABLE audit_pruned (below INTEGER PRIMARY KEY, entry INTEGER NOT NULL);
                    -- A pruned entry keeps its place and hash: the tree is rebuilt from them. Only its bytes go, and only once.
                    DROP TRIGGER audit_entries_kept;
                    CREATE TRIGGER audit_entries_kept BEFORE UPDATE ON audit_entries
                        WHEN NEW.idx <> OLD.idx OR NEW.hash <> OLD.hash OR NEW.bytes <> x''
                            OR OLD.idx >= coalesce((SELECT max(below) FROM audit_pruned), 0)
                        BEGIN SELECT RAISE(ABORT, 'audit entries are never changed'); END;
                    CREATE TRIGGER audit_pruned_kept BEFORE UPDATE ON audit_pruned
                        BEGIN SELECT RAISE(ABORT, 'what was pruned stays pruned'); END;
                    CREATE TRIGGER audit_pruned_not_deleted BEFORE DELETE ON audit_pruned
                        BEGIN SELECT RAISE(ABORT, 'what was pruned stays pruned'); END;
                    """
            )
        }
        migrator.registerMigration("v5 audit keys") { database in
            try database.execute(
                sql: """
                    -- Verifier keys of the log: which followed which, by which entry, and up to which second both sign.
                    CREATE TABLE audit_key (
                        vkey TEXT PRIMARY KEY, earlier TEXT NOT NULL, entry INTEGER NOT NULL, until INTEGER NOT NULL
                    ) WITHOUT ROWID;
                    """
            )
        }
        migrator.registerMigration("v6 audit ended") { database in
            try database.execute(
                sql: """
                    -- Logs of this agency that no key signs any more: the last checkpoint known of each, its key at the end.
                    CREATE TABLE audit_ended (
                        origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL CHECK (length(root) = 32),
                        vkey TEXT NOT NULL
                    ) WITHOUT ROWID;
                    -- Their personal values, as in audit_sealed. query: what the entry was about, as in audit_index.
                    CREATE TABLE audit_ended_value (
                        origin TEXT NOT NULL REFERENCES audit_ended(origin), idx INTEGER NOT NULL, field TEXT NOT NULL,
                        box BLOB NOT NULL, class TEXT NOT NULL, erase_after INTEGER NOT NULL, hold INTEGER NOT NULL,
                        terms BLOB, query TEXT, PRIMARY KEY (origin, idx, field)
                    ) WITHOUT ROWID;
                    CREATE INDEX audit_ended_value_erase ON audit_ended_value (erase_after);
                    """
            )
        }
        migrator.registerMigration("v7 audit ended holds") { database in
            try database.execute(
                sql: """
                    -- Holds that stood when their log ended, as in audit_hold; lifted: an index of the running log.
                    CREATE TABLE audit_ended_hold (
                        origin TEXT NOT NULL REFERENCES audit_ended(origin), entry INTEGER NOT NULL,
                        review TEXT NOT NULL, everything INTEGER NOT NULL, lifted INTEGER,
                        PRIMARY KEY (origin, entry)
                    ) WITHOUT ROWID;
                    -- The values of ended logs that a hold keeps. holder: the log that has its hold.placed; '' is the
                    -- running one.
                    CREATE TABLE audit_ended_held (
                        holder TEXT NOT NULL, hold INTEGER NOT NULL, origin TEXT NOT NULL, idx INTEGER NOT NULL,
                        field TEXT NOT NULL, PRIMARY KEY (holder, hold, origin, idx, field)
                    ) WITHOUT ROWID;
                    CREATE INDEX audit_ended_held_place ON audit_ended_held (origin, idx, field);
                    CREATE INDEX audit_ended_value_query ON audit_ended_value (query) WHERE query IS NOT NULL;
                    """
            )
        }
        migrator.registerMigration("v8 audit search") { database in
            // What one person did, and what was exchanged with one peer, however long the log is.
            try database.execute(
                sql: """
                    CREATE INDEX audit_index_actor ON audit_index (actor, idx);
                    CREATE INDEX audit_index_peer ON audit_index (peer, idx) WHERE peer IS NOT NULL;
                    """
            )
        }
    }
}
