// A whole node in this process, with its doors open on the loopback address. Composes real parts, decides nothing.
import FederationClient
import FederationServer
import Foundation
import Logging
import NodeCore
import PeerTrust
import Sodium
import WireProtocol

/// A node that answers over mutual TLS and asks over it.
final class BenchNode: Sendable {
    static let analyst = "analyst"

    let node: Node
    let client: FederationClient
    private let running: [Task<Void, Never>]

    private init(node: Node, client: FederationClient, running: [Task<Void, Never>]) {
        self.node = node
        self.client = client
        self.running = running
    }

    /// Makes a node in `folder` and opens it.
    ///
    /// - Parameter passphrase: nil: a random one, that nobody opens it again.
    static func start(
        _ agency: String,
        in folder: URL,
        policies: [String: [UInt8]],
        passphrase: [UInt8]? = nil
    ) async throws -> BenchNode {
        let place = NodeFolder(folder.appendingPathComponent(agency).path)
        let isLeft = passphrase != nil
        let passphrase = passphrase ?? Array(Hex.encode(RandomBytes.system.bytes(16)).utf8)
        _ = try await InitialiseNode(
            folder: place,
            agency: agency,
            name: agency,
            jurisdiction: BenchPolicies.jurisdiction,
            listen: HostPort(host: "127.0.0.1", port: try freePort()),
            console: HostPort(host: "127.0.0.1", port: isLeft ? try freePort() : 0),
            endpoint: nil,
            policies: policies
        ).run(passphrase: passphrase)
        let node = try await Node.open(place, passphrase: passphrase)
        _ = try await node.addUser(analyst, roles: ["analyst"], by: nil)
        var logger = Logger(label: "comity.bench")
        logger.logLevel = .critical
        var reaching = FederationClientConfiguration(
            agency: node.identity.agency,
            identity: node.identity.tls,
            signingKey: node.identity.signer,
            addressRule: .anyAddress,
            now: { node.now },
            random: { RandomBytes.system.bytes($0) }
        )
        // A busy machine spoils a figure; it must not end the measurement.
        (reaching.connectSeconds, reaching.exchangeSeconds, reaching.longExchangeSeconds) = (30, 60, 600)
        let client = FederationClient(configuration: reaching, directory: node.peers, logger: logger)
        let server = FederationServer(
            configuration: FederationServerConfiguration(
                agency: node.identity.agency,
                identity: node.identity.tls,
                signingKey: node.identity.signer,
                host: "127.0.0.1",
                port: node.configuration.listen.port,
                now: { node.now },
                random: { RandomBytes.system.bytes($0) }
            ),
            directory: node.peers,
            answering: node,
            logger: logger
        )
        let running: [Task<Void, Never>] = [
            Task { try? await server.run() }, Task { try? await node.publishLog() },
        ]
        guard await server.port != nil else { throw MeasureProblem("a node could not listen on 127.0.0.1") }
        return BenchNode(node: node, client: client, running: running)
    }

    /// Trusts the card of another node.
    func pin(_ other: BenchNode) async throws {
        let card = try OwnCard.read(other.node.folder)
        _ = try await node.addPeer(card: Array(card.card.utf8), confirm: card.fingerprint, by: nil)
    }

    func close() async {
        await client.shutdown()
        for task in running { task.cancel() }
        for task in running { await task.value }
        await node.close()
    }

    /// A card has to name a port before its node listens.
    private static func freePort() throws -> Int {
        guard let port = FreePort.find() else { throw MeasureProblem("there is no free port on 127.0.0.1") }
        return port
    }
}
