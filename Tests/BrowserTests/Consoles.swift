// Consoles inside this process, their clock in the test's hand; between the nodes real mutual TLS. People sit down at them
// with a session that the node opened, so that a test of pages need not sign in through pages.
import Accounts
import AsyncHTTPClient
import FederationServer
import Foundation
import Hummingbird
import Logging
import NodeCore
import NodeTesting
import PeerTrust
import ServiceLifecycle
import Synchronization
import TestSupport
import Testing
import WireProtocol

@testable import Console

/// A console that is being served.
struct ServedConsole: Sendable {
    let node: TestNode
    let address: String
    private let group: ServiceGroup
    private let task: Task<Void, any Error>

    static func start(_ node: TestNode, through peers: any PeerReaching) async throws -> ServedConsole {
        let quiet = Logger(label: "browser-tests") { _ in SwiftLogNoOpLogHandler() }
        let server = ConsoleServer(
            node: node.node,
            peers: peers,
            certificate: try node.node.localCertificate(),
            plain: Router().buildResponder(),
            logger: quiet
        )
        let group = ServiceGroup(configuration: .init(services: [server], logger: quiet))
        let hasEnded = Atomic(false)
        let task = Task {
            defer { hasEnded.store(true, ordering: .releasing) }
            try await group.run()
        }
        let port = node.node.configuration.console.port
        // What ended serves nobody: waiting longer brings nothing.
        let isServed = try await Waiting.until(seconds: 180, every: .milliseconds(100)) {
            let look = HTTPClientRequest(url: "http://127.0.0.1:\(port)/health")
            return (try? await HTTPClient.shared.execute(look, timeout: .seconds(10))) != nil
                || hasEnded.load(ordering: .acquiring)
        }
        guard isServed, !hasEnded.load(ordering: .acquiring) else {
            task.cancel()
            let why = await task.result
            throw WebDriverFailure(description: "the console of \(node.agency) is not served: \(why)")
        }
        return ServedConsole(node: node, address: "https://127.0.0.1:\(port)", group: group, task: task)
    }

    /// Lets what is under way end; what does not is cut off, so that a test that fails comes to its end.
    func stop() async {
        await group.triggerGracefulShutdown()
        let cutOff = Task { [task] in
            try await Task.sleep(for: .seconds(60))
            print("a console was cut off after a minute")
            task.cancel()
        }
        _ = try? await task.value
        cutOff.cancel()
    }

    /// Adds somebody with these roles, sets up their sign-in and opens their first session.
    func seat(_ name: String, _ roles: [String]) async throws -> Seat {
        let user = try await node.node.addUser(name, roles: roles, by: "operator")
        let code = try #require(user.code)
        guard case .offered(let offer) = try await node.node.offerFactor(name: name, firstCode: code, from: "127.0.0.1")
        else { throw WebDriverFailure(description: "\(name) was offered no factor") }
        let secret = bytes(base32: offer.secret)
        let done = try await node.node.setUpSignIn(
            name: name,
            firstCode: code,
            password: Seat.password,
            code: TimeCode.code(secret, step: TimeCode.step(at: node.clock.seconds)),
            from: "127.0.0.1"
        )
        guard case .opened(let token, _, _) = done else {
            throw WebDriverFailure(description: "\(name) was not let in")
        }
        return Seat(name: name, console: address, secret: secret, cookie: cookie(token))
    }

    /// A new session of somebody whose last one is over.
    func back(_ seat: Seat) async throws -> Seat {
        let outcome = try await node.node.signIn(
            name: seat.name,
            password: Seat.password,
            proof: .code(code(seat)),
            from: "127.0.0.1"
        )
        guard case .opened(let token, _) = outcome else {
            throw WebDriverFailure(description: "\(seat.name) was not let in again")
        }
        return Seat(name: seat.name, console: address, secret: seat.secret, cookie: cookie(token))
    }

    /// A code that was not used yet: the clock moves on to its step.
    func code(_ seat: Seat) -> String {
        node.clock.advance(seconds: 30)
        return TimeCode.code(seat.secret, step: TimeCode.step(at: node.clock.seconds))
    }

