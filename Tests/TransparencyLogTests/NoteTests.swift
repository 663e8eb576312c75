// Checks signed notes, checkpoints, cosignatures and proofs as text against C2SP vectors.
import Crypto
import Foundation
import TestSupport
import Testing
import TransparencyLog

@Suite("Notes")
struct NoteTests {
    let file: [String: Any]
    let comity: [String: Any]

    init() throws {
        file = try need(try VectorFiles.json("tlog-notes.json") as? [String: Any])
        comity = try need(file["comity"] as? [String: Any])
    }

    private func key(_ text: Any?) throws -> VerifierKey {
        try need(VerifierKey(try need(text as? String)))
    }

    private func bytes(_ text: Any?) throws -> [UInt8] {
        Array(try need(text as? String).utf8)
    }

    @Test func notesOfTheSpecificationsVerify() throws {
        let notes = try need(file["notes"] as? [[String: String]])
        #expect(notes.count == 2)
        for vector in notes {
            let key = try key(vector["vkey"])
            #expect(key.text == vector["vkey"])
            let note = try SignedNote(try bytes(vector["note"]))
            #expect(note.encoded == vector["note"])
            #expect(try note.verified(by: [key]).signers.map(\.key) == [key])
        }
    }

    @Test func refusedNotesAreRefused() throws {
        let notes = try need(file["refused_notes"] as? [[String: String]])
        #expect(notes.count == 13)
        for vector in notes {
            let key = try key(vector["vkey"])
            let bytes =
                try vector["note_base64"].map { Array(try need(Data(base64Encoded: $0))) } ?? bytes(vector["note"])
            #expect(throws: NoteError.self, "\(vector["why"] ?? "")") { try SignedNote(bytes).verified(by: [key]) }
        }
    }

    @Test func keyIDsAreThoseOfTheirAlgorithm() throws {
        for vector in try need(file["key_id"] as? [[String: Any]]) {
            let key = VerifierKey(
                name: try need(vector["name"] as? String),
                algorithm: try need(VerifierKey.Algorithm(rawValue: try need(vector["type"] as? UInt8))),
                publicKey: TransparencyLogTests.bytes(hex: try need(vector["public_key"] as? String))
            )
            #expect(key.map { String($0.id, radix: 16) } == vector["key_id"] as? String)
        }
        let good = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
        #expect(VerifierKey(good) != nil)
        for text in [
            "", "+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", good + "=", String(good.dropLast(4)),
            good.replacingOccurrences(of: "530d903a", with: "530D903A"),
            good.replacingOccurrences(of: "530", with: "531"),
            good.replacingOccurrences(of: "foo", with: "f o"), good.replacingOccurrences(of: "+Ae", with: "+Be"),
            good + "\n",
        ] {
            #expect(VerifierKey(text) == nil, "\(text)")
        }
    }

    @Test func theCosignedCheckpointVerifiesAndNamesItsWitnesses() throws {
        let log = try key(comity["vkey"])
        let witnesses = try need(comity["witness_vkeys"] as? [String]).map { try key($0) }
        let text = try bytes(comity["checkpoint"])
        let verified = try VerifiedCheckpoint(text, logKeys: [log], witnesses: witnesses)
        #expect(verified.checkpoint.size == 600)
        #expect(verified.checkpoint.origin == log.name)
        #expect(verified.cosigners.map(\.key) == witnesses)
        #expect(verified.cosigners.allSatisfy { $0.time == 1_795_000_600 })
        #expect(Checkpoint(text: verified.checkpoint.text) == verified.checkpoint)
        #expect(throws: CheckpointError.self) { try VerifiedCheckpoint(text, logKeys: witnesses) }

        let cosignature = try need(comity["cosignature"] as? [String: Any])
        let message = SignedNote.cosignedMessage(
            text: verified.note.text,
            time: try need(cosignature["time"] as? Int)
        )
        #expect(message == cosignature["signed_message"] as? String)
    }

    @Test func signaturesOfTheVectorKeysAreReproduced() throws {
        let seed = TransparencyLogTests.bytes(hex: try need(comity["ed25519_seed"] as? String))
        let signer = try Curve25519.Signing.PrivateKey(rawRepresentation: seed)
        let log = try need(
            VerifierKey(
                name: try key(comity["vkey"]).name,
                algorithm: .ed25519,
                publicKey: Array(signer.publicKey.rawRepresentation)
            )
        )
        #expect(log.text == comity["vkey"] as? String)
        let vector = try SignedNote(try bytes(comity["checkpoint"]))
        let signature = SignedNote.Signature(by: log, bytes: Array(try signer.signature(for: Array(vector.text.utf8))))
        let note = SignedNote(text: vector.text, signatures: [signature])
        #expect(try VerifiedCheckpoint(Array(note.encoded.utf8), logKeys: [log]).checkpoint.size == 600)
    }

