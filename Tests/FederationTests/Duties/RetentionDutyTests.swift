// Data of a disclosure go when their time is over, at both nodes, with proof, and nothing of them stays on disk.
import AuditLog
import CanonicalJSON
import Foundation
import NodeTesting
import Testing
import Vault

@testable import NodeCore

@Suite("Retention between two nodes")
struct RetentionDutyTests {
    private static let thirtyDays = TestPolicies.disclosing(approvals: 0)
        .requiring("retention_days: 30", at: "disclosure", sides: "holder", in: .jurisdiction("XB"))

    /// Both layers permit to keep; what a test adds forbids.
    private static func keeping() -> TestPolicies {
        let permit = "sides: [asker, holder]"
        var policies = thirtyDays
        for id in ["XA", "XB", "XC"] {
            policies = policies.rule("keep", "permit", at: "retention", permit, in: .jurisdiction(id))
        }
        return policies.rule("keep", "permit", at: "retention", permit, in: .agreement)
    }

    /// Both nodes' minute.
    private func minute(_ it: DutyNodes) async throws {
        for node in [it.asker.node, it.holder.node] { try await node.followDeadlines() }
    }

    private func box(_ node: AgencyNode, _ side: StoredDisclosure.Side, peer: String, _ id: String) async throws
        -> [UInt8]
    {
        try #require(try await node.node.vault.read { try $0.disclosure(side, peer: peer, id: id) }).box
    }

    /// Whether a stretch of a sealed file stands in the database's files, as plain as it was.
    private func stands(_ box: [UInt8], in node: AgencyNode) -> Bool {
        let piece = Data(box[200..<264])
        let beside = node.folder.database.deletingLastPathComponent()
        return filesBelow(beside).contains { file in
            file.path.hasPrefix(node.folder.database.lastPathComponent) && Data(file.bytes).firstRange(of: piece) != nil
        }
    }

    @Test("retention_days erases at both nodes on the day after the last, with an entry, and leaves nothing on disk")
    func retentionDays() async throws {
        try await DutyNodes.with(asker: Self.thirtyDays) { it in
            let received = try await it.received()
            #expect(received.data?["full_name"] == ["Youssef Chahine"])
            let last = try #require(received.retention)
            let ours = try await box(it.asker, .asker, peer: "bravo", received.id)
            let theirs = try await box(it.holder, .holder, peer: "alpha", received.id)
            #expect(stands(ours, in: it.asker) && stands(theirs, in: it.holder))
            it.clock.advance(seconds: 30 * 86_400)
            try await minute(it)
            #expect(try await it.shown(received.id).data != nil, "the last day is included")
            it.clock.advance(seconds: 86_400)
            #expect(try await it.shown(received.id).data == nil, "not shown, though nobody erased it yet")
            try await minute(it)
            try await minute(it)
            for (node, report) in [
                (it.asker, try await it.shown(received.id)), (it.holder, try await it.seen(received.id)),
            ] {
                let entries = try await it.entries("disclosure.erased", of: node)
                let entry = try #require(entries.first)
                #expect(entries.count == 1 && entry.data["request"]?.string == received.id)
                #expect(entry.data["ground"]?.string == "retention" && entry.data["late_ms"]?.integer == 0)
                let erased = try #require(report.erased)
                #expect(erased.ground == "retention" && erased.entry == entry.index && report.data == nil)
                #expect(report.note?.contains("entry \(erased.entry) of the log") == true)
                #expect(report.retention == last && report.subject == nil && report.reason == "")
                // What the regulator is told.
                var builder = ReportBuilder()
                for leaf in try node.folder.publishedLeaves() { builder.add(leaf) }
                let counts = builder.close().erasures
                #expect(counts.due == 1 && counts.erased == 1 && counts.late == 0)
            }
            #expect(!stands(ours, in: it.asker) && !stands(theirs, in: it.holder))
            #expect(!it.asker.node.keyring.names.contains { $0.hasPrefix("retention/") })
            // The second date: no backup of a keyring is left that opens what was kept elsewhere.
            it.clock.advance(seconds: 36 * 86_400)
            try await minute(it)
            let grounds = try await it.entries("disclosure.erased", of: it.asker).map { $0.data["ground"]?.string }
            #expect(grounds == ["retention", "backups"])
        }
    }

    @Test("a node that was down says how late it erased")
    func late() async throws {
        try await DutyNodes.with(asker: Self.thirtyDays) { it in
            let received = try await it.received()
            it.clock.advance(seconds: 33 * 86_400 - 60)
            try await minute(it)
            let entry = try #require(try await it.entries("disclosure.erased", of: it.asker).first)
            #expect(entry.data["late_ms"]?.integer == 2 * 86_400_000)
            #expect(try await it.shown(received.id).erased != nil)
        }
    }

