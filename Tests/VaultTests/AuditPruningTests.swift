// Old bundles go and the log stays whole: every checkpoint, proof and restart as before. Real SQLite, real files.
import AuditLog
import CanonicalJSON
import Foundation
import GRDB
import NodeTesting
import Testing
import TransparencyLog

@testable import Vault

@Suite struct AuditPruningTests {
    private static let day = 86_400

    private func draft(_ number: Int) -> AuditDraft {
        AuditDraft(event: "login.failed", actor: .system, data: ["method": "local", "count": .integer(number)])
    }

    private func append(_ count: Int, to store: RetentionStore) async throws {
        _ = try await store.vault.commit { [self] _ in ((), (0..<count).map(draft)) }
        try await store.vault.publish()
    }

    private func prune(_ store: RetentionStore) async throws -> Pruning {
        try await store.vault.prune(before: store.clock.now / 1_000 - 100 * Self.day) { _, below in
            AuditDraft(
                event: "log.pruned",
                actor: AuditActor(role: .officer, pseudonym: "u-2"),
                data: ["below": .integer(below)]
            )
        }
    }

    private func verify(_ store: RetentionStore) -> LogVerification {
        LogVerifier(AuditFolder(path: store.folder.appendingPathComponent("log").path), key: nil).verify()
    }

    private func bundle(_ index: Int, of store: RetentionStore) -> String {
        store.folder.appendingPathComponent("log/" + TileName(.entries, index: index).path).path
    }

    @Test func oldBundlesGoAndEverythingStillHolds() async throws {
        try await withTemporaryFolder { folder in
            let store = try await RetentionStore(in: folder)
            try await append(599, to: store)
            let proof = try #require(try await store.vault.inclusionProof(of: 3))
            store.clock.now += 101 * Self.day * 1_000
            try await append(300, to: store)
            #expect(try await store.vault.prunable(before: store.clock.now / 1_000 - 100 * Self.day) == 512)

            // A sealed value in the second bundle keeps it; one hold keeps all.
            let later = try await RetentionStore.sealedValue(in: store.vault, at: 300)
            #expect(try await store.vault.prunable(before: store.clock.now / 1_000 - 100 * Self.day) == 256)
            let hold = try await store.vault.commit { transaction in
                let entry = try transaction.nextLeaf()
                _ = try transaction.placeHold(on: nil, review: "2030-01-01")
                return (entry, [AuditDraft(event: "hold.placed", actor: .system, data: ["ground": "suit"])])
            }
            .value
            await #expect(throws: PruningHeld()) { _ = try await prune(store) }
            #expect(FileManager.default.fileExists(atPath: bundle(0, of: store)))
            _ = try await store.vault.commit { transaction in
                _ = try transaction.liftHold(hold)
                return ((), [AuditDraft(event: "hold.lifted", actor: .system, data: ["ground": "over"])])
            }
            // A beginning that a stop left beside its bundle goes with it.
            let beginnings = folder.appendingPathComponent("log/" + TileName(.entries, index: 0).partialFolder)
            try FileManager.default.createDirectory(at: beginnings, withIntermediateDirectories: true)
            try Data([1]).write(to: beginnings.appendingPathComponent("5"))
            let first = try await prune(store)
            #expect(!FileManager.default.fileExists(atPath: beginnings.path))
            #expect(first.below == 256 && first.bundles == 1 && first.entry != nil)
            try await later.remove()
            let second = try await prune(store)
            #expect(second.below == 512 && second.bundles == 1)
            #expect(try await prune(store) == Pruning(below: 512, bundles: 0, entry: nil))
            for index in 0..<2 { #expect(!FileManager.default.fileExists(atPath: bundle(index, of: store))) }
            #expect(FileManager.default.fileExists(atPath: bundle(2, of: store)))

            let result = verify(store)
            #expect(result.problems == [])
            #expect(result.warnings.map(\.text).filter { $0.hasPrefix("pruned, as entry") }.count == 2)
            let note = try SignedNote(Array(proof.checkpoint.utf8))
            let size = try #require(Checkpoint(text: note.text)?.size)
            let reader = try LogReader(AuditFolder(path: folder.appendingPathComponent("log").path))
            #expect(throws: LogReaderError.absent(index: 3)) { _ = try reader.entry(3) }
            #expect(try reader.entry(600).isEmpty == false)
            #expect(try reader.prove(from: size).hashes.isEmpty == false)

            // The bytes are gone from the database, the hashes are not, and nobody changes the rest.
            let leaf = Data(proof.leaf)
            #expect(try store.bytes().range(of: leaf) == nil)
            let kept = try await store.vault.database.read { database in
                try (
                    Int.fetchOne(database, sql: "SELECT count(*) FROM audit_entries WHERE length(bytes) = 0"),
                    Int.fetchOne(database, sql: "SELECT count(*) FROM audit_entries WHERE length(hash) = 32"),
                    Int.fetchOne(database, sql: "SELECT min(idx) FROM audit_index")
                )
            }
            #expect(kept.0 == 512 && kept.1 == store.vault.database.size && kept.2 == 512)
            for statement in [
                "UPDATE audit_entries SET bytes = x'' WHERE idx = 600", "DELETE FROM audit_entries WHERE idx = 1",
                "UPDATE audit_entries SET hash = zeroblob(32) WHERE idx = 1", "DELETE FROM audit_pruned",
                "UPDATE audit_entries SET bytes = x'7b7d' WHERE idx = 1",
            ] {
                await #expect(throws: DatabaseError.self, "\(statement)") {
                    try await store.vault.database.pool.write { try $0.execute(sql: statement) }
                }
            }

            // A restart builds on the hashes and writes nothing back.
            let now = store.clock.now
            await store.vault.close()
            let again = try await RetentionStore(in: folder, clock: now)
            try await append(300, to: again)
            #expect(!FileManager.default.fileExists(atPath: bundle(0, of: again)))
            #expect(verify(again).problems == [])
            await again.vault.close()
        }
    }

