// A pinned peer that breaks the rules: it speaks TLS as it should, and signs what the test tells it to.

import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOSSL
import PeerTrust
import Testing
import WireProtocol

struct RawPeer: Sendable {
    let node: TestNode
    let holder: TestNode
    let port: Int

    /// Parts of a request that a test may bend before and after signing.
    struct Bent: Sendable {
        var route = Route.hello
        var method: String?
        var path: String?
        var body: [UInt8] = []
        var from: AgencyID?
        var to: AgencyID?
        var created = systemNow()
        var nonce = systemRandom(16)
        var extra: [MessageField] = []
        var change: @Sendable (MessageField) -> MessageField? = { $0 }
        var sentBody: [UInt8]?
    }

    func fields(_ bent: Bent) throws -> [MessageField] {
        let id = try #require(MessageID(random: systemRandom(16)))
        let message = try #require(
            ComityMessage(id: id, from: bent.from ?? node.agency, to: bent.to ?? holder.agency, nonce: bent.nonce)
        )
        let receipt = try node.receipt()
        let signed = try #require(
            MessageSigner(key: node.key).sign(
                method: bent.method ?? bent.route.method,
                targetURI: "https://127.0.0.1:\(port)" + (bent.path ?? bent.route.path),
                contentType: bent.route.contentType,
                body: bent.body,
                message: message,
                receipt: receipt,
                created: bent.created
            )
        )
        return signed.fields.compactMap(bent.change) + bent.extra
    }

    /// What the peer presents, and whom it accepts.
    func tls() throws -> TLSConfiguration {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.certificateChain = [.certificate(try NIOSSLCertificate(bytes: node.identity.certificate, format: .der))]
        tls.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: node.identity.privateKeyDER, format: .der))
        tls.trustRoots = .certificates([try NIOSSLCertificate(bytes: holder.identity.certificate, format: .der)])
        tls.certificateVerification = .noHostnameVerification
        tls.shutdownTimeout = .seconds(1)
        return tls
    }

    /// Sends and gives the status; nil when the connection was refused or broke.
    func status(
        _ bent: Bent,
        fields: [MessageField]? = nil,
        tls change: (inout TLSConfiguration) -> Void = { _ in }
    ) async throws -> Int? {
        var tls = try tls()
        change(&tls)
        let client = Self.client(tls)
        let status = await status(bent, fields: try fields ?? self.fields(bent), on: client)
        try await client.shutdown()
        return status
    }

    static func client(_ tls: TLSConfiguration) -> HTTPClient {
        var settings = HTTPClient.Configuration(tlsConfiguration: tls)
        settings.httpVersion = .http1Only
        settings.connectionPool.retryConnectionEstablishment = false
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: settings)
    }

    /// Sends on a client that stays open.
    func status(_ bent: Bent, fields: [MessageField], on client: HTTPClient) async -> Int? {
        var request = HTTPClientRequest(url: "https://127.0.0.1:\(port)" + (bent.path ?? bent.route.path))
        request.method = HTTPMethod(rawValue: bent.method ?? bent.route.method)
        for field in fields { request.headers.add(name: field.name, value: field.value) }
        let body = bent.sentBody ?? bent.body
        if !body.isEmpty || bent.route.method == "POST" { request.body = .bytes(ByteBuffer(bytes: body)) }
        do {
            let response = try await client.execute(request, timeout: .seconds(120))
            _ = try await response.body.collect(upTo: 1_048_576)
            return Int(response.status.code)
        } catch {
            return nil
        }
    }
}
