// A question that the asker's own policy holds: nothing leaves before another person let it go, and what leaves then is
// what policy, quota and index of that moment allow.
import AuditLog
import CanonicalJSON
import NodeCore
import NodeTesting
import PeerTrust
import Synchronization
import Testing
import WireProtocol

@Suite struct OwnQuestionTests {
    private static func policies(_ obligations: String = "approvals: 1") -> TestPolicies {
        .disclosing().requiring(obligations, sides: "asker", in: .jurisdiction("XA"))
    }

    /// A question that waits; `ines` and `otto` may decide at the asker.
    private func with(
        _ policies: TestPolicies = policies(),
        _ body: (Pair, _ held: QuestionReport) async throws -> Void
    ) async throws {
        try await Pair.with(asker: policies, holder: policies) { pair in
            for name in ["ines", "otto"] {
                _ = try await pair.asker.node.addUser(name, roles: ["approver"], by: nil)
            }
            let sent = Sent()
            let report = try await pair.asker.node.ask(
                Pair.question(.fields(People.youssef)),
                dryRun: false,
                by: nil,
                through: sent.recording(pair.peers)
            ) { _ in }
            #expect(report.asked.map(\.outcome) == ["held"] && report.asked[0].heldHere == true)
            #expect(await sent.requests.isEmpty, "nothing leaves, not even for the index")
            try await body(pair, report)
        }
    }

    private func show(
        _ pair: Pair,
        _ held: QuestionReport,
        through reaching: (any PeerReaching)? = nil
    ) async throws -> PeerAnswerReport {
        let report = try await pair.asker.node.question(
            held.query,
            by: TestNode.analyst,
            through: reaching ?? pair.peers
        )
        return try #require(report.asked.first)
    }

    /// What `doctor` counts.
    private func counted(_ asker: TestNode) async -> String {
        let report = await asker.node.examine()
        return report.checks.first { $0.name == "questions" }?.text ?? ""
    }

    private func decide(
        _ pair: Pair,
        _ held: QuestionReport,
        _ verdict: DisclosureVerdict = .approve,
        by name: String = "ines"
    ) async throws -> DisclosureReport {
        try await pair.asker.node.decideDisclosure(held.asked[0].id, verdict, by: name, through: pair.peers)
    }

