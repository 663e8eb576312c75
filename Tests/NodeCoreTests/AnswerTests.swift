import AuditLog
// A question that is permitted: hits, no hit, what the people and the two logs see of it.
import FederationServer
import Foundation
import NodeCore
import NodeTesting
import PeerTrust
import Testing
import WireProtocol

@Suite struct AnswerTests {
    @Test func aKnownPersonIsAHitWithHandleScoreAndKinds() async throws {
        try await Pair.with { pair in
            let answer = try await pair.ask(People.youssef)
            #expect(answer.outcome == "hits")
            let hit = try #require(answer.hits.first)
            #expect(answer.hits.count == 1)
            #expect(hit.subject == "field")
            #expect(hit.handle.count == 10 && hit.handle.allSatisfy { $0.isHexDigit })
            #expect(hit.band == "strong" && hit.score > 50 && hit.score <= 100)
            #expect(hit.kinds.contains("phone"))
        }
    }

    @Test func anUnknownPersonIsNoHit() async throws {
        try await Pair.with { pair in
            let answer = try await pair.ask(People.nobody)
            #expect(answer.outcome == "no-hit" && answer.hits.isEmpty && answer.reason.isEmpty)
        }
    }

    @Test func anEarlierQuestionCanBeReadAgain() async throws {
        try await Pair.with { pair in
            let report = try await pair.asker.node.ask(
                Pair.question(.fields(People.youssef)),
                dryRun: false,
                by: nil,
                through: pair.peers
            ) { _ in }
            #expect(try await pair.asker.node.question(report.query, by: nil, through: pair.peers) == report)
            let other = try await problem {
                _ = try await pair.asker.node.question("no-such-question", by: nil, through: pair.peers)
            }
            #expect(other.kind == .usage)
        }
    }

    @Test func aFileAsksAboutEachRow() async throws {
        try await Pair.with { pair in
            let csv = """
                id,full_name,birth_date,phone
                r1,Yusuf Sahin,1988-02-11,+491512441001
                r2,Kerstin Almqvist,1999-12-11,
                r3,Ivan Petrov,1979-05-03,

                """
            let report = try await pair.asker.node.ask(
                Pair.question(.file(Array(csv.utf8), name: "rows.csv")),
                dryRun: false,
                by: nil,
                through: pair.peers
            ) { _ in }
            let hits = try #require(report.asked.first).hits
            #expect(Set(hits.map(\.subject)) == ["r1", "r3"])
            #expect(Set(hits.map(\.handle)).count == 2)
        }
    }

    @Test func aDryRunSendsNothingAndLogsNothing() async throws {
        try await Pair.with { pair in
            let sent = Sent()
            let answer = try await pair.ask(People.youssef, through: sent.recording(pair.peers), dryRun: true)
            #expect(answer.outcome == "would-ask" && answer.reason.contains("phone"))
            #expect(answer.reason.contains(" about 1 subject;"), "\(answer.reason)")
            #expect(await sent.requests.isEmpty)
            #expect(try await pair.asker.closedLeaves().filter { $0.event.hasPrefix("query.") }.isEmpty)
        }
    }

    @Test func twoNodesAskAndAnswerOverMutualTLS() async throws {
        try await withTemporaryFolder { folder in
            // The certificates are checked against the machine's clock.
            let clock = SettableClock(seconds: Int(Date().timeIntervalSince1970))
            let policies = TestPolicies().replacing(
                "from: 2025-01-01, until: 2035-12-31",
                with: "from: 2025-01-01",
                in: .agreement
            )
            let ports = try [#require(FreePort.find()), #require(FreePort.find())]
            let alpha = try await TestNode.make("alpha", in: folder, clock: clock, policies: policies, port: ports[0])
            let bravo = try await TestNode.make("bravo", in: folder, clock: clock, policies: policies, port: ports[1])
            try await alpha.trust(bravo)
            try await bravo.trust(alpha)
            try await bravo.publish(People.all)
            try await Loopback.connect(alpha, to: [bravo]) { peers in
                let question = Pair.question(.fields(People.youssef))
                let report = try await alpha.node.ask(question, dryRun: false, by: nil, through: peers) { _ in }
                #expect(report.asked.map(\.outcome) == ["hits"])
                // Who is no longer trusted is not answered any more, on connections that are open too.
                _ = try await bravo.node.revokePeer("alpha", by: nil)
                let again = try await alpha.node.ask(question, dryRun: false, by: nil, through: peers) { _ in }
                #expect(again.asked.map(\.outcome) == ["unreachable"])
                #expect(again.outcome == .unreachable)
            }
            await alpha.node.close()
            await bravo.node.close()
            #expect(alpha.logProblems().isEmpty && bravo.logProblems().isEmpty)
        }
    }
}

@Suite struct AuditTrailTests {
    @Test func aHitLeavesItsEntriesOnBothSides() async throws {
        try await Pair.with { pair in
            let answer = try await pair.ask(People.youssef)
            let asker = try await pair.asker.closedLeaves()
            #expect(
                asker.map(\.event) == [
                    "log.started", "user.added", "policy.activated", "agreement.activated", "user.added", "peer.added",
                    "index.fetched", "case.opened", "query.asked", "query.outcome", "case.linked",
                ]
            )
            let holder = try await pair.holder.closedLeaves()
            let expected = [
                "log.started", "user.added", "policy.activated", "agreement.activated", "user.added", "peer.added",
                "record.imported", "index.published", "index.fetched", "index.fetched", "index.fetched",
                "query.received", "query.answered",
            ]
            // One index.fetched for each segment that was handed over.
            #expect(holder.map(\.event) == expected)
            let asked = try #require(asker.named("query.asked").first)
            let received = try #require(holder.named("query.received").first)
            #expect(asked.text("query") == answer.id && received.text("query") == answer.id)
            #expect(asked.text("point_root") == received.text("point_root") && asked.text("point_root") != nil)
            #expect(asked.data["keys"] == received.data["keys_declared"])
            #expect(asked.actor.role == .analyst && received.actor.role == .peer)
            #expect(received.actor.pseudonym == "alpha")
            #expect(Set(asked.personal.keys) == ["actor", "case", "subjects"])
            #expect(Set(received.personal.keys) == ["analyst"])
            let outcome = try #require(asker.named("query.outcome").first)
            #expect(outcome.text("outcome") == "hits" && Set(outcome.personal.keys) == ["handles"])
            #expect(pair.asker.logProblems().isEmpty && pair.holder.logProblems().isEmpty)
        }
    }

    @Test func importRotationRevocationAndPoliciesAreEntries() async throws {
        try await Pair.with { pair in
            let start = 8
            try await pair.holder.index(rotating: true)
            _ = try await pair.holder.node.addUser("olga", roles: ["officer"], by: nil)
            _ = try await pair.holder.node.addUser("olga", roles: ["approver"], by: nil)
            #expect(
                try await pair.holder.activate(
                    TestPolicies().requiring(
                        "quota: [{per: peer, period: day, keys: 9}]",
                        sides: "holder",
                        in: .agreement
                    )
                ) != .unchanged
            )
            _ = try await pair.holder.node.revokePeer("alpha", by: nil)
            #expect(
                try await pair.holder.closedEvents(from: start) == [
                    "epoch.rotated", "index.published", "user.added", "role.granted", "policy.activated",
                    "agreement.activated", "peer.revoked",
                ]
            )
        }
    }
}
