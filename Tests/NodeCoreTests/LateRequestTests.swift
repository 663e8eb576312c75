import AuditLog
import CanonicalJSON
// Requests that leave late: after somebody here let them go, after the epoch of their hit, or never.
import FederationServer
import Foundation
import NodeTesting
import PeerTrust
import Testing
import Vault
import WireProtocol

@testable import NodeCore

@Suite struct LateRequestTests {
    private static func waiting(_ obligations: String = "approvals: 1") -> TestPolicies {
        .disclosing().requiring(obligations, at: "disclosure", sides: "asker", in: .jurisdiction("XA"))
    }

    private func approve(
        _ it: Disclosures,
        _ id: String,
        _ verdict: DisclosureVerdict = .approve,
        through reaching: (any PeerReaching)? = nil
    ) async throws -> DisclosureReport {
        try await it.asker.decideDisclosure(id, verdict, by: "ines", through: reaching ?? it.pair.peers)
    }

    /// What `doctor` says of requests that are older than an epoch.
    private func older(_ asker: Node) async -> [String] {
        let report = await asker.examine()
        return report.checks.map(\.text).filter { $0.contains("began another epoch") }
    }

    // MARK: Let go late

    @Test func whatWaitedIsMadeOnTheDayItLeaves() async throws {
        try await Disclosures.with(Self.waiting()) { it in
            let held = try await it.request()
            #expect(held.state == "held-here" && held.deadline == "2026-03-09T09:00:00Z")
            let old = it.asker.keyringDays()
            it.clock.advance(seconds: 3 * 86_400)
            // The day's sealing key: the one of the request's day was never made.
            #expect(try await approve(it, held.id).state == "deciding")
            let made = it.asker.keyringDays()
            #expect(old.isEmpty && made == ["sealing/2026-03-05"])
            _ = try await it.decide(held.id, .approve)
            it.tick()
            #expect(try await it.receive(held.id).state == "received")
            let ours = try await it.pair.asker.closedLeaves()
            let events = ours.map(\.event).filter { $0.hasPrefix("disclosure.") }
            #expect(
                events == [
                    "disclosure.held", "disclosure.approved", "disclosure.requested", "disclosure.received",
                ]
            )
            let theirs = try await it.pair.holder.closedLeaves().named("disclosure.request_received")[0]
            let asked = try Exchange(try #require(ours.named("disclosure.requested")[0].data["x"]))
            #expect(try Exchange(try #require(theirs.data["x"])).transcript == asked.transcript)
            #expect(ours.named("disclosure.requested")[0].actor.role == .analyst)
            #expect(it.pair.asker.logProblems() == [])
        }
    }

    @Test func policyOfThatDayRefusesCutsOrHoldsAgain() async throws {
        let forbid = """
              - id: no-longer
                effect: forbid
                stages: [disclosure]
                sides: [asker]
                source: TREATY Art. 3
                because: {en: Not any more.}

            """
        try await Disclosures.with(Self.waiting()) { it in
            let (one, two) = (try await it.request(), try await it.request())
            _ = try await it.pair.asker.activate(Self.waiting("approvals: 2, fields: [full_name]"))
            let again = try await approve(it, one.id)
            #expect(again.state == "held-here" && again.needed == 2 && again.approvals == ["ines"])
            _ = try await it.asker.addUser("otto", roles: ["approver"], by: nil)
            let left = try await it.asker.decideDisclosure(one.id, .approve, by: "otto", through: it.pair.peers)
            #expect(left.state == "deciding" && left.fields == ["full_name"])
            #expect(try await it.holder.disclosure(one.id, by: "lena").fields == ["full_name"])

            _ = try await it.pair.asker.activate(Self.waiting().adding(forbid, to: .agency("alpha")))
            let sent = Sent()
            let refused = try await approve(it, two.id, through: sent.recording(it.pair.peers))
            #expect(refused.state == "refused" && refused.note?.contains("Not any more.") == true)
            #expect(refused.ground == "alpha/no-longer")
            #expect(await !sent.requests.contains { $0.route == .disclosureRequests })
            #expect(try await it.asker.disclosureList(openOnly: true, by: "ines").requests.map(\.id) == [one.id])
            let entry = try #require(try await it.pair.asker.closedLeaves().named("disclosure.refused").last)
            #expect(entry.text("ground") == "policy" && entry.text("request") == two.id)
        }
    }

