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
        /// Entries of its copy in `DIR/ended`.
        public var entries: Int
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
        var copy = logCopy.map(LogCopyAtHand.init)
        if beginsNewLog { try copy?.verify(by: restored.node.vault.logKey) }
        let known = try await KnownCheckpoints.gather(kept: kept, copy: copy, of: restored.node.vault)
        if !beginsNewLog { try known.refuseIfAhead() }
        var warnings = try await EndedCopies(of: restored.node.vault, in: taken.staging, shown: folder).problems()
        var node = restored.node
        if beginsNewLog {
            node = try await restored.beginLog(after: known.last, taken, clock: clock, random: random)
            warnings += try keep(known.forks, of: known.last.origin, in: taken.staging)
        }
        // In the log that goes on; and before anything is sealed in it, which would make keys of the same months anew.
        var erased = try await node.vault.eraseUnopenable()
        if beginsNewLog, let copy {
            let origin = known.last.origin
            if copy.agrees(with: known.own) {
                let places = try copy.erased(of: origin)
                erased += try await node.vault.eraseAgain(places, because: "erased before, as \(origin) says")
            } else {
                // Its places are those of other entries.
                warnings.append("\(copy.path) is another history: what it says was erased was not erased again")
            }
        }
        try await log(people, taken, known, in: node, at: clock.seconds)
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
            digest: taken.digest,
            origin: node.vault.origin,
            earlier: beginsNewLog ? known.earlier : nil,
            fingerprint: node.identity.card.fingerprint.groups,
            erased: erased,
            warnings: warnings
        )
    }

    /// One entry for each of the two people, and one for each pair of notes that contradict each other.
    private func log(
        _ people: [Person],
        _ taken: TakenBackup,
        _ known: KnownCheckpoints,
        in node: Node,
        at now: Int
    ) async throws {
        let (digest, size) = (taken.digest, taken.files.manifest.bytes)
        let ground = beginsNewLog ? "new log" : "same log"
        let conflicts = known.forks.map { $0.conflict(of: taken.configuration.agency, seen: now) }
        _ = try await node.vault.commit { transaction in
            try transaction.set(KeptBackup.tested, to: KeptBackup(at: now, digest: digest).encoded)
            let data: [String: JSONValue?] = [
                "size": .integer(size), "digest": .string(digest), "ground": .string(ground),
            ]
            let restored = try people.map {
                try node.draft("backup.restored", by: .person($0), data: data, in: transaction)
            }
            let found = try conflicts.filter { try transaction.store($0) }.map {
                try node.conflictDraft($0, by: .system, in: transaction)
            }
            return ((), restored + found)
        }
    }

    private func keep(_ forks: [KnownCheckpoints.Fork], of origin: String, in staging: NodeFolder) throws -> [String] {
        let number = staging.ended(origin).flatMap { Int($0.lastPathComponent) } ?? 0
        let names = try ForkEvidence.keep(forks, number: number, in: staging.ended)
        guard !names.isEmpty else { return [] }
        let places = names.map { folder.ended.appendingPathComponent($0).path }.joined(separator: ", ")
        return [
            "\(origin) HAS TWO HISTORIES: its key signed checkpoints that contradict each other (\(places)). The backup "
                + "was changed, an old state of the node signed on, or the key is in other hands: find out which, and tell "
                + "your peers. witness.conflict in the new log has the digests"
        ]
    }
}

extension KnownCheckpoints {
    /// The log that ends, as a report names it.
    fileprivate var earlier: RestoreReport.Earlier {
        RestoreReport.Earlier(origin: last.origin, size: last.size, root: last.root.base64, entries: own.size)
    }
}

extension KnownCheckpoints.Fork {
    fileprivate func conflict(of agency: String, seen now: Int) -> WitnessConflict {
        WitnessConflict(
            .roots,
            peer: agency,
            later: later.checkpoint,
            laterNote: later.note,
            earlierNote: earlier.note,
            seen: now
        )
    }
}
