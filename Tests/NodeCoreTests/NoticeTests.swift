// `notify`: what a rule permits happens, and whom it names is told, once, with no personal data; what cannot be sent waits
// and is sent again under the same id.
import Foundation
import NodeCore
import NodeTesting
import PolicyEngine
import Synchronization
import Testing

/// Takes notices, or fails as told.
private final class Sink: NoticeDelivering {
    let taken = Mutex<[Notice]>([])
    let failure = Mutex<NoticeFailure?>(nil)
    /// What the node says of it.
    let said = Mutex<[String]>([])

    func deliver(_ notice: Notice, to sink: NoticeSink) async throws(NoticeFailure) {
        if let failure = failure.withLock({ $0 }) { throw failure }
        taken.withLock { $0.append(notice) }
    }

    var ids: [String] { taken.withLock { $0.map(\.id) } }
}

@Suite struct NoticeTests {
    private static let dpo = "notify: [data_protection_officer]"

    private func notices(_ node: TestNode) async throws -> [NoticeReport] {
        try await node.node.notices(waiting: false).notices
    }

    /// Opens the node's folder again with settings for the officer's notices.
    private func sending(_ node: TestNode) async throws -> TestNode {
        let file = node.folder.configuration
        let text = try String(contentsOf: file, encoding: .utf8)
        let sink = #"{"notices": {"data_protection_officer": {"webhook": "https://dpo.example/hook"}},"#
        try Data(text.replacing("{", with: sink, maxReplacements: 1).utf8).write(to: file)
        return try await node.reopened()
    }

    @Test(arguments: ["asker", "holder"])
    func aQuestionIsToldOnceOnTheSideWhoseRuleWantsIt(side: String) async throws {
        let policies = TestPolicies().requiring(Self.dpo, sides: side, in: .jurisdiction(side == "asker" ? "XA" : "XB"))
        try await Pair.with(asker: policies, holder: policies) { pair in
            let answer = try await pair.ask(People.youssef)
            #expect(answer.outcome == "hits")
            let (told, silent) = side == "asker" ? (pair.asker, pair.holder) : (pair.holder, pair.asker)
            let notice = try #require(try await notices(told).first)
            let (all, none) = (try await notices(told), try await notices(silent))
            #expect(all.count == 1 && none.isEmpty)
            #expect(notice.recipient == "data_protection_officer" && notice.about == answer.id)
            #expect(notice.event == (side == "asker" ? "question-asked" : "question-answered"))
            #expect(notice.rules == [side == "asker" ? "XA/duty" : "XB/duty"] && notice.state == "waiting")
            #expect(notice.peer == (side == "asker" ? "bravo" : "alpha") && notice.next == nil)
            let doctor = await told.node.examine()
            #expect(doctor.checks.contains { $0.name == "notices" && $0.text.contains("wait for a person") })
        }
    }

    @Test func whatIsRefusedTellsNobody() async throws {
        let asker = TestPolicies().requiring(Self.dpo, sides: "asker", in: .jurisdiction("XA"))
        try await Pair.with(asker: asker) { pair in
            let question = Pair.question(.fields(People.youssef), purpose: "asylum")
            _ = try await pair.asker.node.ask(question, dryRun: false, by: nil, through: pair.peers) { _ in }
            #expect(try await notices(pair.asker).isEmpty)
        }
    }

    @Test func anIndexIsToldByVersionAndNotByRecord() async throws {
        let holder = TestPolicies().requiring(
            "notify: [originator, supervisory_authority]",
            at: "index",
            sides: "holder",
            in: .jurisdiction("XB")
        )
        try await Pair.with(holder: holder) { pair in
            let all = try await notices(pair.holder)
            #expect(Set(all.map(\.recipient)) == ["originator", "supervisory_authority"])
            #expect(Set(all.map(\.about)) == ["epoch 1 version 1"] && all.map(\.peer) == ["alpha", "alpha"])
            // Nothing new, nothing told; the next version is.
            _ = try await pair.holder.index()
            #expect(try await notices(pair.holder).count == 2)
            _ = try await pair.holder.publish(People.later)
            #expect(try await notices(pair.holder).map(\.about).filter { $0 == "epoch 1 version 2" }.count == 2)
        }
    }

    @Test func aDisclosureIsToldWhenItLeavesAndNotBefore() async throws {
        let policies = TestPolicies.disclosing()
            .requiring(Self.dpo, at: "disclosure", sides: "holder", in: .jurisdiction("XB"))
            .requiring("notify: [europol]", at: "disclosure", sides: "asker", in: .jurisdiction("XA"))
        try await Disclosures.with(policies) { it in
            let sent = try await it.request()
            #expect(try await notices(it.pair.asker).map(\.event) == ["disclosure-requested"])
            #expect(try await notices(it.pair.holder).isEmpty)
            _ = try await it.decide(sent.id, .approve)
            #expect(try await notices(it.pair.holder).isEmpty, "sealed, and nobody has it yet")
            it.tick()
            #expect(try await it.receive(sent.id).state == "received")
            let told = try await notices(it.pair.holder)
            #expect(told.map(\.event) == ["disclosure-released"] && told.map(\.about) == [sent.id])
        }
    }

