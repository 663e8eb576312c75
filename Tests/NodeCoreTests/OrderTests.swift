// The order of a holder's checks (PROTOCOL section 1, step 4): what fails at one costs nothing of the next. And what a
// peer may do for nothing, refusals and resends, is bounded.
import AuditLog
import CanonicalJSON
import NodeTesting
import PeerTrust
import Testing
import WireProtocol

@testable import NodeCore

@Suite struct OrderTests {
    private static func bad(_ query: QueryRequest) throws -> PointsByClass {
        var classes = query.points.classes
        for name in classes.keys { classes[name]?.replaceSubrange(0..<32, with: [UInt8](repeating: 0xFF, count: 32)) }
        return try PointsByClass(classes)
    }

    @Test func policyComesBeforeQuotaAndQuotaBeforeThePoints() async throws {
        try await Pair.with { pair in
            let request = try await pair.capturedQuery()
            let honest = try QueryRequest(body: request.body)
            var query = honest
            query.points = try Self.bad(honest)
            // Policy: another purpose than the agreement's. Its points are bad too, and it says nothing of them.
            var refused = query
            refused.purpose = "border_control"
            refused.query = try #require(MessageID(random: [UInt8](repeating: 1, count: 16)))
            #expect(try await pair.peers.send(try pair.renewed(request, refused), to: pair.bravo).status == 403)
            // The agreement's text, then the epoch.
            refused.agreementDigest = [UInt8](repeating: 0, count: 32)
            refused.query = try #require(MessageID(random: [UInt8](repeating: 2, count: 16)))
            #expect(try await pair.peers.send(try pair.renewed(request, refused), to: pair.bravo).status == 403)
            refused.purpose = honest.purpose
            refused.epoch = 9
            refused.query = try #require(MessageID(random: [UInt8](repeating: 3, count: 16)))
            #expect(try await pair.peers.send(try pair.renewed(request, refused), to: pair.bravo).status == 409)
            refused.agreementDigest = honest.agreementDigest
            refused.query = try #require(MessageID(random: [UInt8](repeating: 4, count: 16)))
            #expect(try await pair.peers.send(try pair.renewed(request, refused), to: pair.bravo).status == 410)
            // Quota: nothing left, so that the bad points are not looked at.
            let policies = TestPolicies().requiring(
                "quota: [{per: peer, period: hour, keys: \(honest.keys)}]",
                sides: "holder",
                in: .jurisdiction("XB")
            )
            _ = try await pair.holder.activate(policies)
            query.query = try #require(MessageID(random: [UInt8](repeating: 5, count: 16)))
            #expect(try await pair.peers.send(try pair.renewed(request, query), to: pair.bravo).status == 429)

            let leaves = try await pair.holder.closedLeaves()
            let grounds = leaves.named("query.refused").map { $0.text("ground") }
            #expect(grounds == ["refused", "refused", "conflict", "epoch", "quota"])
            // Only the honest one was charged: each refusal leaves the hour as it was.
            #expect(leaves.named("query.received").compactMap { $0.data["quota_left"]?.integer }.count == 1)
            // Received, then answered or refused: in this order, for each query.
            let events = leaves.map(\.event).filter { $0.hasPrefix("query.") }
            #expect(
                events == ["query.received", "query.answered"]
                    + (0..<5).flatMap { _ in ["query.received", "query.refused"] }
            )
        }
    }

    @Test func refusalsOfABelievedPeerBeyondSixtyAMinuteAreCounted() async throws {
        try await Pair.with { pair in
            let request = try await pair.capturedQuery()
            var query = try QueryRequest(body: request.body)
            query.purpose = "border_control"
            for number in 0..<100 {
                query.query = try #require(MessageID(random: [UInt8](repeating: UInt8(number), count: 16)))
                let response = try await pair.peers.send(try pair.renewed(request, query), to: pair.bravo)
                #expect(
                    response.status == 403 && response.problem?.rule?.isEmpty == false,
                    "the reason is told as ever"
                )
            }
            let malformed = PeerRequest(id: request.id, route: .queries, body: [0x7B], receipt: request.receipt)
            for _ in 0..<10 { #expect(try await pair.peers.send(malformed, to: pair.bravo).status == 400) }
            #expect(try await pair.ask(People.youssef).outcome == "hits", "a good question is answered all the same")
            // The next minute has entries again.
            pair.holder.clock.advance(seconds: 60)
            query.query = try #require(MessageID(random: [UInt8](repeating: 200, count: 16)))
            _ = try await pair.peers.send(try pair.renewed(request, query), to: pair.bravo)
            await pair.holder.node.logCounted(all: false)

            let leaves = try await pair.holder.closedLeaves()
            #expect(leaves.named("query.refused").count == pair.holder.node.free.mostInAMinute + 1)
            let counted = leaves.named("access.refused")
            #expect(counted.count == 4 && counted.allSatisfy { $0.text("method") == "peer" })
            #expect(counted.allSatisfy { $0.actor.role == .peer && $0.actor.pseudonym == "alpha" })
            func count(_ route: String) -> Int {
                counted.filter { $0.text("route") == route }.compactMap { $0.data["count"]?.integer }.reduce(0, +)
            }
            #expect(count("refused") == 40 && count("malformed") == 10, "none is forgotten")
        }
    }

    @Test func aQueryIsSentAgainSoManyTimesAMinuteAndNoMore() async throws {
        try await Pair.with { pair in
            let request = try await pair.capturedQuery()
            var statuses: [Int] = []
            for _ in 0...pair.holder.node.free.mostInAMinute {
                statuses.append(try await pair.peers.send(request, to: pair.bravo).status)
            }
            #expect(statuses.dropLast().allSatisfy { $0 == 200 } && statuses.last == 429)
            #expect(try await pair.ask(People.youssef).outcome == "hits", "another query is no resend")
            pair.asker.clock.advance(seconds: 60)
            #expect(try await pair.peers.send(request, to: pair.bravo).status == 200)
            let leaves = try await pair.holder.closedLeaves()
            #expect(leaves.named("query.answered").count == pair.holder.node.free.mostInAMinute + 3)
        }
    }
}
