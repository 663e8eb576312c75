// Knows how to make an audit store over real files, with a clock and failures that the test sets.
import AuditLog
import CanonicalJSON
import Crypto
import Foundation
import GRDB
import Synchronization
import TransparencyLog

@testable import Vault

struct StoreFailure: Error {}

/// A folder of its own, removed with the value.
final class StoreFolder: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "comity-audit-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    var log: String { path + "/log" }
    var databasePath: String { path + "/node.sqlite" }

    func file(_ name: String) -> String { log + "/" + name }
}

/// A clock that stands where it is put.
final class StandingClock: Sendable {
    private let milliseconds = Mutex(1_800_000_000_000)
    var now: Int {
        get { milliseconds.withLock { $0 } }
        set { milliseconds.withLock { $0 = newValue } }
    }
}

struct Store {
    let folder: StoreFolder
    let clock: StandingClock
    let key: VerifierKey
    let database: AuditedDatabase
    let publisher: AuditPublisher

    init(in folder: StoreFolder? = nil, clock: StandingClock = StandingClock(), seed: UInt8 = 9) throws {
        let folder = try folder ?? StoreFolder()
        let signer = try Curve25519.Signing.PrivateKey(rawRepresentation: [UInt8](repeating: seed, count: 32))
        guard
            let key = VerifierKey(
                name: "agency-a/audit/1",
                algorithm: .ed25519,
                publicKey: Array(signer.publicKey.rawRepresentation)
            )
        else { throw StoreFailure() }
        self.folder = folder
        self.clock = clock
        self.key = key
        database = try AuditedDatabase(
            path: folder.databasePath,
            dependencies: AuditDependencies(
                key: key,
                sign: { Array(try signer.signature(for: $0)) },
                clock: { clock.now },
                randomBytes: { count in (0..<count).map { _ in UInt8.random(in: 0...255) } },
                seal: { SealedAuditValue(box: Array($0.disclosure.reversed()), blind: $0.value) },
                eraseAfter: { _, now in now + 3_600 }
            )
        ) { migrator in
            migrator.registerMigration("v1 test") { try $0.execute(sql: "CREATE TABLE thing (name TEXT UNIQUE)") }
        }
        publisher = try AuditPublisher(database, folder: folder.log)
    }

    func append(_ count: Int) async throws {
        for start in stride(from: 0, to: count, by: 100) {
            _ = try await database.commit { [size = min(100, count - start)] _ in
                ((), (0..<size).map { Self.draft($0) })
            }
        }
    }

    static func draft(_ count: Int = 1) -> AuditDraft {
        AuditDraft(
            event: "record.searched",
            actor: AuditActor(role: .analyst, pseudonym: "u-1"),
            data: ["purpose": "prevention", "count": .integer(count)],
            personal: [PersonalValue(name: "terms", value: "term \(count)", retentionClass: "search")]
        )
    }

    func verify() -> LogVerification {
        LogVerifier(AuditFolder(path: folder.log), key: key).verify()
    }

    /// Opens the same files again, as a restarted node would.
    func reopened(seed: UInt8 = 9) async throws -> Store {
        let store = try Store(in: folder, clock: clock, seed: seed)
        try await store.publisher.recover()
        return store
    }

    /// Changes the database behind the store's back.
    static func tamper(_ folder: StoreFolder, _ sql: String...) throws {
        let queue = try DatabaseQueue(path: folder.databasePath)
        try queue.write { database in
            for statement in sql { try database.execute(sql: statement) }
        }
        try queue.close()
    }
}
