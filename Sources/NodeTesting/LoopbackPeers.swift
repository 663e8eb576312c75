// Nodes joined by real mutual TLS on loopback. Knows how federation is put around a node; the product's own composition
// does the same.
import FederationClient
import FederationServer
import Foundation
import Logging
import NodeCore
import PeerTrust
import ServiceLifecycle
import Sodium
import WireProtocol

public enum Loopback {
    private static let quiet = Logger(label: "node-testing") { _ in SwiftLogNoOpLogHandler() }

    /// For a machine that runs many tests at once: no wait of a test is short.
    private static func patient(_ configuration: FederationClientConfiguration) -> FederationClientConfiguration {
        var patient = configuration
        (patient.connectSeconds, patient.exchangeSeconds, patient.longExchangeSeconds) = (120, 300, 900)
        return patient
    }

    /// How `node` reaches its peers, its clock and its nonces in the test's hand: at one moment the same request is the same bytes.
    ///
    /// - Parameters:
    ///   - now: seconds since 1970.
    ///   - nonce: 16 bytes, of every message; without it each has its own.
    public static func client(of node: Node, at now: @escaping @Sendable () -> Int, nonce: [UInt8]? = nil)
        -> any PeerReaching
    {
        FederationClient(
            configuration: patient(
                FederationClientConfiguration(
                    agency: node.identity.agency,
                    identity: node.identity.tls,
                    signingKey: node.identity.signer,
                    addressRule: .anyAddress,
                    now: now,
                    random: { nonce ?? RandomBytes.system.bytes($0) }
                )
            ),
            directory: node.peers,
            logger: quiet
        )
    }

    /// Serves `holders` and hands `body` the asker's client, then shuts all down.
    ///
    /// - Parameters:
    ///   - patience: seconds that the client waits for an answer; nil: long.
    ///   - answering: who answers in a holder's place; nil: the holder itself.
    public static func connect(
        _ asker: TestNode,
        to holders: [TestNode],
        patience: Int64? = nil,
        answering: @Sendable (TestNode) -> (any PeerAnswering)? = { _ in nil },
        _ body: @escaping @Sendable (any PeerReaching) async throws -> Void
    ) async throws {
        var configuration = patient(
            FederationClientConfiguration(
                agency: asker.agency,
                identity: asker.node.identity.tls,
                signingKey: asker.node.identity.signer,
                addressRule: .anyAddress,
                now: { asker.clock.seconds },
                random: { RandomBytes.system.bytes($0) }
            )
        )
        if let patience { configuration.exchangeSeconds = patience }
        let client = FederationClient(
            configuration: configuration,
            directory: asker.node.peers,
            logger: quiet
        )
        let servers = holders.map { holder in
            FederationServer(
                configuration: FederationServerConfiguration(
                    agency: holder.agency,
                    identity: holder.node.identity.tls,
                    signingKey: holder.node.identity.signer,
                    host: holder.node.configuration.listen.host,
                    port: holder.node.configuration.listen.port,
                    now: { holder.clock.seconds },
                    random: { RandomBytes.system.bytes($0) }
                ),
                directory: holder.node.peers,
                answering: answering(holder) ?? holder.node,
                logger: quiet
            )
        }
        let group = ServiceGroup(configuration: .init(services: servers + [client], logger: quiet))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            for server in servers { _ = await server.port }
            let result: Result<Void, any Error>
            do { result = .success(try await body(client)) } catch { result = .failure(error) }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            try result.get()
        }
    }
}
