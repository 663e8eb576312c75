// Questions that are refused: by which side, by which rule, in which words, and what stays in the logs.
import AuditLog
import NodeCore
import NodeTesting
import PeerTrust
import Testing
import WireProtocol

@Suite struct RefusalTests {
    @Test func theHolderRefusesWithItsRulesReason() async throws {
        let holder = TestPolicies().adding(
            """
              - id: not-now
                effect: forbid
                stages: [question]
                sides: [holder]
                source: TREATY Art. 7
                because: {en: The holder answers nobody this month.}

            """,
            to: .agency("bravo")
        )
        try await Pair.with(holder: holder) { pair in
            let answer = try await pair.ask(People.youssef)
            #expect(answer.outcome == "refused")
            #expect(answer.reason.contains("answers nobody this month") && answer.reason.contains("TREATY Art. 7"))
            let refused = try #require(try await pair.holder.closedLeaves().named("query.refused").first)
            #expect(refused.text("rule") == "bravo/not-now" && refused.text("ground") == "refused")
            let outcome = try #require(try await pair.asker.closedLeaves().named("query.outcome").first)
            #expect(outcome.text("outcome") == "refused" && outcome.text("failure") == "bravo/not-now")
        }
    }

    @Test func aReasonThatMayNotBeToldIsNotTold() async throws {
        let holder = TestPolicies().adding(
            """
              - id: silent
                effect: forbid
                stages: [question]
                sides: [holder]
                tell: nothing
                source: TREATY Art. 7
                because: {en: Inner words that stay inside.}

            """,
            to: .agency("bravo")
        )
        try await Pair.with(holder: holder) { pair in
            let answer = try await pair.ask(People.youssef)
            #expect(answer.outcome == "refused" && !answer.reason.isEmpty)
            #expect(!answer.reason.contains("Inner words") && !answer.reason.contains("Art. 7"))
        }
    }

    @Test func anUnknownAgreementIsRefusedBeforeAnythingLeaves() async throws {
        try await Pair.with { pair in
            let sent = Sent()
            let report = try await pair.asker.node.ask(
                Pair.question(.fields(People.youssef), agreement: "elsewhere"),
                dryRun: false,
                by: nil,
                through: sent.recording(pair.peers)
            ) { _ in }
            #expect(report.outcome == .refused && report.asked.allSatisfy { $0.outcome == "refused" })
            #expect(report.notes.count == 1)
            #expect(await sent.requests.isEmpty)
            let denied = try await pair.asker.closedLeaves().named("query.denied")
            #expect(denied.map { $0.text("rule") } == ["builtin/unknown-agreement"])
        }
    }

    @Test func theHolderRefusesAnAgreementItDoesNotKnow() async throws {
        try await Pair.with { pair in
            let request = try await pair.capturedQuery()
            var query = try QueryRequest(body: request.body)
            query.agreement = "elsewhere"
            query.query = try #require(MessageID(random: [UInt8](repeating: 4, count: 16)))
            let response = try await pair.peers.send(try pair.renewed(request, query), to: pair.bravo)
            #expect(response.problem?.kind == .refused && response.problem?.rule == "builtin/unknown-agreement")
            let fetch = PeerRequest(
                id: request.id,
                route: .manifest(agreement: "elsewhere"),
                receipt: request.receipt
            )
            #expect(try await pair.peers.send(fetch, to: pair.bravo).problem?.rule == "builtin/unknown-agreement")
            let leaves = try await pair.holder.closedLeaves()
            #expect(leaves.named("query.refused").count == 1 && leaves.named("access.refused").count == 1)
        }
    }

    @Test(arguments: [
        ("until: 2035-12-31", "until: 2026-02-28", "builtin/agreement-not-in-force"),
        (
            "scope:\n",
            "suspensions: [{from: 2026-03-01, until: 2026-03-05, because: {en: An incident.}}]\nscope:\n",
            "builtin/agreement-suspended"
        ),
    ])
    func anAgreementOutOfForceIsRefusedOnBothSides(old: String, new: String, rule: String) async throws {
        try await Pair.with { pair in
            #expect(try await pair.ask(People.youssef).outcome == "hits")
            let changed = TestPolicies().replacing(old, with: new, in: .agreement)
            guard case .activated = try await pair.holder.activate(changed) else {
                Issue.record("the changed policies were not activated")
                return
            }
            let request = try await pair.capturedQuery()
            let refusal = try await pair.peers.send(
                PeerRequest(id: request.id, route: .manifest(agreement: "shared"), receipt: request.receipt),
                to: pair.bravo
            ).problem
            #expect(refusal?.kind == .refused && refusal?.rule == rule)
            guard case .activated = try await pair.asker.activate(changed) else {
                Issue.record("the changed policies were not activated")
                return
            }
            let sent = Sent()
            let home = try await pair.ask(People.youssef, through: sent.recording(pair.peers))
            #expect(home.outcome == "refused" && home.reason.contains(rule))
            #expect(await sent.requests.isEmpty)
            let holder = try await pair.holder.closedLeaves()
            #expect(holder.named("query.refused").compactMap { $0.text("rule") } == [rule])
            #expect(try await pair.asker.closedLeaves().named("query.denied").compactMap { $0.text("rule") } == [rule])
        }
    }

