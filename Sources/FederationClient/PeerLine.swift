// Knows the line to one peer: its pinned certificate as the only trust root. Never learns what goes over it.

import AsyncHTTPClient
import NIOCore
import NIOSSL
import PeerTrust
import WireProtocol

/// An HTTP client that can reach one card's certificate and nothing else.
final class PeerLine: Sendable {
    let card: Fingerprint
    let host: String
    /// Whether the name was resolved once and for this line's life.
    let isResolved: Bool
    let client: HTTPClient

    /// - Parameters:
    ///   - host: as the endpoint names it.
    ///   - addresses: where that name leads, already checked; empty leaves it to the system.
    init(
        peer: PinnedPeer,
        host: String,
        addresses: [String: String],
        configuration: FederationClientConfiguration
    ) throws {
        let own = try NIOSSLCertificate(bytes: configuration.identity.certificate, format: .der)
        let key = try NIOSSLPrivateKey(bytes: configuration.identity.privateKeyDER, format: .der)
        let pinned = try NIOSSLCertificate(bytes: peer.card.card.tlsCertificate, format: .der)
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv13
        tls.curves = [.x25519_MLKEM768]
        tls.certificateChain = [.certificate(own)]
        tls.privateKey = .privateKey(key)
        // The pinned certificate is no authority, so the only chain that ends there is itself: the pin is exact, and
        // the name in it need not be the host's.
        tls.trustRoots = .certificates([pinned])
        tls.certificateVerification = .noHostnameVerification
        tls.shutdownTimeout = .seconds(1)

        var settings = HTTPClient.Configuration(
            tlsConfiguration: tls,
            redirectConfiguration: .disallow,
            timeout: .init(
                connect: .seconds(configuration.connectSeconds),
                read: .seconds(max(configuration.exchangeSeconds, configuration.longExchangeSeconds))
            ),
            decompression: .disabled
        )
        settings.httpVersion = .http1Only
        settings.dnsOverride = addresses
        settings.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = configuration.connectionsPerPeer
        // Shorter than a server's patience: no request goes out on a connection that is just being closed.
        settings.connectionPool.idleTimeout = .seconds(20)
        settings.connectionPool.retryConnectionEstablishment = false
        settings.http1_1ConnectionDebugInitializer = GatheredFlushes.join
        card = peer.card.fingerprint
        self.host = host
        isResolved = !addresses.isEmpty
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: settings)
    }

    /// Ends the line; requests under way fail.
    func close() {
        Task { [client] in try? await client.shutdown() }
    }

    /// A line that nobody closed: the HTTP client ends the process when it goes without having been shut down.
    deinit { close() }
}
