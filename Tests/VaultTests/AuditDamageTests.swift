// What the disk or the operator does to the files while no process runs: old databases, cut and flipped logs of SQLite, flipped
// bits in entries nobody signed yet; and two processes on one folder. Either nothing was signed away and the log goes on from what
// left, or it does not start and names what contradicts.
import AuditLog
import Foundation
import GRDB
import NodeTesting
import TestSupport
import Testing
import TransparencyLog

@testable import Vault

@Suite("Audit log and damaged files") struct AuditDamageTests {
    private static let passes = ProcessInfo.processInfo.environment["COMITY_LONG_TESTS"] == "1" ? 50 : 1

    /// Copies a database whose store is open, its write-ahead log changed, beside the published folder as it is now.
    private func copy(_ store: Store, change: (inout Data) -> Void = { _ in }) throws -> StoreFolder {
        let copy = try StoreFolder()
        var wal = try Data(contentsOf: URL(fileURLWithPath: store.folder.databasePath + "-wal"))
        change(&wal)
        try wal.write(to: URL(fileURLWithPath: copy.databasePath + "-wal"))
        try FileManager.default.copyItem(atPath: store.folder.databasePath, toPath: copy.databasePath)
        return copy
    }

    private func publishedLog() async throws -> Store {
        let store = try Store()
        try await store.publisher.recover()
        for _ in 0..<6 {
            try await store.append(40)
            try await store.publisher.publish()
        }
        return store
    }

