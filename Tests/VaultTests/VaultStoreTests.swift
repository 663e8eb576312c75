// Changes and their entries become durable together; what was counted and remembered survives a restart.
import AuditLog
import CanonicalJSON
import Foundation
import MatchKeys
import NodeTesting
import Sodium
import Testing
import Vault

@Suite struct VaultStoreTests {
    private struct Refused: Error {}

    private func open(_ folder: URL) async throws -> Vault {
        let keyringURL = folder.appendingPathComponent("keyring")
        let passphrase = Array("of the vault's tests".utf8)
        let keyring =
            FileManager.default.fileExists(atPath: keyringURL.path)
            ? try Keyring.open(at: keyringURL, passphrase: passphrase)
            : try Keyring.create(
                at: keyringURL,
                passphrase: passphrase,
                secrets: ["one": try SecretBytes(copying: [1])],
                parameters: .least,
                random: .system
            )
        return try await Vault.open(
            Vault.Places(
                database: folder.appendingPathComponent("vault.sqlite"),
                log: folder.appendingPathComponent("log"),
                segments: folder.appendingPathComponent("segments")
            ),
            origin: "agency/audit/1",
            secrets: Vault.Secrets(
                log: try SecretBytes(copying: [UInt8](repeating: 3, count: 32)),
                record: try SecretBytes(copying: [UInt8](repeating: 4, count: 32))
            ),
            keyring: keyring,
            clock: { 1_772_442_000_000 },
            random: .system
        )
    }

    private func with(_ body: (URL, Vault) async throws -> Void) async throws {
        try await withTemporaryFolder { folder in
            let vault = try await open(folder)
            try await body(folder, vault)
            await vault.close()
        }
    }

    private func sealed(_ vault: Vault, id: String, name: String) throws -> SealedRecord {
        let record = Record(
            id: id,
            cells: [(column: "full_name", cell: name), (column: "birth_date", cell: "1980-01-05")]
        )
        return try vault.sealer.seal(record, version: record, dataset: "main")
    }

    private let entry = AuditDraft(event: "record.imported", actor: .system, data: ["dataset": "main"])

    @Test func aRecordAndItsEntryAreStoredTogether() async throws {
        try await with { folder, vault in
            let box = try sealed(vault, id: "r1", name: "Greta Sommer")
            let committed = try await vault.commit { transaction in
                (try transaction.store(box, by: "operator", at: 1), [entry])
            }
            #expect(committed.value == .created && committed.leaves.count == 1)
            await vault.close()
            let again = try await open(folder)
            let (records, next) = try await again.read { transaction in
                (
                    try transaction.records([1]).map { try again.sealer.open($0) },
                    try transaction.nextLeaf()
                )
            }
            #expect(records.map(\.id) == ["r1"] && records[0]["full_name"] == ["Greta Sommer"])
            #expect(committed.leaves[0].index == next - 1)
            await again.close()
        }
    }