    @Test func aCrashBeforeTheFilesWentIsFinishedByTheNextPruning() async throws {
        try await withTemporaryFolder { folder in
            let store = try await RetentionStore(in: folder)
            try await append(300, to: store)
            store.clock.now += 101 * Self.day * 1_000
            // As after a crash behind the transaction of log.pruned.
            _ = try await store.vault.commit { transaction in
                let entry = try transaction.nextLeaf()
                try transaction.execute("INSERT INTO audit_pruned (below, entry) VALUES (256, ?)", [entry])
                return ((), [AuditDraft(event: "log.pruned", actor: .system, data: ["below": 256])])
            }
            let now = store.clock.now
            await store.vault.close()
            let again = try await RetentionStore(in: folder, clock: now)
            #expect(FileManager.default.fileExists(atPath: bundle(0, of: again)))
            #expect(verify(again).problems == [])
            let done = try await prune(again)
            #expect(done == Pruning(below: 256, bundles: 1, entry: nil))
            #expect(!FileManager.default.fileExists(atPath: bundle(0, of: again)))
            #expect(verify(again).problems == [])
            await again.vault.close()
        }
    }
}

extension RetentionStore {
    /// A sealed value of an entry, put there and taken away.
    struct SealedRow {
        let vault: Vault
        let index: Int

        func remove() async throws {
            _ = try await vault.commit { [index] transaction in
                try transaction.eraseSealed([SealedPlace(index: index, field: "terms")])
                return ((), [])
            }
        }
    }

    static func sealedValue(in vault: Vault, at index: Int) async throws -> SealedRow {
        _ = try await vault.commit { transaction in
            try transaction.execute(
                """
                INSERT INTO audit_sealed (idx, field, box, blind, class, erase_after)
                VALUES (?, 'terms', x'01', x'02', 'access', 1900000000)
                """,
                [index]
            )
            return ((), [])
        }
        return SealedRow(vault: vault, index: index)
    }
}
