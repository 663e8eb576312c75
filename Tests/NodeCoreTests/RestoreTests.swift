// What comes back from a backup and what must not: keys that were dropped, values that were erased, epochs whose seeds are
// gone. Nodes in this process, whose clock is set.
import AuditLog
import CanonicalJSON
import Foundation
import NodeTesting
import Testing
import TransparencyLog

@testable import NodeCore
@testable import Vault

@Suite struct RestoreTests {
    @Test func everyKeyOfANodeIsInABackupOrIsMeantToBeInNone() async throws {
        try await Pair.with { pair in
            _ = try await pair.ask(People.youssef)
            for node in [pair.asker, pair.holder] {
                let (folder, file) = try await Backups.make(node, "copy-\(node.agency)")
                let kept = try node.node.keyring.sibling(at: URL(fileURLWithPath: folder + "/keyring")).names
                let months = try node.node.keyring.sibling(at: URL(fileURLWithPath: file)).names
                #expect(Set(kept).isSubset(of: SecretName.lasting))
                #expect(months.contains(SecretName.made) && months.contains { $0.hasPrefix("bucket/") })
                let left = Set(node.node.keyring.names).subtracting(kept).subtracting(months)
                for name in left {
                    let isMeant =
                        ["epoch/", "handles/", "sealing/"].contains { name.hasPrefix($0) } || name == SecretName.sealing
                    #expect(isMeant, "\(name) is in no backup")
                }
                // The passphrase opens it, and no other.
                let url = URL(fileURLWithPath: folder + "/keyring")
                #expect(try Keyring.open(at: url, passphrase: TestNode.passphrase).names == kept)
                #expect(throws: KeyringError.self) { try Keyring.open(at: url, passphrase: [1]) }
            }
            #expect(pair.holder.node.keyring.names.contains { $0.hasPrefix("epoch/") })
        }
    }

