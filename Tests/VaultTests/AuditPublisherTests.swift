// Checks what leaves the node: complete tiles, checkpoints that extend each other, and a start that refuses contradictions.
import AuditLog
import Foundation
import GRDB
import TestSupport
import Testing
import TransparencyLog

@testable import Vault

@Suite("Audit publisher")
struct AuditPublisherTests {
    private func files(_ folder: StoreFolder) throws -> [String: Data] {
        var files: [String: Data] = [:]
        for path in FileManager.default.subpaths(atPath: folder.log) ?? [] {
            files[path] = FileManager.default.contents(atPath: folder.file(path))
        }
        return files
    }

    private func refusal(_ store: Store, seed: UInt8 = 9) async -> AuditStoreError? {
        do {
            _ = try await store.reopened(seed: seed)
            return nil
        } catch { return error as? AuditStoreError }
    }

    @Test func everyPublicationVerifiesAndExtendsTheOneBefore() async throws {
        let store = try Store()
        try await store.publisher.recover()
        var kept: [LogVerifier.Kept] = []
        for count in [1, 5, 250, 1, 300, 4_200] {
            try await store.append(count)
            try await store.publisher.publish()
            let result = LogVerifier(AuditFolder(path: store.folder.log), key: store.key, kept: kept).verify()
            #expect(result.problems == [])
            #expect(result.warnings == [])
            #expect(result.size == store.database.size)
            let bytes = FileManager.default.contents(atPath: store.folder.file("checkpoint")).map { [UInt8]($0) }
            kept.append(LogVerifier.Kept(place: "kept \(count)", bytes: bytes))
        }
        #expect(store.verify().size == 4_758)
        // Nothing new: nothing is signed.
        try await store.publisher.publish()
        let checkpoints = try await store.database.read {
            try Int.fetchOne($0, sql: "SELECT count(*) FROM audit_checkpoints")
        }
        #expect(checkpoints == 6)
    }

    @Test func entriesCiteTheLastStoredCheckpoint() async throws {
        let store = try Store()
        try await store.append(4)
        try await store.publisher.publish()
        let committed = try await store.database.commit { _ in ((), [Store.draft()]) }
        let leaf = try Leaf(try #require(committed.leaves.first).bytes)
        #expect(leaf.checkpoint.size == 5)
        try await store.publisher.publish()
        #expect(store.verify().problems == [])
    }

    @Test func partialTilesOfOldPublicationsAreRemoved() async throws {
        let store = try Store()
        for _ in 0..<6 {
            try await store.append(1)
            try await store.publisher.publish()
        }
        #expect(
            try files(store.folder).keys.filter { $0.hasPrefix("tile/0/000.p/") }.sorted() == [
                "tile/0/000.p/6", "tile/0/000.p/7",
            ]
        )
        try await store.append(300)
        for _ in 0..<3 {
            try await store.append(1)
            try await store.publisher.publish()
        }
        #expect(try files(store.folder).keys.filter { $0.hasPrefix("tile/0/000.p") } == [])
        #expect(store.verify().problems == [])
    }

