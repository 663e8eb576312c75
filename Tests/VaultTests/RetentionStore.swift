// A vault over real files, with a clock that the test sets, and questions about invented people in its log.
import AuditLog
import CanonicalJSON
import Foundation
import GRDB
import NodeTesting
import Sodium
import TransparencyLog

@testable import Vault

/// A vault over real files; opened again, the same.
struct RetentionStore {
    private static let seed = [UInt8](repeating: 3, count: 32)

    let folder: URL
    let clock = StandingClock()
    let keyring: Keyring
    let vault: Vault

    init(in folder: URL, clock now: Int = 1_800_000_000_000, retention: AuditRetention = .init()) async throws {
        self.folder = folder
        let url = folder.appendingPathComponent("keyring")
        let passphrase = Array("of these tests".utf8)
        keyring =
            FileManager.default.fileExists(atPath: url.path)
            ? try Keyring.open(at: url, passphrase: passphrase)
            : try Keyring.create(
                at: url,
                passphrase: passphrase,
                secrets: ["one": try SecretBytes(copying: [1])],
                parameters: .least,
                random: .system
            )
        clock.now = now
        vault = try await Vault.open(
            Vault.Places(
                database: folder.appendingPathComponent("vault.sqlite"),
                log: folder.appendingPathComponent("log"),
                segments: folder.appendingPathComponent("segments")
            ),
            origin: "agency/audit/1",
            secrets: Vault.Secrets(
                log: try SecretBytes(copying: Self.seed),
                record: try SecretBytes(copying: Self.seed)
            ),
            keyring: keyring,
            retention: retention,
            clock: { [clock] in clock.now },
            random: .system
        )
    }

    /// A question about somebody, and what came of it.
    func question(_ number: Int, about word: String) async throws {
        let subject = PersonalValue(
            name: "subjects",
            value: ["r\(number)"],
            retentionClass: "question",
            terms: [word]
        )
        let actor = PersonalValue(name: "actor", value: "amina", retentionClass: "access")
        let handles = PersonalValue(name: "handles", value: "h\(number)", retentionClass: "question")
        let query: JSONValue = .string("00000000-0000-4000-8000-00000000000\(number)")
        _ = try await vault.commit { _ in
            (
                (),
                [
                    AuditDraft(
                        event: "query.asked",
                        actor: AuditActor(role: .analyst, pseudonym: "u-1"),
                        data: ["query": query],
                        personal: [subject, actor]
                    ),
                    AuditDraft(
                        event: "query.outcome",
                        actor: .system,
                        data: ["query": query],
                        personal: [handles]
                    ),
                ]
            )
        }
    }

    func boxes() async throws -> [Data] {
        try await vault.database.read { try Data.fetchAll($0, sql: "SELECT box FROM audit_sealed ORDER BY idx") }
    }

    /// Everything that stands in the database's files.
    func bytes() throws -> Data {
        let journal = folder.appendingPathComponent("vault.sqlite-wal")
        return try Data(contentsOf: folder.appendingPathComponent("vault.sqlite"))
            + ((try? Data(contentsOf: journal)) ?? Data())
    }

    func erase(_ word: String) async throws -> AuditErasure {
        try await vault.erase(Self.person(word)) { _, places in
            [
                AuditDraft(
                    event: "audit.erased",
                    actor: AuditActor(role: .officer, pseudonym: "u-2"),
                    data: [
                        "fields": .array(
                            places.map { ["field": .string($0.field), "index": .integer($0.index)] }
                        ), "ground": "order",
                    ]
                )
            ]
        }
    }

    static func person(_ word: String) -> ErasedPerson {
        ErasedPerson(terms: [word], searched: ["subjects"], kept: ["actor"])
    }

    func leaves() async throws -> [Leaf] {
        try await vault.database.read { database in
            try Data.fetchAll(database, sql: "SELECT bytes FROM audit_entries ORDER BY idx").map {
                try Leaf([UInt8]($0))
            }
        }
    }
}
