// A question that the holder's policy holds for a person: 202, a decision, and the same bytes asked again.
import AuditLog
import NodeTesting
import Synchronization
import Testing
import Vault
import WireProtocol

@testable import NodeCore

@Suite struct HeldQuestionTests {
    private func with(
        _ body: (Pair, _ question: String) async throws -> Void
    ) async throws {
        let policies = TestPolicies.disclosing().requiring(
            "approvals: 1",
            sides: "holder",
            in: .jurisdiction("XB")
        )
        try await Pair.with(asker: policies, holder: policies) { pair in
            _ = try await pair.holder.node.addUser("lena", roles: ["approver"], by: nil)
            let report = try await pair.asker.node.ask(
                Pair.question(.fields(People.youssef)),
                dryRun: false,
                by: nil,
                through: pair.peers
            ) { _ in }
            #expect(report.asked.map(\.outcome) == ["held"])
            try await body(pair, report.query)
        }
    }

    private func again(_ pair: Pair, _ question: String) async throws -> PeerAnswerReport {
        let report = try await pair.asker.node.question(question, by: nil, through: pair.peers)
        return try #require(report.asked.first)
    }

    private func decide(_ pair: Pair, _ id: String, _ verdict: DisclosureVerdict) async throws -> DisclosureReport {
        try await pair.holder.node.decideDisclosure(
            id,
            verdict,
            by: "lena",
            through: pair.network.peers(of: pair.holder)
        )
    }

