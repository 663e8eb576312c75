// A log changes its key: whoever knows the key before follows to the one after, and nobody follows a stranger.
import AuditLog
import CanonicalJSON
import Crypto
import Testing
import TransparencyLog

@Suite struct KeyRotationTests {
    private struct Signer {
        let key: VerifierKey
        let seed: UInt8

        init(_ seed: UInt8) throws {
            self.seed = seed
            let signer = try Curve25519.Signing.PrivateKey(rawRepresentation: [UInt8](repeating: seed, count: 32))
            guard
                let key = VerifierKey(
                    name: "agency-a/audit/1",
                    algorithm: .ed25519,
                    publicKey: Array(signer.publicKey.rawRepresentation)
                )
            else { throw Absent() }
            self.key = key
        }

        func sign(_ text: String) throws -> SignedNote.Signature {
            let signer = try Curve25519.Signing.PrivateKey(rawRepresentation: [UInt8](repeating: seed, count: 32))
            return SignedNote.Signature(by: key, bytes: Array(try signer.signature(for: Array(text.utf8))))
        }
    }

    /// Publishes under other keys than the log's first.
    private func publish(_ log: inout SampleLog, by signers: [Signer], keeping: Bool = true) throws {
        try log.publish()
        let text = Checkpoint(origin: log.key.name, size: log.leaves.count, root: log.frontier.root).text
        let note = SignedNote(text: text, signatures: try signers.map { try $0.sign(text) })
        log.memory.files["checkpoint"] = Array(note.encoded.utf8)
        if keeping { log.memory.files["checkpoints/\(log.leaves.count)"] = Array(note.encoded.utf8) }
        log.memory.files["vkey"] = Array((signers[0].key.text + "\n").utf8)
    }

    private func rotated(_ earlier: Signer, _ later: Signer) -> AuditDraft {
        AuditDraft(
            event: "key.rotated",
            actor: AuditActor(role: .operator, pseudonym: "u-1"),
            data: ["key_ids": [], "vkey": .string(later.key.text), "earlier_vkey": .string(earlier.key.text)]
        )
    }

    /// Signed by the first key, then by both, then by the second, then by a third.
    private func story(overlap: Bool = true) throws -> (log: SampleLog, keys: [Signer]) {
        let keys = [try Signer(9), try Signer(10), try Signer(11)]
        var log = try SampleLog.searches(12)
        try publish(&log, by: [keys[0]])
        for (before, after) in [(0, 1), (1, 2)] {
            try log.draft(rotated(keys[before], keys[after]))
            try log.draft(SampleLog.search(40))
            if overlap { try publish(&log, by: [keys[after], keys[before]]) }
            try log.draft(SampleLog.search(41))
            try publish(&log, by: [keys[after]])
        }
        return (log, keys)
    }

    private func verify(_ log: SampleLog, by key: VerifierKey?) -> LogVerification {
        LogVerifier(log.memory, key: key).verify()
    }

    @Test func everyKeyOfTheLogVerifiesIt() throws {
        let (log, keys) = try story()
        for key in keys {
            let result = verify(log, by: key.key)
            #expect(result.problems == [] && result.trusted, "\(key.seed): \(result.problems)")
        }
        let own = verify(log, by: nil)
        #expect(own.ok && !own.trusted)
        #expect(verify(log, by: try Signer(12).key).ok == false)
    }

    @Test func withoutACheckpointOfBothNothingLeadsToTheNewKey() throws {
        let (log, keys) = try story(overlap: false)
        let result = verify(log, by: keys[0].key)
        #expect(result.problems.map(\.place) == ["checkpoint"] && !result.trusted)
        #expect(result.problems[0].text.contains("nothing that one signed leads to it"))
        #expect(verify(log, by: keys[2].key).ok, "who knows the newest key needs none of it")
    }

    @Test func aStrangersKeyLeadsNowhere() throws {
        var (log, keys) = try story()
        let thief = try Signer(13)
        // Entries may name any key: what counts is who signed them.
        try log.draft(rotated(keys[2], thief))
        try publish(&log, by: [thief])
        let result = verify(log, by: keys[2].key)
        #expect(!result.ok && !result.trusted)
        // A checkpoint kept from before by no key of the log.
        var (other, others) = try story()
        let text = Checkpoint(origin: other.key.name, size: 12, root: .empty).text
        other.memory.files["checkpoints/12"] = Array(
            SignedNote(text: text, signatures: [try thief.sign(text)]).encoded.utf8
        )
        let places = verify(other, by: others[2].key).problems.map(\.place)
        #expect(Set(places) == ["checkpoints/12"] && places.count == 2, "its root and its signature")
        others.removeAll()
    }
}