    @Test func aCheckpointIsKeptEachHour() async throws {
        let store = try Store()
        for hour in [0, 0, 1, 1, 3] {
            store.clock.now = 1_800_000_000_000 + hour * 3_600_000
            try await store.append(1)
            try await store.publisher.publish()
        }
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: store.folder.file("checkpoints")).sorted() == [
                "2", "4", "6",
            ]
        )
        #expect(store.verify().problems == [])
    }

    @Test func aFlippedBitInAStoredEntryIsNeverSigned() async throws {
        let store = try Store()
        try await store.append(10)
        try await store.publisher.publish()
        try await store.append(10)
        try Store.tamper(
            store.folder,
            "DROP TRIGGER audit_entries_kept",
            "UPDATE audit_entries SET bytes = CAST(replace(bytes, 'prevention', 'preventiom') AS BLOB) WHERE idx = 15"
        )
        await #expect(throws: AuditStoreError.entryDamaged(index: 15)) { try await store.publisher.publish() }
        await #expect(throws: AuditStoreError.entryDamaged(index: 15)) { try await store.publisher.run() }
        let result = store.verify()
        #expect(result.problems == [])
        #expect(result.size == 11)
    }

    @Test func missingFilesAreWrittenAgainAtTheStart() async throws {
        let store = try Store()
        try await store.append(600)
        try await store.publisher.publish()
        let before = try files(store.folder)
        for path in ["checkpoint", "vkey", "tile/0/001", "tile/entries/000", "tile/1/000.p/2", "tile/entries/002.p/89"]
        {
            try FileManager.default.removeItem(atPath: store.folder.file(path))
        }
        let again = try await store.reopened()
        #expect(try files(store.folder) == before)
        try await again.append(1)
        try await again.publisher.publish()
        #expect(again.verify().problems == [])
        #expect(again.verify().size == 602)
    }

    @Test func aDifferingFullTileRefusesTheStart() async throws {
        for path in ["tile/0/000", "tile/entries/001"] {
            let store = try Store()
            try await store.append(600)
            try await store.publisher.publish()
            var bytes = try #require(FileManager.default.contents(atPath: store.folder.file(path)))
            bytes[70] ^= 1
            try bytes.write(to: URL(fileURLWithPath: store.folder.file(path)))
            #expect(await refusal(store) == .fileDiffers(path: path))
        }
    }

    @Test func anOldDatabaseRefusesTheStart() async throws {
        let store = try Store()
        try await store.append(3)
        try await store.publisher.publish()
        let copy = try StoreFolder()
        let queue = try DatabaseQueue(path: copy.databasePath)
        try store.database.pool.backup(to: queue)
        try queue.close()
        try await store.append(3)
        try await store.publisher.publish()
        try FileManager.default.copyItem(atPath: store.folder.log, toPath: copy.log)
        let old = try Store(in: copy, clock: store.clock)
        await #expect(throws: AuditStoreError.checkpointAhead(folder: 7, database: 4)) {
            try await old.publisher.recover()
        }
        await #expect(throws: AuditStoreError.checkpointAhead(folder: 7, database: 4)) {
            try await old.publisher.publish()
        }
    }

    @Test func anotherKeyOrChangedRowsRefuseTheStart() async throws {
        let store = try Store()
        try await store.append(3)
        try await store.publisher.publish()
        #expect(await refusal(store, seed: 8) == .otherLog)
        try Store.tamper(
            store.folder,
            "DROP TRIGGER audit_entries_kept",
            "UPDATE audit_entries SET hash = zeroblob(32) WHERE idx = 1"
        )
        #expect(await refusal(store) == .checkpointDiffers(size: 4))
    }

    @Test func aCrashBetweenTheStoredAndThePublishedCheckpointIsMended() async throws {
        let store = try Store()
        try await store.append(3)
        try await store.publisher.publish()
        let older = try #require(FileManager.default.contents(atPath: store.folder.file("checkpoint")))
        try await store.append(3)
        try await store.publisher.publish()
        try older.write(to: URL(fileURLWithPath: store.folder.file("checkpoint")))
        let again = try await store.reopened()
        #expect(again.verify().size == 7)
        #expect(again.verify().problems == [])
    }

    @Test func aFolderThatCannotBeWrittenStopsOnePublicationOnly() async throws {
        let store = try Store()
        try await store.append(3)
        try await store.publisher.publish()
        try await store.append(300)
        // A file where a folder must be: writing fails for root too.
        try Data().write(to: URL(fileURLWithPath: store.folder.file("tile/1")))
        await #expect(throws: AuditStoreError.self) { try await store.publisher.publish() }
        #expect(store.verify().size == 4)
        try FileManager.default.removeItem(atPath: store.folder.file("tile/1"))
        try await store.publisher.publish()
        #expect(store.verify().problems == [])
        #expect(store.verify().size == 304)
    }

    @Test func theLoopPublishesNewsAndOnceMoreAtItsEnd() async throws {
        let store = try Store()
        let loop = Task { try await store.publisher.run() }
        try await store.append(5_000)
        try await Waiting.until { await store.publisher.publishedSize >= 4_096 }
        #expect(await store.publisher.publishedSize >= 4_096)
        try await store.append(1)
        loop.cancel()
        try await loop.value
        #expect(store.verify().size == 5_002)
        #expect(store.verify().problems == [])
    }
}
