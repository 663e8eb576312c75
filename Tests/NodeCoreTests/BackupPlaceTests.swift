// Where backups are written and nodes are put together: what is refused, by its reason, and that nothing of others is touched.
import AuditLog
import Foundation
import NodeTesting
import Testing
import TransparencyLog

@testable import NodeCore
@testable import Vault

@Suite struct BackupPlaceTests {
    private func refusal(_ body: () throws -> Void) -> NodeProblem? {
        #expect(throws: NodeProblem.self) { try body() }
    }

    @Test func aBackupGoesToAFreePlainNameOutsideTheNode() throws {
        try withTemporaryPlace { place in
            let node = NodeFolder(place.appendingPathComponent("north").path)
            try FileManager.default.createDirectory(at: node.url, withIntermediateDirectories: false)
            func refused(_ name: String, keys: String? = nil) -> NodeProblem? {
                refusal {
                    _ = try BackupTarget(
                        place.appendingPathComponent(name).path,
                        monthKeys: keys.map { place.appendingPathComponent($0).path },
                        node: node
                    )
                }
            }
            for name in [".hidden", "b\u{e4}r"] {
                #expect(refused(name)?.text == "that is no name for a backup")
            }
            let inside = "a backup does not lie in the folder that it is of"
            #expect(refused("north/copy")?.text == inside)
            try FileManager.default.createSymbolicLink(
                at: place.appendingPathComponent("way"),
                withDestinationURL: node.url
            )
            #expect(refused("way/copy")?.text == inside)
            #expect(refused("copy", keys: "north/keys")?.text == inside)
            let taken = "there is something of that name; nothing was written"
            #expect(refused("way")?.text == taken)
            #expect(refused("copy", keys: "way")?.text == taken)
            for keys in ["copy/keys", "copy"] {
                #expect(refused("copy", keys: keys)?.text == "the month keys cannot lie in the backup")
            }
            let nowhere = refusal {
                _ = try BackupTarget(place.appendingPathComponent("none/copy").path, monthKeys: nil, node: node).begin()
            }
            #expect(nowhere?.text == "the folder cannot be made")
        }
    }