    @Test func aThrowingBodyLeavesNeitherChangeNorEntry() async throws {
        try await with { _, vault in
            let before = try await vault.latestLeaf().index
            let box = try sealed(vault, id: "r1", name: "Greta Sommer")
            await #expect(throws: Refused.self) {
                _ = try await vault.commit { transaction -> (Void, [AuditDraft]) in
                    _ = try transaction.store(box, by: "operator", at: 1)
                    throw Refused()
                }
            }
            #expect(try await vault.read { try $0.recordCount() } == 0)
            #expect(try await vault.latestLeaf().index == before)
        }
    }

    @Test func anEntryThatCannotBeWrittenTakesItsChangeBack() async throws {
        try await with { _, vault in
            let before = try await vault.latestLeaf().index
            let box = try sealed(vault, id: "r1", name: "Greta Sommer")
            // A leaf has at most 8,192 bytes.
            let tooLong = AuditDraft(
                event: "record.imported",
                actor: .system,
                data: ["dataset": .string(String(repeating: "x", count: 9_000))]
            )
            await #expect(throws: (any Error).self) {
                _ = try await vault.commit { transaction in
                    (try transaction.store(box, by: "operator", at: 1), [entry, tooLong])
                }
            }
            #expect(try await vault.read { try $0.recordCount() } == 0)
            #expect(try await vault.latestLeaf().index == before)
        }
    }

    @Test func oneCallersFailureTakesNothingFromTheOthersOfItsGroup() async throws {
        try await with { _, vault in
            let before = try await vault.latestLeaf().index
            let outcomes = await withTaskGroup(of: Bool.self) { group in
                for number in 0..<40 {
                    group.addTask {
                        do {
                            let box = try sealed(vault, id: "r\(number)", name: "Greta Sommer")
                            _ = try await vault.commit { transaction -> (Void, [AuditDraft]) in
                                _ = try transaction.store(box, by: "operator", at: 1)
                                if number % 4 == 0 { throw Refused() }
                                return ((), [entry])
                            }
                            return true
                        } catch {
                            return false
                        }
                    }
                }
                return await group.reduce(into: [Bool]()) { $0.append($1) }
            }
            #expect(outcomes.count { $0 } == 30)
            #expect(try await vault.read { try $0.recordCount() } == 30)
            #expect(try await vault.latestLeaf().index == before + 30)
        }
    }

    @Test func anUnchangedRowIsSeenWithoutOpeningIt() async throws {
        try await with { _, vault in
            let first = try sealed(vault, id: "r1", name: "Greta Sommer")
            let same = try sealed(vault, id: "r1", name: "Greta Sommer")
            let other = try sealed(vault, id: "r1", name: "Greta Sommers")
            #expect(first.box != same.box, "sealed under a nonce of its own")
            let changes = try await vault.commit { transaction in
                (try [first, same, other].map { try transaction.store($0, by: "operator", at: 1) }, [entry])
            }.value
            #expect(changes == [.created, .unchanged, .changed])
        }
    }

    @Test func aBoxDoesNotOpenUnderAnotherRecordsName() async throws {
        try await with { _, vault in
            let box = try sealed(vault, id: "r1", name: "Greta Sommer")
            var moved = box
            moved.id = "r2"
            _ = try await vault.commit { [moved] transaction in
                (try transaction.store(moved, by: "operator", at: 1), [entry])
            }
            await #expect(throws: (any Error).self) {
                _ = try await vault.read { try $0.records([1]).map { try vault.sealer.open($0) } }
            }
        }
    }

    @Test func noncesSurviveReopeningAndAreForgottenInTime() async throws {
        try await with { folder, vault in
            func remember(_ vault: Vault, _ byte: UInt8, of peer: String = "bravo", now: Int) async throws -> Bool {
                try await vault.commit { transaction in
                    let nonce = [UInt8](repeating: byte, count: 16)
                    return (try transaction.remember(nonce: nonce, of: peer, until: now + 180, now: now), [])
                }.value
            }
            #expect(try await remember(vault, 1, now: 1_000))
            #expect(try await !remember(vault, 1, now: 1_001))
            #expect(try await remember(vault, 1, of: "charlie", now: 1_001))
            await vault.close()
            let again = try await open(folder)
            #expect(try await !remember(again, 1, now: 1_180), "kept until its time, that second included")
            #expect(try await !remember(again, 1, now: 1_181), "and an hour longer, for a clock that is set back")
            #expect(try await remember(again, 1, now: 1_181 + 3_600))
            let late = try await again.commit { transaction in
                let nonce = [UInt8](repeating: 9, count: 16)
                return (try transaction.remember(nonce: nonce, of: "bravo", until: 9_999, now: 10_000), [])
            }.value
            #expect(!late, "a message that went stale on its way is not new")
            await again.close()
        }
    }

    @Test func quotaUseIsCountedOnceForEachCallerUnderConcurrency() async throws {
        let hour = QuotaCounter(subject: "peer/bravo", period: "hour", window: 0)
        let day = QuotaCounter(subject: "peer/bravo", period: "day", window: 0)
        try await with { folder, vault in
            let granted = try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<60 {
                    group.addTask {
                        try await vault.commit { transaction -> (Bool, [AuditDraft]) in
                            let used = try transaction.quotaUse([hour])[hour] ?? 0
                            guard used + 16 <= 400 else { return (false, []) }
                            try transaction.addQuotaUse([hour, day], keys: 16)
                            return (true, [])
                        }.value
                    }
                }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(granted == 25)
            await vault.close()
            let again = try await open(folder)
            let later = QuotaCounter(subject: "peer/bravo", period: "hour", window: 3_600)
            let used = try await again.read { try $0.quotaUse([day, later, hour]) }
            #expect(used == [hour: 400, day: 400], "the next window is not begun")
            #expect(try await again.read { try $0.quotaUse([]) }.isEmpty)
            await again.close()
        }
    }

    @Test func aPseudonymIsMadeOnceForEachPersonAndYear() async throws {
        try await with { _, vault in
            let words = try await vault.commit { transaction -> ([String], [AuditDraft]) in
                try transaction.store(StoredAccount(name: "amina", roles: ["analyst"]), at: 1)
                let words = try [(2_026, "u-1"), (2_026, "u-2"), (2_027, "u-3")].map { year, fresh in
                    try transaction.pseudonym(of: "amina", year: year) { fresh }
                }
                return (words, [])
            }.value
            #expect(words == ["u-1", "u-1", "u-3"])
        }
    }

    @Test func theDatabaseHoldsNoRecordInClear() async throws {
        try await with { folder, vault in
            let box = try sealed(vault, id: "r1", name: "Greta Sommer")
            let who = PersonalValue(name: "subject", value: "Greta Sommer", retentionClass: "question")
            _ = try await vault.commit { transaction in
                (
                    try transaction.store(box, by: "operator", at: 1),
                    [AuditDraft(event: "record.viewed", actor: .system, data: [:], personal: [who])]
                )
            }
            await vault.close()
            #expect(leaks(of: ["Greta", "Sommer", "1980-01-05", "full_name"], below: folder) == [])
            #expect(!leaks(of: ["record.viewed"], below: folder).isEmpty, "the search finds what is there")
        }
    }
}

