// Logs that ended are in a backup and come back with it; what was erased of them stays erased; notes that contradict each other
// are kept and told. Nodes in this process.
import AuditLog
import CanonicalJSON
import Foundation
import NodeTesting
import Testing
import TransparencyLog

@testable import NodeCore
@testable import Vault

@Suite struct EndedRestoreTests {
    private static let first = "alpha/audit/1"
    private static let both = ["operator", "ines"]

    /// The asker after a question about Youssef and a restore: its first log ended.
    private func withEnded(_ body: (TestNode, Int) async throws -> Void) async throws {
        try await Pair.with { pair in
            let asker = pair.asker
            _ = try await asker.node.addUser("ines", roles: ["officer"], by: nil)
            _ = try await pair.ask(People.youssef)
            let (folder, keys) = try await Backups.make(asker, "copy")
            let asked = try #require(try asker.folder.publishedLeaves().first { $0.event == "query.asked" })
            await asker.node.close()
            let plan = Backups.plan(folder, "next", keys: keys, people: Self.both)
            let (report, node) = try await Backups.restored(plan, clock: pair.holder.clock)
            #expect(report.warnings == [] && report.origin == "alpha/audit/2")
            let result: Result<Void, any Error>
            do { result = .success(try await body(node, asked.index)) } catch { result = .failure(error) }
            await node.node.close()
            try result.get()
        }
    }

    private func verified(_ node: TestNode, _ number: Int) -> LogVerification {
        let path = node.folder.ended.appendingPathComponent(String(number)).path
        return LogVerifier(AuditFolder(path: path), key: nil).verify()
    }

    @Test func endedLogsAreInABackupAndComeBackWithIt() async throws {
        try await withEnded { node, _ in
            let (folder, keys) = try await Backups.make(node, "again")
            // What a backup holds is its owner's alone, however it was where it came from.
            let paths = try FileManager.default.subpathsOfDirectory(atPath: folder) + [""]
            for path in paths {
                let attributes = try FileManager.default.attributesOfItem(atPath: "\(folder)/\(path)")
                let mode = try #require(attributes[.posixPermissions] as? Int)
                #expect(mode & 0o077 == 0, "\(path)")
            }
            #expect(paths.contains("ended/1/checkpoint"))
            let tested = try await node.node.testBackup(folder, program: "0.1.0", by: "operator")
            #expect(tested.files == paths.count { FileManager.default.isFile("\(folder)/\($0)") } - 2)
            let before = verified(node, 1)
            await node.node.close()
            let plan = Backups.plan(folder, "third", keys: keys, people: Self.both)
            let (report, third) = try await Backups.restored(plan, clock: node.clock)
            #expect(report.warnings == [] && report.origin == "alpha/audit/3")
            #expect(verified(third, 1).ok && verified(third, 1).root == before.root)
            #expect(verified(third, 2).ok && verified(third, 2).origin == "alpha/audit/2")
            #expect(report.earlier?.entries == verified(third, 2).size)
            await third.node.close()
        }
    }

