// Checks that changes and their audit entries become durable together, in groups, each caller for itself.
import AuditLog
import CanonicalJSON
import Foundation
import GRDB
import Testing
import TransparencyLog

@testable import Vault

@Suite("Audited database")
struct AuditedDatabaseTests {
    @Test func aNewLogBeginsWithItsStart() async throws {
        let store = try Store()
        #expect(store.database.size == 1)
        let leaf = try await store.database.read { database in
            try Leaf([UInt8](try Data.fetchOne(database, sql: "SELECT bytes FROM audit_entries") ?? Data()))
        }
        #expect(leaf.event == "log.started")
        #expect(leaf.actor == .system)
    }

    @Test func aChangeAndItsEntriesAreOne() async throws {
        let store = try Store()
        let committed = try await store.database.commit { database in
            try database.execute(sql: "INSERT INTO thing VALUES ('a')")
            return (7, [Store.draft(1), Store.draft(2)])
        }
        #expect(committed.value == 7)
        #expect(committed.leaves.map(\.index) == [1, 2])
        for leaf in committed.leaves {
            #expect(leaf.hash == .leaf(leaf.bytes))
            #expect(try Leaf(leaf.bytes).index == leaf.index)
        }
        let rows = try await store.database.read { database in
            try (
                Int.fetchOne(database, sql: "SELECT count(*) FROM audit_entries"),
                Int.fetchOne(database, sql: "SELECT count(*) FROM audit_index WHERE event = 'record.searched'"),
                Row.fetchAll(database, sql: "SELECT * FROM audit_sealed ORDER BY idx").map { row in
                    (String(decoding: (row["box"] as Data).reversed(), as: UTF8.self), row["erase_after"] as Int)
                }
            )
        }
        #expect(rows.0 == 3)
        #expect(rows.1 == 2)
        #expect(rows.2.map(\.1) == [1_800_003_600, 1_800_003_600])
        let disclosure = try #require(Disclosure(rows.2[0].0))
        #expect(disclosure.value == "term 1")
        #expect(try Leaf(committed.leaves[0].bytes).personal["terms"] == Disclosure.digest(of: rows.2[0].0))
    }

    @Test func aThrowTakesBackOnlyItsOwnCaller() async throws {
        let store = try Store()
        let outcomes = await withTaskGroup(of: Bool.self) { group in
            for caller in 0..<60 {
                group.addTask {
                    let committed = try? await store.database.commit { database in
                        try database.execute(sql: "INSERT INTO thing VALUES (?)", arguments: ["\(caller)"])
                        if caller % 3 == 0 { throw StoreFailure() }
                        let event = caller % 3 == 1 ? "record.searched" : "record.unheard_of"
                        return ((), [AuditDraft(event: event, actor: .system)])
                    }
                    return committed != nil
                }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(outcomes == 20)
        #expect(store.database.size == 21)
        let names = try await store.database.read { database in
            try String.fetchAll(database, sql: "SELECT name FROM thing").compactMap { Int($0) }
        }
        #expect(names.count == 20)
        #expect(names.allSatisfy { $0 % 3 == 1 })
        try await store.publisher.publish()
        #expect(store.verify().problems == [])
    }

    @Test func concurrentCallersShareTransactions() async throws {
        let store = try Store()
        let callers = 2_000
        let indices = try await withThrowingTaskGroup(of: Int?.self) { group in
            for caller in 0..<callers {
                group.addTask {
                    try await store.database.commit { _ in ((), [Store.draft(caller)]) }.leaves.first?.index
                }
            }
            return try await group.reduce(into: Set<Int>()) { if let index = $1 { $0.insert(index) } }
        }
        #expect(indices == Set(1...callers))
        // At least as many as 512 callers a group demand; far fewer than callers.
        #expect(store.database.groupsCommitted >= 4)
        #expect(store.database.groupsCommitted < callers / 4)
    }

    @Test func eachCommitIsSynced() async throws {
        let store = try Store()
        let modes = try await store.database.pool.write { database in
            try (
                String.fetchOne(database, sql: "PRAGMA journal_mode"),
                Int.fetchOne(database, sql: "PRAGMA synchronous"),
                Int.fetchOne(database, sql: "PRAGMA secure_delete")
            )
        }
        #expect(modes == ("wal", 2, 1))
    }

    @Test func aClockThatGoesBackIsClampedAndToldOnce() async throws {
        let store = try Store()
        try await store.append(1)
        store.clock.now -= 5_500
        try await store.append(1)
        try await store.append(1)
        store.clock.now += 9_000
        try await store.append(1)
        store.clock.now -= 1
        try await store.append(1)
        let leaves = try await store.database.read { database in
            try Data.fetchAll(database, sql: "SELECT bytes FROM audit_entries ORDER BY idx").map {
                try Leaf([UInt8]($0))
            }
        }
        #expect(
            leaves.map(\.event) == [
                "log.started", "record.searched", "clock.stepped", "record.searched", "record.searched",
                "record.searched",
                "clock.stepped", "record.searched",
            ]
        )
        #expect(leaves[2].data["seconds"] == 6)
        #expect(zip(leaves, leaves.dropFirst()).allSatisfy { $0.time <= $1.time })
    }

    @Test func theTimeNeverFallsBehindTheLastEntryAfterARestart() async throws {
        let store = try Store()
        try await store.append(1)
        store.clock.now -= 10_000
        let again = try await store.reopened()
        try await again.append(1)
        try await again.publisher.publish()
        #expect(again.verify().problems == [])
    }

    @Test func theDatabaseRefusesToChangeWhatIsLogged() async throws {
        let store = try Store()
        try await store.append(3)
        try await store.publisher.publish()
        for sql in [
            "UPDATE audit_entries SET bytes = x'00' WHERE idx = 1", "DELETE FROM audit_entries WHERE idx = 3",
            "INSERT INTO audit_entries VALUES (9, x'00', zeroblob(32))", "DELETE FROM audit_checkpoints",
            "INSERT INTO audit_checkpoints VALUES (4, zeroblob(32), '', 0)",
            "INSERT INTO audit_checkpoints VALUES (3, zeroblob(32), '', 0)",
            "INSERT INTO audit_checkpoints VALUES (99, zeroblob(32), '', 0)",
        ] {
            await #expect(throws: DatabaseError.self, "\(sql)") {
                try await store.database.commit { database in
                    try database.execute(sql: sql)
                    return ((), [])
                }
            }
        }
    }

    @Test func aFullDiskTakesBackAndLeavesTheLogUsable() async throws {
        let store = try Store()
        try await store.append(1)
        let before = store.database.size
        _ = try await store.database.pool.writeWithoutTransaction { database in
            let pages = try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0
            _ = try Int.fetchOne(database, sql: "PRAGMA max_page_count = \(pages + 2)")
        }
        await #expect(throws: (any Error).self) { try await store.append(300) }
        let reached = store.database.size
        #expect(reached >= before)
        try await store.database.pool.writeWithoutTransaction { database in
            _ = try Int.fetchOne(database, sql: "PRAGMA max_page_count = 1000000")
        }
        try await store.append(2)
        #expect(store.database.size == reached + 2)
        try await store.publisher.publish()
        #expect(store.verify().problems == [])
    }
}
