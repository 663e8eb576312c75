// What is kept in memory of the vault is never older than its last durable change.
import GRDB
import Testing

@testable import Vault

@Suite struct KeptReadsTests {
    /// A table as the vault's are, without row ids.
    private func with(_ body: (AuditedDatabase, TableChanges) async throws -> Void) async throws {
        let store = try Store()
        let database = store.database
        let changes = TableChanges(of: ["account"])
        try await database.pool.write { database in
            try database.execute(sql: "CREATE TABLE account (name TEXT PRIMARY KEY, roles TEXT) WITHOUT ROWID")
            try database.execute(sql: "CREATE TABLE setting (name TEXT PRIMARY KEY) WITHOUT ROWID")
        }
        database.pool.add(transactionObserver: changes, extent: .databaseLifetime)
        try await body(database, changes)
        try database.pool.close()
        // Its folder goes with it.
        withExtendedLifetime(store) {}
    }

    private func commit(_ sql: String, to database: AuditedDatabase) async throws {
        _ = try await database.commit { database in
            try database.execute(sql: sql)
            return ((), [])
        }
    }

    private func value(_ key: Int, of kept: KeptReads<Int, Int>, reading stored: Int?) async throws -> Int? {
        try await kept.value(key) { stored }
    }

    private static let insert =
        "INSERT INTO account VALUES ('a', 'analyst') ON CONFLICT (name) DO UPDATE SET roles = ''"

    @Test(arguments: [
        insert, "UPDATE account SET roles = ''", "DELETE FROM account", "REPLACE INTO account VALUES ('a', '')",
        "INSERT OR IGNORE INTO account VALUES ('b', '')",
    ])
    func everyStatementThatMayWriteATableIsCounted(_ sql: String) async throws {
        try await with { database, changes in
            try await commit(Self.insert, to: database)
            let before = changes.count("account")
            try await commit(sql, to: database)
            #expect(changes.count("account") > before)
        }
    }

    @Test func whatIsReadOrTakenBackOrOfAnotherTableCountsNothing() async throws {
        try await with { database, changes in
            let before = changes.count("account")
            _ = try await database.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM account") }
            try await commit("INSERT INTO setting VALUES ('a')", to: database)
            #expect(changes.count("account") == before)
            try await database.pool.writeWithoutTransaction { database in
                try database.inTransaction {
                    try database.execute(sql: Self.insert)
                    return .rollback
                }
            }
            #expect(changes.count("account") == before)
        }
    }

    @Test func aValueIsReadOnceUntilItsTableChanges() async throws {
        try await with { database, changes in
            let kept = KeptReads<Int, Int>(table: "account", changes: changes, greatest: 2)
            for _ in 0..<2 { #expect(try await value(1, of: kept, reading: 10) == 10) }
            #expect(try await value(1, of: kept, reading: 11) == 10)
            try await commit(Self.insert, to: database)
            #expect(try await value(1, of: kept, reading: 12) == 12)
        }
    }

    /// The reader saw the table as it was before the change, and comes back after it.
    @Test func whatAnOlderReaderSawIsNotKept() async throws {
        try await with { database, changes in
            let kept = KeptReads<Int, Int>(table: "account", changes: changes, greatest: 2)
            let old = try await kept.value(1) {
                try await commit(Self.insert, to: database)
                return 10
            }
            #expect(old == 10)
            #expect(try await value(1, of: kept, reading: 11) == 11)
        }
    }

    @Test func nothingIsKeptOfWhatIsNotThereNorMoreThanTheBound() async throws {
        try await with { (_, changes) async throws in
            let kept = KeptReads<Int, Int>(table: "account", changes: changes, greatest: 2)
            #expect(try await value(1, of: kept, reading: nil) == nil)
            #expect(try await value(1, of: kept, reading: 10) == 10)
            for key in 2...5 { #expect(try await value(key, of: kept, reading: key) == key) }
            #expect(try await value(1, of: kept, reading: 11) == 11, "made room")
            #expect(try await value(5, of: kept, reading: 50) == 5)
        }
    }
}