    /// Opens a copy of the database beside the folder that has left, and says how it starts.
    ///
    /// - Returns: entries it has; nil when it refused to go on.
    private func start(_ copy: StoreFolder, left store: Store, _ what: String) async throws -> Int? {
        try FileManager.default.copyItem(atPath: store.folder.log, toPath: copy.log)
        let before = try Data(contentsOf: URL(fileURLWithPath: copy.file("checkpoint")))
        let kept = LogVerifier.Kept(place: "left", bytes: [UInt8](before))
        let left = try #require(Checkpoint(text: try SignedNote([UInt8](before)).text))
        let again: Store
        do { again = try Store(in: copy, clock: store.clock) } catch {
            // SQLite itself does not take the file.
            #expect(error is DatabaseError || error is AuditStoreError, "\(what): \(error)")
            return nil
        }
        let known = try await again.database.read { try StoredCheckpoint.last(in: $0)?.checkpoint.size ?? 0 }
        do { try await again.publisher.recover() } catch {
            #expect(
                error as? AuditStoreError == .checkpointAhead(folder: left.size, database: known),
                "\(what): \(error)"
            )
            #expect(known < left.size, "\(what)")
            await #expect(throws: AuditStoreError.self, "\(what)") { try await again.publisher.publish() }
            #expect(try Data(contentsOf: URL(fileURLWithPath: copy.file("checkpoint"))) == before, "\(what)")
            try again.database.pool.close()
            return nil
        }
        #expect(known == left.size, "\(what): it goes on from another checkpoint than the one that left")
        let size = again.database.size
        try await again.append(3)
        try await again.publisher.publish()
        let verified = LogVerifier(AuditFolder(path: copy.log), key: again.key, kept: [kept]).verify()
        #expect(verified.problems == [] && verified.size == size + 3, "\(what)")
        try again.database.pool.close()
        return size
    }

    @Test func anOldDatabaseNeverSignsOn() async throws {
        let store = try Store()
        try await store.publisher.recover()
        var old: [StoreFolder] = []
        for _ in 0..<8 {
            try await store.append(7)
            try await store.publisher.publish()
            old.append(try copy(store))
        }
        try await store.append(7)
        try await store.publisher.publish()
        for (number, copy) in old.enumerated() {
            #expect(try await start(copy, left: store, "database \(number)") == nil)
        }
        // The newest one goes on.
        #expect(try await start(try copy(store), left: store, "newest") == store.database.size)
        print("restored databases: \(old.count) old ones, all refused; the newest goes on")
    }

    @Test func aCutOrFlippedWriteAheadLogIsNeverSignedAround() async throws {
        var generator = SplitMix64.announced("write-ahead log", fallback: 0x21)
        let store = try await publishedLog()
        // Entries that no checkpoint covers yet: cut off, they leave a log that goes on from its checkpoint.
        let published = store.database.size
        for _ in 0..<30 { try await store.append(1) }
        let whole = store.database.size
        var (refused, goesOn, lost) = (0, 0, 0)
        for round in 0..<(60 * Self.passes) {
            let isCut = round % 2 == 0
            var what = ""
            let copy = try copy(store) { wal in
                // Half of the rounds in the last frames, where entries stand that are not published.
                let from = round % 4 < 2 ? wal.count * 4 / 5 : 0
                let place = Int.random(in: from..<wal.count, using: &generator)
                what = isCut ? "cut at \(place)" : "flipped at \(place)"
                if isCut { wal.removeLast(wal.count - place) } else { wal[place] ^= 1 << UInt8(round % 8) }
            }
            guard let size = try await start(copy, left: store, what) else {
                refused += 1
                continue
            }
            goesOn += 1
            #expect((published...whole).contains(size), "\(what)")
            lost += size < whole ? 1 : 0
        }
        #expect(refused > 0 && goesOn > 0)
        print(
            "write-ahead log: \(refused + goesOn) times cut or flipped, \(refused) refused to start, \(goesOn) went on from the "
                + "checkpoint that left, \(lost) of these without entries that no checkpoint covered"
        )
    }

    @Test func aFlippedBitIsNamedAndNeverSigned() async throws {
        var generator = SplitMix64.announced("flipped bit", fallback: 0x22)
        let store = try await publishedLog()
        let published = store.database.size
        try await store.append(60)
        try Store.tamper(store.folder, "DROP TRIGGER audit_entries_kept")
        let rounds = 60 * Self.passes
        for _ in 0..<rounds {
            let index = Int.random(in: published..<store.database.size, using: &generator)
            let draw = Int.random(in: 0..<Int.max, using: &generator)
            let column = draw % 8 == 0 ? "hash" : "bytes"
            let flip: @Sendable (Database) throws -> Void = { database in
                var bytes = try Data.fetchOne(
                    database,
                    sql: "SELECT \(column) FROM audit_entries WHERE idx = ?",
                    arguments: [index]
                )
                if var flipped = bytes, !flipped.isEmpty {
                    flipped[draw / 64 % flipped.count] ^= 1 << UInt8(draw / 8 % 8)
                    bytes = flipped
                }
                try database.execute(
                    sql: "UPDATE audit_entries SET \(column) = ? WHERE idx = ?",
                    arguments: [bytes, index]
                )
            }
            try await store.database.pool.write { try flip($0) }
            await #expect(throws: AuditStoreError.entryDamaged(index: index), "\(column) of \(index), \(draw)") {
                try await store.publisher.publish()
            }
            let result = store.verify()
            #expect(result.problems == [] && result.size == published)
            try await store.database.pool.write { try flip($0) }
        }
        // Whole again, it is signed.
        try await store.publisher.publish()
        #expect(store.verify().problems == [] && store.verify().size == published + 60)
        print("flipped bits: \(rounds) in entries that nobody had signed, each named, none signed")
    }

    @Test func ofTwoProcessesOnOneFolderOneWorks() async throws {
        let folder = try FaultyFolder(from: try await FaultyFolder.template.value)
        var turnedAway = 0
        for round in 0..<3 {
            // The first one stands still while it holds the folder, at a step of its work.
            let fault = Fault(call: "write", thing: "answer", nth: 30 + round, act: "kill-after")
            let (first, errors) = try await folder.start(nil, mode: nil)
            while first.isRunning, try Data(contentsOf: first.output).isEmpty {
                try await Task.sleep(for: .milliseconds(5))
            }
            kill(first.id, SIGSTOP)
            let second = try await folder.run(nil)
            #expect(second.status == 69 && second.said == ["in use"], "\(second)")
            turnedAway += 1
            kill(first.id, SIGCONT)
            try await first.end(SIGKILL)
            #expect((try? Data(contentsOf: errors))?.isEmpty ?? true)
            // Whoever held it is gone: the next one works at once.
            #expect(try await folder.run(fault).status == SIGKILL)
            try await folder.check(after: "round \(round)")
        }
        print(
            "two processes: \(turnedAway) turned away, \(folder.counts.kills + turnedAway) killed, none in the way of the next"
        )
    }
}
