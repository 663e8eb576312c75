/// Use case: a copy of a node from which it can be restored, made while it works. Logged before the copy takes its name. What
/// is erased by dropping a key must not come back by it: seeds, sealing keys and keys of months are in no backup, the last
/// ones in a file of their own that goes within 35 days (PROTOCOL section 1, AUDIT section 2).

import Accounts
import AuditLog
import CanonicalJSON
import Foundation
import PolicyEngine
import Sodium
import TransparencyLog
import Vault

public struct BackupReport: Codable, Sendable, Equatable {
    public var folder: String
    public var made: String
    public var files: Int
    public var bytes: Int
    /// Hex SHA-256 of `MANIFEST`.
    public var digest: String
    public var origin: String
    /// Entries under the newest signed checkpoint.
    public var size: Int
    /// The file of month keys; nil if none was asked for.
    public var monthKeys: String?
    /// The day by which that file has to be destroyed.
    public var destroyBy: String?
    public var warnings: [String]

    enum CodingKeys: String, CodingKey {
        case folder, made, files, bytes, digest, origin, size, warnings
        case monthKeys = "month_keys"
        case destroyBy = "destroy_by"
    }
}

extension Node {
    /// - Parameters:
    ///   - path: the folder to write; absolute, not there yet, outside the node's.
    ///   - monthKeys: a file to write beside it; absolute, not there yet.
    ///   - program: the version of this program.
    public func backUp(
        to path: String,
        monthKeys: String?,
        program: String,
        by account: String?,
        say: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws(NodeProblem) -> BackupReport {
        let person = try await person(account, for: .backUp)
        let target = try BackupTarget(path, monthKeys: monthKeys, node: folder)
        do {
            return try await turns.run("backup") {
                let part = try target.begin()
                do {
                    return try await self.write(target, into: part, program: program, by: person, say: say)
                } catch {
                    target.discard(part)
                    throw error
                }
            }
        } catch {
            throw NodeProblem(fault: error, doing: "making the backup")
        }
    }

    private func write(
        _ target: BackupTarget,
        into part: URL,
        program: String,
        by person: Person,
        say: @Sendable (String) -> Void
    ) async throws -> BackupReport {
        let made = clock.moment
        try await vault.publish()
        guard let checkpoint = try await vault.signedCheckpoint()?.checkpoint else {
            throw AuditStoreError.checkpointDiffers(size: 0)
        }
        for file in [folder.configuration, folder.card] {
            try DurableFile.write(
                [UInt8](try Data(contentsOf: file)),
                to: part.appendingPathComponent(file.lastPathComponent)
            )
        }
        // The folder as it lies there need not be what decides: that stands in the database.
        var warnings = try PlainCopy.warnings(of: folder.policies, into: part)
        // The database after the folder: it knows all that left. The keys last: all that the database seals by is there.
        try await vault.copyLog(to: part.appendingPathComponent(folder.log.lastPathComponent))
        if FileManager.default.fileExists(atPath: folder.ended.path) {
            warnings += try PlainCopy.warnings(of: folder.ended, into: part)
        }
        warnings += try await EndedCopies(of: vault, in: folder).missing()
        say("the log is copied; the database follows")
        try await vault.copyDatabase(to: part.appendingPathComponent(folder.database.lastPathComponent))
        try keyring.copy(to: part.appendingPathComponent(folder.keyring.lastPathComponent)) {
            SecretName.lasting.contains($0)
        }
        let written = try BackupFile.all(below: part, closing: true)
        let sums = Array(BackupFile.sums(of: written.files).utf8)
        try DurableFile.write(sums, to: part.appendingPathComponent(BackupManifest.sumsName), mode: 0o600)
        let manifest = BackupManifest(
            agency: configuration.agency,
            made: made,
            program: String(program.prefix { $0.isNumber || $0 == "." }),
            checkpoint: checkpoint,
            files: written.files.count,
            bytes: written.bytes,
            sums: Hex.encode(SHA2.sha256(sums))
        )
        let note = Array(try exportKey().note(manifest.text).encoded.utf8)
        try DurableFile.write(note, to: part.appendingPathComponent(BackupManifest.name), mode: 0o600)
        let digest = Hex.encode(SHA2.sha256(note))
        if let file = target.monthKeysPart {
            try keyring.copy(
                to: file,
                keeping: SecretName.isOfMonth,
                adding: [SecretName.made: try SecretBytes(copying: Array(String(made.seconds).utf8))]
            )
        } else {
            warnings.append(
                "without --month-keys what was released to this node and the log's personal values cannot be opened after a restore"
            )
        }
        if try await vault.accounts().compactMap(Account.init(stored:)).count(where: { $0.role(for: .restore) != nil })
            < 2
        {
            warnings.append("a restore takes two people of the roles officer or operator, and there is one")
        }
        let kept = KeptBackup(at: made.seconds, digest: digest)
        _ = try await vault.commit { transaction in
            try transaction.set(KeptBackup.made, to: kept.encoded)
            let data: [String: JSONValue?] = ["size": .integer(manifest.bytes), "digest": .string(digest)]
            return ((), [try self.draft("backup.made", by: .person(person), data: data, in: transaction)])
        }
        try target.appear(part)
        return BackupReport(
            folder: target.url.path,
            made: made.description,
            files: manifest.files,
            bytes: manifest.bytes,
            digest: digest,
            origin: checkpoint.origin,
            size: checkpoint.size,
            monthKeys: target.monthKeys?.path,
            destroyBy: target.monthKeys.map { _ in Day(number: made.day.number + Retention.backupDays).description },
            warnings: warnings
        )
    }

    /// Signs manifests of exports and backups.
    func exportKey() throws -> LogKey {
        try LogKey(name: Self.exportName(of: configuration.agency), seed: keyring.secret(SecretName.export))
    }

    static func exportName(of agency: String) -> String { "\(agency)/export" }
}

/// What the node remembers of a backup.
struct KeptBackup: Codable, Equatable {
    /// Names of settings.
    static let made = "backup_made"
    static let tested = "backup_tested"

