import Foundation
import PeerTrust
import Testing

@Suite("A signed message about part of a body")
struct SelectionSignatureTests {
    private static let created = 1_795_500_000
    private static let uri = "https://node.agency-b.example:8443/v1/indexes/a/segments/00"
    private static let range: SelectionFields = [.range: "bytes=65536-131071"]

    private func request(_ selection: SelectionFields) throws -> SignedRequest {
        try #require(
            MessageSigner(key: Samples.key(1)).sign(
                method: "GET",
                targetURI: Self.uri,
                contentType: "application/vnd.comity.v1+json",
                body: [],
                message: Samples.message(from: "agency-a", to: "agency-b"),
                receipt: Samples.receipt(),
                selection: selection,
                created: Self.created
            )
        )
    }

    private func verify(_ fields: [MessageField]) throws -> (VerifiedMessage, RequestComponents)? {
        let verifier = try MessageVerifier(
            key: Samples.key(1).publicKey,
            sender: Samples.agency("agency-a"),
            recipient: Samples.agency("agency-b")
        )
        do throws(SignatureRefusal) {
            return try verifier.verifyRequest(
                method: "GET",
                targetURI: Self.uri,
                UnverifiedMessage(fields: fields, body: []),
                now: Self.created
            )
        } catch {
            return nil
        }
    }

    @Test("covers range and if-none-match when it has them, and hands them out")
    func covered() throws {
        for selection in [[:], Self.range, [.heldTag: "\"00\""], [.range: "bytes=0-1", .heldTag: "\"00\""]] {
            let signed = try request(selection)
            let input = try #require(signed.fields.first { $0.name == "signature-input" }).value
            for component in Component.requestSelection {
                #expect(input.contains("\"\(component.name)\"") == (selection[component] != nil))
            }
            let (verified, components) = try #require(try verify(signed.fields))
            #expect(verified.selection == selection && components.selection == selection)
        }
    }

    @Test("is refused when such a field is taken away, put in, changed or doubled")
    func changed() throws {
        let signed = try request(Self.range).fields
        #expect(try verify(signed) != nil)
        #expect(try verify(signed.filter { $0.name != "range" }) == nil)
        #expect(try verify(signed + [MessageField(name: "if-none-match", value: "\"00\"")]) == nil)
        #expect(try verify(signed + [MessageField(name: "range", value: "bytes=0-1")]) == nil)
        let moved = signed.map { $0.name == "range" ? MessageField(name: "range", value: "bytes=0-65535") : $0 }
        #expect(try verify(moved) == nil)
        #expect(try verify(try request([:]).fields + [MessageField(name: "range", value: "bytes=0-1")]) == nil)
    }

    @Test("in answer is bound to the range that was asked for and to the one it brings")
    func response() throws {
        let asked = try request(Self.range).components
        let other = try request([.range: "bytes=0-65535"]).components
        let fields = try #require(
            MessageSigner(key: Samples.key(2)).sign(
                status: 206,
                contentType: "application/octet-stream",
                body: [1, 2],
                message: Samples.message(from: "agency-b", to: "agency-a"),
                receipt: Samples.receipt(),
                selection: [.contentRange: "bytes 65536-65537/70000"],
                request: asked,
                created: Self.created
            )
        )
        let verifier = try MessageVerifier(
            key: Samples.key(2).publicKey,
            sender: Samples.agency("agency-b"),
            recipient: Samples.agency("agency-a")
        )
        func isBelieved(_ fields: [MessageField], to request: RequestComponents) -> Bool {
            let message = UnverifiedMessage(fields: fields, body: [1, 2])
            return (try? verifier.verifyResponse(status: 206, message, to: request, now: Self.created)) != nil
        }
        #expect(isBelieved(fields, to: asked))
        #expect(!isBelieved(fields, to: other))
        #expect(!isBelieved(fields.filter { $0.name != "content-range" }, to: asked))
        let moved = fields.map {
            $0.name == "content-range" ? MessageField(name: $0.name, value: "bytes 65540-65541/70000") : $0
        }
        #expect(!isBelieved(moved, to: asked))
    }
}
