// Appends to a log and publishes it, without end or in rounds. Knows the key and the clock of the fault tests.
import AuditLog
import CanonicalJSON
import Crypto
import Foundation
import GRDB
import Synchronization
import TransparencyLog
import Vault

struct HelperLog {
    private let database: AuditedDatabase
    private let publisher: AuditPublisher
    private let clock: SteppingClock
    /// Held until the process ends.
    private let lock: FolderLock

    struct Unfit: Error {}

    init(folder: String) async throws {
        guard let lock = try FolderLock(folder: URL(fileURLWithPath: folder)) else {
            Self.say("in use")
            exit(69)
        }
        self.lock = lock
        let signer = try Curve25519.Signing.PrivateKey(rawRepresentation: [UInt8](repeating: 9, count: 32))
        guard
            let key = VerifierKey(
                name: "agency-a/audit/1",
                algorithm: .ed25519,
                publicKey: Array(signer.publicKey.rawRepresentation)
            )
        else { throw Unfit() }
        let clock = SteppingClock(isSteady: ProcessInfo.processInfo.environment["CLOCK"] != "steps")
        self.clock = clock
        let dependencies = AuditDependencies(
            key: key,
            sign: { message in
                let signature = Array(try signer.signature(for: message))
                if let checkpoint = Checkpoint(text: String(decoding: message, as: UTF8.self)) {
                    Self.say("signed \(checkpoint.size) \(checkpoint.root)")
                }
                return signature
            },
            clock: { clock.now },
            randomBytes: { count in (0..<count).map { _ in UInt8.random(in: 0...255) } },
            seal: { SealedAuditValue(box: $0.disclosure, blind: $0.value) },
            eraseAfter: { _, now in now + 86_400 }
        )
        database = try AuditedDatabase(path: folder + "/node.sqlite", dependencies: dependencies)
        publisher = try AuditPublisher(database, folder: folder + "/log")
        try await publisher.recover()
    }

    /// Many callers and a publisher, as fast as they can.
    func untilKilled() async throws {
        await withTaskGroup(of: Void.self) { group in
            for caller in 0..<8 {
                group.addTask {
                    while await append(caller) {}
                }
            }
            group.addTask {
                while (try? await publisher.publish()) != nil {}
            }
        }
    }

    /// Some entries, then a publication, a few times: every step of both comes soon. What fails is said and tried again.
    ///
    /// - Returns: 0 when all of it is published at the end.
    func rounds() async throws -> Int32 {
        // The log before is written into the database early, so that the steps of that come as well.
        _ = try? await database.commit { database in
            try database.execute(sql: "PRAGMA wal_autocheckpoint = 24")
            return ((), [])
        }
        for _ in 0..<8 {
            clock.anotherHour()
            await withTaskGroup(of: Void.self) { group in
                for caller in 0..<3 {
                    group.addTask { for _ in 0..<6 where await !append(caller) { Self.say("refused") } }
                }
            }
            await publish()
        }
        for _ in 0..<3 where await !publish() {}
        let published = await publisher.publishedSize
        Self.say("published \(published)")
        return published == database.size ? 0 : 1
    }

    @discardableResult
    private func publish() async -> Bool {
        do {
            try await publisher.publish()
            return true
        } catch {
            Self.say("unpublished \(error)")
            return false
        }
    }

    /// - Returns: whether it is durable.
    private func append(_ caller: Int) async -> Bool {
        let value = PersonalValue(name: "account", value: "account \(caller)", retentionClass: "login")
        let committed = try? await database.commit { _ in
            (
                (),
                [
                    AuditDraft(
                        event: "login.failed",
                        actor: .system,
                        data: ["method": "password", "route": "console"],
                        personal: caller == 0 ? [value] : []
                    )
                ]
            )
        }
        guard let leaf = committed?.leaves.first else { return false }
        Self.say("\(leaf.index) \(leaf.hash)")
        return true
    }

    /// One write of few bytes: whole or not at all.
    private static func say(_ line: String) {
        FileHandle.standardOutput.write(Data((line + "\n").utf8))
    }
}

/// The machine's clock, set forth and back by up to an hour every few looks unless it is steady.
private final class SteppingClock: Sendable {
    private let isSteady: Bool
    private let step = Mutex(0)
    /// 0 or three hours.
    private let setForth = Mutex(0)

    init(isSteady: Bool) { self.isSteady = isSteady }

    var now: Int {
        let now = Int(Date().timeIntervalSince1970 * 1_000)
        if isSteady { return now }
        return step.withLock { step in
            if Int.random(in: 0..<4) == 0 { step = Int.random(in: -3_600_000...3_600_000) }
            return now + setForth.withLock { $0 } + step
        }
    }

    /// From now on it tells another hour than it told before, whatever its small steps are: a checkpoint is kept each hour.
    func anotherHour() { setForth.withLock { $0 = $0 == 0 ? 3 * 3_600_000 : 0 } }
}