    @Test func aCopyThatIsMissingOrDamagedIsNamedAndKeepsNoNodeFromComingBack() async throws {
        try await withEnded { node, _ in
            let ended = node.folder.ended.appendingPathComponent("1")
            let bundle = try #require(
                try FileManager.default.subpathsOfDirectory(atPath: ended.path).first { $0.contains("entries/000.p/") }
            )
            let url = ended.appendingPathComponent(bundle)
            var bytes = try Data(contentsOf: url)
            bytes[bytes.count / 2] ^= 1
            try bytes.write(to: url)
            let (damaged, keys) = try await Backups.make(node, "damaged")
            let refused = await #expect(throws: NodeProblem.self) {
                try await node.node.testBackup(damaged, program: "0.1.0", by: "operator")
            }
            #expect(refused?.text == "a log that ended is not whole in this backup")
            #expect(refused?.because?.contains("damaged/ended/1 is not whole") == true, "\(refused?.because ?? "")")
            try FileManager.default.removeItem(at: ended)
            let report = try await node.node.backUp(
                to: damaged + "-2",
                monthKeys: nil,
                program: "0.1.0",
                by: "operator"
            )
            #expect(report.warnings.contains { $0.hasPrefix("there is no copy of alpha/audit/1") })
            await node.node.close()
            let back = try await Backups.restored(
                Backups.plan(damaged, "third", keys: keys, people: Self.both),
                clock: node.clock
            )
            #expect(back.0.warnings.contains { $0.contains("third/ended/1 is not whole") }, "\(back.0.warnings)")
            await back.1.node.close()
        }
    }

    @Test func aPersonIsFoundShownHeldAndErasedInTheEndedLog() async throws {
        try await withEnded { node, asked in
            let words = ["phone": "+49 1512 441001"]
            let found = try await node.node.findSubject(words, by: "ines")
            #expect(found.entries == [] && found.ended == [.init(origin: Self.first, entries: [asked])])
            let read = found.readEnded(in: node.folder)
            #expect(read.entries.map(\.log) == [Self.first] && read.entries.map(\.event) == ["query.asked"])
            #expect(read.missing == [])
            let report = try await node.node.subjectReport(words, by: "ines")
            #expect(report.entries == read.entries && report.origin == "alpha/audit/2" && report.pruned == 0)
            func shown(_ field: String) async throws -> String? {
                try await node.node.reveal(index: asked, ofEnded: Self.first, field: field, ground: "audit", by: "ines")
            }
            let disclosure = try #require(try await shown("case").flatMap { Disclosure($0) })
            #expect(disclosure.value.string == People.caseNumber)
            let leaf = try EndedLogCopy(of: Self.first, in: node.folder).leaf(asked)
            #expect(try await shown("case").map { Disclosure.digest(of: $0) } == leaf.personal["case"])

            let wish = HoldWish(caseReference: "12-O-7", ground: "suit", review: "2099-01-01", columns: words)
            let hold = try await node.node.placeHold(wish, by: "ines")
            #expect(hold.values > 0)
            let held = await #expect(throws: NodeProblem.self) {
                try await node.node.eraseSubject(words, ground: "order 31", isRehearsal: false, by: "ines")
            }
            #expect(held?.because?.contains("legal hold") == true)
            _ = try await node.node.liftHold(hold.entry, ground: "over", by: "ines")
            let counted = try await node.node.eraseSubject(words, ground: "order 31", isRehearsal: true, by: "ines")
            let done = try await node.node.eraseSubject(words, ground: "order 31", isRehearsal: false, by: "ines")
            #expect(done.values == counted.values && done.values >= 3 && done.entries == counted.entries)
            #expect(try await shown("case") == nil)
            #expect(try await shown("actor") != nil, "who acted stays")
            #expect(try await node.node.findSubject(words, by: "ines").count == 0)
            let leaves = try await node.closedLeaves()
            // What the officer searched for tells of the person too, in the running log.
            let erased = leaves.named("audit.erased")
            #expect(erased.map { $0.text("earlier_origin") } == [nil, Self.first])
            #expect(erased.last?.data["fields"] == [] && erased.last?.actor.role == .officer)
            let counts = [erased[0].data["fields"], erased[1].data["earlier_fields"]].map { $0?.array?.count ?? 0 }
            #expect(counts[0] + counts[1] == done.values && counts[1] >= 3)
            #expect(leaves.named("access.refused").map { $0.text("route") } == ["eraseAudit"], "the hold kept it")
            let revealed = try #require(leaves.named("audit.revealed").first)
            #expect(revealed.text("earlier_origin") == Self.first)
            #expect(revealed.data["earlier_fields"] == [["field": "case", "index": .integer(asked)]])
            #expect(node.logProblems() == [])
        }
    }

    @Test func whatWasErasedOfAnEndedLogStaysErasedAfterTheNextRestore() async throws {
        try await withEnded { node, asked in
            let (folder, keys) = try await Backups.make(node, "again")
            let words = ["phone": "+49 1512 441001"]
            let done = try await node.node.eraseSubject(words, ground: "order 31", isRehearsal: false, by: "ines")
            #expect(done.values >= 3)
            await node.node.close()
            func open(_ node: TestNode) async throws -> [String] {
                try await node.node.vault.openedValues(of: asked, ofEnded: Self.first).map(\.field)
            }
            let log = node.folder.log.path
            let (without, third) = try await Backups.restored(
                Backups.plan(folder, "third", keys: keys, people: Self.both),
                clock: node.clock
            )
            #expect(without.erased == 0)
            #expect(try await open(third).contains("subjects"), "nobody told it")
            await third.node.close()
            let (with, fourth) = try await Backups.restored(
                Backups.plan(folder, "fourth", keys: keys, log: log, people: Self.both),
                clock: node.clock
            )
            #expect(with.erased == done.values)
            #expect(try await open(fourth) == ["actor"])
            let again = try #require(try await fourth.closedLeaves().named("audit.erased").first)
            #expect(again.text("earlier_origin") == Self.first)
            #expect(again.text("ground") == "erased before, as alpha/audit/2 says")
        }
    }

    @Test func valuesWithoutTheirKeyGoWithAnEntryInTheNewLog() async throws {
        try await Pair.with(records: nil) { pair in
            let (folder, _) = try await Backups.make(pair.asker, "copy", keys: false)
            await pair.asker.node.close()
            let (report, node) = try await Backups.restored(Backups.plan(folder, "next"), clock: pair.holder.clock)
            #expect(report.erased > 0)
            let told = try await node.closedLeaves().named("audit.erased")
            #expect(told.reduce(0) { $0 + ($1.data["count"]?.integer ?? 0) } == report.erased)
            #expect(told.allSatisfy { $0.text("ground")?.hasPrefix("restored without the key of") == true })
        }
    }

    @Test func notesThatContradictEachOtherAreKeptAndTold() async throws {
        try await Pair.with(records: nil) { pair in
            let asker = pair.asker
            _ = try await asker.node.addUser("ines", roles: ["officer"], by: nil)
            let (folder, keys) = try await Backups.make(asker, "copy")
            try await asker.node.publishNow()
            let newest = try #require(try await asker.node.vault.signedCheckpoint()).checkpoint
            let key = try LogKey(name: Self.first, seed: asker.node.keyring.secret(SecretName.log))
            await asker.node.close()
            let parent = URL(fileURLWithPath: folder).deletingLastPathComponent()
            /// A note that whoever has the key signed of a log that is not this one.
            func note(_ name: String, _ size: Int, _ byte: UInt8) throws -> String {
                let root = try #require(TreeHash([UInt8](repeating: byte, count: 32)))
                let text = Checkpoint(origin: Self.first, size: size, root: root).text
                let url = parent.appendingPathComponent(name)
                try Data(key.note(text).encoded.utf8).write(to: url)
                return url.path
            }
            let old = try note("old", 2, 1)
            let (ahead, other) = (try note("ahead", 9_000, 2), try note("other", 9_000, 3))
            let between = try note("between", newest.size - 1, 4)
            var plain = Backups.plan(folder, "plain", keys: keys, kept: [old], people: Self.both)
            plain.beginsNewLog = false
            let same = plain
            let refused = await #expect(throws: NodeProblem.self) {
                try await Backups.restored(same, clock: pair.holder.clock)
            }
            #expect(refused?.kind == .refused && refused?.because?.contains("two histories") == true)

            let log = asker.folder.log.path
            let cases: [(String, [String], String?, Int)] = [
                ("one", [old], nil, 1), ("two", [ahead, other], nil, 1), ("three", [between], log, 1),
                ("four", [ahead], nil, 0), ("five", [old, ahead, other], log, 2),
            ]
            for (name, kept, log, count) in cases {
                let (report, node) = try await Backups.restored(
                    Backups.plan(folder, name, keys: keys, log: log, kept: kept, people: Self.both),
                    clock: pair.holder.clock
                )
                #expect(report.warnings.count { $0.contains("HAS TWO HISTORIES") } == min(count, 1), "\(name)")
                let conflicts = try await node.node.vault.read { try $0.witnessConflicts() }
                #expect(conflicts.count == count && conflicts.allSatisfy { $0.origin == Self.first }, "\(name)")
                let notes = filesBelow(node.folder.ended.appendingPathComponent("1.notes"))
                #expect(notes.isEmpty == (count == 0), "\(name)")
                for note in notes { #expect((try? VerifiedCheckpoint(note.bytes, logKeys: [key.verifier])) != nil) }
                #expect(await node.node.alarms() == [], "the new log is whole")
                #expect(try await node.closedLeaves().named("witness.conflict").count == count, "\(name)")
            }
        }
    }
}

extension FileManager {
    fileprivate func isFile(_ path: String) -> Bool {
        var isFolder: ObjCBool = true
        return fileExists(atPath: path, isDirectory: &isFolder) && !isFolder.boolValue
    }
}