    @Test func refusedHereOrOverdueItNeverLeaves() async throws {
        try await Disclosures.with(Self.waiting("approvals: 1, deadline_hours: 4")) { it in
            let (one, two) = (try await it.request(), try await it.request())
            let refused = try await approve(it, one.id, .refuse(ground: "investigation"))
            #expect(refused.state == "refused" && refused.note == "It would warn somebody.")
            it.clock.advance(seconds: 4 * 3_600)
            let late = try await problem { _ = try await approve(it, two.id) }
            #expect(late.because == "the request is overdue")
            for _ in 0..<2 { try await it.asker.followDeadlines() }
            let sent = Sent()
            _ = try await it.asker.receiveDisclosures(by: nil, through: sent.recording(it.pair.peers))
            #expect(await sent.requests.isEmpty)
            let all = try await it.asker.disclosureList(openOnly: false, by: "ines").requests
            #expect(all.map(\.state) == ["refused", "refused"])
            #expect(try await it.pair.asker.closedLeaves().named("disclosure.overdue").count == 1)
        }
    }

    @Test func whatWasLetGoWhileThePeerWasAwayLeavesWhenItIsBack() async throws {
        try await Disclosures.with(Self.waiting()) { it in
            let held = try await it.request()
            it.pair.network.leave(it.pair.bravo)
            let away = try await problem { _ = try await approve(it, held.id) }
            #expect(away.kind == .unreachable)
            #expect(try await it.asker.disclosureList(openOnly: true, by: "ines").requests.map(\.state) == ["unsent"])
            it.pair.network.join(it.pair.holder)
            #expect(try await it.receive(held.id).state == "deciding")
        }
    }

    // MARK: Refused for good

    @Test func whatTheHolderRefusesForGoodFailsAndIsNotSentAgain() async throws {
        try await Disclosures.with { it in
            // Lost on its way back; then its id is taken, with other bytes.
            let sent = Sent()
            let bent = InterceptedPeers(it.pair.peers) {
                (request, agency, next) async throws(PeerReachError) -> VerifiedPeerResponse in
                guard request.route == .disclosureRequests else { return try await next.send(request, to: agency) }
                await sent.add(request)
                let text = String(decoding: request.body, as: UTF8.self).replacing("boarding planned", with: "another")
                let other = PeerRequest(
                    id: request.id,
                    route: .disclosureRequests,
                    body: Array(text.utf8),
                    receipt: request.receipt
                )
                _ = try await next.send(other, to: agency)
                return try await next.send(request, to: agency)
            }
            let refused = try await problem { _ = try await it.request(through: bent) }
            #expect(refused.kind == .refused && refused.because?.contains("other bytes") == true)
            for _ in 0..<2 { _ = try await it.asker.receiveDisclosures(by: nil, through: bent) }
            #expect(await sent.requests.count == 1, "not sent again")
            let list = try await it.asker.disclosureList(openOnly: false, by: TestNode.analyst).requests
            #expect(list.map(\.state) == ["failed"] && list[0].note?.contains("other bytes") == true)
            let shown = try await it.asker.disclosure(list[0].id, by: TestNode.analyst)
            #expect(shown.state == "failed" && shown.note == list[0].note)
            let entry = try #require(try await it.pair.asker.closedLeaves().named("disclosure.refused").first)
            #expect(entry.text("ground") == "peer" && entry.actor.role == .peer)
        }
    }

    @Test func aFullDayAtTheHolderIsNoRefusalForGood() async throws {
        try await Disclosures.with { it in
            let busy = InterceptedPeers(it.pair.peers) {
                (request, agency, next) async throws(PeerReachError) -> VerifiedPeerResponse in
                guard request.route == .disclosureRequests else { return try await next.send(request, to: agency) }
                let answer = try await next.send(request, to: agency)
                let body = try? Problem(.quota, detail: "more than a day takes").body()
                return VerifiedPeerResponse(status: 429, body: body ?? [], message: answer.message)
            }
            _ = try await problem { _ = try await it.request(through: busy) }
            let open = try await it.asker.disclosureList(openOnly: true, by: TestNode.analyst).requests
            #expect(open.map(\.state) == ["unsent"])
            #expect(try await it.receive(open[0].id).state == "deciding")
        }
    }

