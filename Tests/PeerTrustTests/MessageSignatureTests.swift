import Crypto
import Foundation
import PeerTrust
import TestSupport
import Testing

@Suite("A signed message")
struct MessageSignatureTests {
    static let created = 1_795_500_000
    static let uri = "https://node.agency-b.example:8443/v1/queries"
    static let body = Array(#"{"v":1}"#.utf8)

    func request(
        from: String = "agency-a",
        to: String = "agency-b",
        key: UInt8 = 1,
        lifetime: Int = 120
    ) throws -> SignedRequest {
        try #require(
            MessageSigner(key: Samples.key(key)).sign(
                method: "POST",
                targetURI: Self.uri,
                contentType: "application/vnd.comity.v1+json",
                body: Self.body,
                message: Samples.message(from: from, to: to),
                receipt: Samples.receipt(),
                created: Self.created,
                lifetime: lifetime
            )
        )
    }

    func verifier(key: UInt8 = 1, sender: String = "agency-a", recipient: String = "agency-b") throws -> MessageVerifier
    {
        try MessageVerifier(
            key: Samples.key(key).publicKey,
            sender: Samples.agency(sender),
            recipient: Samples.agency(recipient)
        )
    }

    func refusal(
        _ fields: [MessageField],
        body: [UInt8] = MessageSignatureTests.body,
        method: String = "POST",
        uri: String = MessageSignatureTests.uri,
        now: Int = MessageSignatureTests.created,
        by verifier: MessageVerifier? = nil
    ) throws -> SignatureRefusal? {
        let verifier = try verifier ?? self.verifier()
        do throws(SignatureRefusal) {
            _ = try verifier.verifyRequest(
                method: method,
                targetURI: uri,
                UnverifiedMessage(fields: fields, body: body),
                now: now
            )
            return nil
        } catch {
            return error
        }
    }

    func replacing(_ name: String, _ change: (String) -> String?) throws -> [MessageField] {
        try request().fields.compactMap { field in
            guard field.name == name else { return field }
            return change(field.value).map { MessageField(name: name, value: $0) }
        }
    }

    @Test("is signed over exactly the base that RFC 9421 describes, written here by hand")
    func base() throws {
        let signed = try request()
        let digest = Data(SHA256.hash(data: Self.body)).base64EncodedString()
        let expected = """
            "@method": POST
            "@target-uri": https://node.agency-b.example:8443/v1/queries
            "content-type": application/vnd.comity.v1+json
            "content-digest": sha-256=:\(digest):
            "comity-message": id="0190a7c2-5a3b-4c11-8d2e-0123456789ab", from="agency-a", to="agency-b", nonce=:AAECAwQFBgcICQoLDA0ODw==:
            "comity-audit": origin="agency-a/audit/1", index=7, leaf=:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=:
            "@signature-params": ("@method" "@target-uri" "content-type" "content-digest" "comity-message" "comity-audit");created=1795500000;expires=1795500120;keyid="\(try Samples.key(1).publicKey.id)";tag="comity/v1"
            """
        let field = try #require(signed.fields.first { $0.name == "signature" }).value
        let signature = try #require(Data(base64Encoded: String(field.dropFirst("comity=:".count).dropLast())))
        let key = try Curve25519.Signing.PublicKey(rawRepresentation: Samples.key(1).publicKey.bytes)
        #expect(key.isValidSignature(signature, for: Data(expected.utf8)))
        #expect(try Samples.key(1).publicKey.id.count == 16)
    }

