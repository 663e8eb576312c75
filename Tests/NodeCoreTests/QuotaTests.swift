// Quotas of both sides: counted in padded keys, durable, charged once, never shared by two questions.
import AuditLog
import CanonicalJSON
import NodeTesting
import PeerTrust
import PolicyEngine
import Testing
import Vault
import WireProtocol

@testable import NodeCore

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

    @Test func aHundredAtOnceOverASwitchOfEpochsNeverUseMore() async throws {
        try await Pair.with { pair in
            let request = try await pair.capturedQuery()
            let query = try QueryRequest(body: request.body)
            let most = 10 * query.keys + query.keys / 2
            _ = try await pair.holder.activate(Self.limit(most, sides: "holder", in: .jurisdiction("XB")))
            // Asked under the old epoch; where that is over, once more under the new one and another id.
            @Sendable func ask(_ number: UInt8) async throws -> Int {
                var status = 0
                for epoch in [1, 2] where status == 0 || status == 410 {
                    var changed = query
                    let id = [UInt8](repeating: number, count: 15) + [UInt8(epoch)]
                    changed.query = try #require(MessageID(random: id))
                    changed.epoch = epoch
                    status = try await pair.peers.send(try pair.renewed(request, changed), to: pair.bravo).status
                }
                return status
            }
            let statuses = try await withThrowingTaskGroup(of: Int?.self) { group in
                for number in 0..<100 { group.addTask { try await ask(UInt8(number)) } }
                group.addTask {
                    try await pair.holder.index(rotating: true)
                    return nil
                }
                return try await group.reduce(into: [Int]()) { if let status = $1 { $0.append(status) } }
            }
            // The question that was captured took its keys too.
            #expect(statuses.count { $0 == 200 } == 9 && statuses.count { $0 == 429 } == 91)
            let leaves = try await pair.holder.closedLeaves()
            #expect(leaves.named("epoch.rotated").count == 1)
            let used = leaves.named("query.answered").compactMap { $0.data["keys"]?.integer }.reduce(0, +)
            #expect(used == 10 * query.keys && used <= most)
        }
    }

    /// Each of the four ways of counting, in each of the three windows: used up in keys, kept over a restart, free again in
    /// the next window, and not used up by another peer, case or analyst.
    @Test(arguments: Quota.Per.allCases, Quota.Span.allCases)
    func everyWayOfCountingInEveryWindow(per: Quota.Per, period: Quota.Span) async throws {
        try await Pair.with(records: nil) { pair in
            let start = 1_772_323_200  // 2026-03-01 00:00 UTC
            @Sendable func charge(
                _ keys: Int,
                _ subjects: QuotaSubjects,
                after seconds: Int = 0,
                on node: Node
            ) async throws -> Int? {
                let limits = QuotaBook.limits([Quota(per: per, period: period, keys: 100)], subjects)
                return try await node.vault.commit { transaction -> (Int?, [AuditDraft]) in
                    let charged = try QuotaBook.charge(
                        keys: keys,
                        weak: 0,
                        limits: limits,
                        subjects: subjects,
                        at: start + seconds,
                        in: transaction
                    )
                    guard case .success(let left) = charged else { return (nil, []) }
                    return (left, [])
                }.value
            }
            let one = QuotaSubjects(
                direction: .answered,
                peer: "p",
                agreement: "a",
                analyst: "n",
                caseReference: "c"
            )
            var other = one
            switch per {
            case .peer: other.peer = "q"
            case .agreement: other.agreement = "b"
            case .analyst: other.analyst = "m"
            case .case: other.caseReference = "d"
            }
            var node = pair.holder.node
            #expect(try await charge(60, one, on: node) == 40)
            node = try await pair.holder.reopened().node
            #expect(
                try await charge(41, one, on: node) == nil,
                "a restart forgets no use, and a refusal charges nothing"
            )
            #expect(try await charge(40, one, on: node) == 0)
            #expect(try await charge(100, other, on: node) == 0)
            let next = [Quota.Span.hour: 3_600, .day: 86_400, .month: 31 * 86_400][period] ?? 0
            #expect(try await charge(1, one, after: next - 1, on: node) == nil)
            #expect(try await charge(1, one, after: next, on: node) == 99)
            await node.close()
        }
    }

    /// What one way of counting has left after each charge; nil where it was refused.
    private static func charges(
        _ charges: [(peer: String, agreement: String, keys: Int, weak: Int, hour: Int)],
        on node: Node
    ) async throws -> [String?] {
        let start = 1_772_323_200  // 2026-03-01 00:00 UTC
        return try await node.vault.commit { transaction -> ([String?], [AuditDraft]) in
            let outcomes = try charges.map { charge -> String? in
                let subjects = QuotaSubjects(direction: .answered, peer: charge.peer, agreement: charge.agreement)
                let charged = try QuotaBook.charge(
                    keys: charge.keys,
                    weak: charge.weak,
                    limits: QuotaBook.limits([], subjects),
                    subjects: subjects,
                    at: start + charge.hour * 3_600,
                    in: transaction
                )
                if case .failure(let exceeded) = charged { return exceeded.limit.words }
                return nil
            }
            return (outcomes, [])
        }.value
    }

    @Test func theNodesOwnLimitsAreThoseOfTheProtocol() async throws {
        try await Pair.with(records: nil) { pair in
            let node = pair.holder.node
            // Two thousand in an hour, for one peer under one agreement.
            #expect(
                try await Self.charges(
                    [("p", "a", 2_000, 0, 0), ("p", "a", 1, 0, 0), ("p", "b", 1, 0, 0), ("p", "a", 1, 0, 1)],
                    on: node
                ) == [nil, "for one peer and agreement in one hour", nil, nil]
            )
            // Twenty thousand in a day: ten full hours of the second day.
            let day = (24..<34).map { (peer: "p", agreement: "a", keys: 2_000, weak: 0, hour: $0) }
            #expect(
                try await Self.charges(day + [("p", "a", 1, 0, 34), ("p", "a", 1, 0, 48)], on: node)
                    == [String?](repeating: nil, count: 10) + ["for one peer and agreement in one day", nil]
            )
            // Two thousand of class weak in a day, whatever the hour.
            #expect(
                try await Self.charges(
                    [
                        ("q", "a", 1_000, 1_000, 72), ("q", "a", 1_000, 1_000, 73), ("q", "a", 1, 1, 74),
                        ("q", "a", 1, 0, 74), ("q", "a", 1, 1, 96),
                    ],
                    on: node
                ) == [nil, nil, "of class weak for one peer and agreement in one day", nil, nil]
            )
            // Three times one asker's hour for all together: the fourth peer finds it used.
            #expect(
                try await Self.charges(
                    ["r", "s", "t", "u"].map { (peer: $0, agreement: "a", keys: 2_000, weak: 0, hour: 120) },
                    on: node
                ) == [nil, nil, nil, "for all askers together in one hour"]
            )
            // Two hundred thousand in a month: ten days of April, full.
            let month = (0..<100).map { part in
                (peer: "v", agreement: "a", keys: 2_000, weak: 0, hour: (31 + part / 10) * 24 + part % 10)
            }
            let outcomes = try await Self.charges(month + [("v", "a", 1, 0, 50 * 24)], on: node)
            #expect(outcomes == [String?](repeating: nil, count: 100) + ["for one peer and agreement in one month"])
        }
    }
}
