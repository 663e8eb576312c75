/// The tables of a node, by migration. A migration that has shipped is never edited; a new one is added.
/// The audit log's own tables are in AuditSchema.

import GRDB

enum VaultSchema {
    static func register(in migrator: inout DatabaseMigrator) {
        migrator.registerMigration("v1 node") { database in
            try database.execute(
                sql: """
                    CREATE TABLE setting (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;

                    CREATE TABLE account (
                        name TEXT PRIMARY KEY, roles TEXT NOT NULL, added INTEGER NOT NULL
                    ) WITHOUT ROWID;
                    CREATE TABLE pseudonym (
                        account TEXT NOT NULL REFERENCES account(name), year INTEGER NOT NULL, word TEXT NOT NULL UNIQUE,
                        PRIMARY KEY (account, year)
                    ) WITHOUT ROWID;

                    CREATE TABLE peer (
                        agency TEXT PRIMARY KEY, card BLOB NOT NULL, added INTEGER NOT NULL, revoked INTEGER
                    ) WITHOUT ROWID;

                    CREATE TABLE policy_file (
                        digest TEXT NOT NULL, path TEXT NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (digest, path)
                    ) WITHOUT ROWID;

                    -- box: the record sealed under the keyring's record key, bound to its dataset and id.
                    -- digest: keyed, so that a repeated import finds unchanged rows without opening them.
                    CREATE TABLE record (
                        number INTEGER PRIMARY KEY AUTOINCREMENT, dataset TEXT NOT NULL, id TEXT NOT NULL,
                        box BLOB NOT NULL, digest BLOB NOT NULL, imported INTEGER NOT NULL, UNIQUE (dataset, id)
                    );

                    -- Which version of a record stands in an index, under which handle.
                    CREATE TABLE index_entry (
                        agreement TEXT NOT NULL, asker TEXT NOT NULL, epoch INTEGER NOT NULL,
                        record INTEGER NOT NULL, digest BLOB NOT NULL, handle BLOB NOT NULL,
                        PRIMARY KEY (agreement, asker, epoch, record, digest),
                        UNIQUE (agreement, asker, epoch, handle)
                    ) WITHOUT ROWID;
                    CREATE TABLE manifest (
                        agreement TEXT NOT NULL, holder TEXT NOT NULL, asker TEXT NOT NULL, version INTEGER NOT NULL,
                        epoch INTEGER NOT NULL, bytes BLOB NOT NULL, signature BLOB NOT NULL, leaf INTEGER,
                        PRIMARY KEY (agreement, holder, asker, version)
                    ) WITHOUT ROWID;
                    -- Two signed manifests of one version: evidence, kept as received.
                    CREATE TABLE manifest_conflict (
                        agreement TEXT NOT NULL, holder TEXT NOT NULL, version INTEGER NOT NULL,
                        bytes BLOB NOT NULL, signature BLOB NOT NULL, seen INTEGER NOT NULL
                    );

                    -- Asker's side. box: what may not stand in clear (subjects, blind seeds, outcome), sealed.
                    CREATE TABLE question (
                        id TEXT PRIMARY KEY, asked INTEGER NOT NULL, account TEXT NOT NULL, agreement TEXT NOT NULL,
                        box BLOB NOT NULL
                    ) WITHOUT ROWID;
                    CREATE TABLE peer_query (
                        id TEXT PRIMARY KEY, question TEXT NOT NULL REFERENCES question(id), peer TEXT NOT NULL,
                        outcome TEXT, box BLOB NOT NULL
                    ) WITHOUT ROWID;

                    -- Holder's side: a query id is used once; the same bytes may come again, others may not.
                    CREATE TABLE received_query (
                        peer TEXT NOT NULL, id TEXT NOT NULL, body BLOB NOT NULL, received INTEGER NOT NULL,
                        PRIMARY KEY (peer, id)
                    ) WITHOUT ROWID;
                    CREATE TABLE nonce (
                        peer TEXT NOT NULL, nonce BLOB NOT NULL, until INTEGER NOT NULL, PRIMARY KEY (peer, nonce)
                    ) WITHOUT ROWID;
                    CREATE INDEX nonce_until ON nonce (until);

                    -- Keys counted against quotas. subject: who or what is counted; window: start, seconds since 1970.
                    CREATE TABLE quota_use (
                        subject TEXT NOT NULL, period TEXT NOT NULL, window INTEGER NOT NULL, keys INTEGER NOT NULL,
                        PRIMARY KEY (subject, period, window)
                    ) WITHOUT ROWID;
                    """
            )
        }
        migrator.registerMigration("v2 disclosures") { database in
            try database.execute(
                sql: """
                    -- box: the query's terms, sealed: a disclosure request that follows is decided under them.
                    ALTER TABLE received_query ADD COLUMN box BLOB;
                    -- Accounts that entered or edited the record, each between spaces: they do not decide on it.
                    ALTER TABLE record ADD COLUMN editors TEXT NOT NULL DEFAULT '';

                    -- side: asker (we sent it) or holder (we got it). box: everything else, sealed.
                    CREATE TABLE disclosure (
                        side TEXT NOT NULL, peer TEXT NOT NULL, id TEXT NOT NULL, created INTEGER NOT NULL,
                        deadline INTEGER, open INTEGER NOT NULL, box BLOB NOT NULL,
                        PRIMARY KEY (side, peer, id)
                    ) WITHOUT ROWID;
                    CREATE INDEX disclosure_open ON disclosure (open, deadline);
                    """
            )
        }
        migrator.registerMigration("v3 handles") { database in
            try database.execute(
                sql: """
                    -- How many handles were taken so far: their sequence goes on across epochs.
                    CREATE TABLE handle_count (
                        agreement TEXT NOT NULL, asker TEXT NOT NULL, taken INTEGER NOT NULL,
                        PRIMARY KEY (agreement, asker)
                    ) WITHOUT ROWID;
                    """
            )
        }
        migrator.registerMigration("v4 disclosures of a day") { database in
            // A peer's requests of the last 24 hours are counted with each one that comes.
            try database.execute(sql: "CREATE INDEX disclosure_created ON disclosure (side, peer, created)")
        }
        migrator.registerMigration("v5 batches") { database in
            try database.execute(
                sql: """
                    -- Asker's side. box: a batch's keys, sealed, until the query is over; found: what came of it, sealed.
                    CREATE TABLE query_batch (
                        query TEXT NOT NULL, number INTEGER NOT NULL, box BLOB NOT NULL, found BLOB,
                        PRIMARY KEY (query, number)
                    );
                    -- Holder's side: batches after the first, which is the query's own.
                    CREATE TABLE received_batch (
                        peer TEXT NOT NULL, query TEXT NOT NULL, number INTEGER NOT NULL, body BLOB NOT NULL,
                        PRIMARY KEY (peer, query, number)
                    ) WITHOUT ROWID;
                    """
            )
        }
        migrator.registerMigration("v6 keys of records") { database in
            try database.execute(
                sql: """
                    -- keys: what an index needs of the record, sealed; NULL until it is made.
                    ALTER TABLE record ADD COLUMN keys BLOB;
                    -- Length of the log before the change by which the record came to be as it is.
                    ALTER TABLE record ADD COLUMN change INTEGER NOT NULL DEFAULT 0;
                    CREATE INDEX record_change ON record (change);
                    """
            )
        }
        migrator.registerMigration("v7 buckets") { database in
            try database.execute(
                sql: """
                    -- Entries a bucket has at least; NULL for an index that askers hold a copy of.
                    ALTER TABLE manifest ADD COLUMN bucket_minimum INTEGER;

                    -- Asker's side: what fetching buckets told of somebody, in bits. subject: keyed digest of one of their
                    -- match keys; event: which question, one row for each of its keys. Gone with the epoch.
                    CREATE TABLE bucket_leak (
                        agreement TEXT NOT NULL, holder TEXT NOT NULL, epoch INTEGER NOT NULL,
                        subject BLOB NOT NULL, event BLOB NOT NULL, bits INTEGER NOT NULL,
                        PRIMARY KEY (agreement, holder, epoch, subject, event)
                    ) WITHOUT ROWID;
                    """
            )
        }
        registerPolicies(in: &migrator)
        registerDuties(in: &migrator)
        registerNotices(in: &migrator)
        migrator.registerMigration("v11 witnesses") { database in
            try database.execute(
                sql: """
                    -- The newest checkpoint that we cosigned of each peer's log; note: with our cosignature. time: seconds.
                    CREATE TABLE witnessed (
                        origin TEXT PRIMARY KEY, peer TEXT NOT NULL, size INTEGER NOT NULL,
                        root BLOB NOT NULL CHECK (length(root) = 32), note TEXT NOT NULL, time INTEGER NOT NULL
                    ) WITHOUT ROWID;
                    CREATE TRIGGER witnessed_extends BEFORE INSERT ON witnessed
                        WHEN NEW.size < coalesce((SELECT size FROM witnessed WHERE origin = NEW.origin), 0)
                        BEGIN SELECT RAISE(ABORT, 'a witness never goes back'); END;
                    -- Signed checkpoints of one log that contradict each other: evidence, kept as received.
                    CREATE TABLE witness_conflict (
                        origin TEXT NOT NULL, size INTEGER NOT NULL, root BLOB NOT NULL,
                        kind TEXT NOT NULL CHECK (kind IN ('roots', 'proof')), peer TEXT NOT NULL,
                        earlier TEXT NOT NULL, later TEXT NOT NULL, seen INTEGER NOT NULL,
                        PRIMARY KEY (origin, size, root)
                    ) WITHOUT ROWID;

                    -- Checkpoints of our own log with peers' cosignatures: the newest, and the last of each hour.
                    CREATE TABLE cosigned_checkpoint (
                        size INTEGER PRIMARY KEY, note TEXT NOT NULL, time INTEGER NOT NULL, quorum INTEGER NOT NULL
                    );
                    CREATE INDEX cosigned_checkpoint_time ON cosigned_checkpoint (time);
                    -- What each peer last cosigned of our log, and why it did not when last asked.
                    CREATE TABLE witness_contact (
                        peer TEXT PRIMARY KEY, size INTEGER NOT NULL, cosigned INTEGER, failure TEXT
                    ) WITHOUT ROWID;

                    -- Receipts of peers' entries that no checkpoint of theirs was seen to cover yet. state: open, or what
                    -- was found. seen: seconds. note, row, proof: what the peer showed then.
                    CREATE TABLE peer_receipt (
                        origin TEXT NOT NULL, idx INTEGER NOT NULL, leaf BLOB NOT NULL CHECK (length(leaf) = 32),
                        peer TEXT NOT NULL, seen INTEGER NOT NULL, state TEXT NOT NULL,
                        note TEXT, row BLOB, proof BLOB,
                        PRIMARY KEY (origin, idx, leaf)
                    ) WITHOUT ROWID;
                    CREATE INDEX peer_receipt_state ON peer_receipt (state, peer);
                    """
            )
        }
        registerOpenings(in: &migrator)
        ConsoleSchema.register(in: &migrator)
        SecurityKeySchema.register(in: &migrator)
        PageIndexes.register(in: &migrator)
        CaseSchema.register(in: &migrator)
    }

    private static func registerOpenings(in migrator: inout DatabaseMigrator) {
        migrator.registerMigration("v12 openings") { database in
            try database.execute(
                sql: """
                    -- Asker's side. until: seconds since 1970 up to which keys of a query can be shown to an auditor.
                    CREATE TABLE opening_term (query TEXT PRIMARY KEY, until INTEGER NOT NULL) WITHOUT ROWID;
                    CREATE INDEX opening_until ON opening_term (until);
                    -- box: the keys of a batch, sealed as in query_batch.
                    CREATE TABLE opening (
                        query TEXT NOT NULL, number INTEGER NOT NULL, box BLOB NOT NULL, PRIMARY KEY (query, number)
                    );
                    """
            )
        }
    }
}