    @Test func isAnsweredAfterAPersonLetItAndChargedOnce() async throws {
        try await with { pair, question in
            let waiting = try await pair.holder.node.disclosureList(openOnly: true, by: "lena").requests
            #expect(waiting.map(\.direction) == ["question"] && waiting[0].state == "held")
            #expect(waiting[0].reason.contains("investigate, TREATY"))
            #expect(try await again(pair, question).outcome == "held")
            #expect(try await decide(pair, waiting[0].id, .approve).state == "approved")
            #expect(try await again(pair, question).outcome == "held", "decisions show on the minute")
            pair.holder.clock.advance(seconds: 60)
            let answer = try await again(pair, question)
            #expect(answer.outcome == "hits" && answer.hits[0].subject == "field")
            #expect(try await again(pair, question) == answer, "what was answered is not asked again")
            // The hit can be followed like any other.
            let wish = DisclosureWish(
                query: question,
                peer: "bravo",
                handle: answer.hits[0].handle,
                fields: ["full_name"],
                reason: "boarding planned",
                confirmed: true,
                urgent: false
            )
            let request = try await pair.asker.node.requestDisclosure(wish, by: nil, through: pair.peers)
            #expect(try await pair.holder.node.disclosure(request.id, by: "lena").state == "held")
            let theirs = try await pair.holder.closedLeaves().filter { $0.event.hasPrefix("query.") }
            #expect(theirs.map(\.event) == ["query.received", "query.held", "query.approved", "query.answered"])
            let told = try theirs.map { try Exchange(try #require($0.data["x"])).transcript }
            #expect(told.map(\.messages) == [1, 1, 1, 2] && Set(told.prefix(3)).count == 1, "\(told)")
            #expect(pair.holder.logProblems() == [])
        }
    }

    @Test func isRefusedWithAGroundOrByTimeAndSaysSo() async throws {
        try await with { pair, question in
            let id = try #require(try await pair.holder.node.disclosureList(openOnly: true, by: "lena").requests.first)
                .id
            _ = try await decide(pair, id, .refuse(ground: "investigation"))
            pair.holder.clock.advance(seconds: 60)
            let refused = try await again(pair, question)
            #expect(refused.outcome == "refused" && refused.reason == "It would warn somebody.")
            let entries = try await pair.holder.closedLeaves().named("query.refused")
            #expect(entries.count == 2 && entries.allSatisfy { $0.text("ground") == "investigation" })
            #expect(try entries.map { try Exchange(try #require($0.data["x"])).transcript.messages } == [1, 1])
        }
        try await with { pair, question in
            pair.holder.clock.advance(seconds: 7 * 86_400)
            let late = try await again(pair, question)
            #expect(late.outcome == "refused" && late.reason.contains("nobody decided in time"))
        }
    }

    /// A hold is decided anew when approved (POLICY section 4): the rules of the day on which it is answered count.
    @Test func waitsForMorePeopleWhereTheRulesWantMoreMeanwhile() async throws {
        try await with { pair, question in
            let id = try #require(try await pair.holder.node.disclosureList(openOnly: true, by: "lena").requests.first)
                .id
            #expect(try await decide(pair, id, .approve).state == "approved")
            pair.holder.clock.advance(seconds: 60)
            let stricter = TestPolicies.disclosing().requiring(
                "approvals: 2",
                sides: "holder",
                in: .jurisdiction("XB")
            )
            guard case .activated = try await pair.holder.activate(stricter) else {
                Issue.record("the stricter rules are not active")
                return
            }
            #expect(try await again(pair, question).outcome == "held", "one person is not enough any more")
            _ = try await pair.holder.node.addUser("omar", roles: ["approver"], by: nil)
            let peers = pair.network.peers(of: pair.holder)
            let second = try await pair.holder.node.decideDisclosure(id, .approve, by: "omar", through: peers)
            #expect(second.state == "approved")
            pair.holder.clock.advance(seconds: 60)
            #expect(try await again(pair, question).outcome == "hits")
            #expect(pair.holder.logProblems() == [])
        }
    }

    @Test func isClosedAndToldOfOnceWhereNobodyDecidesInTime() async throws {
        try await with { pair, question in
            let node = pair.holder.node
            pair.holder.clock.advance(seconds: 7 * 86_400)
            for _ in 0..<2 { try await node.followDeadlines() }
            let open = try await node.vault.read { try $0.disclosures(openOnly: true) }
            #expect(open.isEmpty)
            let leaf = try #require(try await pair.holder.lastLeaf("query.refused"))
            #expect(leaf.text("ground") == "overdue" && leaf.actor.role == .system && leaf.text("peer") == "alpha")
            #expect(try await again(pair, question).reason.contains("nobody decided in time"))
            let refused = try await pair.holder.closedLeaves().named("query.refused")
            #expect(refused.count == 2, "one that its time was up, and one for the message that came after")
            #expect(pair.holder.logProblems() == [])
        }
    }

    @Test func oneThatWasDecidedAndNeverFetchedEndsWithoutAWord() async throws {
        try await with { pair, question in
            let id = try #require(try await pair.holder.node.disclosureList(openOnly: true, by: "lena").requests.first)
                .id
            _ = try await decide(pair, id, .approve)
            pair.holder.clock.advance(seconds: 7 * 86_400)
            try await pair.holder.node.followDeadlines()
            let open = try await pair.holder.node.vault.read { try $0.disclosures(openOnly: true) }
            #expect(open.isEmpty)
            #expect(try await again(pair, question).outcome == "hits", "who let it go let it go")
            #expect(try await pair.holder.closedLeaves().named("query.refused").isEmpty)
        }
    }

    @Test func oneThatCannotBeReadIsNamedOnceAndKeepsNoOtherWaiting() async throws {
        try await with { pair, _ in
            let node = pair.holder.node
            _ = try await node.vault.commit { transaction in
                let broken = StoredDisclosure(
                    side: .question,
                    peer: "alpha",
                    id: "00000000-0000-4000-8000-000000000001",
                    created: 0,
                    deadline: 1,
                    isOpen: true,
                    box: [1, 2, 3]
                )
                return (try transaction.store(broken), [])
            }
            pair.holder.clock.advance(seconds: 7 * 86_400)
            let said = Mutex<[String]>([])
            for _ in 0..<2 { try await node.followDeadlines { line in said.withLock { $0.append(line) } } }
            #expect(said.withLock { $0.count } == 1)
            #expect(said.withLock { $0 }.first?.contains("00000000-0000-4000-8000-000000000001 of alpha") == true)
            #expect(try await pair.holder.lastLeaf("query.refused")?.text("ground") == "overdue")
            let list = try await node.disclosureList(openOnly: false, by: "lena").requests
            #expect(list.map(\.state) == ["unreadable", "overdue"])
            let checks = await node.examine().checks.filter { $0.name == "disclosures" }
            #expect(checks.first?.state == .failed && checks.first?.text.hasPrefix("1 requests cannot be read") == true)
        }
    }

    @Test func isNotAskedAgainWhileTheAgreementIsSuspendedHere() async throws {
        try await with { pair, question in
            let id = try #require(try await pair.holder.node.disclosureList(openOnly: true, by: "lena").requests.first)
                .id
            _ = try await decide(pair, id, .approve)
            pair.holder.clock.advance(seconds: 60)
            let suspended = TestPolicies.disclosing().replacing(
                "scope:\n",
                with: "suspensions: [{from: 2026-03-01, until: 2026-03-05, because: {en: An incident.}}]\nscope:\n",
                in: .agreement
            )
            guard case .activated = try await pair.asker.activate(suspended) else {
                Issue.record("the suspension is not active")
                return
            }
            let kept = try await again(pair, question)
            #expect(kept.outcome == "held" && kept.reason.hasPrefix("not asked again: "))
        }
    }
}