    @Test func whatTakesTheNameMeanwhileStaysAndNoKeysAreLeft() throws {
        try withTemporaryPlace { place in
            let node = NodeFolder(place.appendingPathComponent("north").path)
            let (copy, keys) = (place.appendingPathComponent("copy"), place.appendingPathComponent("keys"))
            let target = try BackupTarget(copy.path, monthKeys: keys.path, node: node)
            let part = try target.begin()
            try Data([1]).write(to: part.appendingPathComponent("file"))
            try Data([2]).write(to: try #require(target.monthKeysPart))
            try FileManager.default.createDirectory(at: copy, withIntermediateDirectories: false)
            try Data([3]).write(to: copy.appendingPathComponent("other"))
            #expect(throws: DurableFileError.self) { try target.appear(part) }
            #expect(!FileManager.default.fileExists(atPath: keys.path))
            #expect(try Data(contentsOf: copy.appendingPathComponent("other")) == Data([3]))
        }
    }

    @Test func aNodeIsPutTogetherInAFolderOfItsOwnAlone() throws {
        try withTemporaryPlace { place in
            let folder = NodeFolder(place.appendingPathComponent("back").path)
            let staging = RestoreFolder.staging(of: folder)
            let other = place.appendingPathComponent("other")
            try FileManager.default.createDirectory(at: other, withIntermediateDirectories: false)
            try Data([1]).write(to: other.appendingPathComponent("theirs"))
            func because() -> String? { refusal { _ = try RestoreFolder(folder) }?.because }

            try FileManager.default.createSymbolicLink(at: staging, withDestinationURL: other)
            #expect(because() == "it is a link or no folder")
            try FileManager.default.removeItem(at: staging)
            try Data().write(to: staging)
            #expect(because() == "it is a link or no folder")
            try FileManager.default.removeItem(at: staging)

            func make(_ mode: Int) throws {
                try FileManager.default.createDirectory(
                    at: staging,
                    withIntermediateDirectories: false,
                    attributes: [.posixPermissions: mode]
                )
            }
            try make(0o750)
            #expect(because() == "others may read or write it")
            try FileManager.default.removeItem(at: staging)
            try make(0o700)
            try Data([2]).write(to: staging.appendingPathComponent("notes"))
            #expect(because() == "no restore made it")
            #expect(try Data(contentsOf: staging.appendingPathComponent("notes")) == Data([2]))
            #expect(try Data(contentsOf: other.appendingPathComponent("theirs")) == Data([1]))
            if geteuid() == 0 {
                #expect(chown(staging.path, 65_534, 65_534) == 0)
                #expect(because() == "it belongs to another user")
                #expect(chown(staging.path, 0, 0) == 0)
            }

            // What a killed attempt left has its lock, or nothing yet.
            try Data().write(to: staging.appendingPathComponent("lock"))
            try RestoreFolder(folder).discard()
            try make(0o700)
            let taken = try RestoreFolder(folder)
            try Data([4]).write(to: taken.staging.url.appendingPathComponent("file"))
            try taken.appear()
            #expect(try Data(contentsOf: folder.url.appendingPathComponent("file")) == Data([4]))
        }
    }

    @Test func aMountPointIsRefusedBeforeAnythingIsRead() throws {
        let problem = refusal { _ = try RestoreFolder(NodeFolder("/proc")) }
        #expect(problem?.text.hasPrefix("a node cannot take the place of a mount point") == true)
        let table = """
            36 35 98:0 /mnt1 / rw - ext3 /dev/root rw
            37 36 98:0 /a /srv/the\\040node rw,noatime - ext3 /dev/root rw
            """
        #expect(Mounts.include("/srv/the node", in: table))
        #expect(!Mounts.include("/srv/the", in: table) && !Mounts.include("/srv", in: table))
    }

    @Test func aNameIsTakenWhereFilesHaveButOne() throws {
        try withTemporaryPlace { place in
            let (part, name) = (place.appendingPathComponent("part"), place.appendingPathComponent("name"))
            for take in [{ try DurableFile.name(file: part, as: name) }, { try DurableFile.takeName(name, for: part) }]
            {
                try Data([1]).write(to: part)
                try take()
                #expect(try Data(contentsOf: name) == Data([1]))
                #expect(!FileManager.default.fileExists(atPath: part.path))
                try Data([2]).write(to: part)
                #expect(throws: DurableFileError.self) { try take() }
                #expect(try Data(contentsOf: name) == Data([1]), "replaces nothing")
                try FileManager.default.removeItem(at: name)
                try FileManager.default.removeItem(at: part)
                #expect(throws: DurableFileError.self) { try take() }
                #expect(!FileManager.default.fileExists(atPath: name.path), "an empty file is no part of anything")
            }
        }
    }

    @Test func otherFilesAreNoMonthKeysAndNoCheckpointOfThisLog() async throws {
        try await Pair.with(records: nil) { pair in
            let (folder, keys) = try await Backups.make(pair.asker, "copy")
            try await pair.holder.node.publishNow()
            let clock = pair.holder.clock
            let noKeys = await #expect(throws: NodeProblem.self) {
                try await Backups.restored(Backups.plan(folder, "one", keys: folder + "/keyring"), clock: clock)
            }
            #expect(noKeys?.kind == .data && noKeys?.text == "this is no file of month keys")
            let foreign = pair.holder.folder.log.appendingPathComponent("checkpoint").path
            for kept in [foreign, folder + "/none", folder + "/card.json"] {
                let problem = await #expect(throws: NodeProblem.self) {
                    try await Backups.restored(Backups.plan(folder, "two", keys: keys, kept: [kept]), clock: clock)
                }
                #expect(problem?.kind == .data && problem?.text == "that is no checkpoint of this node's log")
                #expect(problem?.place == kept)
            }
            for name in ["one", "two"] {
                #expect(!FileManager.default.fileExists(atPath: Backups.plan(folder, name).folder.path))
            }
        }
    }

    @Test func aStrangeNameIsShownWithoutWhatCommandsATerminal() async throws {
        try await Pair.with(records: nil) { pair in
            let (folder, _) = try await Backups.make(pair.asker, "copy")
            try Data().write(to: URL(fileURLWithPath: folder + "/log/x\u{1B}[2J\u{202E}y"))
            let problem = await #expect(throws: NodeProblem.self) {
                try await Backups.restored(Backups.plan(folder, "back"), clock: pair.holder.clock)
            }
            #expect(problem?.place == folder + "/log/x?[2J?y")
        }
    }

    @Test func aDatabaseThatCannotBeReadIsNotCalledALogThatDoesNotVerify() async throws {
        try await Pair.with(records: nil) { pair in
            let node = pair.asker.node
            _ = try await node.vault.commit { transaction in
                ((), try transaction.renameRecords())
            }
            let (folder, _) = try await Backups.make(pair.asker, "copy")
            let problem = await #expect(throws: NodeProblem.self) {
                try await node.testBackup(folder, program: "0.1.0", by: "operator")
            }
            #expect(problem?.text == "the database in this backup cannot be read")
        }
    }

    @Test func aFileOfTooManyEntriesIsRefusedAndNotLogged() async throws {
        try await Pair.with(records: nil) { pair in
            let node = pair.asker.node
            _ = try await node.addUser("ines", roles: ["officer"], by: nil)
            func export(_ most: Int) async throws(NodeProblem) -> AuditFile {
                try await node.exportAudit(
                    LeafFilter(),
                    as: .jsonLines,
                    words: "all",
                    ground: "audit",
                    by: "ines",
                    most: most
                )
            }
            let before = try await node.vault.latestLeaf().index
            let problem = await #expect(throws: NodeProblem.self) { try await export(100) }
            #expect(problem?.kind == .refused && problem?.text == "these are too many entries for one file")
            #expect(try await node.vault.latestLeaf().index == before)
            #expect(try await export(1 << 20).count > 0)
        }
    }

    private func withTemporaryPlace(_ body: (URL) throws -> Void) throws {
        let place = FileManager.default.temporaryDirectory.appendingPathComponent("places-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: place) }
        try body(place)
    }
}

extension VaultTransaction {
    /// As in a database that some other hand changed.
    fileprivate func renameRecords() throws -> [AuditDraft] {
        try execute("ALTER TABLE record RENAME TO elsewhere")
        return []
    }
}
