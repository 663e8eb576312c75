// From a hit to the data: proof, request, a second person's decision, sealed release, receipt; both logs say so alike.
import AuditLog
import CanonicalJSON
import Foundation
import NodeCore
import NodeTesting
import Synchronization
import Testing
import WireProtocol

@Suite struct DisclosureTests {
    @Test func aHitIsRequestedApprovedSealedAndReceived() async throws {
        try await Disclosures.with { it in
            let sent = try await it.request()
            #expect(sent.state == "deciding" && sent.deadline == "2026-03-09T09:00:00Z")
            #expect(try await it.receive(sent.id).state == "deciding")
            let held = try await it.holder.disclosure(sent.id, by: "lena")
            #expect(held.state == "held" && held.subject == "b1" && held.needed == 1)
            #expect(held.score == it.hit.hits[0].score && held.kinds == it.hit.hits[0].kinds)
            #expect(held.data?["full_name"] == ["Youssef Chahine"] && held.data?["document_number"] == nil)
            #expect(try await it.decide(sent.id, .approve).state == "released")
            #expect(try await it.receive(sent.id).state == "deciding", "decisions show on the minute")
            it.tick()
            let received = try await it.receive(sent.id)
            #expect(received.state == "received" && received.data == nil)
            #expect(received.handling == "H1" && received.onward == "forbidden" && received.source == "X4")
            #expect(received.retention == "2027-03-02")
            let shown = try await it.asker.disclosure(sent.id, by: TestNode.analyst)
            #expect(
                shown.data == [
                    "full_name": ["Youssef Chahine"], "birth_date": ["1988-02-11"], "phone": ["+491512441001"],
                ]
            )
            it.clock.advance(seconds: 366 * 86_400)
            #expect(try await it.asker.disclosure(sent.id, by: TestNode.analyst).data == nil, "its retention ended")

            let ours = try await it.pair.asker.closedLeaves()
            let theirs = try await it.pair.holder.closedLeaves()
            #expect(
                ours.map(\.event).filter { $0.hasPrefix("disclosure.") } == [
                    "disclosure.requested", "disclosure.received", "disclosure.viewed",
                ]
            )
            #expect(
                theirs.map(\.event).filter { $0.hasPrefix("disclosure.") } == [
                    "disclosure.request_received", "disclosure.held", "disclosure.viewed", "disclosure.approved",
                    "disclosure.released",
                ]
            )
            let (released, taken) = (theirs.named("disclosure.released")[0], ours.named("disclosure.received")[0])
            let (theirX, ourX) = (try exchange(released), try exchange(taken))
            #expect(theirX.transcript == ourX.transcript && theirX.transcript.messages == 3)
            #expect(theirX.side == .holder && ourX.side == .asker && ourX.receipt?.origin == "bravo/audit/1")
            let asked = try exchange(ours.named("disclosure.requested")[0])
            #expect(try exchange(theirs.named("disclosure.request_received")[0]).transcript == asked.transcript)
            #expect(it.pair.asker.logProblems() == [] && it.pair.holder.logProblems() == [])
            let traces = ["Youssef", "1988-02-11", "491512441001", "boarding planned"]
            #expect(leaks(of: traces, below: it.pair.asker.folder.url) == [])
            #expect(leaks(of: ["boarding planned"], below: it.pair.holder.folder.url) == [])
        }
    }

    private func exchange(_ leaf: Leaf) throws -> Exchange { try Exchange(try #require(leaf.data["x"])) }

    @Test func whoEnteredTheRecordAndWhoApprovedAlreadyCannotApprove() async throws {
        try await Disclosures.with(.disclosing(approvals: 2)) { it in
            _ = try await it.holder.addUser("olaf", roles: ["operator"], by: nil)
            _ = try await it.holder.addUser("operator", roles: ["approver"], by: "olaf")
            let sent = try await it.request()
            let own = try await problem { _ = try await it.decide(sent.id, .approve, by: "operator") }
            #expect(own.kind == .refused && own.because?.contains("entered or edited") == true)
            #expect(try await it.decide(sent.id, .approve, by: "lena").state == "held")
            let twice = try await problem { _ = try await it.decide(sent.id, .approve, by: "lena") }
            #expect(twice.because?.contains("already") == true)
            let analyst = try await problem { _ = try await it.decide(sent.id, .approve, by: TestNode.analyst) }
            #expect(analyst.kind == .refused)
            #expect(try await it.decide(sent.id, .approve, by: "omar").state == "released")
        }
    }

    @Test func anApprovalOfWhoIsNoApproverAnyMoreDoesNotCount() async throws {
        try await Disclosures.with(.disclosing(approvals: 2)) { it in
            _ = try await it.holder.addUser("otto", roles: ["approver"], by: nil)
            let sent = try await it.request()
            #expect(try await it.decide(sent.id, .approve, by: "lena").state == "held")
            _ = try await it.holder.changeRoles("lena", roles: ["analyst"], by: "operator")
            let second = try await it.decide(sent.id, .approve, by: "omar")
            #expect(second.state == "held" && second.approvals == ["omar"], "one of two, not two")
            #expect(try await it.decide(sent.id, .approve, by: "otto").state == "released")
        }
    }

    @Test func aRecordThatChangesIsLookedAtAnewAndNotByWhoChangedIt() async throws {
        try await Disclosures.with(.disclosing(approvals: 2)) { it in
            _ = try await it.holder.addUser("omar", roles: ["analyst"], by: nil)
            let sent = try await it.request()
            #expect(try await it.decide(sent.id, .approve, by: "lena").approvals == ["lena"])
            let changed = People.all.replacing("Youssef Chahine", with: "Youssef C. Chahine")
            _ = try await it.holder.importRecords(
                csv: Array(changed.utf8),
                fileName: "records.csv",
                dataset: "main",
                renames: [:],
                defaults: [:],
                by: "omar"
            )
            let own = try await problem { _ = try await it.decide(sent.id, .approve, by: "omar") }
            #expect(own.because?.contains("entered or edited") == true)
            let again = try await it.decide(sent.id, .approve, by: "lena")
            #expect(again.state == "held" && again.approvals == ["lena"], "what was approved before is another record")
            let refused = try await it.pair.holder.closedLeaves().named("access.refused")
            #expect(refused.count == 1 && refused[0].text("route") == "decideDisclosure")
        }
    }

    @Test func aRuleThatWantsMorePeopleHoldsTheRequestAgain() async throws {
        try await Disclosures.with { it in
            let sent = try await it.request()
            _ = try await it.pair.holder.activate(
                TestPolicies.disclosing().requiring(
                    "approvals: 2",
                    at: "disclosure",
                    sides: "holder",
                    in: .jurisdiction("XB")
                )
            )
            let first = try await it.decide(sent.id, .approve, by: "lena")
            #expect(first.state == "held" && first.needed == 2 && first.approvals == ["lena"])
            #expect(try await it.decide(sent.id, .approve, by: "omar").state == "released")
        }
    }

    @Test func aRecordWithNothingOfWhatWasAskedForGivesAnEmptyRelease() async throws {
        try await Disclosures.with(.disclosing(approvals: 0)) { it in
            let sent = try await it.request(it.wish(fields: ["imo"]))
            it.tick()
            #expect(try await it.receive(sent.id).state == "received")
            #expect(try await it.asker.disclosure(sent.id, by: TestNode.analyst).data == [:])
        }
    }

    @Test func aDecisionOfTheLastMinuteShowsAtTheDeadline() async throws {
        try await Disclosures.with { it in
            it.clock.advance(seconds: 30)
            let sent = try await it.request(it.wish(urgent: true))
            it.clock.advance(seconds: 8 * 3_600 - 5)
            _ = try await it.decide(sent.id, .approve)
            it.clock.advance(seconds: 6)
            #expect(try await it.receive(sent.id).state == "received")
        }
    }

    @Test func aRefusalBringsItsGroundAndAQuestionBackComesThrough() async throws {
        try await Disclosures.with { it in
            let (one, two) = (try await it.request(), try await it.request())
            let unknown = try await problem { _ = try await it.decide(one.id, .refuse(ground: "mood")) }
            #expect(unknown.because?.contains("investigation") == true)
            _ = try await it.decide(one.id, .refuse(ground: "investigation"))
            _ = try await it.decide(two.id, .askBack(question: "Which vessel?"))
            it.tick()
            let refused = try await it.receive(one.id)
            #expect(refused.state == "refused" && refused.ground == "investigation")
            #expect(refused.note == "It would warn somebody.")
            let asked = try await it.receive(two.id)
            #expect(asked.state == "asked-back" && asked.note == "Which vessel?")
            _ = try await it.decide(two.id, .approve, by: "omar")
            it.tick()
            #expect(try await it.receive(two.id).state == "received")
            let ours = try await it.pair.asker.closedLeaves().named("disclosure.refused")
            #expect(ours.map { $0.text("ground") } == ["investigation"])
        }
    }

    @Test func ourOwnPolicyHoldsARequestForASecondPersonHere() async throws {
        let policies = TestPolicies.disclosing().requiring(
            "approvals: 1",
            at: "disclosure",
            sides: "asker",
            in: .jurisdiction("XA")
        )
        try await Disclosures.with(policies) { it in
            let sent = Sent()
            let held = try await it.request(through: sent.recording(it.pair.peers))
            #expect(held.state == "held-here" && held.needed == 1)
            #expect(await !sent.requests.contains { $0.route == .disclosureRequests })
            _ = try await it.asker.addUser(TestNode.analyst, roles: ["approver"], by: nil)
            let own = try await problem {
                _ = try await it.asker.decideDisclosure(held.id, .approve, by: TestNode.analyst, through: it.pair.peers)
            }
            #expect(own.because?.contains("who asked") == true)
            let left = try await it.asker.decideDisclosure(held.id, .approve, by: "ines", through: it.pair.peers)
            #expect(left.state == "deciding")
            #expect(try await it.holder.disclosure(held.id, by: "lena").state == "held")
        }
    }

    @Test func policyCutsFieldsRaisesHandlingAndShortensRetentionOnBothSides() async throws {
        let policies = TestPolicies.disclosing(approvals: 0)
            .adding(
                """
                  - id: core
                    effect: require
                    stages: [disclosure]
                    sides: [holder]
                    source: TREATY Art. 8
                    because: {en: Core data only.}
                    obligations: {fields: [full_name, nationality], handling: H2, onward: with_consent, retention_days: 90}

                """,
                to: .jurisdiction("XB")
            )
            .requiring("retention_days: 30", at: "disclosure", sides: "asker", in: .jurisdiction("XA"))
        try await Disclosures.with(policies) { it in
            let sent = try await it.request()
            it.tick()
            let received = try await it.receive(sent.id)
            #expect(received.state == "received", "nobody need approve: released on the tick")
            #expect(
                received.handling == "H2" && received.onward == "with_consent" && received.retention == "2026-04-01"
            )
            let shown = try await it.asker.disclosure(sent.id, by: TestNode.analyst)
            #expect(shown.data == ["full_name": ["Youssef Chahine"]])
        }
    }

    @Test func aResendIsTheSameAndOtherBytesUnderItsIdAreRefused() async throws {
        try await Disclosures.with { it in
            let message = try await it.captured()
            let again = try await it.send(message)
            #expect(again.status == 202)
            var other = message
            other.question.reason = "another reason"
            #expect(try await it.send(other).status == 409)
            let list = try await it.holder.disclosureList(openOnly: false, by: "lena")
            #expect(list.requests.count == 1)
            let theirs = try await it.pair.holder.closedLeaves()
            #expect(theirs.named("disclosure.request_received").count == 1)
        }
    }

    @Test func whatDidNotArriveIsSentAgainByteForByte() async throws {
        try await Disclosures.with { it in
            let bodies = Mutex<[[UInt8]]>([])
            let cut = InterceptedPeers(it.pair.peers) {
                (request, agency, next) async throws(PeerReachError) -> VerifiedPeerResponse in
                if request.route == .disclosureRequests {
                    let count = bodies.withLock { bodies in
                        bodies.append(request.body)
                        return bodies.count
                    }
                    if count == 1 {
                        // Arrived, and the answer was lost.
                        _ = try await next.send(request, to: agency)
                        throw .timeout
                    }
                }
                return try await next.send(request, to: agency)
            }
            let lost = try await problem { _ = try await it.request(through: cut) }
            #expect(lost.kind == .unreachable)
            let open = try await it.asker.disclosureList(openOnly: true, by: TestNode.analyst).requests
            #expect(open.map(\.state) == ["unsent"])
            #expect(try await it.receive(open[0].id, through: cut).state == "deciding")
            let sent = bodies.withLock { $0 }
            #expect(sent.count == 2 && sent[0] == sent[1])
            #expect(try await it.holder.disclosureList(openOnly: true, by: "lena").requests.count == 1)
        }
    }

    @Test func deadlinesAreKeptShownAndTheirPassingIsLoggedOnce() async throws {
        try await Disclosures.with { it in
            let urgent = try await it.request(it.wish(urgent: true))
            #expect(urgent.deadline == "2026-03-02T17:00:00Z")
            it.clock.advance(seconds: 8 * 3_600)
            try await it.holder.followDeadlines()
            try await it.holder.followDeadlines()
            #expect(try await it.receive(urgent.id).state == "nothing")
            let late = try await problem { _ = try await it.decide(urgent.id, .approve) }
            #expect(late.because?.contains("deadline") == true)
            let theirs = try await it.pair.holder.closedLeaves()
            #expect(theirs.named("disclosure.overdue").count == 1)
        }
    }

    @Test func doctorTellsWhatWaitsWhatIsLateAndWhenSilenceSpeaks() async throws {
        func words(_ node: Node, _ name: String) async -> [String] {
            await node.examine().checks.filter { $0.name == name }.map { "\($0.state.rawValue): \($0.text)" }
        }
        try await Disclosures.with { it in
            #expect(await words(it.holder, "disclosures") == [])
            _ = try await it.request()
            #expect(await words(it.holder, "disclosures") == ["ok: 1 requests wait for a decision, none is late"])
        }
        let quick = TestPolicies.disclosing(approvals: 0)
        try await Disclosures.with(quick) { it in
            for _ in 0..<20 { _ = try await it.request() }
            #expect(await words(it.holder, "silence").first?.contains("a silence speaks") == true)
        }
        let hasty = TestPolicies.disclosing().requiring(
            "deadline_hours: 2",
            at: "disclosure",
            sides: "holder",
            in: .jurisdiction("XB")
        )
        try await Disclosures.with(hasty) { it in
            _ = try await it.request()
            it.clock.advance(seconds: 2 * 3_600)
            #expect(await words(it.holder, "disclosures").first?.hasPrefix("warning: 1 of 1") == true)
        }
    }

    @Test func casesShowQuestionsHitsAndRequests() async throws {
        try await Disclosures.with { it in
            let sent = try await it.request()
            let cases = try await it.asker.cases(nil, by: TestNode.analyst).cases
            #expect(cases.map(\.reference) == [People.caseNumber])
            #expect(cases[0].questions.count == 1 && cases[0].hits == 1)
            #expect(cases[0].disclosures.map(\.id) == [sent.id])
            let unknown = try await problem { _ = try await it.asker.cases("none", by: TestNode.analyst) }
            #expect(unknown.kind == .usage)
        }
    }
}