@Suite struct SegmentFolderTests {
    @Test func whatNoManifestNamesIsSweptAndTheRestIsKept() async throws {
        try await withTemporaryFolder { folder in
            let segments = try SegmentFolder(folder.appendingPathComponent("segments"))
            for name in ["aa", "bb", "cc"] { try segments.write(Array(name.utf8), name: name) }
            try segments.sweep(keeping: ["aa", "cc", "dd"])
            #expect(segments.contains("aa") && !segments.contains("bb") && segments.contains("cc"))
            #expect([UInt8](try segments.read("aa")) == Array("aa".utf8))
            #expect(throws: (any Error).self) { try segments.read("bb") }
        }
    }

    @Test func aWrittenSegmentIsNeverWrittenOver() async throws {
        try await withTemporaryFolder { folder in
            let segments = try SegmentFolder(folder)
            try segments.write([1, 2, 3], name: "aa")
            try segments.write([9], name: "aa")
            #expect([UInt8](try segments.read("aa")) == [1, 2, 3])
        }
    }
}

@Suite struct DurableFileTests {
    @Test func aWriteReplacesTheWholeFileOrNothing() async throws {
        try await withTemporaryFolder { folder in
            let url = folder.appendingPathComponent("file")
            try DurableFile.write([1, 2, 3], to: url, mode: 0o600)
            try DurableFile.write([4], to: url, mode: 0o600)
            #expect([UInt8](try Data(contentsOf: url)) == [4])
            #expect(throws: DurableFileError.self) {
                try DurableFile.write([5], to: folder.appendingPathComponent("absent/file"))
            }
            // A folder stands where the file should go: the rename fails and nothing is left beside it.
            let taken = folder.appendingPathComponent("taken")
            try FileManager.default.createDirectory(at: taken, withIntermediateDirectories: false)
            #expect(throws: DurableFileError.self) { try DurableFile.write([6], to: taken) }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["file", "taken"])
        }
    }
}
