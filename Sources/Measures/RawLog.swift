// The reference of an entry's rows: SQLite's C functions writing the same tables, indexes, trigger and savepoints as the audit store,
// without any of this project's code.
import Foundation
import GRDBSQLite

final class RawLog {
    private var database: OpaquePointer?
    private var entry: OpaquePointer?
    private var words: OpaquePointer?
    private var begin: OpaquePointer?
    private var release: OpaquePointer?
    private var next = 0

    init(folder: URL) throws {
        try check(sqlite3_open(folder.appendingPathComponent("raw-log.sqlite").path, &database))
        for sql in [
            "PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", "PRAGMA secure_delete = ON",
            "CREATE TABLE audit_entries (idx INTEGER PRIMARY KEY, bytes BLOB NOT NULL, hash BLOB NOT NULL)",
            """
            CREATE TRIGGER in_order BEFORE INSERT ON audit_entries
                WHEN NEW.idx <> coalesce((SELECT max(idx) + 1 FROM audit_entries), 0)
                BEGIN SELECT RAISE(ABORT, 'in order'); END
            """,
            """
            CREATE TABLE audit_index (
                idx INTEGER PRIMARY KEY, time INTEGER NOT NULL, event TEXT NOT NULL, role TEXT NOT NULL,
                actor TEXT NOT NULL, peer TEXT, agreement TEXT, purpose TEXT, outcome TEXT, query TEXT
            )
            """,
            "CREATE INDEX audit_index_event ON audit_index (event, idx)",
            "CREATE INDEX audit_index_query ON audit_index (query, idx) WHERE query IS NOT NULL",
            "CREATE INDEX audit_index_actor ON audit_index (actor, idx)",
            "CREATE INDEX audit_index_peer ON audit_index (peer, idx) WHERE peer IS NOT NULL",
        ] {
            try check(sqlite3_exec(database, sql, nil, nil, nil))
        }
        try prepare("INSERT INTO audit_entries VALUES (?, ?, ?)", &entry)
        try prepare(
            """
            INSERT INTO audit_index (idx, time, event, role, actor, outcome)
                VALUES (?, 1772442000000, 'access.refused', 'system', '', 'refused')
            """,
            &words
        )
        try prepare("SAVEPOINT caller", &begin)
        try prepare("RELEASE caller", &release)
    }

    deinit {
        for statement in [entry, words, begin, release] { sqlite3_finalize(statement) }
        sqlite3_close(database)
    }

    /// Inserts `count` entries of `length` bytes, so many in a transaction, each in a savepoint of its own.
    func insert(count: Int, length: Int, group: Int) throws {
        let bytes = [UInt8](repeating: 0xA5, count: max(length, 32))
        for start in stride(from: 0, to: count, by: max(group, 1)) {
            try check(sqlite3_exec(database, "BEGIN IMMEDIATE", nil, nil, nil))
            for _ in start..<min(count, start + max(group, 1)) {
                try step(begin)
                try bytes.withUnsafeBytes { bytes in
                    sqlite3_bind_int64(entry, 1, Int64(next))
                    // No destructor: the bytes outlive the step.
                    sqlite3_bind_blob(entry, 2, bytes.baseAddress, Int32(length), nil)
                    sqlite3_bind_blob(entry, 3, bytes.baseAddress, 32, nil)
                    try step(entry)
                }
                sqlite3_bind_int64(words, 1, Int64(next))
                try step(words)
                try step(release)
                next += 1
            }
            try check(sqlite3_exec(database, "COMMIT", nil, nil, nil))
        }
    }

    private func step(_ statement: OpaquePointer?) throws {
        guard sqlite3_step(statement) == SQLITE_DONE else { throw MeasureProblem("SQLite did not insert") }
        sqlite3_reset(statement)
    }

    private func prepare(_ sql: String, _ statement: inout OpaquePointer?) throws {
        try check(sqlite3_prepare_v2(database, sql, -1, &statement, nil))
    }

    private func check(_ code: Int32) throws {
        guard code == SQLITE_OK else { throw MeasureProblem("SQLite said \(code)") }
    }
}