    @Test func refusedCheckpointsAreRefused() throws {
        let log = try key(comity["vkey"])
        let refused = try need(comity["refused"] as? [[String: String]])
        #expect(refused.count == 4)
        for vector in refused {
            let witnesses = try vector["witness"].map { [try key($0)] } ?? []
            let text = try bytes(vector["checkpoint"])
            #expect(throws: CheckpointError.self, "\(vector["why"] ?? "")") {
                try VerifiedCheckpoint(text, logKeys: [log], witnesses: witnesses)
            }
        }
    }

    @Test func theProofFileVerifiesAndItsAlterationsDoNot() throws {
        let log = try key(comity["vkey"])
        let text = try need(comity["tlog_proof"] as? String)
        let entry = try need(comity["entry"] as? [String: Any])
        let proof = try LogProof(Array(text.utf8))
        #expect(proof.encoded == text)
        #expect(proof.index == 200)
        #expect(proof.extra == (try bytes(entry["bytes"])))
        let leaf = TreeHash.leaf(try need(proof.extra))
        #expect(leaf == TreeHash(TransparencyLogTests.bytes(hex: try need(entry["leaf_hash"] as? String))))
        #expect(try proof.verify(leaf: leaf, logKeys: [log]).checkpoint.size == 600)

        let refused = try need(comity["refused_tlog_proofs"] as? [[String: String]])
        #expect(refused.count == 19)
        for vector in refused {
            let text = try bytes(vector["proof"])
            #expect(throws: LogProofError.self, "\(vector["why"] ?? "")") {
                let proof = try LogProof(text)
                return try proof.verify(leaf: .leaf(proof.extra ?? []), logKeys: [log])
            }
        }
    }

    @Test func aLogOfTesseraIsRead() throws {
        let tessera = try need(file["tessera_log"] as? [String: Any])
        let log = try key(tessera["vkey"])
        let files = try need(tessera["files_base64"] as? [String: String]).mapValues {
            Array(try need(Data(base64Encoded: $0)))
        }
        let last = try VerifiedCheckpoint(try need(files["checkpoint"]), logKeys: [log]).checkpoint
        #expect(last.size == 15)
        let entries = try need(EntryBundle.decode(try need(files["tile/entries/000.p/15"])))
        let rows = try need(HashTile.decode(try need(files["tile/0/000.p/15"])))
        #expect(entries.map { TreeHash.leaf($0) } == rows)
        var roots = [TreeHash.empty]
        var frontier = TreeFrontier()
        for row in rows {
            frontier.append(row)
            roots.append(frontier.root)
        }
        let checkpoints = try need(tessera["checkpoints"] as? [String: String])
        #expect(checkpoints.count == 16)
        for (size, text) in checkpoints {
            let checkpoint = try VerifiedCheckpoint(Array(text.utf8), logKeys: [log]).checkpoint
            #expect(String(checkpoint.size) == size)
            #expect(checkpoint.root == roots[checkpoint.size])
        }
        #expect(files["tile/0/000.p/7"] == HashTile.encode(rows[..<7]))
    }

    @Test func additionsAreReadWrittenAndProven() throws {
        let vector = try need(file["add_checkpoint"] as? [String: Any])
        let log = try key(vector["log_vkey"])
        let steps = try need(vector["steps"] as? [[String: Any]])
        #expect(steps.count == 9)
        var sizes: [Int: TreeHash] = [0: .empty]
        for step in steps where step["status"] as? Int == 200 {
            let body = try need(step["body"] as? String)
            let addition = try CheckpointAddition(Array(body.utf8))
            #expect(addition.encoded == body)
            let new = try VerifiedCheckpoint(addition.checkpoint, logKeys: [log]).checkpoint
            try MerkleProof.verifyConsistency(
                oldSize: addition.oldSize,
                oldRoot: try need(sizes[addition.oldSize]),
                newSize: new.size,
                newRoot: new.root,
                proof: addition.hashes
            )
            sizes[new.size] = new.root
        }
        #expect(sizes.keys.sorted() == [0, 1, 3, 5])
        for step in steps where step["status"] as? Int == 422 {
            let addition = try CheckpointAddition(try bytes(step["body"]))
            let new = try VerifiedCheckpoint(addition.checkpoint, logKeys: [log]).checkpoint
            #expect(throws: ProofError.self) {
                try MerkleProof.verifyConsistency(
                    oldSize: addition.oldSize,
                    oldRoot: try need(sizes[addition.oldSize]),
                    newSize: new.size,
                    newRoot: new.root,
                    proof: addition.hashes
                )
            }
        }
    }

    @Test func hostileBytesNeverPassForTheOriginals() throws {
        var random = SplitMix64.announced()
        let log = try key(comity["vkey"])
        let checkpoint = try bytes(comity["checkpoint"])
        let proof = try bytes(comity["tlog_proof"])
        let original = try VerifiedCheckpoint(checkpoint, logKeys: [log]).checkpoint
        for round in 0..<600 {
            var bytes = round % 2 == 0 ? checkpoint : proof
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let at = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0...2, using: &random) {
                case 0: bytes[at] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.insert(bytes.randomElement(using: &random)!, at: at)
                default: bytes.remove(at: at)
                }
            }
            if let read = try? VerifiedCheckpoint(bytes, logKeys: [log]).checkpoint { #expect(read == original) }
            if let read = try? LogProof(bytes) { #expect(Array(read.encoded.utf8) == bytes) }
            if let read = try? SignedNote(bytes) { #expect(Array(read.encoded.utf8) == bytes) }
            if let read = EntryBundle.decode(bytes) { #expect(EntryBundle.encode(read.map { Array($0) }) == bytes) }
            if let read = try? CheckpointAddition(bytes) { #expect(Array(read.encoded.utf8) == bytes) }
        }
        #expect(EntryBundle.decode([]) == nil)
        #expect(EntryBundle.decode([0, 2, 1]) == nil)
        #expect(EntryBundle.decode([0]) == nil)
        #expect(EntryBundle.encode([[UInt8](repeating: 0, count: 65_536)]) == nil)
        #expect(HashTile.decode([UInt8](repeating: 0, count: 33)) == nil)
        #expect(HashTile.decode([UInt8](repeating: 0, count: 257 * 32)) == nil)
    }
}
