// Several peers at once: whoever is slow or dead delays and spoils nobody else's answer.
import Foundation
import NodeCore
import NodeTesting
import PeerTrust
import Synchronization
import Testing
import WireProtocol

@Suite struct FanOutTests {
    /// Three nodes; bravo and charlie hold the same records.
    static func three(
        _ policies: TestPolicies = TestPolicies(),
        _ body: (TestNode, [TestNode], DirectNetwork) async throws -> Void
    ) async throws {
        try await withTemporaryFolder { folder in
            let clock = SettableClock.inForce
            let alpha = try await TestNode.make("alpha", in: folder, clock: clock, policies: policies)
            var holders: [TestNode] = []
            for agency in ["bravo", "charlie"] {
                let holder = try await TestNode.make(agency, in: folder, clock: clock, policies: policies)
                try await alpha.trust(holder)
                try await holder.trust(alpha)
                let own = (People.header + People.indexed).replacing(",bravo,", with: ",\(agency),")
                try await holder.publish(own)
                holders.append(holder)
            }
            try await body(alpha, holders, DirectNetwork([alpha] + holders))
            for node in [alpha] + holders { await node.node.close() }
        }
    }

    @Test func aSlowPeerDoesNotDelayTheOthersAnswer() async throws {
        try await Self.three { alpha, _, network in
            let latch = Latch()
            let order = Mutex<[String]>([])
            // bravo's answer is held until charlie's has been told: asked one after the other, this could not end well.
            let reaching = InterceptedPeers(network.peers(of: alpha)) {
                (request, agency, next) async throws(PeerReachError) -> VerifiedPeerResponse in
                if agency.text == "bravo", await !latch.wait(seconds: 60) { throw .timeout }
                return try await next.send(request, to: agency)
            }
            let report = try await alpha.node.ask(
                Pair.question(.fields(People.youssef), peers: []),
                dryRun: false,
                by: nil,
                through: reaching
            ) { line in
                order.withLock { $0.append(line) }
                if line.hasPrefix("charlie:") { Task { await latch.open() } }
            }
            #expect(order.withLock { $0 } == ["charlie: hits", "bravo: hits"])
            #expect(report.asked.map(\.peer) == ["bravo", "charlie"])
            #expect(report.asked.map(\.outcome) == ["hits", "hits"])
        }
    }

    @Test func aDeadPeerIsUnreachableAndTheOtherAnswers() async throws {
        try await Self.three { alpha, holders, network in
            network.leave(holders[0].agency)
            let question = Pair.question(.fields(People.youssef), peers: [])
            let report = try await alpha.node.ask(question, dryRun: false, by: nil, through: network.peers(of: alpha)) {
                _ in
            }
            #expect(report.asked.map(\.outcome) == ["unreachable", "hits"] && report.outcome == .answered)
            network.leave(holders[1].agency)
            let none = try await alpha.node.ask(question, dryRun: false, by: nil, through: network.peers(of: alpha)) {
                _ in
            }
            #expect(none.asked.map(\.outcome) == ["unreachable", "unreachable"] && none.outcome == .unreachable)
        }
    }

    @Test func whatPeersAreToldOfOneCaseAndAnalystDiffersFromPeerToPeer() async throws {
        try await Self.three { alpha, _, network in
            let seen = Mutex<[String: [QueryRequest]]>([:])
            let reaching = InterceptedPeers(network.peers(of: alpha)) {
                (request, agency, next) async throws(PeerReachError) -> VerifiedPeerResponse in
                if request.route == .queries, let query = try? QueryRequest(body: request.body) {
                    seen.withLock { $0[agency.text, default: []].append(query) }
                }
                return try await next.send(request, to: agency)
            }
            for _ in 0..<2 {
                _ = try await alpha.node.ask(
                    Pair.question(.fields(People.youssef), peers: []),
                    dryRun: false,
                    by: nil,
                    through: reaching
                ) { _ in }
            }
            let queries = seen.withLock { $0 }
            let (bravo, charlie) = (try #require(queries["bravo"]), try #require(queries["charlie"]))
            #expect(Set(bravo.map(\.caseReference)).count == 1 && Set(charlie.map(\.caseReference)).count == 1)
            #expect(bravo[0].caseReference != charlie[0].caseReference && bravo[0].caseReference != nil)
            #expect(bravo[0].analyst == bravo[1].analyst && bravo[0].analyst != charlie[0].analyst)
            #expect(Set((bravo + charlie).map(\.query)).count == 4)
            #expect(Set((bravo + charlie).map(\.points)).count == 4, "a blind for every key of every query")
        }
    }
}

/// Holds whoever waits until it is opened, or for so many seconds.
actor Latch {
    private var isOpen = false

    func open() { isOpen = true }

    /// False when the time was up first.
    func wait(seconds: Int) async -> Bool {
        for _ in 0..<(seconds * 100) where !isOpen { try? await Task.sleep(for: .milliseconds(10)) }
        return isOpen
    }
}
