// A real node in a temporary folder, made by the product's own code; only its keyring costs less to open.
// Knows how a node is set up for a test; never what the test expects.
import Foundation
import NodeCore
import PeerTrust
import Sodium
import Vault

public struct TestNode: Sendable {
    public static let passphrase = Array("a passphrase of the tests".utf8)
    /// The account that asks.
    public static let analyst = "amina"

    public let node: Node
    public let clock: SettableClock

    public init(node: Node, clock: SettableClock) {
        self.node = node
        self.clock = clock
    }

    public var folder: NodeFolder { node.folder }
    public var agency: AgencyID { node.identity.agency }

    /// Makes a node of the test policies.
    ///
    /// - Parameters:
    ///   - agency: `alpha`, `bravo` or `charlie`.
    ///   - port: where its card says that it listens.
    ///   - console: the port of its local address, for a test that serves it.
    public static func make(
        _ agency: String,
        in parent: URL,
        clock: SettableClock,
        policies: TestPolicies = TestPolicies(),
        port: Int = 7443,
        console: Int = 0,
        seed: UInt64 = 1,
        draws: Draws = Draws()
    ) async throws -> TestNode {
        let folder = NodeFolder(parent.appendingPathComponent(agency).path)
        let letters: [String: (letter: String, number: UInt64)] = [
            "alpha": ("A", 1), "bravo": ("B", 2), "charlie": ("C", 3),
        ]
        let (letter, number) = letters[agency] ?? ("A", 0)
        let address = HostPort(host: "127.0.0.1", port: port)
        let seeded = RandomBytes.seeded(seed &* 31 &+ number)
        let random = RandomBytes { buffer in
            draws.announce(buffer.count)
            seeded.fill(buffer)
        }
        _ = try await InitialiseNode(
            folder: folder,
            agency: agency,
            name: "Agency \(agency)",
            jurisdiction: "X\(letter)",
            listen: address,
            console: HostPort(host: "127.0.0.1", port: console),
            endpoint: nil,
            policies: policies.bytes
        ).run(passphrase: passphrase, clock: clock.clock, random: random, keyringCost: .least)
        let node = TestNode(
            node: try await Node.open(folder, passphrase: passphrase, clock: clock.clock, random: random),
            clock: clock
        )
        _ = try await node.node.addUser(analyst, roles: ["analyst"], by: nil)
        return node
    }

    /// Closes it and opens its folder again, as a restart does.
    public func reopened(seed: UInt64 = 99) async throws -> TestNode {
        await node.close()
        let opened = try await Node.open(
            folder,
            passphrase: Self.passphrase,
            clock: clock.clock,
            random: .seeded(seed)
        )
        return TestNode(node: opened, clock: clock)
    }

    /// Trusts the card of `other`, as two people who compared fingerprints do.
    public func trust(_ other: TestNode) async throws {
        let card = try OwnCard.read(other.folder)
        _ = try await node.addPeer(card: Array(card.card.utf8), confirm: card.fingerprint, by: nil)
    }

    /// Replaces `DIR/policies` and activates it.
    public func activate(_ policies: TestPolicies) async throws -> Activation {
        try? FileManager.default.removeItem(at: folder.policies)
        for (path, bytes) in policies.bytes {
            let url = folder.policies.appendingPathComponent(path)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try DurableFile.write(bytes, to: url)
        }
        return try await node.activatePolicies(by: nil)
    }

    /// Imports CSV text and publishes what policy lets through.
    @discardableResult
    public func publish(_ csv: String) async throws -> IndexList {
        _ = try await node.importRecords(
            csv: Array(csv.utf8),
            fileName: "records.csv",
            dataset: "main",
            renames: [:],
            defaults: [:],
            by: "operator"
        )
        return try await index()
    }

    /// Builds the index for `alpha`; with `rotating` in a new epoch.
    @discardableResult
    public func index(rotating: Bool = false) async throws -> IndexList {
        try await node.buildIndexes(agreement: nil, asker: nil, rotating: rotating, by: nil) { _ in }
    }
}

/// Makes a folder for a test and removes it afterwards.
public func withTemporaryFolder<Value>(_ body: (URL) async throws -> Value) async throws -> Value {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("comity-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
        at: url,
        withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700]
    )
    defer { try? FileManager.default.removeItem(at: url) }
    return try await body(url)
}
