// Knows the statements that each audit entry runs, prepared once for a group and driven by SQLite's own functions: what GRDB does
// around a statement takes as long as the statement itself. Never learns what an entry says.
import AuditLog
import GRDB
import GRDBSQLite
import TransparencyLog

/// The statements of one group, on the writer's connection. GRDB compiles and keeps them; nothing observes their tables.
struct EntryStatements {
    private let entry: RowStatement
    private let words: RowStatement
    private let sealed: RowStatement
    private let begin: RowStatement
    private let keep: RowStatement
    private let takeBack: RowStatement

    init(_ database: Database) throws {
        func statement(_ sql: String) throws -> RowStatement {
            RowStatement(try database.cachedStatement(sql: sql), of: database)
        }
        entry = try statement("INSERT INTO audit_entries (idx, bytes, hash) VALUES (?, ?, ?)")
        words = try statement(
            """
            INSERT INTO audit_index (idx, time, event, role, actor, peer, agreement, purpose, outcome, query)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """
        )
        sealed = try statement(
            """
            INSERT INTO audit_sealed (idx, field, box, blind, class, erase_after, terms)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """
        )
        begin = try statement("SAVEPOINT caller")
        keep = try statement("RELEASE SAVEPOINT caller")
        takeBack = try statement("ROLLBACK TRANSACTION TO SAVEPOINT caller")
    }

    /// Runs one caller of several, so that a throw takes back its changes alone.
    func apart(_ database: Database, _ change: () throws -> Void) throws {
        try begin.run()
        do { try change() } catch {
            // Some failures, a full disk among them, end the transaction of all, and its savepoints with it.
            if database.isInsideTransaction {
                try takeBack.run()
                try keep.run()
            }
            throw error
        }
        try keep.run()
    }

    func insert(_ index: Int, bytes: [UInt8], hash: TreeHash) throws {
        entry.bind(index, at: 1)
        entry.bind(bytes, at: 2)
        entry.bind(hash.bytes, at: 3)
        try entry.run()
    }

    func insert(_ leaf: Leaf) throws {
        let found = LeafWords(leaf)
        words.bind(leaf.index, at: 1)
        words.bind(leaf.time.milliseconds, at: 2)
        words.bind(leaf.event, at: 3)
        words.bind(leaf.actor.role.rawValue, at: 4)
        words.bind(leaf.actor.pseudonym, at: 5)
        words.bind(found.peer, at: 6)
        words.bind(found.agreement, at: 7)
        words.bind(found.purpose, at: 8)
        words.bind(found.outcome, at: 9)
        words.bind(found.query, at: 10)
        try words.run()
    }

    func insert(_ index: Int, _ value: PersonalValue, _ box: SealedAuditValue, eraseAfter: Int) throws {
        sealed.bind(index, at: 1)
        sealed.bind(value.name, at: 2)
        sealed.bind(box.box, at: 3)
        sealed.bind(box.blind, at: 4)
        sealed.bind(value.retentionClass, at: 5)
        sealed.bind(eraseAfter, at: 6)
        sealed.bind(box.terms.isEmpty ? nil : Array(box.terms.joined()), at: 7)
        try sealed.run()
    }
}

/// One statement without a result. What is bound stays until it is bound anew: bind all of it before each run.
private struct RowStatement {
    private let statement: Statement
    private let database: Database
    private var raw: OpaquePointer { statement.sqliteStatement }

    /// SQLite copies what is bound.
    private static let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    init(_ statement: Statement, of database: Database) {
        self.statement = statement
        self.database = database
    }

    func bind(_ number: Int, at place: Int32) { sqlite3_bind_int64(raw, place, Int64(number)) }

    func bind(_ text: String?, at place: Int32) {
        guard var text else {
            sqlite3_bind_null(raw, place)
            return
        }
        guard !text.isEmpty else {
            sqlite3_bind_text(raw, place, "", 0, Self.copied)
            return
        }
        text.withUTF8 { utf8 in
            utf8.withMemoryRebound(to: CChar.self) { characters in
                _ = sqlite3_bind_text(raw, place, characters.baseAddress, Int32(utf8.count), Self.copied)
            }
        }
    }

    func bind(_ bytes: [UInt8]?, at place: Int32) {
        guard let bytes else {
            sqlite3_bind_null(raw, place)
            return
        }
        bytes.withUnsafeBytes { buffer in
            if let start = buffer.baseAddress, buffer.count > 0 {
                _ = sqlite3_bind_blob(raw, place, start, Int32(buffer.count), Self.copied)
            } else {
                _ = sqlite3_bind_zeroblob(raw, place, 0)
            }
        }
    }

    func run() throws {
        let code = sqlite3_step(raw)
        let message = code == SQLITE_DONE ? nil : String(cString: sqlite3_errmsg(database.sqliteConnection))
        sqlite3_reset(raw)
        guard let message else { return }
        throw DatabaseError(resultCode: ResultCode(rawValue: code), message: message)
    }
}