    // MARK: After the epoch

    @Test func theKeysOfAnOldHitAreAskedAgainAndTheRequestGoesOn() async throws {
        try await Disclosures.with { it in
            try await it.pair.holder.index(rotating: true)
            let sent = try await it.request()
            #expect(sent.state == "deciding" && sent.handle != it.hit.hits[0].handle)
            #expect(sent.note?.contains(sent.handle) == true)
            let seen = try await it.holder.disclosure(sent.id, by: "lena")
            #expect(seen.state == "held" && seen.subject == "b1" && seen.score == it.hit.hits[0].score)
            _ = try await it.decide(sent.id, .approve)
            it.tick()
            #expect(try await it.receive(sent.id).state == "received")
            let cases = try await it.asker.cases(nil, by: TestNode.analyst).cases
            #expect(cases[0].questions.count == 2 && cases[0].disclosures.map(\.id) == [sent.id])
            let ours = try await it.pair.asker.closedLeaves()
            // The first question, and the one that asked again: each with its own decision, charge and entries.
            #expect(Set(ours.named("query.asked").compactMap { $0.text("query") }).count == 2)
            let agreeing = try #require(ours.named("query.asked")[1].data["keys"]?.integer)
            #expect(agreeing <= (ours.named("query.asked")[0].data["keys"]?.integer ?? 0))
            let theirs = try await it.pair.holder.closedLeaves()
            #expect(theirs.named("query.received").count == 2)
        }
    }

