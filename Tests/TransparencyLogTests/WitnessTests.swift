// Checks what a witness answers, step by step against C2SP vectors and against every pair of small trees, and what a log
// takes from an answer.
import Crypto
import Foundation
import TestSupport
import Testing
import TransparencyLog

@Suite("Witness")
struct WitnessTests {
    private let file: [String: Any]

    init() throws {
        file = try need(try VectorFiles.json("tlog-notes.json") as? [String: Any])
    }

    /// A log in memory.
    private struct Log {
        let key: VerifierKey
        private let signer: Curve25519.Signing.PrivateKey
        private(set) var roots = [TreeHash.empty]
        private var nodes: [[TreeHash]] = []
        private var frontier = TreeFrontier()

        init(_ name: String = "agency-a/audit/1", seed: UInt8 = 1, leaves: [String]) throws {
            signer = try Curve25519.Signing.PrivateKey(rawRepresentation: [UInt8](repeating: seed, count: 32))
            key = try need(
                VerifierKey(name: name, algorithm: .ed25519, publicKey: Array(signer.publicKey.rawRepresentation))
            )
            for leaf in leaves {
                var completed: [(Int, TreeHash)] = []
                frontier.append(.leaf(Array(leaf.utf8))) { level, _, hash in completed.append((level, hash)) }
                for (level, hash) in completed {
                    if nodes.count == level { nodes.append([]) }
                    nodes[level].append(hash)
                }
                roots.append(frontier.root)
            }
        }

        func note(_ size: Int) throws -> SignedNote {
            let text = Checkpoint(origin: key.name, size: size, root: roots[size]).text
            return SignedNote(
                text: text,
                signatures: [.init(by: key, bytes: Array(try signer.signature(for: Array(text.utf8))))]
            )
        }

        func addition(from old: Int, to size: Int) throws -> CheckpointAddition {
            let hashes = MerkleProof.consistency(oldSize: old, newSize: size) { level, index throws(Never) in
                nodes[level][index]
            }
            return CheckpointAddition(oldSize: old, hashes: try need(hashes), checkpoint: try note(size))
        }

        func signed(_ addition: CheckpointAddition) throws -> SignedAddition {
            try SignedAddition(Array(addition.encoded.utf8)) { $0 == key.name ? [key] : [] }
        }
    }

    private struct Cosigner {
        let key: VerifierKey
        private let signer: Curve25519.Signing.PrivateKey

        init(_ name: String, seed: UInt8) throws {
            signer = try Curve25519.Signing.PrivateKey(rawRepresentation: [UInt8](repeating: seed, count: 32))
            key = try need(
                VerifierKey(name: name, algorithm: .cosignatureV1, publicKey: Array(signer.publicKey.rawRepresentation))
            )
        }

        func line(_ text: String, time: Int = 1_800_000_000) throws -> String {
            let stamp = (0..<8).map { UInt8(truncatingIfNeeded: time >> (56 - 8 * $0)) }
            let message = SignedNote.cosignedMessage(text: text, time: time)
            return SignedNote.Signature(by: key, bytes: stamp + Array(try signer.signature(for: Array(message.utf8))))
                .line
        }
    }

