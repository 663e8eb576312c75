import CanonicalJSON
import PeerTrust
import TestSupport
import Testing
import WireProtocol

@Suite("A message about a disclosure")
struct DisclosureMessageTests {
    func request() throws -> DisclosureRequest {
        DisclosureRequest(
            question: DisclosureQuestion(
                id: try #require(MessageID("0d2f5f4e-2a51-4f0e-9a3c-8c7b3f1f2a10")),
                agreement: "xa-xb-smuggling",
                handle: "00a1b2c3d4",
                epoch: 12,
                fields: ["birth_date", "full_name"],
                reason: "case c0ffee",
                confirmed: true
            ),
            query: try Sample.id(),
            urgency: .normal,
            sealing: try Sample.sealing(),
            proofs: [HitProof(mac: [UInt8](repeating: 1, count: 32), slot: 0)]
        )
    }

    func status(_ state: DisclosureStatus.State) throws -> DisclosureStatus {
        DisclosureStatus(id: try Sample.id(), deadline: 1_795_528_800, state: state)
    }

    let release = SealedRelease(
        keyID: "seal-3",
        encapsulation: [UInt8](repeating: 5, count: 1_120),
        ciphertext: [UInt8](repeating: 6, count: 4_112),
        additionalData: Array("{}".utf8)
    )

    @Test("proves over the bytes of the design's vector")
    func provenBytes() throws {
        let expected =
            #"{"agreement":"xa-xb-smuggling","confirmed":true,"epoch":12,"fields":["birth_date","full_name"],"#
            + #""handle":"00a1b2c3d4","id":"0d2f5f4e-2a51-4f0e-9a3c-8c7b3f1f2a10","reason":"case c0ffee"}"#
        #expect(String(decoding: try request().question.provenBytes(), as: UTF8.self) == expected)
    }

    @Test("reads back as it was written")
    func roundTrips() throws {
        #expect(try DisclosureRequest(body: request().body()) == request())
        let accepted = DisclosureAccepted(id: try Sample.id(), deadline: 1)
        #expect(try DisclosureAccepted(body: accepted.body()) == accepted)
        let states: [DisclosureStatus.State] = [
            .deciding, .askedBack(question: "Which vessel?"), .released(release),
            .refused(ground: "ongoing-operation", because: "It would warn somebody."),
            .nothing,
        ]
        for state in states {
            let status = try status(state)
            #expect(try DisclosureStatus(body: status.body()) == status)
        }
    }

    @Test("is refused with fields out of order, a foreign handle, or a member that its state does not have")
    func strict() throws {
        var unordered = try request()
        unordered.question.fields.reverse()
        let one = try unordered.body()
        #expect(throws: WireError.member("fields")) { try DisclosureRequest(body: one) }
        var foreign = try request()
        foreign.question.handle = "00A1B2C3D4"
        let two = try foreign.body()
        #expect(throws: WireError.member("handle")) { try DisclosureRequest(body: two) }
        let text = String(decoding: try status(.refused(ground: "x", because: "y")).body(), as: UTF8.self)
        let three = Array(text.replacing("\"refused\"", with: "\"deciding\"").utf8)
        #expect(throws: WireError.member("because")) { try DisclosureStatus(body: three) }
    }

    @Test("of hostile bytes is refused or says what was sent")
    func hostile() throws {
        var random = SplitMix64.announced("disclosures", fallback: 0x5EED)
        let asked = try request().body()
        let released = try status(.released(release)).body()
        for _ in 0..<1_000 {
            let one = random.mutate(asked)
            if let read = try? DisclosureRequest(body: one) { #expect(try read.body() == one) }
            let two = random.mutate(released)
            if let read = try? DisclosureStatus(body: two) { #expect(try read.body() == two) }
        }
    }
}
