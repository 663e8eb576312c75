// The log's key changes across restarts: both sign for thirty days, and whoever knew the first goes on to verify.
import AuditLog
import CanonicalJSON
import Foundation
import NodeTesting
import Sodium
import Testing
import TransparencyLog

@testable import Vault

@Suite struct LogKeyRotationTests {
    private static let day = 86_400_000

    private func seed(_ byte: UInt8) throws -> SecretBytes {
        try SecretBytes(copying: [UInt8](repeating: byte, count: 32))
    }

    private func key(_ byte: UInt8) throws -> VerifierKey {
        try LogKey(name: "agency/audit/1", seed: seed(byte)).verifier
    }

    /// One life of the node: opens, appends, publishes, closes.
    private func life(
        in folder: URL,
        at now: Int,
        log: UInt8,
        before: UInt8?,
        rotatingTo later: UInt8? = nil
    ) async throws {
        let url = folder.appendingPathComponent("keyring")
        let keyring =
            FileManager.default.fileExists(atPath: url.path)
            ? try Keyring.open(at: url, passphrase: [1])
            : try Keyring.create(
                at: url,
                passphrase: [1],
                secrets: ["one": seed(1)],
                parameters: .least,
                random: .system
            )
        let vault = try await Vault.open(
            Vault.Places(
                database: folder.appendingPathComponent("vault.sqlite"),
                log: folder.appendingPathComponent("log"),
                segments: folder.appendingPathComponent("segments")
            ),
            origin: "agency/audit/1",
            secrets: Vault.Secrets(log: seed(log), logBefore: before.map { try seed($0) }, record: seed(4)),
            keyring: keyring,
            clock: { now },
            random: .system
        )
        if let later {
            let keys = (vault.logKey, try key(later))
            _ = try await vault.commit { transaction in
                let data = try transaction.rotateLogKey(from: keys.0, to: keys.1, now: now / 1_000)
                let actor = AuditActor(role: .operator, pseudonym: "u-1")
                return ((), [AuditDraft(event: "key.rotated", actor: actor, data: data)])
            }
        }
        _ = try await vault.commit { _ in ((), [AuditDraft(event: "login.failed", actor: .system)]) }
        await vault.close()
    }

    private func signers(in folder: URL) throws -> [VerifierKey] {
        let bytes = [UInt8](try Data(contentsOf: folder.appendingPathComponent("log/checkpoint")))
        let note = try SignedNote(bytes)
        return try [key(9), key(10)].filter { (try? VerifiedCheckpoint(note, logKeys: [$0])) != nil }
    }

    private func verify(_ folder: URL, by key: VerifierKey) -> LogVerification {
        LogVerifier(AuditFolder(path: folder.appendingPathComponent("log").path), key: key).verify()
    }

    @Test(arguments: [true, false])
    func bothSignForThirtyDaysAndTheLogNamesTheNewKey(_ isToldInTime: Bool) async throws {
        try await withTemporaryFolder { folder in
            let start = 1_800_000_000_000
            // Either the act says so in the log, or a crash came before it and the next start does.
            try await life(in: folder, at: start, log: 9, before: nil, rotatingTo: isToldInTime ? 10 : nil)
            #expect(try signers(in: folder) == [key(9)])
            try await life(in: folder, at: start + Self.day, log: 10, before: 9)
            #expect(try signers(in: folder) == [key(9), key(10)])
            let vkey = try String(contentsOf: folder.appendingPathComponent("log/vkey"), encoding: .utf8)
            #expect(try vkey == key(10).text + "\n")
            for byte in [UInt8(9), 10] {
                let result = try verify(folder, by: key(byte))
                #expect(result.problems == [] && result.trusted)
            }
            let leaves = try LogReader(AuditFolder(path: folder.appendingPathComponent("log").path))
            var told: [Leaf] = []
            try leaves.forEachEntry { _, bytes in
                let leaf = try Leaf(bytes)
                if leaf.event == "key.rotated" { told.append(leaf) }
                return true
            }
            try #require(told.count == 1)
            let (earlier, later) = (try key(9).text, try key(10).text)
            #expect(told[0].data["vkey"]?.string == later && told[0].data["earlier_vkey"]?.string == earlier)
            #expect(told[0].actor.role == (isToldInTime ? .operator : .system))

            try await life(in: folder, at: start + 40 * Self.day, log: 10, before: 9)
            #expect(try signers(in: folder) == [key(10)], "thirty days are over")
            try await life(in: folder, at: start + 41 * Self.day, log: 10, before: nil)
            // The hourly checkpoint of the days of both is kept: it leads from the one key to the other.
            let old = try verify(folder, by: key(9))
            #expect(old.problems == [] && old.trusted)
            #expect(try verify(folder, by: key(10)).problems == [])
            // A folder of that key under yet another one is not continued.
            await #expect(throws: AuditStoreError.otherLog) {
                try await life(in: folder, at: start + 42 * Self.day, log: 11, before: nil)
            }
        }
    }
}