    @Test func aHitThatIsGoneOrAgreesInLessSaysSo() async throws {
        for gone in [true, false] {
            try await Disclosures.with { it in
                let changed =
                    gone
                    ? People.all.replacing("b1,Youssef Chahine", with: "b1,Somebody Else")
                        .replacing("A24710140", with: "B00000001").replacing("+491512441001", with: "+491512449999")
                    : People.all.replacing("+491512441001", with: "+491512449999")
                _ = try await it.holder.importRecords(
                    csv: Array(changed.utf8),
                    fileName: "records.csv",
                    dataset: "main",
                    renames: [:],
                    defaults: [:],
                    by: "operator"
                )
                try await it.pair.holder.index(rotating: true)
                let lost = try await problem { _ = try await it.request() }
                #expect(lost.kind == .refused)
                #expect(
                    gone
                        ? lost.text == "the hit is not found any more"
                        : lost.because == "what agrees there now agrees in less than before",
                    "\(lost)"
                )
                #expect(try await it.asker.disclosureList(openOnly: false, by: "ines").requests.isEmpty)
            }
        }
    }

    @Test func askingAgainIsAQuestionThatPolicyAndQuotaDecide() async throws {
        try await Disclosures.with { it in
            try await it.pair.holder.index(rotating: true)
            let full = "quota: [{per: peer, period: hour, keys: 1}]"
            _ = try await it.pair.asker.activate(
                TestPolicies.disclosing().requiring(full, sides: "asker", in: .jurisdiction("XA"))
            )
            let refused = try await problem { _ = try await it.request() }
            #expect(refused.kind == .refused && refused.because?.contains("our own quota") == true)
            _ = try await it.pair.asker.activate(
                TestPolicies.disclosing().requiring("approvals: 1", sides: "asker", in: .jurisdiction("XA"))
            )
            let waits = try await problem { _ = try await it.request() }
            #expect(waits.text.contains("waits for a person") && waits.remedy?.contains("--show") == true)
            let open = try await it.asker.disclosureList(openOnly: true, by: "ines").requests
            #expect(open.map(\.direction) == ["asked"])
        }
    }

    @Test func whatWaitedHereOverASwitchIsAskedAgainWhenItLeaves() async throws {
        try await Disclosures.with(Self.waiting()) { it in
            let held = try await it.request()
            try await it.pair.holder.index(rotating: true)
            let left = try await approve(it, held.id)
            #expect(left.state == "deciding" && left.handle != held.handle)
            #expect(try await it.holder.disclosure(held.id, by: "lena").subject == "b1")
        }
    }

    @Test(arguments: [true, false])
    func whatWaitedHereWaitsAlsoForTheQuestionThatAsksAgain(isLetGo: Bool) async throws {
        try await Disclosures.with(Self.waiting()) { it in
            let held = try await it.request()
            try await it.pair.holder.index(rotating: true)
            _ = try await it.pair.asker.activate(
                Self.waiting().requiring("approvals: 1", sides: "asker", in: .agency("alpha"))
            )
            let approved = try await approve(it, held.id)
            #expect(approved.state == "approved" && approved.note?.contains("waits for a person") == true)
            for _ in 0..<2 { #expect(try await it.receive(held.id).state == "approved") }
            let open = try await it.asker.disclosureList(openOnly: true, by: "ines").requests
            let question = try #require(open.first { $0.direction == "asked" })
            #expect(open.count == 2, "it asks again once")
            guard isLetGo else {
                _ = try await approve(it, question.id, .refuse(ground: "investigation"))
                #expect(try await it.receive(held.id).state == "refused")
                return
            }
            _ = try await approve(it, question.id)
            let left = try await it.receive(held.id)
            #expect(left.state == "deciding", "\(left.state): \(left.note ?? "")")
            #expect(try await it.holder.disclosure(held.id, by: "lena").subject == "b1")
        }
    }

    @Test func doctorNamesARequestThatIsOlderThanTheHoldersEpoch() async throws {
        try await Disclosures.with { it in
            it.pair.network.leave(it.pair.bravo)
            _ = try await problem { _ = try await it.request() }
            it.pair.network.join(it.pair.holder)
            #expect(await older(it.asker).isEmpty)
            try await it.pair.holder.index(rotating: true)
            _ = try await it.asker.fetchIndexes(peer: "bravo", agreement: nil, by: nil, through: it.pair.peers)
            let unsent = try await it.asker.disclosureList(openOnly: true, by: "ines").requests
            #expect(await older(it.asker).first?.contains(unsent[0].id) == true)
        }
    }

    @Test func twoRealNodesGoOnOverARotation() async throws {
        try await withTemporaryFolder { folder in
            // The certificates are checked against the machine's clock.
            let clock = SettableClock(seconds: Int(Date().timeIntervalSince1970))
            let policies = Self.waiting().replacing(
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
            _ = try await alpha.node.addUser("ines", roles: ["approver"], by: nil)
            _ = try await bravo.node.addUser("lena", roles: ["approver"], by: nil)
            try await Loopback.connect(alpha, to: [bravo]) { peers in
                let question = Pair.question(.fields(People.youssef))
                let report = try await alpha.node.ask(question, dryRun: false, by: nil, through: peers) { _ in }
                let hit = try #require(report.asked.first?.hits.first)
                let wish = DisclosureWish(
                    query: report.query,
                    peer: "bravo",
                    handle: hit.handle,
                    fields: Disclosures.fields,
                    reason: "boarding planned",
                    confirmed: true,
                    urgent: false
                )
                let held = try await alpha.node.requestDisclosure(wish, by: nil, through: peers)
                #expect(held.state == "held-here")
                try await bravo.index(rotating: true)
                let left = try await alpha.node.decideDisclosure(held.id, .approve, by: "ines", through: peers)
                #expect(left.state == "deciding" && left.handle != hit.handle)
                _ = try await bravo.node.decideDisclosure(held.id, .approve, by: "lena", through: peers)
                clock.advance(seconds: 60)
                let received = try await alpha.node.receiveDisclosures(by: nil, through: peers).requests
                #expect(received.map(\.state) == ["received"])
            }
            await alpha.node.close()
            await bravo.node.close()
            #expect(alpha.logProblems().isEmpty && bravo.logProblems().isEmpty)
        }
    }
}

extension Node {
    /// Names of the sealing keys that exist.
    fileprivate func keyringDays() -> [String] { keyring.names.filter { $0.hasPrefix("sealing/") } }
}
