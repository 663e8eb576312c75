// Duties of a disclosure, each shown alone between two nodes: who approves, under whose authorisation, by when, which fields
// leave, under which code, and whether they may travel on.
import AuditLog
import CanonicalJSON
import Foundation
import NodeTesting
import Testing

@testable import NodeCore

@Suite("Duties of a disclosure between two nodes")
struct DisclosureDutyTests {
    private static func law(_ obligations: String, approvals: Int = 0) -> TestPolicies {
        TestPolicies.disclosing(approvals: approvals)
            .requiring(obligations, at: "disclosure", sides: "holder", in: .jurisdiction("XB"))
    }

    @Test("approvals: nothing leaves before two people let it go")
    func approvals() async throws {
        try await DutyNodes.with(asker: Self.law("approvals: 2")) { it in
            let sent = try await it.request()
            let peers = it.peers
            let first = try await it.holder.node.decideDisclosure(sent.id, .approve, by: "lena", through: peers)
            #expect(first.state == "held" && first.needed == 2)
            it.tick()
            #expect(try await it.receive(sent.id) == "deciding")
            let again = try await it.problem {
                _ = try await it.holder.node.decideDisclosure(sent.id, .approve, by: "lena", through: peers)
            }
            #expect(again.because?.contains("already") == true)
            _ = try await it.holder.node.decideDisclosure(sent.id, .approve, by: "omar", through: peers)
            it.tick()
            #expect(try await it.receive(sent.id) == "received")
        }
    }

    @Test(
        "authorisation: whoever approves states each one demanded, and the log has its kind and a digest of its reference"
    )
    func authorisation() async throws {
        try await DutyNodes.with(asker: Self.law("authorisation: [prosecutor, court]")) { it in
            let sent = try await it.request()
            let held = try await it.seen(sent.id)
            #expect(held.state == "held" && held.needed == 1 && held.authorisations == ["prosecutor", "court"])
            @Sendable func approve(_ stated: [String: String]) async throws -> DisclosureReport {
                try await it.holder.node.decideDisclosure(
                    sent.id,
                    .approve,
                    stating: stated,
                    by: "lena",
                    through: it.peers
                )
            }
            for stated in [[:], ["court": "4 Gs 117/26"]] {
                let lacking = try await it.problem { _ = try await approve(stated) }
                #expect(lacking.kind == .refused && lacking.because?.contains("of prosecutor") == true)
                #expect((lacking.because?.contains("of court") == true) == stated.isEmpty)
            }
            let unknown = try await it.problem { _ = try await approve(["mayor": "1"]) }
            #expect(unknown.kind == .usage)
            it.tick()
            #expect(try await it.receive(sent.id) == "deciding")
            let released = try await approve(["court": "4 Gs 117/26", "prosecutor": "12 Js 9/26"])
            #expect(released.state == "released")
            #expect(released.authorised == ["prosecutor, stated by lena", "court, stated by lena"])
            it.tick()
            #expect(try await it.receive(sent.id) == "received")
            let entries = try await it.entries("disclosure.approved", of: it.holder)
            #expect(entries.count == 1 && entries[0].data["ground"]?.string == "prosecutor court")
            #expect(entries[0].personal["reference"] != nil && entries[0].personal["actor"] != nil)
            #expect(leaks(of: ["4 Gs 117/26", "12 Js 9/26"], below: it.holder.folder.url) == [])
        }
    }

    @Test("authorisation: rules that come later ask for it before anything is sealed")
    func authorisationMeanwhile() async throws {
        try await DutyNodes.with(asker: Self.law("approvals: 1")) { it in
            let sent = try await it.request()
            guard case .activated = try await it.holder.activate(Self.law("approvals: 1, authorisation: [court]"))
            else {
                Issue.record("the stricter rules are not active")
                return
            }
            let peers = it.peers
            let held = try await it.holder.node.decideDisclosure(sent.id, .approve, by: "lena", through: peers)
            #expect(held.state == "held" && held.authorisations == ["court"] && held.approvals.isEmpty)
            let stated = ["court": "4 Gs 117/26"]
            let released = try await it.holder.node.decideDisclosure(
                sent.id,
                .approve,
                stating: stated,
                by: "lena",
                through: peers
            )
            #expect(released.state == "released")
        }
    }

