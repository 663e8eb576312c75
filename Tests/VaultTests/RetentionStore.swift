// A vault over real files, with a clock that the test sets, and questions about invented people in its log.
import AuditLog
import CanonicalJSON
import Foundation
import GRDB
import NodeTesting
import Sodium
import Testing
import TransparencyLog

@testable import Vault

/// A vault over real files; opened again, the same.
struct RetentionStore {
    private static let seed = [UInt8](repeating: 3, count: 32)

    let folder: URL
    let clock = StandingClock()
    let keyring: Keyring
    let vault: Vault

    init(
        in folder: URL,
        clock now: Int = 1_800_000_000_000,
        retention: AuditRetention = .init(),
        origin: String = "agency/audit/1"
    ) async throws {
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
            origin: origin,
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
            places.parts(of: PersonPlaces.listedInAnEntry).map { part in
                AuditDraft(
                    event: "audit.erased",
                    actor: AuditActor(role: .officer, pseudonym: "u-2"),
                    data: part.data.merging(["ground": "order"]) { $1 }
                )
            }
        }
    }

    /// Places a hold on a person, or on everything.
    ///
    /// - Parameter hasCase: whether its entry seals the case.
    /// - Returns: its number.
    func hold(_ word: String?, case hasCase: Bool = false) async throws -> Int {
        let places: PersonPlaces? = if let word { try await vault.heldPlaces(of: Self.person(word)) } else { nil }
        return try await vault.commit { transaction in
            let entry = try transaction.nextLeaf()
            _ = try transaction.placeHold(on: places, review: "2027-03-01")
            let number = PersonalValue(name: "case", value: "12-O-7", retentionClass: "question")
            let draft = AuditDraft(
                event: "hold.placed",
                actor: .system,
                data: ["ground": "suit"],
                personal: hasCase ? [number] : []
            )
            return (entry, [draft])
        }
        .value
    }

    /// - Returns: whether such a hold stood.
    func lift(_ number: Int, of origin: String? = nil) async throws -> Bool {
        try await vault.commit { transaction in
            let lifted = try transaction.liftHold(number, of: origin) != nil
            let draft = AuditDraft(event: "hold.lifted", actor: .system, data: ["ground": "over"])
            return (lifted, lifted ? [draft] : [])
        }
        .value
    }

    /// Ends the log as a restore does, and begins the one of that number.
    func ended(next number: Int, retention: AuditRetention = .init()) async throws -> RetentionStore {
        try await vault.publish()
        let last = try #require(try await vault.signedCheckpoint()).checkpoint
        await vault.close()
        let database = try RestoredDatabase(folder.appendingPathComponent("vault.sqlite"))
        try database.endLog(of: "agency", at: last, key: vault.logKey)
        database.close()
        try FileManager.default.moveItem(
            at: folder.appendingPathComponent("log"),
            to: folder.appendingPathComponent("ended-\(number - 1)")
        )
        return try await RetentionStore(
            in: folder,
            clock: clock.now,
            retention: retention,
            origin: "agency/audit/\(number)"
        )
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
