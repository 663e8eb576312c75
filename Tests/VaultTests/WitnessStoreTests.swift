// Checks that what a witness cosigned survives a kill, that it never goes back, and that evidence is kept once.
import AuditLog
import Crypto
import Foundation
import NodeTesting
import Sodium
import Testing
import TransparencyLog

@testable import Vault

/// A peer's log, as far as a witness sees it: roots, proofs, signatures.
struct PeerLog: Sendable {
    let key: VerifierKey
    private let signer: Curve25519.Signing.PrivateKey
    private var nodes: [[TreeHash]] = []
    private var frontier = TreeFrontier()

    init(size: Int, forkedAt fork: Int? = nil) throws {
        signer = try Curve25519.Signing.PrivateKey(rawRepresentation: [UInt8](repeating: 5, count: 32))
        key = try #require(
            VerifierKey(
                name: "agency-b/audit/1",
                algorithm: .ed25519,
                publicKey: Array(signer.publicKey.rawRepresentation)
            )
        )
        for index in 0..<size {
            var completed: [(Int, TreeHash)] = []
            let word = index == fork ? "another" : "entry \(index)"
            frontier.append(.leaf(Array(word.utf8))) { level, _, hash in completed.append((level, hash)) }
            for (level, hash) in completed {
                if nodes.count == level { nodes.append([]) }
                nodes[level].append(hash)
            }
        }
    }

    private func node(_ level: Int, _ index: Int) throws(Never) -> TreeHash { nodes[level][index] }

    /// - Parameter other: whose hashes go with it; nil: its own.
    func addition(from old: Int, to size: Int, hashesOf other: PeerLog? = nil) throws -> SignedAddition {
        let source = (other ?? self).node
        let hashes = try #require(MerkleProof.consistency(oldSize: old, newSize: size, node: source))
        let root = MerkleProof.root(size: size, node: node)
        let text = Checkpoint(origin: key.name, size: size, root: root).text
        let signature = Array(try signer.signature(for: Array(text.utf8)))
        let note = SignedNote(text: text, signatures: [.init(by: key, bytes: signature)])
        let body = CheckpointAddition(oldSize: old, hashes: hashes, checkpoint: note).encoded
        return try SignedAddition(Array(body.utf8)) { _ in [key] }
    }
}

@Suite struct WitnessStoreTests {
    static func open(_ folder: URL) async throws -> Vault {
        let keyringURL = folder.appendingPathComponent("keyring")
        let passphrase = Array("of the witness's tests".utf8)
        let keyring =
            FileManager.default.fileExists(atPath: keyringURL.path)
            ? try Keyring.open(at: keyringURL, passphrase: passphrase)
            : try Keyring.create(
                at: keyringURL,
                passphrase: passphrase,
                secrets: ["one": try SecretBytes(copying: [1])],
                parameters: .least,
                random: .system
            )
        return try await Vault.open(
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
            keyring: keyring,
            clock: { 1_772_442_000_000 },
            random: .system
        )
    }

    static func cosigner() throws -> LogKey {
        try LogKey(
            name: "agency-a/witness",
            seed: try SecretBytes(copying: [UInt8](repeating: 6, count: 32)),
            algorithm: .cosignatureV1
        )
    }

    private func answer(_ vault: Vault, _ addition: SignedAddition) async throws -> WitnessAnswer {
        let key = try Self.cosigner()
        return try await vault.commit { transaction in
            (try transaction.witness(addition, of: "agency-b", at: 7) { key.cosignature(of: $0, at: 7) }, [])
        }.value
    }