    @Test("authorisation: our own rules hold a request here until it is stated")
    func authorisationOfOurs() async throws {
        let policies = TestPolicies.disclosing(approvals: 0)
            .requiring(
                "authorisation: [data_protection_officer]",
                at: "disclosure",
                sides: "asker",
                in: .jurisdiction("XA")
            )
        try await DutyNodes.with(asker: policies) { it in
            let held = try await it.request()
            #expect(held.state == "held-here" && held.authorisations == ["data_protection_officer"])
            let lacking = try await it.problem {
                _ = try await it.asker.node.decideDisclosure(held.id, .approve, by: "ines", through: it.peers)
            }
            #expect(lacking.because?.contains("data_protection_officer") == true)
            let left = try await it.asker.node.decideDisclosure(
                held.id,
                .approve,
                stating: ["data_protection_officer": "opinion 3"],
                by: "ines",
                through: it.peers
            )
            #expect(left.state == "deciding")
        }
    }

    @Test("deadline_hours: reminded at half and at the end, on both sides, and logged once")
    func deadlineHours() async throws {
        try await DutyNodes.with(asker: Self.law("deadline_hours: 2", approvals: 1)) { it in
            let sent = try await it.request()
            func reminders() async throws -> [String?] {
                let theirs = try await it.listed(it.holder, by: "lena").first { $0.id == sent.id }?.reminder
                let ours = try await it.listed(it.asker, by: "amina").first { $0.id == sent.id }?.reminder
                return [theirs, ours]
            }
            func doctor() async -> String? {
                await it.holder.node.examine().checks.first { $0.name == "deadlines" }?.text
            }
            var seen = try await reminders()
            #expect(seen == [nil, nil])
            #expect(await doctor() == nil)
            it.clock.advance(seconds: 3_600)
            seen = try await reminders()
            #expect(seen == ["half", nil], "the asker knows the general deadline alone")
            #expect(await doctor()?.hasPrefix("1 open requests and questions have used half") == true)
            it.clock.advance(seconds: 3_600)
            seen = try await reminders()
            #expect(seen == ["over", nil])
            it.clock.advance(seconds: 82 * 3_600)
            seen = try await reminders()
            #expect(seen == ["over", "half"])
            it.clock.advance(seconds: 86 * 3_600)
            for _ in 0..<2 { for node in [it.asker.node, it.holder.node] { try await node.followDeadlines() } }
            let theirs = try await it.entries("disclosure.overdue", of: it.holder)
            let ours = try await it.entries("disclosure.overdue", of: it.asker)
            // Late from the hour that the holder's law wanted it, seven days less two hours before the deadline of all.
            #expect(theirs.map { $0.data["late_ms"]?.integer } == [168 * 3_600_000])
            #expect(ours.map { $0.data["late_ms"]?.integer } == [2 * 3_600_000])
        }
    }

    @Test("fields: what no rule lets leave is cut before it is sealed")
    func fields() async throws {
        try await DutyNodes.with(asker: Self.law("fields: [full_name, nationality]")) { it in
            let received = try await it.received()
            #expect(received.data == ["full_name": ["Youssef Chahine"]])
        }
    }

    @Test("handling: the stricter code travels with the data")
    func handling() async throws {
        try await DutyNodes.with(asker: Self.law("handling: H2")) { it in
            #expect(try await it.received().handling == "H2")
            let entry = try #require(try await it.entries("disclosure.released", of: it.holder).first)
            #expect(entry.data["handling"]?.string == "H2")
        }
    }

    // MARK: Passing on

    /// Both layers permit to pass on.
    private static func passing(_ onward: String) -> TestPolicies {
        var policies = law("onward: \(onward), handling: H2")
        for id in ["XA", "XB", "XC"] {
            policies = policies.rule(
                "pass-on",
                "permit",
                at: "onward_transfer",
                "sides: [asker]",
                in: .jurisdiction(id)
            )
        }
        return policies.rule("pass-on", "permit", at: "onward_transfer", "sides: [asker]", in: .agreement)
    }

    private func transfer(
        _ it: DutyNodes,
        _ id: String,
        to recipient: String = "charlie",
        purpose: String = "prosecute",
        stating stated: [String: String] = [:]
    ) async throws -> TransferReport {
        let wish = TransferWish(
            request: id,
            recipient: recipient,
            purpose: purpose,
            legalBasis: nil,
            fields: ["full_name"],
            reason: "charges of 4 May",
            stated: stated
        )
        return try await it.asker.node.transferDisclosure(wish, by: AgencyNode.analyst)
    }

