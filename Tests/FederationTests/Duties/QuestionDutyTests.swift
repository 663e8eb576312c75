// Duties of a question and of an index, each shown alone between two nodes: who lets it go, how many keys, how the index is
// fetched, and which records stand in it.
import AuditLog
import CanonicalJSON
import Foundation
import NodeTesting
import Testing

@testable import NodeCore

@Suite("Duties of questions and indexes between two nodes")
struct QuestionDutyTests {
    private static func law(_ obligations: String, of side: String, at stage: String = "question") -> TestPolicies {
        TestPolicies.disclosing().requiring(
            obligations,
            at: stage,
            sides: side,
            in: .jurisdiction(side == "asker" ? "XA" : "XB")
        )
    }

    @Test("approvals: a question waits at its holder, and at its asker, for a person", arguments: ["holder", "asker"])
    func approvals(side: String) async throws {
        try await DutyNodes.with(asker: Self.law("approvals: 1", of: side)) { it in
            let (node, name) = side == "holder" ? (it.holder, "lena") : (it.asker, "ines")
            let question = try await it.ask()
            #expect(question.asked.map(\.outcome) == ["held"])
            #expect(try await it.again(question.query).outcome == "held")
            let waiting = try #require(try await it.listed(node, by: name).first)
            _ = try await node.node.decideDisclosure(waiting.id, .approve, by: name, through: it.peers)
            it.tick()
            #expect(try await it.again(question.query).outcome == "hits")
        }
    }

    @Test("authorisation: a held question is let go by who states it", arguments: ["holder", "asker"])
    func authorisation(side: String) async throws {
        try await DutyNodes.with(asker: Self.law("authorisation: [court]", of: side)) { it in
            let (node, name) = side == "holder" ? (it.holder, "lena") : (it.asker, "ines")
            let question = try await it.ask()
            #expect(question.asked.map(\.outcome) == ["held"])
            let waiting = try #require(try await it.listed(node, by: name).first)
            #expect(waiting.authorisations == ["court"] && waiting.needed == 1)
            let lacking = try await it.problem {
                _ = try await node.node.decideDisclosure(waiting.id, .approve, by: name, through: it.peers)
            }
            #expect(lacking.kind == .refused && lacking.because?.contains("of court") == true)
            it.tick()
            #expect(try await it.again(question.query).outcome == "held")
            let stated = ["court": "4 Gs 117/26"]
            let letGo = try await node.node.decideDisclosure(
                waiting.id,
                .approve,
                stating: stated,
                by: name,
                through: it.peers
            )
            #expect(letGo.state == "approved" && letGo.authorised == ["court, stated by \(name)"])
            it.tick()
            #expect(try await it.again(question.query).outcome == "hits")
            let entry = try #require(try await it.entries("query.approved", of: node).first)
            #expect(entry.data["ground"]?.string == "court" && entry.personal["reference"] != nil)
        }
    }

    @Test("deadline_hours: a held question is reminded of, ends by time, and the log says so once")
    func deadlineHours() async throws {
        try await DutyNodes.with(asker: Self.law("approvals: 1, deadline_hours: 4", of: "holder")) { it in
            let question = try await it.ask()
            func reminder() async throws -> String? { try await it.listed(it.holder, by: "lena").first?.reminder }
            #expect(try await reminder() == nil)
            it.clock.advance(seconds: 2 * 3_600)
            #expect(try await reminder() == "half")
            it.clock.advance(seconds: 2 * 3_600)
            for _ in 0..<2 { try await it.holder.node.followDeadlines() }
            let ended = try #require(try await it.listed(it.holder, by: "lena").first)
            #expect(ended.state == "overdue" && ended.reminder == nil, "nobody has to do anything any more")
            let entries = try await it.entries("query.refused", of: it.holder)
            #expect(entries.map { $0.data["ground"]?.string } == ["overdue"])
            #expect(try await it.again(question.query).reason.contains("nobody decided in time"))
        }
    }

