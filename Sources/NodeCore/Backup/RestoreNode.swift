/// Use case: a node comes back from a backup, in a folder of its own, or nothing at all. Two people stand for it. Whatever may
/// have happened since the backup, the restored node never contradicts what its peers know of its log: it asks them before it
/// signs, or begins another log (AUDIT section 4).

import Accounts
import AuditLog
import CanonicalJSON
import Foundation
import PeerTrust
import PolicyEngine
import Sodium
import TransparencyLog
import Vault

public struct RestoreReport: Codable, Sendable, Equatable {
    /// The log that a new one cites.
    public struct Earlier: Codable, Sendable, Equatable {
        public var origin: String
        public var size: Int
        /// Base64.
        public var root: String
    }

    public var agency: String
    public var folder: String
    /// When the backup was made, and the hex SHA-256 of its `MANIFEST`.
    public var made: String
    public var digest: String
    /// The log that the node goes on with.
    public var origin: String
    /// Nil where it goes on with the log of the backup.
    public var earlier: Earlier?
    /// Of the node's card, in sixteen groups; peers compare it again where another log began.
    public var fingerprint: String
    /// Values that were erased since the backup, or whose keys did not come with it.
    public var erased: Int
    public var warnings: [String]
}

public struct RestoreNode: Sendable {
    public var backup: String
    public var folder: NodeFolder
    /// Begin another log, whatever peers know of the one in the backup.
    public var beginsNewLog: Bool
    /// File of `backup --month-keys`.
    public var monthKeys: String?
    /// A newer copy of the log, from wherever.
    public var logCopy: String?
    /// Files with checkpoints of the log that somebody kept.
    public var kept: [String]
    /// Two accounts of the node.
    public var people: [String]
    /// The version of this program.
    public var program: String

    public init(
        backup: String,
        folder: NodeFolder,
        beginsNewLog: Bool = false,
        monthKeys: String? = nil,
        logCopy: String? = nil,
        kept: [String] = [],
        people: [String] = [],
        program: String
    ) {
        self.backup = backup
        self.folder = folder
        self.beginsNewLog = beginsNewLog
        self.monthKeys = monthKeys
        self.logCopy = logCopy
        self.kept = kept
        self.people = people
        self.program = program
    }

    public func run(
        passphrase: [UInt8],
        clock: NodeClock = .system,
        random: RandomBytes = .system
    ) async throws(NodeProblem) -> RestoreReport {
        try checkTarget()
        do {
            let files = try BackupFiles(backup)
            let place = try RestoreFolder(folder)
            do {
                let taken = try TakenBackup(files, into: place.staging, passphrase: passphrase, program: program)
                try takeMonthKeys(into: taken.keyring, clock: clock)
                let report = try await restore(taken, lock: place.lock, clock: clock, random: random)
                try place.appear()
                return report
            } catch {
                place.discard()
                throw error
            }
        } catch let fault as BackupFault {
            throw fault.problem(at: backup)
        } catch {
            throw NodeProblem(fault: error, doing: "restoring the backup")
        }
    }

    private func checkTarget() throws(NodeProblem) {
        let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
        guard names?.isEmpty ?? !FileManager.default.fileExists(atPath: folder.path) else {
            throw NodeProblem(
                .usage,
                folder.exists ? "there is a node already; nothing was changed" : "the folder is not empty",
                at: folder.path,
                try: "another folder; a node is never restored over another"
            )
        }
    }

    private func takeMonthKeys(into keyring: Keyring, clock: NodeClock) throws {
        guard let path = monthKeys else { return }
        let file: Keyring
        do {
            file = try keyring.sibling(at: URL(fileURLWithPath: path))
        } catch {
            throw NodeProblem(keyring: error)
        }
        let made = file.secrets { $0 == SecretName.made }.values.first.flatMap { secret in
            secret.withUnsafeBytes { Int(String(decoding: $0, as: UTF8.self)) }
        }
        guard let made else {
            throw NodeProblem(
                .data,
                "this is no file of month keys",
                at: path,
                try: "the file that comity backup --month-keys wrote"
            )
        }
        let days = (clock.seconds - made) / 86_400
        guard days <= Retention.backupDays else {
            throw NodeProblem(
                .refused,
                "these month keys are \(days) days old and had to be destroyed after \(Retention.backupDays)",
                at: path,
                because: "the log says of what was erased that no key is left that opens it",
                try: "destroy the file; restore without it, or with a newer one"
            )
        }
        try keyring.update(set: file.secrets(where: SecretName.isOfMonth))
    }

    private func restore(
        _ taken: TakenBackup,
        lock: FolderLock,
        clock: NodeClock,
        random: RandomBytes
    ) async throws -> RestoreReport {
        let restored = try await RestoredNode.open(taken, as: folder, lock: lock, clock: clock, random: random)
        let outcome: Result<RestoreReport, any Error>
        do {
            outcome = .success(try await restore(taken, restored, clock: clock, random: random))
        } catch {
            outcome = .failure(error)
        }
        await restored.close()
        return try outcome.get()
    }

    private func restore(
        _ taken: TakenBackup,
        _ restored: RestoredNode,
        clock: NodeClock,
        random: RandomBytes
    ) async throws -> RestoreReport {
        let people = try await restored.people(people)
        let known = try await KnownCheckpoints.gather(kept: kept, logCopy: logCopy, of: restored.node.vault)
        if !beginsNewLog { try known.refuseIfAhead() }
        var erased = try await restored.node.vault.eraseUnopenable()
        var node = restored.node
        var earlier: Checkpoint?
        if beginsNewLog {
            let last = known.last
            earlier = last
            node = try await restored.beginLog(after: last, taken, clock: clock, random: random)
            if let logCopy { erased += try await node.replayErasures(in: logCopy, of: last.origin) }
        }
        let (digest, size) = (taken.digest, taken.files.manifest.bytes)
        let ground = beginsNewLog ? "new log" : "same log"
        let acting = node
        _ = try await node.vault.commit { transaction in
            try transaction.set(KeptBackup.tested, to: KeptBackup(at: clock.seconds, digest: digest).encoded)
            let data: [String: JSONValue?] = [
                "size": .integer(size), "digest": .string(digest), "ground": .string(ground),
            ]
            return (
                (),
                try people.map { try acting.draft("backup.restored", by: .person($0), data: data, in: transaction) }
            )
        }
        var warnings: [String] = []
        if people.count < 2 {
            warnings.append("the node knows one person of the roles officer or operator: nobody stood beside")
        }
        if monthKeys == nil {
            warnings.append("without month keys what was released to this node before cannot be opened any more")
        }
        let manifest = taken.files.manifest
        return RestoreReport(
            agency: manifest.agency,
            folder: folder.path,
            made: manifest.made.description,
            digest: digest,
            origin: node.vault.origin,
            earlier: earlier.map { .init(origin: $0.origin, size: $0.size, root: $0.root.base64) },
            fingerprint: node.identity.card.fingerprint.groups,
            erased: erased,
            warnings: warnings
        )
    }
}
