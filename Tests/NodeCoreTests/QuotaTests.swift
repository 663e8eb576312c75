// Quotas of both sides: counted in padded keys, durable, charged once, never shared by two questions.
import AuditLog
import NodeCore
import NodeTesting
import Testing
import WireProtocol

@Suite struct QuotaTests {
    private static func limit(_ keys: Int, per: String = "peer", sides: String, in place: TestPolicies.Place)
        -> TestPolicies
    {
        TestPolicies().requiring("quota: [{per: \(per), period: hour, keys: \(keys)}]", sides: sides, in: place)
    }

    @Test func theAskersQuotaKeepsTheQuestionHome() async throws {
        try await Pair.with(asker: Self.limit(1, sides: "asker", in: .jurisdiction("XA"))) { pair in
            let sent = Sent()
            let answer = try await pair.ask(People.youssef, through: sent.recording(pair.peers))
            #expect(answer.outcome == "refused" && answer.reason.hasPrefix("our own quota: at most 1 keys"))
            #expect(await !sent.requests.contains { $0.route == .queries })
            let denied = try #require(try await pair.asker.closedLeaves().named("query.denied").first)
            #expect(denied.text("rule") == "quota")
        }
    }

    @Test func theHoldersQuotaRefusesAndTheNextHourAnswers() async throws {
        try await Pair.with { pair in
            let keys = try await pair.keyCount(People.youssef)
            _ = try await pair.holder.activate(Self.limit(keys + 1, sides: "holder", in: .jurisdiction("XB")))
            #expect(try await pair.ask(People.youssef).outcome == "hits")
            let refused = try await pair.ask(People.youssef)
            #expect(refused.outcome == "refused")
            #expect(refused.reason.contains("quota: at most \(keys + 1) keys for one peer in one hour; 1 left until"))
            let holder = try await pair.holder.reopened()
            pair.network.join(holder)
            #expect(try await pair.ask(People.youssef).outcome == "refused", "a restart forgets no use")
            pair.holder.clock.advance(seconds: 3_600)
            #expect(try await pair.ask(People.youssef).outcome == "hits")
            let grounds = try await holder.closedLeaves().named("query.refused").map { $0.text("ground") }
            #expect(grounds == ["quota", "quota"])
        }
    }

    @Test(arguments: ["analyst", "case", "agreement"])
    func aQuotaCountsAnalystsCasesAndAgreements(per: String) async throws {
        try await Pair.with { pair in
            let keys = try await pair.keyCount(People.youssef)
            _ = try await pair.holder.activate(Self.limit(keys, per: per, sides: "holder", in: .jurisdiction("XB")))
            #expect(try await pair.ask(People.youssef).outcome == "hits")
            #expect(try await pair.ask(People.youssef).outcome == "refused")
        }
    }

    @Test func questionsAtTheSameTimeShareNoKeys() async throws {
        try await Pair.with { pair in
            let keys = try await pair.keyCount(People.youssef)
            #expect(try await pair.ask(People.nobody).outcome == "no-hit")
            let used = try await pair.keyCount(People.nobody)
            _ = try await pair.holder.activate(
                Self.limit(used + 3 * keys + keys - 1, sides: "holder", in: .jurisdiction("XB"))
            )
            let outcomes = try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<8 { group.addTask { try await pair.ask(People.youssef).outcome } }
                return try await group.reduce(into: [String]()) { $0.append($1) }
            }
            #expect(outcomes.count { $0 == "hits" } == 3 && outcomes.count { $0 == "refused" } == 5)
        }
    }
}