    @Test("quota: keys beyond it are refused, and the log says how many were left")
    func quota() async throws {
        try await DutyNodes.with(asker: Self.law("quota: [{per: case, period: day, keys: 100}]", of: "holder")) { it in
            var outcomes: [String] = []
            while outcomes.last != "refused", outcomes.count < 20 {
                let answer = try #require(try await it.ask().asked.first)
                outcomes.append(answer.outcome)
                if answer.outcome == "refused" {
                    #expect(answer.reason.contains("at most 100 keys for one case in one day"))
                }
            }
            let received = try await it.entries("query.received", of: it.holder)
            let keys = try #require(received.first?.data["keys_declared"]?.integer)
            #expect(outcomes.count == 100 / keys + 1 && outcomes.last == "refused")
            let left = received.map { $0.data["quota_left"]?.integer }
            let expected: [Int?] = (1...100 / keys).map { 100 - $0 * keys }
            #expect(left == expected + [nil])
            it.clock.advance(seconds: 86_400)
            #expect(try await it.ask().asked.first?.outcome == "hits", "a new day")
        }
    }

    @Test("retrieval: an index in buckets stays home, and a question that may not use them is refused")
    func retrieval() async throws {
        let bucketed = Self.law("retrieval: [bucketed], bucket_minimum: 2", of: "holder", at: "index")
        try await DutyNodes.with(asker: bucketed) { it in
            #expect(try await it.ask(cover: true).asked.first?.outcome == "hits")
            let copy = try #require(try await it.asker.node.indexList().indexes.first)
            #expect(copy.retrieval == "bucketed")
        }
        let copiesOnly = bucketed.requiring("retrieval: [synced]", sides: "asker", in: .jurisdiction("XA"))
        try await DutyNodes.with(asker: copiesOnly) { it in
            let refused = try #require(try await it.ask(cover: true).asked.first)
            #expect(refused.outcome == "refused" && refused.reason.contains("only if it is synced"))
        }
    }

    @Test("bucket_minimum: buckets smaller than a rule wants are not asked")
    func bucketMinimum() async throws {
        let bucketed = Self.law("retrieval: [bucketed], bucket_minimum: 2", of: "holder", at: "index")
            .requiring("bucket_minimum: 64", sides: "asker", in: .jurisdiction("XA"))
        try await DutyNodes.with(asker: bucketed) { it in
            let refused = try #require(try await it.ask(cover: true).asked.first)
            #expect(refused.outcome == "refused" && refused.reason.contains("buckets of 2 entries"))
        }
    }

    @Test("bucket_minimum: a holder that raises it within an epoch is found the same in larger buckets")
    func bucketMinimumRaised() async throws {
        @Sendable func law(_ minimum: Int) -> TestPolicies {
            Self.law("retrieval: [bucketed], bucket_minimum: \(minimum)", of: "holder", at: "index")
        }
        try await DutyNodes.with(asker: law(2)) { it in
            #expect(try await it.ask(cover: true).asked.first?.outcome == "hits")
            guard case .activated = try await it.holder.activate(law(64)) else {
                Issue.record("the stricter rules are not active")
                return
            }
            // Nothing is new: the buckets stay as they are, and the question is answered as before.
            #expect(try await it.holder.index().indexes.first?.version == 1)
            #expect(try await it.ask(cover: true).asked.first?.outcome == "hits")
            let head = "id,full_name,birth_date,phone,subject_category,handling,originator,expires,consent\n"
            try await it.holder.publish(head + "b3,Greta Sommer,1980-01-05,+491512441002,suspect,H1,bravo,,given\n")
            let published = try #require(try await it.holder.node.indexList().indexes.first)
            #expect(published.epoch == 1 && published.version == 2)
            let old = try #require(try await it.ask(cover: true).asked.first)
            #expect(old.outcome == "hits", "\(old.reason)")
            let greta = ["full_name": "Greta Sommer", "birth_date": "1980-01-05", "phone": "+49 1512 441002"]
            let new = try #require(try await it.ask(greta, cover: true).asked.first)
            #expect(new.outcome == "hits", "\(new.reason)")
            // The asker's rules want still more: the holder raises it first, and the copy of the manifest that is at hand is old.
            guard case .activated = try await it.holder.activate(law(90)),
                case .activated = try await it.asker.activate(
                    law(90).requiring("bucket_minimum: 90", sides: "asker", in: .jurisdiction("XA"))
                )
            else {
                Issue.record("the stricter rules are not active")
                return
            }
            let early = try #require(try await it.ask(cover: true).asked.first)
            #expect(early.outcome == "refused" && early.reason.contains("buckets of 64 entries"))
            try await it.holder.publish(head + "b4,Paula Vargas,1991-07-07,+491512441003,suspect,H1,bravo,,given\n")
            let late = try #require(try await it.ask(cover: true).asked.first)
            #expect(late.outcome == "hits", "\(late.reason)")
        }
    }

