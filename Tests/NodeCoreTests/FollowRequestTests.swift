// What people are told to go on with a request: what was taken out or did not come, who may not decide, the terms beforehand, and
// which requests a hit has.
import AuditLog
import CanonicalJSON
import NodeCore
import NodeTesting
import Testing

@Suite struct FollowRequestTests {
    private static func fields(_ names: String, sides: String) -> String {
        """
          - id: core
            effect: require
            stages: [disclosure]
            sides: [\(sides)]
            source: TREATY Art. 8
            because: {en: Core data only.}
            obligations: {fields: [\(names)]}

        """
    }

    @Test func whatOurRulesTakeOutAndWhatDidNotComeIsNamed() async throws {
        let policies = TestPolicies.disclosing(approvals: 0)
            .adding(Self.fields("full_name, birth_date", sides: "asker"), to: .jurisdiction("XA"))
            .adding(Self.fields("full_name", sides: "holder"), to: .jurisdiction("XB"))
        try await Disclosures.with(policies) { it in
            let handle = it.hit.hits[0].handle
            let outlook = try await it.asker.outlook(query: it.hit.id, peer: "bravo", handle: handle, by: nil)
            let taken = try #require(outlook.takenOut)
            let left = Set(it.asker.disclosableFields()).subtracting(taken.fields)
            #expect(left == ["full_name", "birth_date"] && outlook.hours == 168 && outlook.urgentHours == 8)

            let sent = try await it.request()
            #expect(sent.fields == ["birth_date", "full_name"] && sent.takenOut?.fields == ["phone"])
            #expect(sent.takenOut?.rules == taken.rules && taken.rules.count == 1)
            let said = it.asker.sentences(of: taken.rules + ["builtin/no-such", "gone/rule"])
            #expect(said.map(\.text) == ["Core data only."] && said.map(\.source) == ["TREATY Art. 8"])
            #expect(sent.notReleased == nil, "nothing came yet")
            it.tick()
            #expect(try await it.receive(sent.id).notReleased == ["birth_date"])
            let shown = try await it.asker.disclosure(sent.id, by: TestNode.analyst)
            #expect(shown.takenOut?.fields == ["phone"] && shown.notReleased == ["birth_date"])
            let held = try await it.holder.disclosure(sent.id, by: "lena")
            #expect(held.takenOut == nil && held.notReleased == nil && held.hit == nil, "ours to know")
        }
    }

    @Test func whatCannotBeToldOfSomeColumnsByAllIsNotTold() async throws {
        let reading = """
              - id: names-alone
                effect: require
                stages: [disclosure]
                sides: [asker]
                when: {fields: {any_of: [phone]}}
                source: TREATY Art. 8
                because: {en: With a phone goes nothing else.}
                obligations: {fields: [phone]}

            """
        try await Disclosures.with(.disclosing().adding(reading, to: .jurisdiction("XA"))) { it in
            let handle = it.hit.hits[0].handle
            let outlook = try await it.asker.outlook(query: it.hit.id, peer: "bravo", handle: handle, by: nil)
            #expect(outlook.takenOut == nil)
        }
    }

    @Test func whoCannotApproveIsToldBefore() async throws {
        try await Disclosures.with(.disclosing(approvals: 2)) { it in
            _ = try await it.holder.addUser("olaf", roles: ["operator"], by: nil)
            _ = try await it.holder.addUser("operator", roles: ["approver"], by: "olaf")
            let sent = try await it.request()
            func bar(_ name: String) async throws -> DisclosureReport.Bar? {
                try await it.holder.disclosure(sent.id, by: name).bar
            }
            #expect(try await bar("operator") == .ownWork, "who imported the record")
            #expect(try await bar("lena") == nil)
            _ = try await it.decide(sent.id, .approve, by: "lena")
            #expect(try await bar("lena") == .approved)
            #expect(try await bar("omar") == nil)
            // The record changes: what was approved is another version, and whoever changed it decides no more.
            _ = try await it.holder.addUser("omar", roles: ["analyst"], by: nil)
            _ = try await it.holder.importRecords(
                csv: Array(People.all.replacing("Youssef Chahine", with: "Youssef C. Chahine").utf8),
                fileName: "records.csv",
                dataset: "main",
                renames: [:],
                defaults: [:],
                by: "omar"
            )
            #expect(try await bar("lena") == nil)
            #expect(try await bar("omar") == .ownWork)
            _ = try await it.decide(sent.id, .approve, by: "lena")
            #expect(try await it.decide(sent.id, .refuse(ground: "investigation"), by: "lena").state == "refused")
            #expect(try await bar("omar") == nil, "nothing is to be decided any more")
            let refused = try await it.pair.holder.closedLeaves().named("access.refused")
            #expect(refused.isEmpty, "a look is no try")
        }
    }

    @Test func whoDecidesKnowsTheTermsAndTheStrengthBefore() async throws {
        let policies = TestPolicies.disclosing()
            .requiring(
                "handling: H2, onward: with_consent, retention_days: 90",
                at: "disclosure",
                sides: "holder",
                in: .jurisdiction("XB")
            )
        try await Disclosures.with(policies) { it in
            let sent = try await it.request()
            let held = try await it.holder.disclosure(sent.id, by: "lena")
            #expect(held.handling == "H2" && held.onward == "with_consent" && held.retention == "2026-05-31")
            #expect(held.source == "X4" && held.band == it.hit.hits[0].band && held.confirmed)
            let list = try await it.holder.disclosureList(openOnly: true, by: "lena").requests
            #expect(list.first?.handling == nil && list.first?.bar == nil, "no record is read for a list")
            _ = try await it.decide(sent.id, .approve)
            it.tick()
            let received = try await it.receive(sent.id)
            #expect(received.handling == held.handling && received.retention == held.retention)
            #expect(received.onward == held.onward && received.source == held.source)
        }
    }

    @Test func aSilentRequestHasNoTermsAndNobodyIsBarred() async throws {
        let forbid = """
              - id: not-this
                effect: forbid
                stages: [disclosure]
                sides: [holder]
                when: {record.handling: {at_least: H1}}
                tell: nothing
                source: TREATY Art. 9
                because: {en: Not this one.}

            """
        try await Disclosures.with(.disclosing().adding(forbid, to: .jurisdiction("XB"))) { it in
            let sent = try await it.request()
            let silent = try await it.holder.disclosure(sent.id, by: "lena")
            #expect(silent.state == "silent" && silent.data == nil)
            #expect(silent.handling == nil && silent.retention == nil && silent.bar == nil)
        }
    }

    @Test func aHitHasItsRequestsUntilTheyAreErased() async throws {
        try await Disclosures.with { it in
            let questions = try await it.asker.questionLines(newest: 10, by: TestNode.analyst)
            let question = try #require(questions.first?.id)
            let handle = it.hit.hits[0].handle
            func requests(_ handle: String = handle) async throws -> [DisclosureReport] {
                try await it.asker.requests(question: question, part: it.hit.id, handle: handle, by: TestNode.analyst)
            }
            #expect(try await requests().isEmpty)
            let one = try await it.request()
            it.clock.advance(seconds: 1)
            let two = try await it.request()
            #expect(try await requests().map(\.id) == [two.id, one.id])
            #expect(one.hit?.question == question && one.hit?.part == it.hit.id)
            #expect(try await requests("0000000000").isEmpty)
            let other = try await it.asker.requests(
                question: two.id,
                part: it.hit.id,
                handle: handle,
                by: TestNode.analyst
            )
            #expect(other.isEmpty, "no such question")
        }
    }
}
