import AuditLog
import NodeTesting
import PeerTrust
import Sodium
import TestSupport
import Testing
import Vault
import WireProtocol

// Messages that come again: the same nonce, the same query id, an old epoch; and messages that are no queries at all.
@testable import NodeCore

@Suite struct ReplayTests {
    private let nonce = [UInt8](repeating: 0xA5, count: 16)

    @Test func aReplayedNonceIsRefusedAlsoAfterARestart() async throws {
        try await Pair.with { pair in
            let request = try await pair.capturedQuery()
            #expect(try await pair.peers.send(request, to: pair.bravo, nonce: nonce).status == 200)
            let again = try await pair.peers.send(request, to: pair.bravo, nonce: nonce)
            #expect(again.status == 409 && again.problem?.detail == "this message was received before")
            let holder = try await pair.holder.reopened()
            pair.network.join(holder)
            #expect(try await pair.peers.send(request, to: pair.bravo, nonce: nonce).status == 409)
            let hello = PeerRequest(id: request.id, route: .hello, receipt: request.receipt)
            #expect(try await pair.peers.send(hello, to: pair.bravo, nonce: nonce).status == 409)
            let leaves = try await holder.closedLeaves()
            #expect(leaves.named("query.refused").map { $0.text("ground") } == ["replayed", "replayed"])
            #expect(leaves.named("access.refused").count == 1)
        }
    }

    @Test func theSameBytesAreAnsweredAgainAndChargedOnce() async throws {
        try await Pair.with { pair in
            let keys = try await pair.keyCount(People.youssef)
            _ = try await pair.holder.activate(
                TestPolicies().requiring(
                    "quota: [{per: peer, period: hour, keys: \(keys)}]",
                    sides: "holder",
                    in: .jurisdiction("XB")
                )
            )
            let request = try await pair.capturedQuery()
            let first = try await pair.peers.send(request, to: pair.bravo)
            let second = try await pair.peers.send(request, to: pair.bravo)
            #expect(first.status == 200 && second.status == 200)
            #expect(try QueryAnswer(body: first.body).evaluated == QueryAnswer(body: second.body).evaluated)
            let leaves = try await pair.holder.closedLeaves()
            #expect(leaves.named("query.received").count == 1 && leaves.named("query.answered").count == 3)
        }
    }

    @Test func otherBytesUnderAKnownQueryIDAreRefused() async throws {
        try await Pair.with { pair in
            let request = try await pair.capturedQuery()
            var query = try QueryRequest(body: request.body)
            query.urgency = .urgent
            let response = try await pair.peers.send(try pair.renewed(request, query), to: pair.bravo)
            #expect(response.status == 409 && response.problem?.detail == "this query id came before with other bytes")
            let refused = try #require(try await pair.holder.closedLeaves().named("query.refused").first)
            #expect(refused.text("ground") == "query-id")
        }
    }

    @Test func aQueryUnderAnEndedEpochIsAskedAgainByItself() async throws {
        try await Pair.with { pair in
            let first = try await pair.ask(People.youssef)
            try await pair.holder.index(rotating: true)
            let second = try await pair.ask(People.youssef)
            #expect(first.outcome == "hits" && second.outcome == "hits")
            #expect(first.hits.first?.handle != second.hits.first?.handle, "a handle lives as long as its epoch")
            let seeds = pair.holder.node.keyring.names.filter { $0.hasPrefix("epoch/shared/alpha/") }
            #expect(seeds == ["epoch/shared/alpha/2"], "the seed of the ended epoch is erased")
            let asker = try await pair.asker.closedLeaves()
            #expect(asker.named("query.outcome").map { $0.text("outcome") } == ["hits", "refused", "hits"])
            #expect(Set(asker.named("query.asked").compactMap { $0.text("query") }).count == 3)
            let refused = try #require(try await pair.holder.closedLeaves().named("query.refused").first)
            #expect(refused.text("ground") == "epoch")
        }
    }

    @Test func aPointThatIsNoneIsRefusedAndLogged() async throws {
        try await Pair.with { pair in
            let request = try await pair.capturedQuery()
            let query = try QueryRequest(body: request.body)
            // RFC 9496 A.2: a negative, a non-canonical, an off-curve encoding, the identity; and bit 255.
            let bad: [[UInt8]] = [
                [1] + [UInt8](repeating: 0, count: 31),
                [UInt8](repeating: 0xFF, count: 32),
                [0xED] + [UInt8](repeating: 0xFF, count: 30) + [0x7F],
                [UInt8](repeating: 0, count: 32),
            ]
            for (number, point) in bad.enumerated() {
                var changed = query
                changed.query = try #require(MessageID(random: [UInt8](repeating: UInt8(number + 1), count: 16)))
                var classes = query.points.classes
                let name = try #require(classes.keys.sorted().first)
                classes[name]?.replaceSubrange(0..<32, with: point)
                changed.points = try PointsByClass(classes)
                let response = try await pair.peers.send(try pair.renewed(request, changed), to: pair.bravo)
                #expect(response.status == 400, "point \(number)")
                let again = try await pair.peers.send(try pair.renewed(request, changed), to: pair.bravo)
                #expect(again.status == 400, "point \(number) sent again")
            }
            let leaves = try await pair.holder.closedLeaves()
            #expect(leaves.named("query.refused").count == 2 * bad.count)
            #expect(Set(leaves.named("query.refused").map { $0.text("ground") }) == ["points"])
        }
    }

    @Test func hostileBodiesAreAnsweredAndLoggedAndHurtNothing() async throws {
        var generator = SplitMix64.announced("hostile bodies", fallback: 0xB0D1E5)
        try await Pair.with { pair in
            let request = try await pair.capturedQuery()
            for round in 0..<80 {
                var body = request.body
                for _ in 0..<Int.random(in: 1...3, using: &generator) where !body.isEmpty {
                    let at = Int.random(in: 0..<body.count, using: &generator)
                    switch Int.random(in: 0..<3, using: &generator) {
                    case 0: body[at] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
                    case 1: body.removeSubrange(at..<min(body.count, at + 7))
                    default: body.insert(contentsOf: body[at...].prefix(9), at: at)
                    }
                }
                let hostile = PeerRequest(id: request.id, route: .queries, body: body, receipt: request.receipt)
                let response = try await pair.peers.send(hostile, to: pair.bravo)
                // The same query id with other bytes is a conflict at best.
                #expect([200, 400, 403, 404, 409, 410, 413, 429].contains(response.status), "round \(round)")
                if response.status != 200 {
                    let words = try #require(response.problem, "round \(round)").detail
                    #expect(People.secrets.allSatisfy { !words.contains($0) })
                }
            }
            #expect(try await pair.ask(People.youssef).outcome == "hits")
            await pair.holder.node.close()
            #expect(pair.holder.logProblems().isEmpty)
        }
    }

    @Test func aPathThatIsNotServedYetIsRefusedAndLogged() async throws {
        try await Pair.with { pair in
            let request = try await pair.capturedQuery()
            let unknown = PeerRequest(
                id: request.id,
                route: .segment(agreement: "shared", digest: [UInt8](repeating: 9, count: 32)),
                receipt: request.receipt
            )
            #expect(try await pair.peers.send(unknown, to: pair.bravo).status == 404)
            let version = PeerRequest(
                id: request.id,
                route: .manifestVersion(agreement: "shared", version: 77),
                receipt: request.receipt
            )
            #expect(try await pair.peers.send(version, to: pair.bravo).status == 404)
            #expect(try await pair.holder.closedLeaves().named("access.refused").count == 2)
        }
    }
}