    @Test("a consent, a policy or a last day that changes moves the records it is about, and no other")
    func indexMoves() async throws {
        let consent = """
            sides: [holder]
            when: {record.consent: [refused, pending]}
            tell: nothing
            """
        let policies = TestPolicies().rule("consent", "forbid", at: "index", consent, in: .agreement)
        let head = "id,phone,subject_category,handling,originator,expires,consent\n"
        @Sendable func row(_ number: Int, _ category: String = "suspect", _ expires: String = "", _ consent: String)
            -> String
        {
            "p\(number),+4915124410\(number + 10),\(category),H1,bravo,\(expires),\(consent)\n"
        }
        let rows =
            head + row(1, "suspect", "", "given") + row(2, "suspect", "", "pending") + row(3, "victim", "", "given")
        try await DutyNodes.with(asker: policies, records: rows) { it in
            func found(_ number: Int) async throws -> String? {
                try await it.ask(["phone": "+4915124410\(number + 10)"]).asked.first?.outcome
            }
            func standing() async throws -> (records: Int, version: Int, epoch: Int) {
                let report = try #require(try await it.holder.index().indexes.first)
                return (report.records, report.version, report.epoch)
            }
            let first = try await standing()
            #expect(first.records == 2 && first.version == 1, "nothing changed, nothing is published")
            #expect(try await found(2) == "no-hit")
            // The consent comes: one record enters, and the others stay where they are.
            try await it.holder.publish(head + row(2, "suspect", "", "given"))
            let second = try await standing()
            #expect(second.records == 3 && second.version == 2 && second.epoch == 1)
            #expect(try await found(2) == "hits")
            // A rule comes: what it keeps out is gone at the rotation; the others are found as before.
            let victims = "sides: [holder]\nwhen: {record.subject: {any_of: [victim]}}\ntell: nothing"
            let stricter = policies.rule("victims", "forbid", at: "index", victims, in: .agency("bravo"))
            guard case .activated = try await it.holder.activate(stricter) else {
                Issue.record("the stricter rules are not active")
                return
            }
            _ = try await it.holder.index(rotating: true)
            #expect(try await standing().records == 2)
            #expect(try await found(3) == "no-hit")
            // A last day comes and passes: nobody touches the record.
            let day = String(Date(timeIntervalSince1970: Double(it.clock.seconds + 86_400)).ISO8601Format().prefix(10))
            try await it.holder.publish(head + row(1, "suspect", day, "given"))
            #expect(try await found(1) == "hits")
            it.clock.advance(seconds: 2 * 86_400)
            _ = try await it.holder.index(rotating: true)
            #expect(try await standing().records == 1)
            #expect(try await found(1) == "no-hit")
            #expect(try await found(2) == "hits")
        }
    }
}