    @Test("onward forbidden: nothing is passed on, whatever our own rules permit, and the refusal is logged")
    func onwardForbidden() async throws {
        try await DutyNodes.with(asker: Self.passing("forbidden")) { it in
            let received = try await it.received()
            let refused = try await it.problem {
                _ = try await transfer(it, received.id, stating: ["originator": "letter 1"])
            }
            #expect(refused.kind == .refused && refused.because?.contains("for us alone") == true)
            #expect(try await it.entries("disclosure.transferred", of: it.asker).isEmpty)
            let entry = try #require(try await it.entries("disclosure.refused", of: it.asker).first)
            #expect(entry.data["ground"]?.string == "onward")
        }
    }

    @Test("onward with_consent: the originator's consent is stated, logged, and the code and the last day go along")
    func onwardWithConsent() async throws {
        try await DutyNodes.with(asker: Self.passing("with_consent")) { it in
            let received = try await it.received()
            let lacking = try await it.problem { _ = try await transfer(it, received.id) }
            #expect(lacking.because?.contains("of originator") == true)
            let passed = try await transfer(it, received.id, stating: ["originator": "letter 2026-118"])
            #expect(passed.data == ["full_name": ["Youssef Chahine"]] && passed.handling == "H2")
            #expect(passed.retention == received.retention && passed.onward == "forbidden")
            let entry = try #require(try await it.entries("disclosure.transferred", of: it.asker).first)
            #expect(entry.index == passed.entry && entry.data["recipient"]?.string == "charlie")
            #expect(entry.data["ground"]?.string == "prosecute originator" && entry.personal["reference"] != nil)
            #expect(leaks(of: ["letter 2026-118", "charges of 4 May"], below: it.asker.folder.url) == [])
        }
    }

    @Test("onward free: both layers of our own policy still decide, on the recipient, the purpose and the record")
    func onwardFree() async throws {
        let toOrigin = """
            sides: [asker]
            when: {record.subject: {any_of: [suspect]}, purpose: investigate}
            tell: nothing
            """
        let policies = Self.passing("free").rule(
            "no-suspects",
            "forbid",
            at: "onward_transfer",
            toOrigin,
            in: .agency("alpha")
        )
        try await DutyNodes.with(asker: policies) { it in
            let received = try await it.received()
            let refused = try await it.problem { _ = try await transfer(it, received.id, purpose: "investigate") }
            #expect(refused.place == "alpha/no-suspects")
            let unknown = try await it.problem { _ = try await transfer(it, received.id, to: "nobody") }
            #expect(unknown.place == "builtin/unknown-agency")
            let scope = try await it.problem { _ = try await transfer(it, received.id, purpose: "asylum") }
            #expect(scope.place == "builtin/purpose-out-of-scope")
            let passed = try await transfer(it, received.id)
            #expect(passed.data["full_name"] == ["Youssef Chahine"])
            #expect(try await it.entries("disclosure.refused", of: it.asker).count == 3)
            // What is erased is passed on by nobody.
            it.clock.advance(seconds: 400 * 86_400)
            let late = try await it.problem { _ = try await transfer(it, received.id) }
            #expect(late.place == "retention")
            try await it.asker.node.followDeadlines()
            let gone = try await it.problem { _ = try await transfer(it, received.id) }
            #expect(gone.kind == .usage)
        }
    }

    @Test("notify at onward_transfer: each transfer is told, and explained afterwards")
    func onwardTold() async throws {
        let policies = Self.passing("free")
            .requiring("notify: [originator]", at: "onward_transfer", sides: "asker", in: .jurisdiction("XA"))
        try await DutyNodes.with(asker: policies) { it in
            _ = try await it.asker.node.addUser("jonas", roles: ["officer"], by: nil)
            let received = try await it.received()
            for _ in 0..<2 { _ = try await transfer(it, received.id) }
            let told = try await it.asker.node.notices(waiting: true).notices
            #expect(told.count == 2 && told.allSatisfy { $0.event == "onward-transferred" && $0.peer == "bravo" })
            let past = try await it.asker.node.pastDecisions(received.id, by: "jonas")
            let areKnown = past.allSatisfy { if case .known = $0.facts { true } else { false } }
            #expect(past.count == 3 && areKnown, "the request, and each transfer")
        }
    }

    @Test("a node without a rule on passing on passes nothing on")
    func noRule() async throws {
        try await DutyNodes.with(asker: Self.law("onward: free")) { it in
            let received = try await it.received()
            let refused = try await it.problem { _ = try await transfer(it, received.id) }
            #expect(refused.place == "builtin/no-permit-jurisdiction")
        }
    }
}
