/// How obligations merge, and what they make of a decision.

import PolicyEngine
import Testing

@Suite struct ObligationTests {
    private func decide(
        _ stage: Stage,
        _ first: Obligation,
        _ second: Obligation? = nil,
        record: RecordFacts? = nil,
        fields: [String]? = nil
    ) throws -> Decision {
        let rules = [first, second].compactMap(\.self).enumerated().map { index, obligation in
            Samples.rule("pact/r\(index)", .require, obligations: [obligation])
        }
        var request = Samples.request(stage)
        request.record = record
        if let fields { request.fields = fields }
        return try Samples.policies(agreement: rules).decide(request)
    }

    @Test(arguments: [
        (Stage.disclosure, Obligation.approvals(1), Obligation.approvals(3), Obligation.approvals(3)),
        (
            .disclosure, .authorisation([.originator, .court]), .authorisation([.prosecutor]),
            .authorisation([.prosecutor, .court, .originator])
        ),
        (.question, .deadlineHours(8), .deadlineHours(168), .deadlineHours(8)),
        (.retention, .retentionDays(365), .retentionDays(0), .retentionDays(0)),
        (.disclosure, .handling(.h1), .handling(.h0), .handling(.h1)),
        (.disclosure, .onward(.forbidden), .onward(.withConsent), .onward(.forbidden)),
        (
            .index, .notify([.dataSubject]), .notify([.europol, .dataProtectionOfficer]),
            .notify([.dataProtectionOfficer, .europol, .dataSubject])
        ),
        (.question, .retrieval([.bucketed, .synced]), .retrieval([.synced]), .retrieval([.synced])),
        (.index, .bucketMinimum(2), .bucketMinimum(64), .bucketMinimum(64)),
        (
            .question, .quota([Quota(per: .case, period: .day, keys: 5), Quota(per: .peer, period: .day, keys: 9)]),
            .quota([Quota(per: .peer, period: .day, keys: 3), Quota(per: .peer, period: .hour, keys: 7)]),
            .quota([
                Quota(per: .peer, period: .hour, keys: 7), Quota(per: .peer, period: .day, keys: 3),
                Quota(per: .case, period: .day, keys: 5),
            ])
        ),
        (
            .disclosure, .fields(["phone", "full_name", "iban"]), .fields(["phone", "full_name"]),
            .fields(["full_name", "phone"])
        ),
    ])
    func `two demands become one`(stage: Stage, first: Obligation, second: Obligation, merged: Obligation) throws {
        for (left, right) in [(first, second), (second, first)] {
            let decision = try decide(stage, left, right)
            #expect(
                decision.obligations.items == [Obligations.Item(obligation: merged, rules: ["pact/r0", "pact/r1"])]
            )
        }
    }

    @Test func `types stand in the order of the table`() throws {
        let all: [Obligation] = [
            .notify([.originator]), .onward(.free), .handling(.h0), .fields(["phone"]), .retentionDays(1),
            .deadlineHours(1), .authorisation([.court]), .approvals(1),
        ]
        let rule = Samples.rule("pact/all", .require, [.disclosure], obligations: all)
        let decision = try Samples.policies(agreement: [rule]).decide(Samples.request(.disclosure))
        #expect(decision.obligations.items.map(\.obligation) == all.reversed())
    }

    @Test func `fields are those requested, cut and sorted`() throws {
        let decision = try decide(
            .disclosure,
            .fields(["phone", "iban", "birth_date"]),
            fields: ["phone", "sex", "birth_date"]
        )
        #expect(decision.obligations.fields == ["birth_date", "phone"])
    }

    @Test func `nothing left refuses`() throws {
        let noField = try decide(.disclosure, .fields(["iban"]), .approvals(1))
        #expect(noField.reasons.map(\.rule) == ["builtin/no-field-left"])
        #expect(noField.outcome == .refuse)
        #expect(noField.obligations.items.isEmpty)
        let noWay = try decide(.question, .retrieval([.synced]), .retrieval([.bucketed]))
        #expect(noWay.reasons.map(\.rule) == ["builtin/no-retrieval-left"])
    }

    @Test func `handling never falls below the record's`() throws {
        #expect(try decide(.disclosure, .handling(.h1), record: RecordFacts(handling: .h3)).obligations.handling == .h3)
        #expect(try decide(.disclosure, .handling(.h1), record: RecordFacts(handling: .h0)).obligations.handling == .h1)
    }

    @Test func `approvals of nobody hold nothing`() throws {
        #expect(try decide(.disclosure, .approvals(0)).outcome == .permit)
        #expect(try decide(.disclosure, .approvals(1)).outcome == .hold)
        #expect(try decide(.question, .authorisation([.court])).outcome == .hold)
    }

    @Test func `a refusal carries no obligations`() throws {
        let policies = try Samples.policies(
            law: [Samples.rule("XB/no", .forbid), Samples.rule("XB/must", .require, obligations: [.approvals(1)])]
        )
        let decision = try policies.decide(Samples.request(.question))
        #expect(decision.outcome == .refuse)
        #expect(decision.obligations == .none)
        #expect(decision.reasons.map(\.rule) == ["XB/no"])
    }
}
