// Checks that verification asks for the witnesses a policy lists, of folders and of proofs.
import AuditLog
import CanonicalJSON
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

    @Test func whatIsNotCosignedYetMayWaitForADay() throws {
        let hour = 3_600_000
        let witnesses = [try Witness("agency-b/witness", seed: 3), try Witness("agency-c/witness", seed: 4)]
        let keys = witnesses.map(\.key)
        /// Twenty entries cosigned by `cosigners`, three more after so many hours, an hour apart.
        func log(_ cosigners: [Witness], after hours: Int, first: AuditDraft? = nil) throws -> (
            SampleLog, WitnessPolicy
        ) {
            var log = try SampleLog()
            let start = 1_800_000_000_000
            for index in 0..<20 { try log.draft(SampleLog.search(index), milliseconds: start + index) }
            try log.publish()
            var note = try SignedNote(try need(log.memory.files["checkpoint"]))
            for witness in cosigners { try witness.cosign(&note) }
            log.memory.files["checkpoints/20"] = Array(note.encoded.utf8)
            for index in 20..<23 {
                let draft = index == 20 ? first : nil
                try log.draft(
                    draft ?? SampleLog.search(index),
                    milliseconds: start + (index == 20 ? 1 : hours) * hour
                )
            }
            try log.publish()
            return (log, try WitnessPolicy(Array(WitnessPolicy.majority(log: log.key, of: keys).utf8)))
        }
        let (young, policy) = try log(witnesses, after: 24)
        let met = LogVerifier(young.memory, key: nil, policy: policy).verify()
        #expect(met.ok && met.quorum == true && met.cosignedBy == keys.map(\.name))
        #expect(met.warnings.map(\.text).contains { $0.contains("entries from 20 on are not cosigned yet") })
        let (old, _) = try log(witnesses, after: 26)
        let late = LogVerifier(old.memory, key: nil, policy: policy).verify()
        #expect(late.ok && late.quorum == false, "a node that stood still is no liar")
        #expect(
            late.warnings.map(\.text).contains { $0.contains("no quorum of witnesses has cosigned entries from 20 on") }
        )
        // What says that it was cosigned waits for nobody.
        let said = AuditDraft(
            event: "checkpoint.witnessed",
            actor: .system,
            data: ["size": 20, "root": .string(TreeHash.empty.base64), "cosigners": []]
        )
        let (quiet, _) = try log(witnesses, after: 26, first: said)
        #expect(LogVerifier(quiet.memory, key: nil, policy: policy).verify().quorum == true)
        let (half, _) = try log([witnesses[0]], after: 2)
        let unmet = LogVerifier(half.memory, key: nil, policy: policy).verify()
        #expect(!unmet.ok && unmet.quorum == false, "nothing was ever cosigned by enough")
        // A checkpoint that somebody kept stands in for the folder's.
        var bare = young
        let kept = LogVerifier.Kept(place: "kept", bytes: bare.memory.files.removeValue(forKey: "checkpoints/20"))
        #expect(LogVerifier(bare.memory, key: nil, policy: policy).verify().quorum == false)
        #expect(LogVerifier(bare.memory, key: nil, kept: [kept], policy: policy).verify().ok)
    }

    /// Witnessed once and then no more: who goes on alone could write that part anew.
    @Test func aLogThatGoesOnWithoutWitnessesIsNamed() throws {
        let hour = 3_600_000
        let witness = try Witness("agency-b/witness", seed: 3)
        /// Five entries cosigned, then one after each pause.
        func verified(_ pauses: [Int], cosignedAgain: Bool = false) throws -> LogVerification {
            var log = try SampleLog()
            var now = 1_800_000_000_000
            for index in 0..<5 { try log.draft(SampleLog.search(index), milliseconds: now) }
            func cosign() throws {
                try log.publish()
                var note = try SignedNote(try need(log.memory.files["checkpoint"]))
                try witness.cosign(&note)
                log.memory.files["checkpoints/\(log.leaves.count)"] = Array(note.encoded.utf8)
            }
            try cosign()
            for pause in pauses {
                now += pause * hour
                try log.draft(SampleLog.search(log.leaves.count), milliseconds: now)
            }
            if cosignedAgain { try cosign() }
            try log.publish()
            let policy = WitnessPolicy.majority(log: log.key, of: [witness.key])
            return LogVerifier(log.memory, key: nil, policy: try WitnessPolicy(Array(policy.utf8))).verify()
        }
        let alone = try verified([1] + [Int](repeating: 5, count: 6))
        #expect(!alone.ok && alone.quorum == false)
        #expect(alone.problems.first?.place == "checkpoint")
        #expect(alone.problems.contains { $0.text.contains("cosigned entries from 5 on, although the log went on") })
        // A day of it may pass; a pause of more than a day says nothing; a cosignature mends all before it.
        #expect(try verified([1] + [Int](repeating: 4, count: 6)).ok)
        let still = try verified([1, 5, 90, 5, 5])
        #expect(still.ok && still.quorum == false && !still.warnings.isEmpty)
        let again = try verified([1] + [Int](repeating: 5, count: 6), cosignedAgain: true)
        #expect(again.ok && again.quorum == true)
    }

    @Test func aRewrittenLogIsConvictedByTheCheckpointItsWitnessesCosigned() throws {
        let witnesses = [try Witness("agency-b/witness", seed: 3), try Witness("agency-c/witness", seed: 4)]
        let honest = try SampleLog.searches(20)
        var note = try SignedNote(try need(honest.memory.files["checkpoint"]))
        for witness in witnesses { try witness.cosign(&note) }
        let kept = LogVerifier.Kept(place: "kept", bytes: Array(note.encoded.utf8))
        let text = WitnessPolicy.majority(log: honest.key, of: witnesses.map(\.key))
        let policy = try WitnessPolicy(Array(text.utf8))
        #expect(LogVerifier(honest.memory, key: nil, kept: [kept], policy: policy).verify().ok)
        // Another history under the same key, without fault of its own.
        var forged = try SampleLog()
        for index in 0..<24 { try forged.draft(SampleLog.search(index == 7 ? 700 : index)) }
        try forged.publish()
        #expect(forged.verify().ok)
        let convicted = LogVerifier(forged.memory, key: nil, kept: [kept], policy: policy).verify()
        #expect(!convicted.ok && convicted.quorum == false)
        let finding = try need(convicted.problems.first { $0.place == "kept" })
        #expect(finding.text.contains("cosigned by agency-b/witness, agency-c/witness"))
        // Nor does a shorter one pass.
        var short = try SampleLog()
        for index in 0..<9 { try short.draft(SampleLog.search(index)) }
        try short.publish()
        let cut = LogVerifier(short.memory, key: nil, kept: [kept], policy: policy).verify()
        #expect(
            cut.problems.contains { $0.place == "kept" && $0.text.contains("Entries were taken away; cosigned by") }
        )
    }
}