    @Test func aNoticeIsSentUntilItIsTakenUnderOneIdAndHoldsNoPersonalData() async throws {
        let policies = TestPolicies().requiring(Self.dpo, sides: "holder", in: .jurisdiction("XB"))
        try await Pair.with(holder: policies) { pair in
            _ = try await pair.ask(People.youssef)
            let holder = try await sending(pair.holder)
            let sink = Sink()
            func send() async throws -> Int {
                try await holder.node.sendNotices(through: sink) { words in sink.said.withLock { $0.append(words) } }
            }
            let id = try #require(try await notices(holder).first?.id)
            sink.failure.withLock { $0 = .status(503) }
            #expect(try await send() == 0)
            #expect(
                sink.said.withLock { $0 } == [
                    "a notice for data_protection_officer was not taken: the webhook answered 503"
                ]
            )
            let put = try #require(try await notices(holder).first)
            #expect(put.tries == 1 && put.next == "2026-03-02T09:00:30Z" && put.state == "waiting")
            // Not before its time; longer each time.
            sink.failure.withLock { $0 = nil }
            #expect(try await send() == 0)
            #expect(sink.ids.isEmpty)
            sink.failure.withLock { $0 = .unreachable }
            holder.clock.advance(seconds: 30)
            #expect(try await send() == 0)
            #expect(try await notices(holder).first?.next == "2026-03-02T09:01:30Z")
            // A restart forgets nothing, and what was taken is not sent again.
            let again = try await holder.reopened(seed: 5)
            sink.failure.withLock { $0 = nil }
            again.clock.advance(seconds: 60)
            #expect(try await again.node.sendNotices(through: sink) { _ in } == 1)
            #expect(try await again.node.sendNotices(through: sink) { _ in } == 0)
            #expect(sink.ids == [id])
            let sent = try #require(try await notices(again).first)
            #expect(sent.state == "sent" && sent.sentBy == "webhook")
            let notice = try #require(sink.taken.withLock { $0.first })
            let json = try #require(JSONSerialization.jsonObject(with: Data(notice.json)) as? [String: Any])
            #expect(json["event"] as? String == "question-answered" && json["rules"] as? [String] == ["XB/duty"])
            let text = String(decoding: notice.json, as: UTF8.self) + notice.mail
            #expect(People.secrets.filter { text.contains($0) } == [])
            #expect(notice.mail.hasPrefix("Subject: Comity notice \(id)\n"))
            await again.node.close()
        }
    }

    @Test func aPersonPassesOnWhatNoSettingSends() async throws {
        let policies = TestPolicies().requiring(Self.dpo, sides: "holder", in: .jurisdiction("XB"))
        try await Pair.with(holder: policies) { pair in
            _ = try await pair.ask(People.youssef)
            let node = pair.holder.node
            _ = try await node.addUser("jonas", roles: ["officer"], by: nil)
            let id = try #require(try await notices(pair.holder).first?.id)
            let mark = await #expect(throws: NodeProblem.self) { try await node.markNotice(id, by: TestNode.analyst) }
            #expect(mark?.kind == .refused)
            #expect(try await node.markNotice(id, by: "jonas").sentBy == "jonas")
            let twice = await #expect(throws: NodeProblem.self) { try await node.markNotice(id, by: "jonas") }
            #expect(twice?.kind == .refused)
            #expect(try await node.notices(waiting: true).notices.isEmpty)
        }
    }

    @Test(arguments: [
        #"{"nobody": {"webhook": "https://dpo.example/"}}"#,
        #"{"europol": {"webhook": "http://dpo.example/"}}"#,
        #"{"europol": {"webhook": "https://"}}"#,
        #"{"europol": {"mail": ["sendmail"]}}"#,
        #"{"europol": {"mail": ["/usr/bin/msmtp"], "webhook": "https://dpo.example/"}}"#,
        #"{"europol": {}}"#,
    ])
    func settingsThatCannotBeUsedStopTheStart(notices: String) async throws {
        try await Pair.with(records: nil) { pair in
            let file = pair.holder.folder.configuration
            let text = try String(contentsOf: file, encoding: .utf8)
            let spoiled = text.replacing("{", with: "{\"notices\": \(notices),", maxReplacements: 1)
            try Data(spoiled.utf8).write(to: file)
            let refused = #expect(throws: NodeProblem.self) { try NodeConfiguration.read(pair.holder.folder) }
            #expect(refused?.kind == .data && refused?.place?.contains("comity.json#/notices/") == true)
        }
    }
}
