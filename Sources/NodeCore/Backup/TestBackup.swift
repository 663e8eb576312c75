/// Use case: is a backup one that this node could come back from? It is restored beside the vault, opened, looked through and
/// thrown away. Knows when a backup was last made and last tested so, for `comity doctor` and the status page.

import Accounts
import AuditLog
import CanonicalJSON
import Foundation
import PolicyEngine
import TransparencyLog
import Vault

public struct BackupTestReport: Codable, Sendable, Equatable {
    public var backup: String
    public var made: String
    /// Hex SHA-256 of `MANIFEST`.
    public var digest: String
    public var files: Int
    public var records: Int
    /// Entries of its log, every one checked.
    public var entries: Int
}

extension Node {
    /// Days after which `comity doctor` asks for another test.
    private static let testedDays = 35

    /// - Parameter path: the folder that `backUp` wrote; absolute.
    public func testBackup(_ path: String, program: String, by account: String?) async throws(NodeProblem)
        -> BackupTestReport
    {
        let person = try await person(account, for: .backUp)
        do {
            return try await turns.run("backup") {
                let files = try BackupFiles(path)
                let place = try RestoreFolder(self.folder.trial)
                defer { place.discard() }
                let taken = try TakenBackup(files, into: place.staging, program: program) {
                    try self.keyring.sibling(at: $0)
                }
                return try await self.look(at: taken, lock: place.lock, by: person)
            }
        } catch let fault as BackupFault {
            throw fault.problem(at: path)
        } catch {
            throw NodeProblem(fault: error, doing: "testing the backup")
        }
    }

    private func look(at taken: TakenBackup, lock: FolderLock, by person: Person) async throws -> BackupTestReport {
        let restored = try await RestoredNode.open(taken, as: folder, lock: lock, clock: clock, random: random)
        let key = restored.node.vault.logKey
        let looked: Result<(records: Int, ended: EndedCopies), any Error>
        do {
            let vault = restored.node.vault
            looked = .success(
                (
                    try await vault.read { try $0.recordCount() },
                    try await EndedCopies(of: vault, in: taken.staging, shown: NodeFolder(taken.files.folder.path))
                )
            )
        } catch {
            looked = .failure(error)
        }
        await restored.close()
        let (records, ended) = try Self.read(looked, at: taken.files.folder.path)
        let log = LogVerifier(AuditFolder(path: taken.staging.log.path), key: key).verify()
        try Self.require(log, of: taken.files.manifest.checkpoint.size, at: taken.files.folder.path)
        if let problem = ended.problems().first {
            throw NodeProblem(
                .data,
                "a log that ended is not whole in this backup",
                at: taken.files.folder.path,
                because: problem,
                try: "a whole copy of it into DIR/ended, then another backup"
            )
        }
        let (digest, bytes, now) = (taken.digest, taken.files.manifest.bytes, clock.seconds)
        _ = try await vault.commit { transaction in
            try transaction.set(KeptBackup.tested, to: KeptBackup(at: now, digest: digest).encoded)
            let data: [String: JSONValue?] = [
                "size": .integer(bytes), "digest": .string(digest), "ground": "test",
            ]
            return ((), [try self.draft("backup.restored", by: .person(person), data: data, in: transaction)])
        }
        return BackupTestReport(
            backup: taken.files.folder.path,
            made: taken.files.manifest.made.description,
            digest: digest,
            files: taken.files.manifest.files,
            records: records,
            entries: log.size
        )
    }

    private static func read<Value>(_ looked: Result<Value, any Error>, at place: String) throws -> Value {
        do { return try looked.get() } catch {
            throw NodeProblem(
                .data,
                "the database in this backup cannot be read",
                at: place,
                because: "it opens, and what it keeps is not what this program wrote",
                try: "another backup"
            )
        }
    }

    private static func require(_ log: LogVerification, of size: Int, at place: String) throws {
        guard !log.ok || log.size < size else { return }
        throw NodeProblem(
            .data,
            "the log in this backup does not verify",
            at: place,
            because: log.problems.first.map { "\($0.place): \($0.text)" }
                ?? "it has \(log.size) entries, and its checkpoint had \(size)",
            try: "another backup"
        )
    }

    /// Which backup of this node was made last, and which was tested last.
    public func backupStatus() async throws(NodeProblem) -> BackupStatus {
        do {
            return try await vault.read { transaction in
                func kept(_ name: String) throws -> BackupStatus.Kept? {
                    KeptBackup(try transaction.setting(name)).map { .init(at: $0.at, digest: $0.digest) }
                }
                return BackupStatus(made: try kept(KeptBackup.made), tested: try kept(KeptBackup.tested))
            }
        } catch {
            throw NodeProblem(fault: error, doing: "reading which backups were made")
        }
    }

    func checkBackups() async -> [DoctorReport.Check] {
        let kept = try? await backupStatus()
        let make = "comity backup \(folder.path) FOLDER, then comity backup \(folder.path) --test FOLDER"
        guard let kept, kept.made != nil || kept.tested != nil else {
            return [check("backup", .warning, "no backup of this node was made", try: make)]
        }
        let made = kept.made.map { "last backup \(Moment(seconds: $0.at))" } ?? "no backup since it was restored"
        guard let tested = kept.tested else {
            return [check("backup", .warning, "\(made); none was tested", try: make)]
        }
        let text = "\(made); last tested backup \(Moment(seconds: tested.at))"
        return clock.seconds - tested.at <= Self.testedDays * 86_400
            ? [check("backup", .ok, text)] : [check("backup", .warning, "\(text), long ago", try: make)]
    }
}

/// What is known of backups: of this node, or of the one that it was restored from.
public struct BackupStatus: Sendable, Equatable {
    public struct Kept: Sendable, Equatable {
        /// Seconds since 1970.
        public let at: Int
        /// Hex SHA-256 of its manifest.
        public let digest: String
    }

    public let made: Kept?
    public let tested: Kept?
}
