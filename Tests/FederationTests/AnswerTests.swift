import Crypto
import FederationClient
import HTTPTypes
import Hummingbird
import HummingbirdTLS
import NIOCore
import NIOSSL
import PeerTrust
import Testing
import WireProtocol

@Suite("An answer that is not what the holder signed")
struct AnswerTests {
    let asker: TestNode
    let holder: TestNode

    init() throws {
        asker = try TestNode("agency-a")
        holder = try TestNode("agency-b")
    }

    /// A holder that signs as it should and then lets the test bend its answer; gives what the asker makes of it.
    func outcome(
        key: RequestSigningKey? = nil,
        to: AgencyID? = nil,
        created: Int = systemNow(),
        signedBody: [UInt8] = [1, 2, 3],
        request change: @escaping @Sendable (RequestComponents) -> RequestComponents = { $0 },
        answer bend: @escaping @Sendable (inout Response) -> Void
    ) async throws -> PeerReachError? {
        let holder = holder
        let recipient = to ?? asker.agency
        let receipt = try holder.receipt()
        let id = try #require(MessageID(random: systemRandom(16)))
        let message = try #require(
            ComityMessage(id: id, from: holder.agency, to: recipient, nonce: systemRandom(16))
        )
        let responder = CallbackResponder<BasicRequestContext> { request, _ in
            func value(_ name: String) -> String { HTTPField.Name(name).flatMap { request.headers[$0] } ?? "" }
            let components = RequestComponents(
                method: request.method.rawValue,
                targetURI: "https://" + (request.head.authority ?? "") + (request.head.path ?? ""),
                contentType: value(FieldName.contentType),
                contentDigest: value(FieldName.contentDigest),
                message: value(FieldName.message),
                audit: value(FieldName.audit)
            )
            let fields = MessageSigner(key: key ?? holder.key).sign(
                status: 200,
                contentType: MediaType.message,
                body: signedBody,
                message: message,
                receipt: receipt,
                request: change(components),
                created: created
            )
            var response = Response(status: .ok, body: ResponseBody(byteBuffer: ByteBuffer(bytes: signedBody)))
            for field in fields ?? [] {
                if let name = HTTPField.Name(field.name) { response.headers[name] = field.value }
            }
            bend(&response)
            return response
        }
        var tls = TLSConfiguration.makeServerConfiguration(
            certificateChain: [.certificate(try NIOSSLCertificate(bytes: holder.identity.certificate, format: .der))],
            privateKey: .privateKey(try NIOSSLPrivateKey(bytes: holder.identity.privateKeyDER, format: .der))
        )
        tls.minimumTLSVersion = .tlsv13
        tls.shutdownTimeout = .milliseconds(200)
        let (ports, running) = AsyncStream.makeStream(of: Int.self)
        let application = Application(
            responder: responder,
            server: try .tls(tlsConfiguration: tls),
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in running.yield(channel.localAddress?.port ?? 0) },
            logger: quiet
        )
        var outcome: PeerReachError?
        let task = Task { try await application.run() }
        for await port in ports {
            let client = asker.client(to: PinnedPeers([try holder.peer(port: port)]))
            outcome = try await refusal(client, asker.request(.queries, body: [7]), to: holder.agency)
            await client.shutdown()
            break
        }
        task.cancel()
        _ = try? await task.value
        return outcome
    }

    @Test("is believed when nothing is bent")
    func good() async throws {
        #expect(try await outcome { _ in } == nil)
    }

    @Test("is refused with another body, status, key, recipient, age or request")
    func bent() async throws {
        let body = try await outcome { $0.body = ResponseBody(byteBuffer: ByteBuffer(bytes: [1, 2, 4])) }
        #expect(body == .badSignature(.wrongDigest))
        #expect(try await outcome { $0.status = .accepted } == .badSignature(.badSignature))
        let key = RequestSigningKey(Curve25519.Signing.PrivateKey())
        #expect(try await outcome(key: key) { _ in } == .badSignature(.unknownKey))
        #expect(try await outcome(to: AgencyID("agency-c")) { _ in } == .badSignature(.wrongRecipient))
        #expect(try await outcome(created: systemNow() - 185) { _ in } == .badSignature(.expired))
        let other: @Sendable (RequestComponents) -> RequestComponents = { request in
            RequestComponents(
                method: request.method,
                targetURI: request.targetURI,
                contentType: request.contentType,
                contentDigest: ContentDigest.field(of: [8]),
                message: request.message,
                audit: request.audit
            )
        }
        #expect(try await outcome(request: other) { _ in } == .badSignature(.badSignature))
    }

    @Test("is refused when it answers another message of the same asker, word for word the same question")
    func swapped() async throws {
        let earlier = try asker.request(.queries, body: [7])
        let message = try #require(
            ComityMessage(id: earlier.id, from: asker.agency, to: holder.agency, nonce: systemRandom(16))
        )
        let other: @Sendable (RequestComponents) -> RequestComponents = { request in
            RequestComponents(
                method: request.method,
                targetURI: request.targetURI,
                contentType: request.contentType,
                contentDigest: request.contentDigest,
                message: message.field,
                audit: request.audit
            )
        }
        #expect(try await outcome(request: other) { _ in } == .badSignature(.badSignature))
    }

    @Test("is refused unsigned, redirected, encoded or too large")
    func form() async throws {
        let unsigned = try await outcome { $0.headers = [.contentType: MediaType.message] }
        #expect(unsigned == .badSignature(.missingSignature))
        let redirect = try await outcome { response in
            response.status = .temporaryRedirect
            response.headers[.location] = "https://127.0.0.1:9/"
        }
        #expect(redirect == .malformedResponse)
        #expect(try await outcome { $0.headers[.contentEncoding] = "gzip" } == .malformedResponse)
        let large = [UInt8](repeating: 0x20, count: WireLimits.pointBody + 1)
        #expect(try await outcome(signedBody: large) { _ in } == .tooLarge)
    }
}