    @Test func anIndexIsNotPublishedWhileTheAgreementIsSuspended() async throws {
        let suspended = TestPolicies().replacing(
            "scope:\n",
            with: "suspensions: [{from: 2026-03-01, until: 2026-03-05, because: {en: An incident.}}]\nscope:\n",
            in: .agreement
        )
        try await Pair.with(holder: suspended, records: nil) { pair in
            let report = try #require(try await pair.holder.publish(People.all).indexes.first)
            #expect(report.version == 0 && report.notes == ["not published now: builtin/agreement-suspended"])
        }
    }

    @Test func anotherTextOfTheAgreementIsAConflictThatSaysSo() async throws {
        let other = TestPolicies().replacing(
            "The agreement of the test",
            with: "The agreement signed anew",
            in: .agreement
        )
        try await Pair.with(holder: other) { pair in
            let answer = try await pair.ask(People.youssef)
            #expect(answer.outcome == "refused" && answer.reason.contains("different texts of the agreement shared"))
            let refused = try #require(try await pair.holder.closedLeaves().named("query.refused").first)
            #expect(refused.text("rule") == "builtin/agreement-text")
        }
    }

    @Test func aPurposeOutsideTheAgreementStaysHome() async throws {
        try await Pair.with { pair in
            let report = try await pair.asker.node.ask(
                Pair.question(.fields(People.youssef), purpose: "asylum"),
                dryRun: false,
                by: nil,
                through: pair.peers
            ) { _ in }
            #expect(report.outcome == .refused)
            #expect(report.asked.first?.reason.contains("builtin/purpose-out-of-scope") == true)
        }
    }

    @Test func whoMayNotAskIsToldWhichRoleItTakes() async throws {
        try await Pair.with { pair in
            let refused = try await problem {
                _ = try await pair.asker.node.ask(
                    Pair.question(.fields(People.youssef)),
                    dryRun: false,
                    by: "operator",
                    through: pair.peers
                ) { _ in }
            }
            #expect(refused.kind == .refused && refused.because?.contains("analyst") == true)
        }
    }
}

@Suite struct DutyTests {
    static let duties = [
        ("approvals: 1", "approvals"), ("deadline_hours: 8", "deadline_hours"),
        ("bucket_minimum: 1048577", "bucket_minimum"),
    ]

    /// The first and third the holder carries out: it holds the question for a person, and answers in time.
    @Test(arguments: duties.filter { !["approvals", "deadline_hours"].contains($0.1) })
    func aDutyTheHolderCannotCarryOutIsARefusalThatNamesIt(obligation: String, name: String) async throws {
        let holder = TestPolicies().requiring(obligation, sides: "holder", in: .jurisdiction("XB"))
        try await Pair.with(holder: holder) { pair in
            let answer = try await pair.ask(People.youssef)
            #expect(answer.outcome == "refused" && answer.reason.contains(name) && answer.reason.contains("XB/duty"))
            let refused = try #require(try await pair.holder.closedLeaves().named("query.refused").first)
            #expect(refused.text("rule") == "XB/duty")
        }
    }

    /// The first the asker carries out: it holds the question for a person.
    @Test(arguments: duties.filter { $0.1 != "approvals" })
    func aDutyTheAskerCannotCarryOutKeepsTheQuestionHome(obligation: String, name: String) async throws {
        let asker = TestPolicies().requiring(obligation, sides: "asker", in: .jurisdiction("XA"))
        try await Pair.with(asker: asker) { pair in
            let sent = Sent()
            let answer = try await pair.ask(People.youssef, through: sent.recording(pair.peers))
            #expect(answer.outcome == "refused" && answer.reason.contains(name) && answer.reason.contains("XA/duty"))
            #expect(await sent.requests.isEmpty)
            #expect(try await pair.asker.closedLeaves().named("query.denied").count == 1)
        }
    }

    @Test(arguments: ["bucket_minimum: 1048577"])
    func aRecordWithADutyNobodyCarriesOutStaysOut(obligation: String) async throws {
        let holder = TestPolicies().requiring(obligation, at: "index", sides: "holder", in: .jurisdiction("XB"))
        try await Pair.with(holder: holder, records: nil) { pair in
            let report = try #require(try await pair.holder.publish(People.header + People.indexed).indexes.first)
            #expect(report.records == 0)
            let name = try #require(obligation.split(separator: ":").first)
            #expect(report.notes.contains("2 records stay out by XB/duty (\(name))"))
        }
    }

    @Test func syncedRetrievalAndQuotasAreCarriedOut() async throws {
        let holder = TestPolicies()
            .requiring(
                "retrieval: [synced, bucketed], quota: [{per: case, period: month, keys: 500}]",
                sides: "holder",
                in: .jurisdiction("XB")
            )
        try await Pair.with(holder: holder) { pair in
            let answer = try await pair.ask(People.youssef)
            #expect(answer.outcome == "hits")
        }
    }
}

extension Pair {
    /// Another message with a changed query.
    func renewed(_ request: PeerRequest, _ query: QueryRequest) throws -> PeerRequest {
        PeerRequest(id: request.id, route: .queries, body: try query.body(), receipt: request.receipt)
    }
}