    /// Seconds since 1970.
    var at: Int
    /// Hex SHA-256 of its manifest.
    var digest: String

    var encoded: [UInt8] { Array("\(at) \(digest)".utf8) }

    init(at: Int, digest: String) {
        self.at = at
        self.digest = digest
    }

    init?(_ bytes: [UInt8]?) {
        let parts = bytes.map { String(decoding: $0, as: UTF8.self).split(separator: " ") } ?? []
        guard parts.count == 2, let at = Int(parts[0]) else { return nil }
        self.init(at: at, digest: String(parts[1]))
    }
}

extension BackupFile {
    /// All files below a folder of our own, hashed and durable.
    ///
    /// - Parameter closing: files and folders become their owner's alone, however they were where they came from.
    static func all(below folder: URL, closing: Bool = false) throws -> (files: [BackupFile], bytes: Int) {
        var files: [BackupFile] = []
        var bytes = 0
        try DurableFile.syncFolder(folder)
        let paths = FileManager.default.enumerator(atPath: folder.path)
        while let name = paths?.nextObject() as? String {
            let url = folder.appendingPathComponent(name)
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) else { continue }
            if closing {
                let mode = isFolder.boolValue ? 0o700 : 0o600
                try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: url.path)
            }
            if isFolder.boolValue {
                try DurableFile.syncFolder(url)
                continue
            }
            let handle = try FileHandle(forUpdating: url)
            defer { try? handle.close() }
            var hash = SHA256Stream()
            while let piece = try handle.read(upToCount: 1 << 20), !piece.isEmpty {
                bytes += piece.count
                piece.withUnsafeBytes { hash.update($0.bindMemory(to: UInt8.self)) }
            }
            try handle.synchronize()
            files.append(BackupFile(name: name, digest: Hex.encode(hash.finish())))
        }
        return (files, bytes)
    }
}
