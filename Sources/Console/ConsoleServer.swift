/// The local address of a node: the pages people work in, and beside them what was there before, health and log, in plain
/// HTTP. Knows the parts and joins them.

import HTTPTypes
public import Hummingbird
import HummingbirdCore
public import Logging
import NIOCore
import NIOSSL
public import NodeCore
public import PeerTrust
public import ServiceLifecycle
public import WireProtocol

public struct ConsoleServer<Plain: HTTPResponder>: Service where Plain.Context == BasicRequestContext {
    private let desk: FrontDesk
    private let plain: Plain
    private let certificate: LocalCertificate
    private let logger: Logger
    var connections = LocalConnections()

    /// - Parameter plain: answers what does not come over TLS.
    public init(
        node: Node,
        peers: any PeerReaching,
        certificate: LocalCertificate,
        plain: Plain,
        logger: Logger
    ) {
        desk = FrontDesk(node: node, peers: peers, logger: logger)
        self.plain = plain
        self.certificate = certificate
        self.logger = logger
    }

    public func run() async throws {
        let tls = try NIOSSLContext(configuration: try tlsConfiguration())
        let address = desk.node.configuration.console
        let application = Application(
            responder: LocalResponder(desk: desk, plain: plain, connections: connections),
            server: HTTPServerBuilder { [connections] in LocalChannel(tls: tls, connections: connections, responder: $0)
            },
            configuration: ApplicationConfiguration(
                address: .hostname(address.host, port: address.port),
                serverName: nil,
                availableConnectionsDelegate: MaximumAvailableConnections(1_024)
            ),
            logger: logger
        )
        await desk.examinations.begin(desk.node)
        let served: Result<Void, any Error>
        do { served = .success(try await application.run()) } catch { served = .failure(error) }
        await desk.underWay.stop()
        await desk.indexesUnderWay.stop()
        await desk.examinations.stop()
        try served.get()
    }

    private func tlsConfiguration() throws -> TLSConfiguration {
        var tls = TLSConfiguration.makeServerConfiguration(
            certificateChain: [.certificate(try NIOSSLCertificate(bytes: certificate.certificate, format: .der))],
            privateKey: .privateKey(try NIOSSLPrivateKey(bytes: certificate.privateKeyDER, format: .der))
        )
        tls.minimumTLSVersion = .tlsv12
        tls.applicationProtocols = ["http/1.1"]
        // Forward secret and authenticated, for the P-256 key that the certificate has.
        tls.cipherSuiteValues = [
            .TLS_AES_128_GCM_SHA256, .TLS_AES_256_GCM_SHA384, .TLS_CHACHA20_POLY1305_SHA256,
            .TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, .TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
            .TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
        ]
        return tls
    }
}

/// Where a request came from, and how.
struct LocalContext: InitializableFromSource {
    let channel: any Channel
    private let logger: Logger

    init(source: ApplicationRequestContextSource) {
        channel = source.channel
        logger = source.logger
    }

    /// The other end, as far as the connection tells.
    var address: String { channel.remoteAddress?.ipAddress ?? "unknown" }

    var isOnThisMachine: Bool { Self.isLoopback(address) }

    static func isLoopback(_ address: String) -> Bool {
        ["127.", "::ffff:127."].contains { address.hasPrefix($0) } || address == "::1"
    }

    /// Time to read an answer that came before its request was read.
    private static let parting = TimeAmount.seconds(3)

    /// Ends the connection soon: what still comes over it is read by nobody.
    func part() { _ = channel.eventLoop.scheduleTask(in: Self.parting) { [channel] in channel.close(promise: nil) } }

    /// The same for who answers in plain HTTP.
    var plain: BasicRequestContext {
        BasicRequestContext(source: ApplicationRequestContextSource(channel: channel, logger: logger))
    }
}

struct LocalResponder<Plain: HTTPResponder>: HTTPResponder where Plain.Context == BasicRequestContext {
    let desk: FrontDesk
    let plain: Plain
    let connections: LocalConnections

    func respond(to request: Request, context: LocalContext) async throws -> Response {
        guard let host = request.head.authority, desk.hosts.contains(host) else {
            return Response(
                status: .misdirectedRequest,
                headers: [.contentType: "text/plain; charset=utf-8"],
                body: .init(byteBuffer: ByteBuffer(string: LocalHosts.refusal))
            )
        }
        if request.head.scheme == "https" {
            let response = await desk.respond(to: request, from: context.address) { account in
                connections.belongs(context.channel, to: account)
            }
            if response.headers[.connection] == "close" { context.part() }
            return response
        }
        let path = request.uri.path
        let isLog = path == "/log" || path.hasPrefix("/log/")
        // Entries are for auditors alone (AUDIT section 5), and plain HTTP does not know who asks.
        if isLog, !context.isOnThisMachine {
            let text = "the log is served to this machine alone: come by a tunnel, or take a copy of the folder\n"
            return Response(
                status: .forbidden,
                headers: [.contentType: "text/plain; charset=utf-8"],
                body: .init(byteBuffer: ByteBuffer(string: text))
            )
        }
        let response = try await plain.respond(to: request, context: context.plain)
        // Somebody typed a page's address without its scheme. What belongs to health and log stays theirs.
        let isPage = !isLog && !path.hasPrefix("/health")
        guard response.status == .notFound, request.method == .get, isPage else { return response }
        return Response(status: .temporaryRedirect, headers: [.location: "https://\(host)/"])
    }
}