    @Test func whatIsCosignedIsStoredAndNeverGoesBack() async throws {
        try await withTemporaryFolder { folder in
            let log = try PeerLog(size: 40)
            var vault = try await Self.open(folder)
            guard case .cosigned(let first) = try await answer(vault, log.addition(from: 0, to: 10)) else {
                Issue.record("the first checkpoint was not cosigned")
                return
            }
            let cosigner = try Self.cosigner().verifier
            let stored = try #require(try await vault.read { try $0.witnessed(log.key.name) })
            let note = try VerifiedCheckpoint(
                Array(stored.note.utf8),
                logKeys: [log.key],
                witnesses: [cosigner]
            )
            #expect(note.cosigners.map(\.time) == [7] && note.note.signatures.last == first)
            #expect(stored.checkpoint.size == 10 && stored.peer == "agency-b")
            await vault.close()
            vault = try await Self.open(folder)
            #expect(try await answer(vault, log.addition(from: 0, to: 40)) == .refused(.otherSize(10), nil))
            #expect(try await answer(vault, log.addition(from: 3, to: 8)) == .refused(.otherSize(10), nil))
            // The answer was lost: the same again is cosigned again.
            #expect(try await answer(vault, log.addition(from: 10, to: 10)) == .cosigned(first))
            guard case .cosigned = try await answer(vault, log.addition(from: 10, to: 40)) else {
                Issue.record("the second checkpoint was not cosigned")
                return
            }
            #expect(try await vault.read { try $0.witnessed().map(\.checkpoint.size) } == [40])
            // Not even a mistake in this program takes it back.
            await #expect(throws: (any Error).self) {
                _ = try await vault.commit { transaction in
                    try transaction.execute(
                        "INSERT OR REPLACE INTO witnessed SELECT origin, peer, 39, root, note, time FROM witnessed"
                    )
                    return ((), [])
                }
            }
            await vault.close()
        }
    }

    @Test func contradictionsAreKeptOnceWithBothNotesAndWithinBounds() async throws {
        try await withTemporaryFolder { folder in
            let log = try PeerLog(size: 200)
            let fork = try PeerLog(size: 200, forkedAt: 4)
            let vault = try await Self.open(folder)
            _ = try await answer(vault, log.addition(from: 0, to: 20))
            let same = try fork.addition(from: 20, to: 20)
            guard case .refused(.otherRoot(size: 20), let conflict?) = try await answer(vault, same) else {
                Issue.record("two roots of one size were not kept")
                return
            }
            #expect(conflict.later == same.addition.checkpoint.encoded && conflict.earlier.contains("agency-a/witness"))
            #expect(try await answer(vault, same) == .refused(.otherRoot(size: 20), nil))
            for size in 21..<200 {
                let refused = try await answer(vault, fork.addition(from: 20, to: size))
                guard case .refused(.inconsistent, let conflict) = refused else {
                    Issue.record("size \(size): \(refused)")
                    return
                }
                #expect((conflict != nil) == (size - 19 <= VaultTransaction.mostConflicts))
            }
            let kept = try await vault.read { try $0.witnessConflicts() }
            #expect(kept.count == VaultTransaction.mostConflicts && kept.allSatisfy { $0.peer == "agency-b" })
            #expect(try await vault.read { try $0.witnessed().map(\.checkpoint.size) } == [20])
            // The honest log goes on.
            guard case .cosigned = try await answer(vault, log.addition(from: 20, to: 21)) else {
                Issue.record("the log that was cosigned does not go on")
                return
            }
            // However many wrong proofs are kept, two roots of one size are: in the place of the same checkpoint's proof,
            // or of another's.
            let other = try PeerLog(size: 21, forkedAt: 5)
            for (fork, counts) in [(fork, (2, 62)), (other, (3, 61))] {
                guard case .refused(.otherRoot(size: 21), _?) = try await answer(vault, fork.addition(from: 21, to: 21))
                else {
                    Issue.record("two roots were crowded out")
                    return
                }
                let kept = try await vault.read { try $0.witnessConflicts() }
                #expect(kept.count { $0.kind == .roots } == counts.0 && kept.count { $0.kind == .proof } == counts.1)
            }
            await vault.close()
        }
    }

    @Test func aWrongProofIsForgottenWithTheRightOne() async throws {
        try await withTemporaryFolder { folder in
            let log = try PeerLog(size: 40)
            let fork = try PeerLog(size: 40, forkedAt: 25)
            let vault = try await Self.open(folder)
            _ = try await answer(vault, log.addition(from: 0, to: 20))
            let wrong = try log.addition(from: 20, to: 30, hashesOf: fork)
            guard case .refused(.inconsistent, let conflict?) = try await answer(vault, wrong) else {
                Issue.record("a wrong proof was not kept")
                return
            }
            #expect(conflict.kind == .proof)
            guard case .cosigned = try await answer(vault, log.addition(from: 20, to: 30)) else {
                Issue.record("the right proof was refused")
                return
            }
            #expect(try await vault.read { try $0.witnessConflicts() } == [])
            await vault.close()
        }
    }

    @Test func ourOwnKeyInOtherHandsKeepsTheLogClosed() async throws {
        try await withTemporaryFolder { folder in
            let vault = try await Self.open(folder)
            let (note, checkpoint) = try await vault.newestCheckpoint()
            let later = Checkpoint(origin: checkpoint.origin, size: 900, root: .empty)
            _ = try await vault.commit { transaction in
                let conflict = WitnessConflict(
                    .roots,
                    peer: "agency-b",
                    later: later,
                    laterNote: later.text,
                    earlierNote: note.encoded,
                    seen: 1
                )
                return (try transaction.store(conflict), [])
            }
            await vault.stopSigning(at: 900)
            await #expect(throws: AuditStoreError.signedElsewhere(size: 900)) { try await vault.publish() }
            await vault.close()
            await #expect(throws: AuditStoreError.signedElsewhere(size: 900)) { _ = try await Self.open(folder) }
        }
    }

    @Test func theLastOfAnHourIsKeptAndNoQuorumIsGivenUp() async throws {
        try await withTemporaryFolder { folder in
            let vault = try await Self.open(folder)
            func store(_ size: Int, at time: Int, _ isQuorum: Bool) async throws -> [Int] {
                let checkpoint = CosignedCheckpoint(size: size, note: "note \(size)\n", time: time, isQuorum: isQuorum)
                let gone = try await vault.commit { (try $0.store(checkpoint), []) }.value
                try await vault.keepFiles(try await vault.read { try $0.cosignedCheckpoints(since: 0) }, instead: gone)
                return gone
            }
            #expect(try await store(10, at: 3_600, true) == [])
            #expect(try await store(11, at: 3_700, true) == [10])
            // Fewer cosigned the next: the one that sufficed stays beside it.
            #expect(try await store(12, at: 3_800, false) == [])
            #expect(try await store(13, at: 3_900, false) == [12])
            #expect(try await store(14, at: 7_200, true) == [])
            #expect(try await vault.read { try $0.cosignedCheckpoints(since: 0).map(\.size) } == [11, 13, 14])
            #expect(try await vault.read { try $0.quorumCheckpoint()?.size } == 14)
            let names = try FileManager.default.contentsOfDirectory(
                atPath: folder.appendingPathComponent("log/checkpoints").path
            )
            #expect(Set(names).isSuperset(of: ["11", "13", "14"]) && !names.contains("10") && !names.contains("12"))
            await vault.close()
        }
    }

    @Test func aStampedCheckpointTakesCosignaturesAndNoOtherChange() async throws {
        try await withTemporaryFolder { folder in
            let vault = try await Self.open(folder)
            try await vault.publish()
            let kept = try #require(try await vault.checkpointToStamp())
            let size = kept.checkpoint.size
            let note = String(decoding: kept.note, as: UTF8.self)
            func file() throws -> String {
                try String(contentsOf: folder.appendingPathComponent("log/checkpoints/\(size)"), encoding: .utf8)
            }
            func keep(_ note: String) async throws {
                let checkpoint = CosignedCheckpoint(size: size, note: note, time: 1, isQuorum: true)
                try await vault.keepFiles([checkpoint], instead: [])
            }
            let line = try Self.cosigner().cosignature(of: "text\n", at: 7).line
            try await keep(note + line)
            #expect(try file() == note + line)
            try await keep(note)
            try await keep("another\n")
            #expect(try file() == note + line)
            await vault.close()
        }
    }

    @Test func theStoredEntriesSayWhatTheLogExtends() async throws {
        try await withTemporaryFolder { folder in
            let vault = try await Self.open(folder)
            let first = try await vault.newestCheckpoint().checkpoint
            for _ in 0..<5 {
                _ = try await vault.commit { _ in ((), [AuditDraft(event: "login.failed", actor: .system)]) }
            }
            let newest = try await vault.newestCheckpoint().checkpoint
            let between = Checkpoint(origin: newest.origin, size: 3, root: try #require(try vault.root(at: 3)))
            let other = Checkpoint(origin: newest.origin, size: 3, root: first.root)
            let ahead = Checkpoint(origin: newest.origin, size: 900, root: first.root)
            let none = Checkpoint(origin: newest.origin, size: 0, root: .empty)
            for extended in [first, newest, between, none] {
                #expect(try await vault.extends(extended), "\(extended.size)")
            }
            #expect(try await !vault.extends(other))
            #expect(try await !vault.extends(ahead))
            await vault.close()
        }
    }
}
