// Witnesses a log of its own making, one entry more each time, until it is killed. Knows the seeds of WitnessCrashTests.
import Crypto
import Foundation
import Sodium
import TransparencyLog
import Vault

struct WitnessLoop {
    let folder: URL

    struct Unfit: Error {}

    func run() async throws {
        let vault = try await open()
        let cosigner = try LogKey(
            name: "agency-a/witness",
            seed: try SecretBytes(copying: [UInt8](repeating: 6, count: 32)),
            algorithm: .cosignatureV1
        )
        let signer = try Curve25519.Signing.PrivateKey(rawRepresentation: [UInt8](repeating: 5, count: 32))
        guard
            let key = VerifierKey(
                name: "agency-b/audit/1",
                algorithm: .ed25519,
                publicKey: Array(signer.publicKey.rawRepresentation)
            )
        else { throw Unfit() }
        var known = try await vault.read { try $0.witnessed(key.name) }?.checkpoint.size ?? 0
        var nodes: [[TreeHash]] = []
        var frontier = TreeFrontier()
        for index in 0..<20_000 {
            frontier.append(.leaf(Array("entry \(index)".utf8))) { level, _, hash in
                if nodes.count == level { nodes.append([]) }
                nodes[level].append(hash)
            }
            let size = index + 1
            guard size > known else { continue }
            let tree = nodes
            guard
                let hashes = MerkleProof.consistency(
                    oldSize: known,
                    newSize: size,
                    node: { level, index throws(Never) in tree[level][index] }
                )
            else { throw Unfit() }
            let text = Checkpoint(origin: key.name, size: size, root: frontier.root).text
            let signature = Array(try signer.signature(for: Array(text.utf8)))
            let note = SignedNote(text: text, signatures: [.init(by: key, bytes: signature)])
            let body = Array(CheckpointAddition(oldSize: known, hashes: hashes, checkpoint: note).encoded.utf8)
            let addition = try SignedAddition(body) { _ in [key] }
            let answer = try await vault.commit { transaction in
                (try transaction.witness(addition, of: "agency-b", at: 8) { cosigner.cosignature(of: $0, at: 8) }, [])
            }.value
            guard case .cosigned = answer else { throw Unfit() }
            known = size
            FileHandle.standardOutput.write(Data("\(size)\n".utf8))
        }
    }

    private func open() async throws -> Vault {
        try await Vault.open(
            Vault.Places(
                database: folder.appendingPathComponent("vault.sqlite"),
                log: folder.appendingPathComponent("log"),
                segments: folder.appendingPathComponent("segments")
            ),
            origin: "agency-a/audit/1",
            secrets: Vault.Secrets(
                log: try SecretBytes(copying: [UInt8](repeating: 3, count: 32)),
                record: try SecretBytes(copying: [UInt8](repeating: 4, count: 32))
            ),
            keyring: try Keyring.open(
                at: folder.appendingPathComponent("keyring"),
                passphrase: Array("of the witness's tests".utf8)
            ),
            clock: { 1_772_442_000_000 },
            random: .system
        )
    }
}
