/// A backup that was copied into a folder of ours and checked on the way: each file is the one that was backed up, by a
/// manifest that the very node signed whose keys lie in it, and this program knows its tables.

import Foundation
import Sodium
import TransparencyLog
import Vault

struct TakenBackup: Sendable {
    let files: BackupFiles
    let staging: NodeFolder
    let keyring: Keyring
    let configuration: NodeConfiguration
    /// Hex SHA-256 of `MANIFEST`.
    let digest: String

    /// A keyring of a node with a hundred thousand epochs has as much.
    private static let greatestKeyring = 16 << 20

    init(_ files: BackupFiles, into staging: NodeFolder, passphrase: [UInt8], program: String) throws {
        try self.init(files, into: staging, program: program) { try Keyring.open(at: $0, passphrase: passphrase) }
    }

    /// - Parameter unseal: opens the keyring that came with the backup.
    init(
        _ files: BackupFiles,
        into staging: NodeFolder,
        program: String,
        unseal: (URL) throws -> Keyring
    ) throws {
        self.files = files
        self.staging = staging
        let name = staging.keyring.lastPathComponent
        guard let keys = files.files.first(where: { $0.name == name }) else { throw BackupFault.missing(name) }
        var limit = min(Self.greatestKeyring, files.manifest.bytes)
        try files.take(keys, into: staging.url, limit: &limit)
        do {
            keyring = try unseal(staging.keyring)
        } catch KeyringError.wrongPassphraseOrChanged {
            throw NodeProblem(
                .usage,
                "the passphrase does not open the keyring of this backup",
                at: "\(files.folder.path)/\(name)",
                because: "it is another passphrase than the node had then, or another node's keyring",
                try: "--passphrase-file with the right file"
            )
        } catch let error as KeyringError {
            throw NodeProblem(keyring: error)
        }
        let signer = Node.exportName(of: files.manifest.agency)
        guard let seed = try? keyring.secret(SecretName.export), let key = try? LogKey(name: signer, seed: seed),
            (try? files.note.verified(by: [key.verifier])) != nil
        else { throw BackupFault.foreign(BackupManifest.name) }
        digest = Hex.encode(SHA2.sha256(Array(files.note.encoded.utf8)))
        limit = files.manifest.bytes
        for file in files.files where file.name != name { try files.take(file, into: staging.url, limit: &limit) }
        for name in [staging.configuration, staging.card, staging.database].map(\.lastPathComponent)
        where !files.files.contains(where: { $0.name == name }) { throw BackupFault.missing(name) }
        configuration = try NodeConfiguration.read(staging)
        guard configuration.agency == files.manifest.agency else {
            throw BackupFault.foreign(staging.configuration.lastPathComponent)
        }
        do {
            let database = try RestoredDatabase(staging.database)
            try database.hold()
            database.close()
        } catch let error as RestoredDatabaseError {
            switch error {
            case .newer: throw BackupFault.newerProgram(files.manifest.program)
            case .foreign, .damaged: throw BackupFault.damaged(staging.database.lastPathComponent)
            }
        }
    }
}