    @Test func aNewLogCitesTheLastCheckpointAndItsEpochsAreNewOnes() async throws {
        try await Pair.with { pair in
            _ = try await pair.ask(People.youssef)
            let holder = pair.holder
            let before = try #require(try await holder.node.indexList().indexes.first)
            let (folder, keys) = try await Backups.make(holder, "copy")
            try await holder.node.publishNow()
            let last = try #require(try await holder.node.vault.signedCheckpoint()).checkpoint
            await holder.node.close()
            let log = holder.folder.log.path
            let (report, node) = try await Backups.restored(
                Backups.plan(folder, "back", keys: keys, log: log),
                clock: pair.holder.clock
            )
            #expect(report.origin == "bravo/audit/2" && report.erased == 0)
            let earlier = try #require(report.earlier)
            #expect(earlier.origin == "bravo/audit/1" && earlier.size == last.size && earlier.root == last.root.base64)
            #expect(earlier.entries < earlier.size, "the backup has less than what is known")
            let index = try #require(try await node.index(rotating: true).indexes.first)
            #expect(index.epoch == 1_000_001 && index.version == before.version + 1 && index.records == before.records)
            let leaves = try await node.closedLeaves()
            let started = try #require(leaves.first)
            #expect(started.event == "log.started" && started.text("earlier_origin") == "bravo/audit/1")
            #expect(
                started.data["earlier_size"]?.integer == last.size && started.text("earlier_root") == last.root.base64
            )
            #expect(leaves.named("backup.restored").map { $0.text("ground") } == ["new log"])
            #expect(node.logProblems() == [])
            let ended = LogVerifier(
                AuditFolder(path: node.folder.ended.appendingPathComponent("1").path),
                key: holder.node.vault.logKey
            ).verify()
            #expect(ended.ok && ended.origin == "bravo/audit/1")
        }
    }

    @Test func whatWasErasedSinceTheBackupIsErasedAgain() async throws {
        try await Pair.with { pair in
            let asker = pair.asker
            _ = try await asker.node.addUser("ines", roles: ["officer"], by: nil)
            _ = try await pair.ask(People.youssef)
            let (folder, keys) = try await Backups.make(asker, "copy")
            var filter = LeafFilter()
            filter.event = "query.asked"
            let wanted = filter
            let entries = try await asker.node.vault.read { try $0.auditLines(wanted, before: nil, most: 10).lines }
            let asked = try #require(entries.first?.index)
            let values = try await asker.node.vault.openedValues(of: asked)
            #expect(values.contains { $0.field == "subjects" })
            // As an erasure of a person does.
            let gone = values.map { SealedPlace(index: $0.index, field: $0.field) }.filter { $0.field != "actor" }
            try await erase(gone, of: asker)
            try await asker.node.publishNow()
            await asker.node.close()
            let log = asker.folder.log.path
            func kept(_ node: TestNode) async throws -> Set<String> {
                Set(try await node.node.vault.openedValues(of: asked, ofEnded: "alpha/audit/1").map(\.field))
            }
            let (without, first) = try await Backups.restored(
                Backups.plan(folder, "first", keys: keys, people: ["operator", "ines"]),
                clock: pair.holder.clock
            )
            #expect(without.erased == 0)
            #expect(try await kept(first).isSuperset(of: gone.map(\.field)))
            await first.node.close()
            let (with, second) = try await Backups.restored(
                Backups.plan(folder, "second", keys: keys, log: log, people: ["operator", "ines"]),
                clock: pair.holder.clock
            )
            #expect(with.erased == gone.count)
            #expect(try await kept(second) == ["actor"])
            #expect(try await second.closedLeaves().named("audit.erased").count == 1 && second.logProblems() == [])
            // A copy that somebody wrote an erasure into deletes nothing.
            let forged = URL(fileURLWithPath: folder).deletingLastPathComponent().appendingPathComponent("forged")
            try FileManager.default.copyItem(at: asker.folder.log, to: forged)
            let bundle = try #require(
                try FileManager.default.subpathsOfDirectory(atPath: forged.path).first { $0.contains("entries/000.p/") }
            )
            let url = forged.appendingPathComponent(bundle)
            var bytes = try Data(contentsOf: url)
            bytes[bytes.count / 2] ^= 1
            try bytes.write(to: url)
            let problem = await #expect(throws: NodeProblem.self) {
                _ = try await Backups.restored(
                    Backups.plan(folder, "third", keys: keys, log: forged.path, people: ["operator", "ines"]),
                    clock: pair.holder.clock
                )
            }
            #expect(problem?.text.contains("does not verify") == true)
        }
    }

    private func erase(_ places: [SealedPlace], of node: TestNode) async throws {
        _ = try await node.node.vault.commit { transaction in
            try transaction.eraseSealed(places)
            let fields = places.map { JSONValue.object(["field": .string($0.field), "index": .integer($0.index)]) }
            return (
                (),
                [
                    AuditDraft(
                        event: "audit.erased",
                        actor: .system,
                        data: ["fields": .array(fields), "ground": "asked for"]
                    )
                ]
            )
        }
    }

    @Test func monthKeysAreTakenForThirtyFiveDaysAndWithoutThemTheirValuesGo() async throws {
        try await Pair.with { pair in
            let holder = pair.holder
            let (folder, keys) = try await Backups.make(holder, "copy")
            await holder.node.close()
            let (report, bare) = try await Backups.restored(Backups.plan(folder, "bare"), clock: pair.holder.clock)
            #expect(report.erased > 0 && report.warnings.contains { $0.contains("month keys") })
            await bare.node.close()
            pair.holder.clock.advance(seconds: 35 * 86_400 + 3_600)
            let (kept, _) = try await Backups.restored(
                Backups.plan(folder, "in-time", keys: keys),
                clock: pair.holder.clock
            )
            #expect(kept.erased == 0)
            pair.holder.clock.advance(seconds: 86_400)
            let problem = await #expect(throws: NodeProblem.self) {
                _ = try await Backups.restored(Backups.plan(folder, "late", keys: keys), clock: pair.holder.clock)
            }
            #expect(problem?.kind == .refused && problem?.text.contains("36 days old") == true)
            #expect(!FileManager.default.fileExists(atPath: Backups.plan(folder, "late").folder.path))
        }
    }

    @Test func aLaterProgramsDatabaseIsRefusedByItsVersion() async throws {
        try await Pair.with(records: nil) { pair in
            let holder = pair.holder
            _ = try await holder.node.vault.commit { transaction in
                try transaction.execute("INSERT INTO grdb_migrations (identifier) VALUES ('v99 of a later program')")
                return ((), [])
            }
            let (folder, _) = try await Backups.make(holder, "copy")
            let problem = await #expect(throws: NodeProblem.self) {
                _ = try await Backups.restored(Backups.plan(folder, "back"), clock: pair.holder.clock)
            }
            #expect(problem?.because?.contains("newer than this one") == true)
        }
    }
}