    @Test("in answer covers its request's components with ;req, written here by hand")
    func responseBase() throws {
        let request = try request()
        let fields = try #require(
            MessageSigner(key: Samples.key(2)).sign(
                status: 200,
                contentType: "application/vnd.comity.v1+json",
                body: [],
                message: Samples.message(from: "agency-b", to: "agency-a"),
                receipt: Samples.receipt(),
                request: request.components,
                created: Self.created,
                lifetime: 60
            )
        )
        let digest = Data(SHA256.hash(data: Self.body)).base64EncodedString()
        let nonce = "AAECAwQFBgcICQoLDA0ODw=="
        let leaf = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
        let id = "0190a7c2-5a3b-4c11-8d2e-0123456789ab"
        let expected = """
            "@status": 200
            "content-type": application/vnd.comity.v1+json
            "content-digest": sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:
            "comity-message": id="\(id)", from="agency-b", to="agency-a", nonce=:\(nonce):
            "comity-audit": origin="agency-a/audit/1", index=7, leaf=:\(leaf):
            "@method";req: POST
            "@target-uri";req: https://node.agency-b.example:8443/v1/queries
            "content-type";req: application/vnd.comity.v1+json
            "content-digest";req: sha-256=:\(digest):
            "comity-message";req: id="\(id)", from="agency-a", to="agency-b", nonce=:\(nonce):
            "comity-audit";req: origin="agency-a/audit/1", index=7, leaf=:\(leaf):
            "@signature-params": ("@status" "content-type" "content-digest" "comity-message" "comity-audit" "@method";req "@target-uri";req "content-type";req "content-digest";req "comity-message";req "comity-audit";req);created=1795500000;expires=1795500060;keyid="\(try Samples.key(2).publicKey.id)";tag="comity/v1"
            """
        let field = try #require(fields.first { $0.name == "signature" }).value
        let signature = try #require(Data(base64Encoded: String(field.dropFirst("comity=:".count).dropLast())))
        let key = try Curve25519.Signing.PublicKey(rawRepresentation: Samples.key(2).publicKey.bytes)
        #expect(key.isValidSignature(signature, for: Data(expected.utf8)))
    }

    @Test("verifies, and hands out nonce, receipt and how long the nonce is kept")
    func good() throws {
        let signed = try request()
        let (verified, components) = try verifier().verifyRequest(
            method: "POST",
            targetURI: Self.uri,
            UnverifiedMessage(fields: signed.fields, body: Self.body),
            now: Self.created + 5
        )
        #expect(verified.message == (try Samples.message()))
        #expect(verified.receipt == (try Samples.receipt()))
        #expect(verified.nonceKeptUntil == Self.created + 180)
        #expect(components == signed.components)
    }

    @Test("is refused when one component is not covered", arguments: 0..<6)
    func missingComponent(index: Int) throws {
        let names = ["@method", "@target-uri", "content-type", "content-digest", "comity-message", "comity-audit"]
        let fields = try replacing("signature-input") { value in
            value.replacing("\"\(names[index])\"" + (index < 5 ? " " : ""), with: "").replacing(" )", with: ")")
        }
        let component = try #require(Component(rawValue: names[index]))
        #expect(try refusal(fields) == .missingComponent(component))
    }

    @Test("in answer is refused when one component is not covered, of itself or of its request")
    func missingComponentOfAnswer() throws {
        let request = try request()
        let fields = try #require(
            MessageSigner(key: Samples.key(2)).sign(
                status: 200,
                contentType: "x/y",
                body: Self.body,
                message: Samples.message(from: "agency-b", to: "agency-a"),
                receipt: Samples.receipt(),
                request: request.components,
                created: Self.created
            )
        )
        let input = try #require(fields.first { $0.name == "signature-input" }).value
        let list = try #require(
            input.firstIndex(of: "(").flatMap { start in
                input.firstIndex(of: ")").map { input[input.index(after: start)..<$0] }
            }
        )
        let parts = list.split(separator: " ").map(String.init)
        #expect(parts.count == 11)
        let verifier = try verifier(key: 2, sender: "agency-b", recipient: "agency-a")
        for part in parts {
            let rest = parts.filter { $0 != part }.joined(separator: " ")
            let bent = fields.map { field in
                field.name == "signature-input"
                    ? MessageField(name: field.name, value: field.value.replacing(list, with: rest)) : field
            }
            let name = try #require(part.split(separator: "\"").first).description
            let component = try #require(Component(rawValue: name))
            #expect(throws: SignatureRefusal.missingComponent(component), "\(part)") {
                try verifier.verifyResponse(
                    status: 200,
                    UnverifiedMessage(fields: bent, body: Self.body),
                    to: request.components,
                    now: Self.created
                )
            }
        }
    }

    @Test("is refused when a covered field is absent or repeated", arguments: ["content-type", "comity-audit"])
    func missingField(name: String) throws {
        let component = try #require(Component(rawValue: name))
        #expect(try refusal(replacing(name) { _ in nil }) == .missingField(component))
        let fields = try request().fields
        let repeated = fields + fields.filter { $0.name == name }
        #expect(try refusal(repeated) == .missingField(component))
    }

    @Test("is refused unsigned, with another tag, an algorithm, a foreign key id, or two signatures")
    func form() throws {
        #expect(try refusal(replacing("signature") { _ in nil }) == .missingSignature)
        #expect(try refusal(replacing("signature-input") { $0.replacing("comity/v1", with: "comity/v2") }) == .wrongTag)
        let algorithm = try replacing("signature-input") { $0 + ";alg=\"ed25519\"" }
        #expect(try refusal(algorithm) == .malformedParameters)
        #expect(try refusal(request(key: 5).fields) == .unknownKey)
        let twice = try replacing("signature") { $0 + ", other=" + $0.dropFirst("comity=".count) }
        #expect(try refusal(twice) == .malformedSignature)
    }

    @Test("lives from 60 s before created to 60 s after expires, and at most 120 s")
    func time() throws {
        let fields = try request().fields
        #expect(try refusal(fields, now: Self.created - 60) == nil)
        #expect(try refusal(fields, now: Self.created - 61) == .createdInTheFuture)
        #expect(try refusal(fields, now: Self.created + 180) == nil)
        #expect(try refusal(fields, now: Self.created + 181) == .expired)
        let long = try replacing("signature-input") { $0.replacing("expires=1795500120", with: "expires=1795500121") }
        #expect(try refusal(long) == .lifetimeOutOfRange)
        let signer = try MessageSigner(key: Samples.key(1))
        let message = try Samples.message()
        let receipt = try Samples.receipt()
        #expect(
            signer.sign(
                method: "GET",
                targetURI: Self.uri,
                contentType: "x/y",
                body: [],
                message: message,
                receipt: receipt,
                created: Self.created,
                lifetime: 121
            ) == nil
        )
    }

    @Test("is refused at the wrong door, from the wrong peer, on another path, with another body")
    func binding() throws {
        #expect(try refusal(request(to: "agency-c").fields) == .wrongRecipient)
        #expect(try refusal(request(from: "agency-c").fields) == .wrongSender)
        #expect(try refusal(request().fields, method: "PUT") == .badSignature)
        #expect(try refusal(request().fields, uri: Self.uri + "x") == .badSignature)
        #expect(try refusal(request().fields, body: Self.body + [0x20]) == .wrongDigest)
        let other = try replacing("comity-audit") { $0.replacing("index=7", with: "index=8") }
        #expect(try refusal(other) == .badSignature)
    }

    @Test("takes its parameters in the order in which they were signed")
    func parameterOrder() throws {
        let swapped = try replacing("signature-input") { value in
            value.replacing(";created=1795500000;expires=1795500120", with: ";expires=1795500120;created=1795500000")
        }
        #expect(try refusal(swapped) == .badSignature)
    }

    @Test("may call its signature otherwise, as long as both fields do")
    func otherLabel() throws {
        func renamed(_ names: Set<String>) throws -> [MessageField] {
            try request().fields.map { field in
                guard names.contains(field.name) else { return field }
                return MessageField(name: field.name, value: "sig1=" + field.value.dropFirst("comity=".count))
            }
        }
        #expect(try refusal(renamed(["signature", "signature-input"])) == nil)
        #expect(try refusal(renamed(["signature"])) == .malformedSignature)
        #expect(try refusal(renamed(["signature-input"])) == .malformedSignature)
    }

    @Test("is refused with a place in the log that is spelled otherwise")
    func numbers() throws {
        for (spelled, refused) in [
            ("index=07", SignatureRefusal.malformedField(.audit)), ("index=-7", .malformedField(.audit)),
            ("index=9007199254740993", .malformedField(.audit)), ("index=", .malformedField(.audit)),
        ] {
            let changed = try replacing("comity-audit") { $0.replacing("index=7", with: spelled) }
            #expect(try refusal(changed) == refused, "\(spelled)")
        }
    }

    @Test("in answer to one request is no answer to another")
    func answerToAnother() throws {
        let one = try request()
        let other = try request(lifetime: 60)
        let fields = try #require(
            MessageSigner(key: Samples.key(2)).sign(
                status: 200,
                contentType: "x/y",
                body: Self.body,
                message: Samples.message(from: "agency-b", to: "agency-a"),
                receipt: Samples.receipt(),
                request: one.components,
                created: Self.created
            )
        )
        let verifier = try verifier(key: 2, sender: "agency-b", recipient: "agency-a")
        let response = UnverifiedMessage(fields: fields, body: Self.body)
        _ = try verifier.verifyResponse(status: 200, response, to: one.components, now: Self.created)
        // The same covered parts: the request's signature is not one of them (PROTOCOL 6).
        _ = try verifier.verifyResponse(status: 200, response, to: other.components, now: Self.created)
        let changed = RequestComponents(
            method: "POST",
            targetURI: Self.uri,
            contentType: one.components.contentType,
            contentDigest: ContentDigest.field(of: []),
            message: one.components.message,
            audit: one.components.audit
        )
        #expect(throws: SignatureRefusal.badSignature) {
            try verifier.verifyResponse(status: 200, response, to: changed, now: Self.created)
        }
        #expect(throws: SignatureRefusal.badSignature) {
            try verifier.verifyResponse(status: 202, response, to: one.components, now: Self.created)
        }
    }

    @Test("survives hostile fields: what still verifies says the same")
    func hostile() throws {
        let signed = try request()
        let verifier = try verifier()
        let expected = try Samples.message()
        var random = SplitMix64.announced("signed fields", fallback: 0x5EED)
        for _ in 0..<3_000 {
            let target = Int.random(in: 0..<signed.fields.count, using: &random)
            var fields = signed.fields
            let value = String(decoding: random.mutate(Array(fields[target].value.utf8)), as: UTF8.self)
            fields[target] = MessageField(name: fields[target].name, value: value)
            let message = UnverifiedMessage(fields: fields, body: Self.body)
            if let (verified, components) = try? verifier.verifyRequest(
                method: "POST",
                targetURI: Self.uri,
                message,
                now: Self.created
            ) {
                #expect(verified.message == expected)
                #expect(components == signed.components)
            }
        }
    }
}
