// The reference of what is stored: SQLite's C functions and one fsync, without any of this project's code.
import Foundation
import GRDBSQLite

/// A bare SQLite database, WAL with FULL sync as the vault has it, and a plain file beside it.
final class RawStore {
    private var database: OpaquePointer?
    private var statement: OpaquePointer?
    private let page: Int32
    private var next = 0

    init(folder: URL) throws {
        page = open(folder.appendingPathComponent("raw-page").path, O_CREAT | O_WRONLY | O_CLOEXEC, 0o600)
        guard page >= 0 else { throw MeasureProblem("a file beside the nodes could not be made") }
        try check(sqlite3_open(folder.appendingPathComponent("raw.sqlite").path, &database))
        for sql in [
            "PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL",
            "CREATE TABLE entry (number INTEGER PRIMARY KEY, bytes BLOB NOT NULL, digest BLOB NOT NULL)",
        ] {
            try check(sqlite3_exec(database, sql, nil, nil, nil))
        }
        try check(sqlite3_prepare_v2(database, "INSERT INTO entry VALUES (?, ?, ?)", -1, &statement, nil))
    }

    deinit {
        sqlite3_finalize(statement)
        sqlite3_close(database)
        close(page)
    }

    /// Inserts `count` rows of `length` bytes and 32 more, so many in a transaction.
    func insert(count: Int, length: Int, group: Int) throws {
        let bytes = [UInt8](repeating: 0xA5, count: max(length, 32))
        for start in stride(from: 0, to: count, by: max(group, 1)) {
            try check(sqlite3_exec(database, "BEGIN IMMEDIATE", nil, nil, nil))
            for _ in start..<min(count, start + max(group, 1)) {
                let step = bytes.withUnsafeBytes { bytes in
                    sqlite3_bind_int64(statement, 1, Int64(next))
                    // No destructor: the bytes outlive the step.
                    sqlite3_bind_blob(statement, 2, bytes.baseAddress, Int32(length), nil)
                    sqlite3_bind_blob(statement, 3, bytes.baseAddress, 32, nil)
                    return sqlite3_step(statement)
                }
                guard step == SQLITE_DONE else { throw MeasureProblem("SQLite did not insert") }
                sqlite3_reset(statement)
                next += 1
            }
            try check(sqlite3_exec(database, "COMMIT", nil, nil, nil))
        }
    }

    /// Appends a page of 4,096 bytes and syncs it: what one durable step costs at the least.
    func sync() throws {
        let bytes = [UInt8](repeating: 0xA5, count: 4_096)
        guard write(page, bytes, bytes.count) == bytes.count, fsync(page) == 0 else {
            throw MeasureProblem("a page could not be written and synced")
        }
    }

    private func check(_ code: Int32) throws {
        guard code == SQLITE_OK else { throw MeasureProblem("SQLite said \(code)") }
    }
}

/// Why nothing was measured.
public struct MeasureProblem: Error, Sendable, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }
}