    @Test func leavesOnceAfterAnotherPersonLetItGo() async throws {
        try await with { pair, held in
            let waiting = try await pair.asker.node.disclosureList(openOnly: true, by: "ines").requests
            #expect(waiting.map(\.direction) == ["asked"] && waiting[0].state == "held-here")
            #expect(waiting[0].deadline == "2026-03-09T09:00:00Z" && waiting[0].needed == 1)
            #expect(waiting[0].data == nil, "a list carries no data")
            let shown = try await pair.asker.node.disclosure(waiting[0].id, by: "ines")
            #expect(shown.data?["full_name"] == ["Yusuf Sahin"] && shown.analyst == TestNode.analyst)
            #expect(try await show(pair, held).reason == "held here until 2026-03-09T09:00:00Z: 0 of 1 approved it")
            _ = try await pair.asker.node.addUser(TestNode.analyst, roles: ["approver"], by: nil)
            let own = try await problem { _ = try await decide(pair, held, by: TestNode.analyst) }
            #expect(own.kind == .refused && own.because?.contains("who asked") == true)

            #expect(await counted(pair.asker).hasPrefix("1 questions of ours wait for a decision here, 0 were let go"))
            #expect(try await decide(pair, held).state == "approved")
            #expect(await counted(pair.asker).hasPrefix("0 questions of ours wait for a decision here, 1 were let go"))
            let open = try await pair.asker.node.disclosureList(openOnly: true, by: "ines").requests
            #expect(open.map(\.state) == ["approved"], "it waits for the analyst now")
            let answer = try await show(pair, held)
            #expect(answer.outcome == "hits" && answer.id == held.asked[0].id)
            let sent = Sent()
            #expect(try await show(pair, held, through: sent.recording(pair.peers)) == answer)
            #expect(await sent.requests.isEmpty, "it leaves once")
            #expect(try await pair.asker.node.disclosureList(openOnly: true, by: "ines").requests.isEmpty)
            let late = try await problem { _ = try await decide(pair, held, by: "otto") }
            #expect(late.because == "the request is left")

            let leaves = try await pair.asker.closedLeaves()
            let events = leaves.map(\.event).filter { $0.hasPrefix("query.") }
            #expect(events == ["query.held", "query.approved", "query.asked", "query.outcome"])
            for event in events { #expect(leaves.named(event)[0].text("query") == held.asked[0].id) }
            let entry = leaves.named("query.held")[0]
            #expect(entry.data["x"] == nil && entry.data["deadline"]?.integer == 1_773_046_800)
            #expect(entry.actor.role == .analyst && leaves.named("query.approved")[0].actor.role == .approver)
            #expect(leaves.named("query.asked")[0].personal["subjects"] != nil)
            #expect(leaves.named("access.refused").count == 1 && leaves.named("disclosure.viewed").count == 1)
            #expect(pair.asker.logProblems() == [])
            #expect(leaks(of: People.secrets, below: pair.asker.folder.url) == [])
        }
    }

    @Test func takesAsManyPeopleAsPolicyWants() async throws {
        try await with(Self.policies("approvals: 2, deadline_hours: 2")) { pair, held in
            #expect(held.asked[0].reason.contains("2026-03-02T11:00:00Z"))
            #expect(try await decide(pair, held).state == "held-here")
            let twice = try await problem { _ = try await decide(pair, held) }
            #expect(twice.because?.contains("already") == true)
            #expect(try await show(pair, held).reason.contains("1 of 2"))
            #expect(try await decide(pair, held, by: "otto").state == "approved")
            #expect(try await show(pair, held).outcome == "hits")
        }
    }

    @Test func anApprovalOfWhoIsNoApproverAnyMoreDoesNotCount() async throws {
        try await with(Self.policies("approvals: 2, deadline_hours: 2")) { pair, held in
            _ = try await pair.asker.node.addUser("nora", roles: ["approver"], by: nil)
            #expect(try await decide(pair, held).state == "held-here")
            _ = try await pair.asker.node.changeRoles("ines", roles: ["officer"], by: "operator")
            #expect(try await decide(pair, held, by: "otto").state == "held-here")
            #expect(try await decide(pair, held, by: "nora").state == "approved")
        }
    }

    @Test func refusedByAPersonItNeverLeaves() async throws {
        try await with { pair, held in
            let unknown = try await problem { _ = try await decide(pair, held, .refuse(ground: "mood")) }
            #expect(unknown.because?.contains("investigation") == true)
            #expect(try await decide(pair, held, .refuse(ground: "investigation")).ground == "investigation")
            let sent = Sent()
            let shown = try await show(pair, held, through: sent.recording(pair.peers))
            #expect(shown.outcome == "refused" && shown.reason == "refused here: It would warn somebody.")
            #expect(await sent.requests.isEmpty)
            let refused = try #require(try await pair.asker.closedLeaves().named("query.refused").first)
            #expect(refused.text("ground") == "investigation" && refused.actor.role == .approver)
        }
    }

    @Test(arguments: [false, true])
    func overdueItNeverLeavesAlsoWhenItWasApproved(isApproved: Bool) async throws {
        try await with { pair, held in
            if isApproved { _ = try await decide(pair, held) }
            pair.asker.clock.advance(seconds: 7 * 86_400)
            if !isApproved {
                let late = try await problem { _ = try await decide(pair, held) }
                #expect(late.because == "the request is overdue")
                // Both ways find it: the node by itself, and who looks.
                try await pair.asker.node.followDeadlines()
            }
            let sent = Sent()
            for _ in 0..<2 {
                let shown = try await show(pair, held, through: sent.recording(pair.peers))
                #expect(shown.outcome == "refused" && shown.reason.contains("in time"))
            }
            #expect(await sent.requests.isEmpty)
            let refused = try await pair.asker.closedLeaves().named("query.refused")
            #expect(refused.map { $0.text("ground") } == ["overdue"])
        }
    }

    @Test func policyOfTheMomentDecidesWhetherItLeaves() async throws {
        try await with { pair, held in
            _ = try await decide(pair, held)
            _ = try await pair.asker.activate(
                Self.policies().adding(
                    """
                      - id: no-longer
                        effect: forbid
                        stages: [question]
                        sides: [asker]
                        source: TREATY Art. 3
                        because: {en: Not any more.}

                    """,
                    to: .agency("alpha")
                )
            )
            let sent = Sent()
            let shown = try await show(pair, held, through: sent.recording(pair.peers))
            #expect(shown.outcome == "refused" && shown.reason.contains("alpha/no-longer"))
            #expect(await sent.requests.isEmpty)
            _ = try await pair.asker.activate(Self.policies())
            #expect(try await show(pair, held).outcome == "refused", "what policy refused once stays")
            let denied = try await pair.asker.closedLeaves().named("query.denied")
            #expect(denied.map { $0.text("rule") } == ["alpha/no-longer"] && denied[0].personal["case"] != nil)
        }
    }

    @Test func anAgreementThatEndedMeanwhileKeepsIt() async throws {
        try await with(Self.policies().replacing("until: 2035-12-31", with: "until: 2026-03-03", in: .agreement)) {
            pair,
            held in
            _ = try await decide(pair, held)
            pair.asker.clock.advance(seconds: 2 * 86_400)
            let shown = try await show(pair, held)
            #expect(shown.outcome == "refused" && shown.reason.contains("builtin/agreement-not-in-force"))
        }
    }

    @Test func aRuleThatWantsMorePeopleNowHoldsItAgain() async throws {
        try await with { pair, held in
            _ = try await decide(pair, held)
            _ = try await pair.asker.activate(Self.policies("approvals: 2"))
            #expect(try await show(pair, held).reason.contains("1 of 2 approved it"))
            #expect(try await decide(pair, held, by: "otto").state == "approved")
            #expect(try await show(pair, held).outcome == "hits")
            #expect(try await pair.asker.closedLeaves().named("query.held").count == 2)
        }
    }

    @Test func aQuotaThatIsUsedUpCostsNoApproval() async throws {
        try await with { pair, held in
            _ = try await decide(pair, held)
            let quota = "approvals: 1, quota: [{per: peer, period: hour, keys: 1}]"
            _ = try await pair.asker.activate(Self.policies(quota))
            let full = try await show(pair, held)
            #expect(full.outcome == "refused" && full.reason.hasPrefix("our own quota"))
            _ = try await pair.asker.activate(Self.policies())
            #expect(try await show(pair, held).outcome == "hits")
        }
    }

    @Test func aPeerThatCannotBeReachedCostsNoApprovalAndGetsTheSameBytes() async throws {
        try await with { pair, held in
            _ = try await decide(pair, held)
            pair.network.leave(pair.bravo)
            let away = try await show(pair, held)
            #expect(away.outcome == "held" && away.reason.contains("approved here, and not gone yet"))
            pair.network.join(pair.holder)
            // The index comes, and the answer to the question is lost.
            let bodies = Mutex<[[UInt8]]>([])
            let cut = InterceptedPeers(pair.peers) {
                (request, agency, next) async throws(PeerReachError) -> VerifiedPeerResponse in
                guard request.route == .queries else { return try await next.send(request, to: agency) }
                let count = bodies.withLock { bodies in
                    bodies.append(request.body)
                    return bodies.count
                }
                let answer = try await next.send(request, to: agency)
                if count == 1 { throw .timeout }
                return answer
            }
            #expect(try await show(pair, held, through: cut).outcome == "unreachable")
            let answer = try await show(pair, held, through: cut)
            #expect(answer.outcome == "hits" && answer.id == held.asked[0].id)
            let sent = bodies.withLock { $0 }
            #expect(sent.count == 2 && sent[0] == sent[1])
            let asked = try await pair.asker.closedLeaves().named("query.asked")
            #expect(asked.count == 1, "sent twice, asked once")
        }
    }

    @Test func twoWhoLookAtOnceSendItOnce() async throws {
        try await with { pair, held in
            _ = try await decide(pair, held)
            let sent = Sent()
            let reaching = sent.recording(pair.peers)
            let answers = try await withThrowingTaskGroup(of: PeerAnswerReport.self) { group in
                for _ in 0..<4 { group.addTask { try await show(pair, held, through: reaching) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.allSatisfy { $0 == answers[0] } && answers[0].outcome == "hits")
            #expect(await sent.requests.count { $0.route == .queries } == 1)
        }
    }

    @Test func goesOnThroughTheHoldersOwnHold() async throws {
        let both = Self.policies().requiring("approvals: 1", sides: "holder", in: .jurisdiction("XB"))
        try await with(both) { pair, held in
            _ = try await pair.holder.node.addUser("lena", roles: ["approver"], by: nil)
            _ = try await decide(pair, held)
            let theirs = try await show(pair, held)
            #expect(theirs.outcome == "held" && theirs.heldHere == nil)
            let network = pair.network.peers(of: pair.holder)
            _ = try await pair.holder.node.decideDisclosure(
                held.asked[0].id,
                .approve,
                by: "lena",
                through: network
            )
            pair.holder.clock.advance(seconds: 60)
            #expect(try await show(pair, held).outcome == "hits")
        }
    }

    @Test func onePeerIsHeldAndTheOtherAskedAtOnce() async throws {
        let policies = TestPolicies.disclosing().adding(
            """
              - id: look-first
                effect: require
                stages: [question]
                sides: [asker]
                when: {holder: charlie}
                source: TREATY Art. 9
                because: {en: Somebody looks at it first.}
                obligations: {approvals: 1}

            """,
            to: .jurisdiction("XA")
        )
        try await FanOutTests.three(policies) { alpha, _, network in
            _ = try await alpha.node.addUser("ines", roles: ["approver"], by: nil)
            func ask(dryRun: Bool) async throws -> QuestionReport {
                try await alpha.node.ask(
                    Pair.question(.fields(People.youssef), peers: []),
                    dryRun: dryRun,
                    by: nil,
                    through: network.peers(of: alpha)
                ) { _ in }
            }
            let preview = try await ask(dryRun: true)
            #expect(preview.asked.map(\.outcome) == ["would-ask", "would-hold"])
            #expect(preview.asked[1].reason.hasPrefix("would be held here, 1 to approve it: "))
            let report = try await ask(dryRun: false)
            #expect(report.asked.map(\.outcome) == ["hits", "held"] && report.outcome == .answered)
            _ = try await alpha.node.decideDisclosure(
                report.asked[1].id,
                .approve,
                by: "ines",
                through: network.peers(of: alpha)
            )
            let shown = try await alpha.node.question(report.query, by: nil, through: network.peers(of: alpha))
            #expect(shown.asked.map(\.outcome) == ["hits", "hits"])
        }
    }

    @Test func aRestartKeepsItAndALostAnswerIsAskedForAgain() async throws {
        try await with { pair, held in
            _ = try await decide(pair, held)
            // Killed between the entry and the answer: what is on disk then is what a restart finds.
            let lost = InterceptedPeers(pair.peers) {
                (request, agency, next) async throws(PeerReachError) -> VerifiedPeerResponse in
                if request.route == .queries { throw .timeout }
                return try await next.send(request, to: agency)
            }
            #expect(try await show(pair, held, through: lost).outcome == "unreachable")
            let again = try await pair.asker.reopened()
            pair.network.join(again)
            let report = try await again.node.question(
                held.query,
                by: TestNode.analyst,
                through: pair.network.peers(of: again)
            )
            #expect(report.asked.map(\.outcome) == ["hits"])
            await again.node.close()
        }
    }
}
