// Checks that verification asks for the witnesses a policy lists, of folders and of proofs.
import AuditLog
import Crypto
import Testing
import TransparencyLog

@Suite("Quorum of witnesses")
struct QuorumTests {
    private struct Witness {
        let signer: Curve25519.Signing.PrivateKey
        let key: VerifierKey

        init(_ name: String, seed: UInt8) throws {
            signer = try Curve25519.Signing.PrivateKey(rawRepresentation: [UInt8](repeating: seed, count: 32))
            key = try need(
                VerifierKey(
                    name: name,
                    algorithm: .cosignatureV1,
                    publicKey: Array(signer.publicKey.rawRepresentation)
                )
            )
        }

        func cosign(_ note: inout SignedNote, time: Int = 1_800_000_000) throws {
            let message = SignedNote.cosignedMessage(text: note.text, time: time)
            let stamp = (0..<8).map { UInt8(truncatingIfNeeded: time >> (56 - 8 * $0)) }
            let signature = Array(try signer.signature(for: Array(message.utf8)))
            note.add(.init(by: key, bytes: stamp + signature))
        }
    }

    @Test func aLogIsBelievedWithItsQuorumAndNamedWithoutIt() throws {
        var log = try SampleLog.searches(20)
        let witnesses = [try Witness("agency-b/witness", seed: 3), try Witness("agency-c/witness", seed: 4)]
        let lines = witnesses.enumerated().map { "witness w\($0) \($1.key.text)\n" }.joined()
        func policy(_ threshold: String) throws -> WitnessPolicy {
            try WitnessPolicy(Array("log \(log.key.text)\n\(lines)group g \(threshold) w0 w1\nquorum g\n".utf8))
        }
        var note = try SignedNote(try need(log.memory.files["checkpoint"]))
        try witnesses[0].cosign(&note)
        log.memory.files["checkpoint"] = Array(note.encoded.utf8)

        let one = LogVerifier(log.memory, key: nil, policy: try policy("any")).verify()
        #expect(one.ok && one.trusted && one.quorum == true && one.cosignedBy == ["agency-b/witness"])
        let two = LogVerifier(log.memory, key: nil, policy: try policy("all")).verify()
        #expect(!two.ok && two.quorum == false)
        #expect(two.problems.map(\.place) == ["checkpoint"])
        #expect(log.verify().quorum == nil)

        // The same of one entry's proof, which carries the checkpoint.
        let proof = Array(try LogReader(log.memory).prove(7).encoded.utf8)
        #expect(LogVerifier.verify(proof: proof, place: "p", key: nil, policy: try policy("any")).ok)
        let refused = LogVerifier.verify(proof: proof, place: "p", key: nil, policy: try policy("all"))
        #expect(!refused.ok && refused.quorum == false)

        // A policy that lists no log of this name gives no key; the folder's own is not trusted for it.
        let other = try WitnessPolicy(Array("log \(try SampleLog(agency: "x").key.text)\nquorum none\n".utf8))
        let strange = LogVerifier(log.memory, key: nil, policy: other).verify()
        #expect(!strange.ok && !strange.trusted)
    }
}
