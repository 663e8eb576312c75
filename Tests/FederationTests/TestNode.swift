// Two agencies on loopback: identities, cards, a scripted answerer, a server for the length of a closure.

import Crypto
import FederationClient
import FederationServer
import Foundation
import Logging
import PeerTrust
import ServiceLifecycle
import Synchronization
import Testing
import TransparencyLog
import WireProtocol

let quiet = Logger(label: "federation-tests") { _ in SwiftLogNoOpLogHandler() }

/// Long ago, so that the certificates are valid on any machine's clock.
private let birth = Date(timeIntervalSince1970: 1_700_000_000)

func systemNow() -> Int { Int(Date().timeIntervalSince1970) }

func systemRandom(_ count: Int) -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    return (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
}

struct TestNode: Sendable {
    let agency: AgencyID
    let identity: TLSIdentity
    let key: RequestSigningKey

    init(_ agency: String) throws {
        self.agency = try #require(AgencyID(agency))
        identity = try TLSIdentity(agency: self.agency, notBefore: birth, years: 30)
        key = RequestSigningKey(Curve25519.Signing.PrivateKey())
    }

    /// The card, with another identity's certificate where a test wants that.
    func peer(port: Int, host: String = "127.0.0.1", certificateOf other: TestNode? = nil) throws -> PinnedPeer {
        func vkey(_ name: String, _ algorithm: VerifierKey.Algorithm) throws -> String {
            let key = VerifierKey(name: name, algorithm: algorithm, publicKey: [UInt8](repeating: 7, count: 32))
            return try #require(key).text
        }
        let sealing = try #require(ReleaseOpeningKey(seed: [UInt8](repeating: 1, count: 32)))
        let card = try NodeCard(
            agency: agency,
            name: "Agency",
            jurisdiction: "PT",
            endpoints: [Endpoint("https://\(host):\(port)", rule: .anyAddress)],
            tlsCertificate: (other ?? self).identity.certificate,
            signingKey: key.publicKey,
            sealingKey: sealing.publicKey,
            logKeys: NodeCard.LogKeys(
                log: vkey("\(agency)/audit/1", .ed25519),
                witness: vkey("\(agency)/witness", .cosignatureV1),
                export: vkey("\(agency)/export", .ed25519)
            ),
            serial: 1,
            previous: nil
        )
        let unverified = try UnverifiedNodeCard(bytes: card.signed(with: key), rule: .anyAddress)
        return PinnedPeer(card: try VerifiedNodeCard(unverified))
    }

    func receipt(_ index: Int = 7) throws -> AuditReceipt {
        let leaf = [UInt8](repeating: UInt8(index & 255), count: 32)
        return try #require(AuditReceipt(origin: "\(agency)/audit/1", index: index, leaf: leaf))
    }

    func client(
        to peers: any PeerDirectory,
        seconds: Int64 = 60,
        rule: AddressRule = .anyAddress,
        change: (inout FederationClientConfiguration) -> Void = { _ in }
    ) -> FederationClient {
        var configuration = FederationClientConfiguration(
            agency: agency,
            identity: identity,
            signingKey: key,
            addressRule: rule,
            now: systemNow,
            random: systemRandom
        )
        configuration.exchangeSeconds = seconds
        configuration.connectSeconds = max(seconds, 5)
        change(&configuration)
        return FederationClient(configuration: configuration, directory: peers, logger: quiet)
    }

    func request(_ route: Route = .hello, body: [UInt8] = []) throws -> PeerRequest {
        let id = try #require(MessageID(random: systemRandom(16)))
        return PeerRequest(id: id, route: route, body: body, receipt: try receipt())
    }
}

/// Records what reaches the use cases and answers as the test says.
final class ScriptedAnswerer: PeerAnswering {
    private let received = Mutex<[VerifiedPeerRequest]>([])
    private let working = Mutex((now: 0, most: 0))
    private let script: @Sendable (VerifiedPeerRequest) async -> PeerAnswer

    init(_ script: @escaping @Sendable (VerifiedPeerRequest) async -> PeerAnswer) {
        self.script = script
    }

    var requests: [VerifiedPeerRequest] { received.withLock { $0 } }
    /// Most requests that were in work at one moment.
    var mostAtOnce: Int { working.withLock { $0.most } }

    func answer(_ request: VerifiedPeerRequest) async -> PeerAnswer {
        received.withLock { $0.append(request) }
        working.withLock { working in
            working.now += 1
            working.most = max(working.most, working.now)
        }
        defer { working.withLock { $0.now -= 1 } }
        return await script(request)
    }

    /// Answers 200 with the request's own body.
    static func echo(_ node: TestNode) throws -> ScriptedAnswerer {
        let receipt = try node.receipt(9)
        return ScriptedAnswerer { request in
            .answer(status: 200, contentType: MediaType.message, body: request.body, receipt: receipt)
        }
    }
}

/// Runs the server of `node` on a free port of loopback while `body` runs.
func withServer(
    _ node: TestNode,
    directory: any PeerDirectory,
    answering: any PeerAnswering,
    signingKey: RequestSigningKey? = nil,
    change: (inout FederationServerConfiguration) -> Void = { _ in },
    _ body: @Sendable (Int) async throws -> Void
) async throws {
    var configuration = FederationServerConfiguration(
        agency: node.agency,
        identity: node.identity,
        signingKey: signingKey ?? node.key,
        host: "127.0.0.1",
        port: 0,
        now: systemNow,
        random: systemRandom
    )
    change(&configuration)
    let server = FederationServer(
        configuration: configuration,
        directory: directory,
        answering: answering,
        logger: quiet
    )
    try await withService(server) {
        let port = try #require(await server.port)
        try await body(port)
    }
}

/// Runs a service while `body` runs.
func withService(_ service: any Service, _ body: @Sendable () async throws -> Void) async throws {
    let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: [service], logger: quiet))
    try await withThrowingTaskGroup(of: Void.self) { tasks in
        tasks.addTask { try await group.run() }
        do {
            try await body()
        } catch {
            await group.triggerGracefulShutdown()
            tasks.cancelAll()
            throw error
        }
        await group.triggerGracefulShutdown()
        try await tasks.waitForAll()
    }
}

/// The error of a refused message; nil when it was answered.
func refusal(
    _ client: FederationClient,
    _ request: PeerRequest,
    to agency: AgencyID
) async -> PeerReachError? {
    do throws(PeerReachError) {
        _ = try await client.send(request, to: agency)
        return nil
    } catch {
        return error
    }
}

/// Holds whoever waits until it is opened.
actor Latch {
    private var isOpen = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    func wait() async {
        guard !isOpen else { return }
        await withCheckedContinuation { waiting.append($0) }
    }

    func open() {
        isOpen = true
        for continuation in waiting { continuation.resume() }
        waiting = []
    }

    /// Runs `body` and opens at its end, whichever that is: a server that goes down waits for whoever waits here.
    nonisolated func opened<Value: Sendable>(after body: () async throws -> Value) async throws -> Value {
        do {
            let value = try await body()
            await open()
            return value
        } catch {
            await open()
            throw error
        }
    }
}
