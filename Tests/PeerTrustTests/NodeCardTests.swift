import CanonicalJSON
import Foundation
import PeerTrust
import TestSupport
import Testing

@Suite("A node card")
struct NodeCardTests {
    @Test("reads back what was signed, and its fingerprint is SHA-256 of the document")
    func roundTrip() throws {
        let card = try Samples.card()
        let bytes = try card.signed(with: Samples.key(2))
        let verified = try VerifiedNodeCard(UnverifiedNodeCard(bytes: bytes))
        #expect(verified.card == card)
        #expect(verified.fingerprint == Fingerprint(of: bytes))
        #expect(verified.card.tlsPin == CertificatePin(certificate: card.tlsCertificate))
        let throughPipe = try VerifiedNodeCard(UnverifiedNodeCard(bytes: bytes + [0x0A]))
        #expect(throughPipe.fingerprint == verified.fingerprint)
    }

    @Test("is refused when any member differs from what was signed")
    func changedMember() throws {
        let bytes = try Samples.card().signed(with: Samples.key(2))
        let text = String(decoding: bytes, as: UTF8.self)
        for (old, new) in [("Agency B", "Agency C"), ("\"PT\"", "\"ES\""), ("node.agency-b", "node.agency-x")] {
            let changed = Array(text.replacing(old, with: new).utf8)
            #expect(changed != bytes)
            let unverified = try UnverifiedNodeCard(bytes: changed)
            #expect(throws: NodeCardRefusal.badSignature) { try VerifiedNodeCard(unverified) }
        }
    }

    @Test("is refused with unknown members, other JSON and foreign vkeys")
    func strictForm() throws {
        let bytes = try Samples.card().signed(with: Samples.key(2))
        let text = String(decoding: bytes, as: UTF8.self)
        let spaced = Array(text.replacing("\"v\":1", with: "\"v\": 1").utf8)
        #expect(throws: NodeCardRefusal.notCanonical) { try UnverifiedNodeCard(bytes: spaced) }
        let unknown = Array(text.replacing("\"v\":1", with: "\"unknown\":1,\"v\":1").utf8)
        #expect(throws: NodeCardRefusal.malformed("unknown")) { try UnverifiedNodeCard(bytes: unknown) }
        let foreign = Array(text.replacing("agency-b/witness", with: "agency-c/witness").utf8)
        #expect(throws: NodeCardRefusal.malformed("vkeys.witness")) { try UnverifiedNodeCard(bytes: foreign) }
        #expect(throws: NodeCardRefusal.notCanonical) {
            try UnverifiedNodeCard(bytes: [UInt8](repeating: 0x20, count: 16_385))
        }
    }

    @Test("is refused when its pin is not that of its certificate")
    func pin() throws {
        let card = try Samples.card()
        let text = String(decoding: try card.signed(with: Samples.key(2)), as: UTF8.self)
        let pin = Base64URL.encode(card.tlsPin.bytes)
        let changed = Array(text.replacing(pin, with: Base64URL.encode([UInt8](repeating: 1, count: 32))).utf8)
        #expect(throws: NodeCardRefusal.pinDoesNotFit) { try UnverifiedNodeCard(bytes: changed) }
    }

    @Test("follows the pinned one only with the old key's signature, the next serial and its digest")
    func succession() throws {
        let old = try VerifiedNodeCard(
            UnverifiedNodeCard(bytes: Samples.card().signed(with: Samples.key(2)))
        )
        func next(serial: Int = 2, previous: Fingerprint? = nil, oldKey: UInt8 = 2) throws -> UnverifiedNodeCard {
            let card = try Samples.card(key: 3, serial: serial, previous: previous ?? old.fingerprint)
            return try UnverifiedNodeCard(bytes: card.signed(with: Samples.key(3), previousKey: Samples.key(oldKey)))
        }
        let good = try VerifiedNodeCard(next(), following: old)
        #expect(good.needsComparison(after: old))
        let skipped = try next(serial: 3)
        #expect(throws: NodeCardRefusal.brokenChain) { try VerifiedNodeCard(skipped, following: old) }
        let other = try next(previous: Fingerprint(of: [1]))
        #expect(throws: NodeCardRefusal.brokenChain) { try VerifiedNodeCard(other, following: old) }
        let unsigned = try next(oldKey: 4)
        #expect(throws: NodeCardRefusal.badPreviousSignature) { try VerifiedNodeCard(unsigned, following: old) }
    }

    @Test("needs no new comparison when neither key nor host changes")
    func routineChange() throws {
        let old = try VerifiedNodeCard(UnverifiedNodeCard(bytes: Samples.card().signed(with: Samples.key(2))))
        let card = try Samples.card(
            endpoint: "https://node.agency-b.example",
            serial: 2,
            previous: old.fingerprint
        )
        let bytes = try card.signed(with: Samples.key(2), previousKey: Samples.key(2))
        let next = try VerifiedNodeCard(UnverifiedNodeCard(bytes: bytes), following: old)
        #expect(!next.needsComparison(after: old))
    }

    @Test("survives hostile bytes: what verifies after a mutation is the card itself")
    func hostile() throws {
        let bytes = try Samples.card().signed(with: Samples.key(2))
        var random = SplitMix64.announced("node card", fallback: 0x5EED)
        for _ in 0..<2_000 {
            let mutated = random.mutate(bytes)
            guard mutated != bytes, mutated != bytes + [0x0A] else { continue }
            #expect(throws: NodeCardRefusal.self) { try VerifiedNodeCard(UnverifiedNodeCard(bytes: mutated)) }
        }
    }

    @Test("has a fingerprint that reads back from what people say and write")
    func fingerprintText() throws {
        let fingerprint = Fingerprint(of: Array("abc".utf8))
        #expect(fingerprint.hex == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(fingerprint.groups.hasPrefix("ba78 16bf 8f01 "))
        #expect(Fingerprint(text: fingerprint.groups.uppercased()) == fingerprint)
        #expect(Fingerprint(text: String(fingerprint.hex.dropLast())) == nil)
        #expect(Fingerprint(text: fingerprint.hex + "g") == nil)
    }
}
