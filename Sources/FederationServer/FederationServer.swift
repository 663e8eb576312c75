// Knows how peers are let in: TLS 1.3, X25519MLKEM768, pinned client certificates. Never learns what they ask.

import Hummingbird
import HummingbirdCore
import HummingbirdTLS
public import Logging
import NIOCore
import NIOSSL
import PeerTrust
public import ServiceLifecycle
public import WireProtocol

/// The peers' door to this node (PROTOCOL 6).
///
/// A connection is accepted only with a client certificate that the directory pins at that moment; each request is
/// looked up anew, and a peer that is revoked loses its open connections. A request passes size, signature, recipient
/// and sender before anything in its body is read; then it goes to `PeerAnswering`, off the event loops, and the
/// answer is signed.
public final class FederationServer: Service {
    private let configuration: FederationServerConfiguration
    private let directory: any PeerDirectory
    private let answering: any PeerAnswering
    private let logger: Logger
    private let bound = BoundPort()

    public init(
        configuration: FederationServerConfiguration,
        directory: any PeerDirectory,
        answering: any PeerAnswering,
        logger: Logger
    ) {
        self.configuration = configuration
        self.directory = directory
        self.answering = answering
        self.logger = logger
    }

    /// The bound port, as soon as the server listens; nil when it stopped before.
    public var port: Int? {
        get async { await bound.value }
    }

    /// Serves until the service group shuts down or the task is cancelled.
    public func run() async throws {
        let connections = PeerConnections(
            mostStrangers: configuration.strangers,
            mostPerPeer: configuration.connectionsPerPeer
        )
        let directory = directory
        let changes = directory.changes()
        let watch = Task {
            for await _ in changes { connections.closeUnpinned(directory) }
        }
        defer { watch.cancel() }

        let bound = bound
        let answering = answering
        let handshakeTimeout = TimeAmount.seconds(configuration.handshakeSeconds)
        let application = try Application(
            responder: PeerResponder(
                configuration: configuration,
                directory: directory,
                answering: answering,
                connections: connections,
                requests: PeerGate(capacity: configuration.requestsPerPeer, queue: configuration.waitingPerPeer),
                batches: PeerGate(capacity: configuration.batchesPerPeer, queue: configuration.waitingPerPeer)
            ),
            server: .tls(
                .http1(
                    configuration: .init(
                        additionalChannelHandlers: [
                            PeerConnectionHandler(
                                connections: connections,
                                directory: directory,
                                handshakeTimeout: handshakeTimeout
                            )
                        ],
                        idleTimeout: .seconds(configuration.idleSeconds),
                        httpDecoderConfiguration: .init(
                            maxHeaderFieldSize: 8_192,
                            maxHeaderListSize: 32_768,
                            maxHeaderFieldCount: 64
                        )
                    )
                ),
                configuration: TLSChannelConfiguration(
                    tlsConfiguration: tlsConfiguration(),
                    customVerificationCallback: { certificates, promise in
                        let isPinned = Self.isPinned(certificates, in: directory)
                        promise.succeed(isPinned ? .certificateVerified : .failed)
                        if !isPinned {
                            Task { await answering.refused(DoorRefusal(agency: nil, kind: .signature)) }
                        }
                    }
                )
            ),
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port),
                availableConnectionsDelegate: MaximumAvailableConnections(configuration.connections)
            ),
            onServerRunning: { channel in await bound.set(channel.localAddress?.port) },
            logger: logger
        )
        do {
            try await application.run()
        } catch {
            await bound.set(nil)
            throw error
        }
        await bound.set(nil)
    }

    private func tlsConfiguration() throws -> TLSConfiguration {
        let certificate = try NIOSSLCertificate(bytes: configuration.identity.certificate, format: .der)
        let key = try NIOSSLPrivateKey(bytes: configuration.identity.privateKeyDER, format: .der)
        var tls = TLSConfiguration.makeServerConfigurationWithMTLS(
            certificateChain: [.certificate(certificate)],
            privateKey: .privateKey(key),
            trustRoots: .certificates([])
        )
        tls.minimumTLSVersion = .tlsv13
        tls.curves = [.x25519_MLKEM768]
        tls.applicationProtocols = ["http/1.1"]
        // A peer that was cut off does not get long to agree.
        tls.shutdownTimeout = .seconds(1)
        return tls
    }

    /// Exactly one certificate, and it is somebody's pin. Who it claims to be does not matter here.
    private static func isPinned(_ certificates: [NIOSSLCertificate], in directory: any PeerDirectory) -> Bool {
        guard certificates.count == 1, let der = try? certificates[0].toDERBytes() else { return false }
        return directory.peer(pinned: CertificatePin(certificate: der)) != nil
    }
}

/// A port that becomes known once.
private actor BoundPort {
    private var result: Int??
    private var waiting: [CheckedContinuation<Int?, Never>] = []

    func set(_ port: Int?) {
        guard result == nil || port == nil else { return }
        result = .some(port)
        for continuation in waiting { continuation.resume(returning: port) }
        waiting = []
    }

    var value: Int? {
        get async {
            if let result { return result }
            return await withCheckedContinuation { waiting.append($0) }
        }
    }
}
