/// What the console's pages are found by: newest questions, the parts of one, what belongs to a case, requests by side and by id.
/// Without these a page would cost more the longer a node works.

import GRDB

enum PageIndexes {
    static func register(in migrator: inout DatabaseMigrator) {
        migrator.registerMigration("v16 pages") { database in
            try database.execute(
                sql: """
                    -- reference: keyed digest of the case's number, empty without one; NULL in older rows until it is made.
                    ALTER TABLE question ADD COLUMN reference BLOB;
                    CREATE INDEX question_asked ON question (asked DESC, id, reference);
                    CREATE INDEX question_reference ON question (reference, asked);
                    -- The same of requests of ours; NULL on other sides.
                    ALTER TABLE disclosure ADD COLUMN reference BLOB;
                    CREATE INDEX disclosure_reference ON disclosure (reference, created) WHERE reference IS NOT NULL;
                    CREATE INDEX peer_query_question ON peer_query (question, peer);
                    CREATE INDEX disclosure_side ON disclosure (side, created, id);
                    CREATE INDEX disclosure_id ON disclosure (id);
                    """
            )
        }
        migrator.registerMigration("v17 queue") { database in
            try database.execute(
                sql: """
                    -- undecided: whether people here may have something to decide; NULL in older rows.
                    ALTER TABLE disclosure ADD COLUMN undecided INTEGER;
                    CREATE INDEX disclosure_undecided ON disclosure (deadline, id) WHERE undecided = 1;
                    CREATE INDEX disclosure_open_side ON disclosure (side, created, id) WHERE open = 1;
                    -- A list of cases asks which parts brought hits, without reading their boxes.
                    CREATE INDEX peer_query_outcome ON peer_query (question, outcome);
                    """
            )
        }
    }
}