    private func cookie(_ token: String) -> Seat.Cookie {
        Seat.Cookie(name: Headers.cookieName(node.node.configuration.agency), value: token)
    }
}

/// Somebody's place at a console.
struct Seat: Sendable, Equatable {
    struct Cookie: Sendable, Equatable {
        let name: String
        let value: String
    }

    static let password = "ferry lantern oblique walnut"

    let name: String
    let console: String
    let secret: [UInt8]
    let cookie: Cookie
}

/// Holds back what is sent to one agency until it is opened, or nobody waits any more.
actor Gate {
    private var isOpen = false

    func pass() async {
        while !isOpen, !Task.isCancelled { try? await Task.sleep(for: .milliseconds(20)) }
    }

    func open() { isOpen = true }
}

/// Reaches peers, one of them only when the gate lets it: a slow peer.
struct GatedPeers: PeerReaching {
    let peers: any PeerReaching
    let slow: AgencyID
    let gate: Gate

    func send(
        _ request: PeerRequest,
        to agency: AgencyID
    ) async throws(PeerReachError) -> VerifiedPeerResponse {
        if agency == slow { await gate.pass() }
        return try await peers.send(request, to: agency)
    }
}

/// Two agencies with consoles: `alpha` asks, `bravo` holds. A third, `charlie`, is known to both, and nobody serves it.
struct Consoles: Sendable {
    let clock: SettableClock
    let asker: ServedConsole
    let holder: ServedConsole
    /// How the asker reaches its peers, past the gate.
    let peers: any PeerReaching
    /// What the asker's console sends to charlie waits here.
    let gate: Gate
    let driver: DriverProcess
    let folder: URL

    static func run(
        _ policies: TestPolicies = .disclosing(),
        records: String,
        _ body: @escaping @Sendable (Consoles) async throws -> Void
    ) async throws {
        try await withTemporaryFolder { folder in
            let clock = SettableClock.inForce
            func make(_ agency: String) async throws -> TestNode {
                let (port, console) = (try #require(FreePort.find()), try #require(FreePort.find()))
                return try await TestNode.make(
                    agency,
                    in: folder,
                    clock: clock,
                    policies: policies,
                    port: port,
                    console: console
                )
            }
            let (alpha, bravo, charlie) = (try await make("alpha"), try await make("bravo"), try await make("charlie"))
            let result: Result<Void, any Error>
            do {
                for (one, other) in [(alpha, bravo), (alpha, charlie), (bravo, alpha), (bravo, charlie)] {
                    try await one.trust(other)
                }
                try await bravo.publish(records)
                result = .success(try await between(alpha, bravo, slow: charlie.agency, clock, folder, body))
            } catch {
                result = .failure(error)
            }
            for node in [alpha, bravo, charlie] { await node.node.close() }
            try result.get()
        }
    }

    private static func between(
        _ alpha: TestNode,
        _ bravo: TestNode,
        slow: AgencyID,
        _ clock: SettableClock,
        _ folder: URL,
        _ body: @escaping @Sendable (Consoles) async throws -> Void
    ) async throws {
        let driver = try await DriverProcess.start(in: folder)
        let ran: Result<Void, any Error>
        do {
            ran = .success(
                try await Loopback.connect(alpha, to: [bravo]) { peers in
                    let gate = Gate()
                    let gated = GatedPeers(peers: peers, slow: slow, gate: gate)
                    let network = DirectNetwork([alpha, bravo])
                    let asker = try await ServedConsole.start(alpha, through: gated)
                    let holder = try await ServedConsole.start(bravo, through: network.peers(of: bravo))
                    let result: Result<Void, any Error>
                    do {
                        let consoles = Consoles(
                            clock: clock,
                            asker: asker,
                            holder: holder,
                            peers: peers,
                            gate: gate,
                            driver: driver,
                            folder: folder
                        )
                        result = .success(try await body(consoles))
                    } catch {
                        result = .failure(error)
                    }
                    await gate.open()
                    await asker.stop()
                    await holder.stop()
                    try result.get()
                }
            )
        } catch {
            ran = .failure(error)
        }
        await driver.stop()
        try ran.get()
    }
}