    @Test("the stage retention decides with what the release carried of the record, and a refusal erases")
    func refusalErases() async throws {
        let unlessGiven = """
            sides: [asker]
            when:
              not: {record.consent: given}
            tell: nothing
            """
        let policies = Self.keeping().rule(
            "no-consent",
            "forbid",
            at: "retention",
            unlessGiven,
            in: .jurisdiction("XA")
        )
        try await DutyNodes.with(asker: policies) { it in
            let received = try await it.received()
            try await minute(it)
            #expect(try await it.shown(received.id).data != nil, "the consent was given, and the release says so")
            let stricter = Self.keeping().rule(
                "no-suspects",
                "forbid",
                at: "retention",
                "sides: [asker]\ntell: nothing",
                in: .agency("alpha")
            )
            guard case .activated = try await it.asker.activate(stricter) else {
                Issue.record("the stricter rules are not active")
                return
            }
            try await minute(it)
            #expect(try await it.shown(received.id).erased?.ground == "alpha/no-suspects")
            #expect(try await it.seen(received.id).erased == nil, "its holder's rules are others")
        }
    }

    @Test("what a release did not say of the record is unknown, and a forbid erases")
    func unknownErases() async throws {
        let unlessGiven = """
            sides: [asker]
            when:
              not: {record.consent: given}
            tell: nothing
            """
        let stricter = Self.keeping().rule(
            "no-consent",
            "forbid",
            at: "retention",
            unlessGiven,
            in: .jurisdiction("XA")
        )
        try await DutyNodes.with(asker: stricter, holder: Self.keeping()) { it in
            let received = try await it.received()
            try await minute(it)
            #expect(try await it.shown(received.id).erased?.ground == "XA/no-consent")
        }
    }

    @Test("retention_days at the stage retention shortens what the holder allowed")
    func retentionStageDays() async throws {
        let policies = Self.keeping().requiring(
            "retention_days: 3",
            at: "retention",
            sides: "asker",
            in: .jurisdiction("XA")
        )
        try await DutyNodes.with(asker: policies) { it in
            let received = try await it.received()
            it.clock.advance(seconds: 3 * 86_400)
            try await minute(it)
            #expect(try await it.shown(received.id).data != nil)
            it.clock.advance(seconds: 86_400)
            try await minute(it)
            #expect(try await it.shown(received.id).erased?.ground == "retention")
            #expect(try await it.seen(received.id).erased == nil)
        }
    }

    @Test("requests that brought nothing, and questions with seeds and hits, go too")
    func requestsAndQuestions() async throws {
        try await DutyNodes.with(asker: .disclosing(approvals: 1)) { it in
            let sent = try await it.request()
            it.clock.advance(seconds: 8 * 86_400)
            try await minute(it)
            #expect(try await it.receive(sent.id) == "nothing")
            it.clock.advance(seconds: 400 * 86_400)
            try await minute(it)
            #expect(try await it.shown(sent.id).erased != nil)
            #expect(try await it.seen(sent.id).erased != nil)
            let asker = it.asker.node.vault
            let before = try await asker.read { try $0.questions().count }
            #expect(before == 1)
            // What a court may want stays while its hold stands.
            let node = it.asker.node
            _ = try await node.addUser("jonas", roles: ["officer"], by: nil)
            let wish = HoldWish(caseReference: "K-1", ground: "court order", review: "2040-01-01", columns: nil)
            let hold = try await node.placeHold(wish, by: "jonas")
            it.clock.advance(seconds: 700 * 86_400)
            try await minute(it)
            let held = try await asker.read { try $0.questions().count }
            #expect(held == 1)
            _ = try await node.liftHold(hold.entry, ground: "the court has decided", by: "jonas")
            it.clock.advance(seconds: 86_400)
            try await minute(it)
            let after = try await asker.read { try $0.questions().count }
            #expect(after == 0)
            let entries = try await it.entries("record.erased", of: it.asker)
            #expect(entries.count == 1 && entries[0].data["dataset"]?.string == "questions")
        }
    }

    @Test("what was cut off between two steps is erased by the next look, and told once")
    func cutOffBetweenSteps() async throws {
        try await DutyNodes.with(asker: Self.thirtyDays) { it in
            let received = try await it.received()
            it.clock.advance(seconds: 31 * 86_400)
            let node = it.asker.node
            try await node.eraseDisclosures()
            #expect(node.keyring.names.contains { $0.hasPrefix("retention/") }, "it was cut off before the key went")
            #expect(try await it.shown(received.id).erased != nil)
            // As in the first minute after a start.
            node.lookAgainForExpired()
            try await node.followDeadlines()
            #expect(!node.keyring.names.contains { $0.hasPrefix("retention/") })
            #expect(try await it.entries("disclosure.erased", of: it.asker).count == 1)
        }
    }
}