    @Test func theStepsOfTheVectorGetTheirStatuses() throws {
        let vector = try need(file["add_checkpoint"] as? [String: Any])
        let log = try need(VerifierKey(try need(vector["log_vkey"] as? String)))
        var latest: Checkpoint?
        var statuses: [Int] = []
        for step in try need(vector["steps"] as? [[String: Any]]) {
            let body = Array(try need(step["body"] as? String).utf8)
            var status = 200
            do throws(WitnessRefusal) {
                let addition = try SignedAddition(body) { $0 == log.name ? [log] : [] }
                if let refusal = addition.refusal(after: latest) { throw refusal }
                latest = addition.checkpoint
            } catch {
                status = error.status
                if case .otherSize(let size) = error { #expect("\(size)\n" == step["response"] as? String) }
            }
            statuses.append(status)
        }
        // The third names a log this witness does not know: 404 in today's text, 403 in the one of the vector.
        #expect(statuses == [200, 403, 404, 422, 422, 200, 409, 200, 409])
    }

    @Test func onlyWhatExtendsIsCosigned() throws {
        let size = 18
        let words = (0..<size).map { "entry \($0)" }
        let log = try Log(leaves: words)
        var other = words
        other[5] = "another"
        let fork = try Log(leaves: other)
        for known in 0...size {
            let latest = known == 0 ? nil : Checkpoint(origin: log.key.name, size: known, root: log.roots[known])
            for new in known...size {
                #expect(try log.signed(log.addition(from: known, to: new)).refusal(after: latest) == nil)
                let refusal = try fork.signed(fork.addition(from: known, to: new)).refusal(after: latest)
                if known <= 5 {
                    #expect(refusal == nil, "the fork begins after \(known)")
                } else {
                    #expect(refusal == (new == known ? .otherRoot(size: known) : .inconsistent))
                    #expect(refusal?.isEvidence == true)
                }
            }
            for old in 0...size where old != known {
                let refusal = try log.signed(log.addition(from: old, to: size)).refusal(after: latest)
                #expect(refusal == .otherSize(known) && refusal?.isEvidence == false)
            }
        }
        // Two roots of one size are evidence wherever the log says that it begins.
        let latest = Checkpoint(origin: log.key.name, size: 9, root: log.roots[9])
        #expect(try fork.signed(fork.addition(from: 2, to: 9)).refusal(after: latest) == .otherRoot(size: 9))
    }

    @Test func whatIsNoSignedAdditionIsNamed() throws {
        let log = try Log(leaves: ["a", "b", "c"])
        let body = try log.addition(from: 1, to: 3).encoded
        func refusal(_ text: String, keys: [VerifierKey]) -> WitnessRefusal? {
            do throws(WitnessRefusal) {
                _ = try SignedAddition(Array(text.utf8)) { _ in keys }
                return nil
            } catch {
                return error
            }
        }
        #expect(refusal(body, keys: [log.key]) == nil)
        #expect(refusal(body, keys: []) == .unknownOrigin)
        #expect(refusal(body, keys: [try Log(seed: 2, leaves: []).key]) == .unsigned)
        #expect(refusal(body.replacing("old 1", with: "old 4"), keys: [log.key]) == .malformed)
        for broken in ["", "old 1", "old 01\n", body.replacing("old", with: "new")] {
            #expect(refusal(broken, keys: [log.key]) == .malformed)
        }
        // A line that is no signature is a signature of nobody.
        #expect(refusal(String(body.dropLast(3)), keys: [log.key]) == .unsigned)
        let many = (0..<64).map { _ in TreeHash.empty }
        let long = CheckpointAddition(oldSize: 1, hashes: many, checkpoint: try log.note(3)).encoded
        #expect(refusal(long, keys: [log.key]) == .malformed)
    }

    @Test func theVectorsCosignatureIsTakenFromALine() throws {
        let comity = try need(file["comity"] as? [String: Any])
        let cosignature = try need(comity["cosignature"] as? [String: Any])
        let key = try need(VerifierKey(try need((comity["witness_vkeys"] as? [String])?.first)))
        let note = try SignedNote(Array(try need(comity["checkpoint"] as? String).utf8))
        let bare = SignedNote(text: note.text, signatures: Array(note.signatures.prefix(1)))
        let line = try need(cosignature["line"] as? String)
        let lines = Array((line.hasSuffix("\n") ? line : line + "\n").utf8)
        let taken = try bare.cosignature(by: key, in: lines)
        #expect(taken.time == cosignature["time"] as? Int)
        #expect(Array(taken.signature.line.utf8) == lines)
    }

    @Test func ofAnAnswerOnlyTheWitnesssOwnSignatureIsTaken() throws {
        let log = try Log(leaves: ["a", "b"])
        let note = try log.note(2)
        let witness = try Cosigner("agency-b/witness", seed: 3)
        let other = try Cosigner("agency-c/witness", seed: 4)
        let good = try witness.line(note.text)
        func take(_ text: String) -> Result<SignedNote.Signature, NoteError> {
            do throws(NoteError) {
                return .success(try note.cosignature(by: witness.key, in: Array(text.utf8)).signature)
            } catch {
                return .failure(error)
            }
        }
        let signature = try take(good).get()
        #expect(signature.line == good)
        #expect(try take(other.line(note.text) + good).get().line == good)
        #expect(take(try other.line(note.text)) == .failure(.noKnownSignature))
        // Another text, another time than was signed, half a line, no line, and a line that would change the text.
        #expect(take(try witness.line(log.note(1).text)) == .failure(.badSignature(name: "agency-b/witness")))
        let forged = SignedNote.Signature(by: witness.key, bytes: [UInt8](repeating: 0, count: 72)).line
        #expect(take(forged + good) == .failure(.badSignature(name: "agency-b/witness")))
        #expect(take(String(good.dropLast(9))) == .failure(.malformed))
        #expect(take("") == .failure(.noKnownSignature))
        #expect(take("\n" + good) == .failure(.malformed))
        #expect(take(String(repeating: good, count: 100)) == .failure(.malformed))
        // The log's own signature, given back, is no cosignature.
        #expect(take(note.signatures[0].line) == .failure(.noKnownSignature))
    }

    @Test func theSizeOfA409IsOneNumber() {
        #expect(knownSize(Array("0\n".utf8)) == 0)
        #expect(knownSize(Array("20852014\n".utf8)) == 20_852_014)
        for text in [
            "", "\n", "7", "07\n", "-1\n", "+1\n", "1 \n", "1\n\n", "9007199254740992\n", "99999999999999999999\n",
        ] {
            #expect(knownSize(Array(text.utf8)) == nil, "\(text.debugDescription)")
        }
    }

    @Test func withoutAPolicyMoreThanHalfOfThePeersAreAskedFor() throws {
        let log = try Log(leaves: []).key
        for count in 0...5 {
            let keys = try (0..<count).map { try Cosigner("agency-\($0)/witness", seed: UInt8(10 + $0)).key }
            let policy = try WitnessPolicy(Array(WitnessPolicy.majority(log: log, of: keys).utf8))
            #expect(policy.logs == [log] && policy.witnesses == keys)
            for met in 0...count {
                #expect(policy.isMet(by: Array(keys.prefix(met))) == (count == 0 || met * 2 > count))
            }
        }
    }
}
