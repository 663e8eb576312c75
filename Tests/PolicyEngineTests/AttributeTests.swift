/// Every attribute: whether it is there at each stage, and the derived ones' values.

import PolicyEngine
import Testing

@Suite struct AttributeTests {
    /// Whether `attribute` is known to a holder's rule in `request`: told by a forbid that fires when it is.
    private func isKnown(_ attribute: Attribute, _ request: PolicyRequest) throws -> Bool {
        let rule = Samples.rule("x/known", .forbid, when: .known([attribute]))
        let policies = try Samples.policies(law: [rule], askerLaw: [rule])
        return try policies.decide(request).outcome == .refuse
    }

    private func holds(_ attribute: Attribute, _ test: PolicyEngine.Test, _ request: PolicyRequest) throws -> Truth {
        let policies = try Samples.policies(
            law: [
                Samples.rule("x/yes", .forbid, when: .all([.known([attribute]), .test(attribute, test)])),
                Samples.rule("x/unknown", .forbid, when: .not(.known([attribute]))),
            ]
        )
        let rules = try policies.decide(request).reasons.map(\.rule)
        if rules.contains("x/unknown") { return .unknown }
        return rules.contains("x/yes") ? .yes : .no
    }

    private func full(_ stage: Stage, side: Side) -> PolicyRequest {
        var request = Samples.request(stage, side: side)
        if stage != .index { request.offence = "both" }
        if [.question, .disclosure, .onwardTransfer].contains(stage) { request.caseReference = "c0ffee" }
        if stage == .question, side == .asker { request.question = QuestionFacts(subject: [], origin: []) }
        if stage == .disclosure { request.hit = HitFacts(score: 1, confirmed: false) }
        if stage != .question {
            request.record = RecordFacts(
                subject: [],
                origin: [],
                handling: .h0,
                source: .a,
                information: 1,
                basis: .fact,
                consent: .given,
                offence: "both",
                sensitive: [],
                recorded: Day("2026-03-01"),
                originator: "beta"
            )
        }
        return request
    }

    @Test(arguments: Attribute.allCases, Stage.allCases)
    func `an attribute is known exactly where the table has it`(attribute: Attribute, stage: Stage) throws {
        let side: Side = attribute.isAskersOnly && stage != .index ? .asker : .holder
        // The clock always runs; rules may read it at fewer stages, which the files' reader checks.
        if attribute == .weekday || attribute == .clock { return }
        #expect(try isKnown(attribute, full(stage, side: side)) == attribute.stages.contains(stage))
    }

    @Test func `optional facts that were not sent are unknown`() throws {
        let bare = Samples.request(.disclosure)
        for attribute in Attribute.allCases
        where attribute.rawValue.hasPrefix("record.") || attribute.rawValue.hasPrefix("hit.") {
            #expect(try !isKnown(attribute, bare))
        }
        for attribute in [
            Attribute.offence, .penaltyAsker, .penaltyHolder, .dualCriminality, .caseReference, .askerIsOrigin,
        ] {
            #expect(try !isKnown(attribute, bare))
        }
    }

    @Test func `a set sent empty is known`() throws {
        var request = Samples.request(.index)
        request.record = RecordFacts(subject: [], origin: [])
        #expect(try holds(.recordSubject, .set(SetTest(noneOf: ["suspect"])), request) == .yes)
        #expect(try holds(.askerIsOrigin, .boolean(false), request) == .yes)
        request.record = RecordFacts(origin: ["XZ", "XA"])
        #expect(try holds(.askerIsOrigin, .boolean(true), request) == .yes)
    }

    @Test func `penalties come from the two jurisdictions`() throws {
        var request = Samples.request(.question)
        request.offence = "home"
        #expect(try holds(.penaltyAsker, .number(NumberTest(atLeast: 100_000)), request) == .yes)
        #expect(try holds(.penaltyHolder, .number(NumberTest(exactly: 0)), request) == .yes)
        #expect(try holds(.dualCriminality, .boolean(false), request) == .yes)
        request.offence = "both"
        #expect(try holds(.penaltyAsker, .number(NumberTest(exactly: 12)), request) == .yes)
        #expect(try holds(.dualCriminality, .boolean(true), request) == .yes)
    }

    @Test func `age is counted in UTC days`() throws {
        var request = Samples.request(.index, at: try #require(Moment("2026-03-02T00:00:00Z")))
        request.record = RecordFacts(recorded: Day("2026-02-28"))
        #expect(try holds(.recordAgeDays, .number(NumberTest(exactly: 2)), request) == .yes)
    }

    @Test func `data of another originator are a third party's`() throws {
        var request = Samples.request(.index)
        request.record = RecordFacts(originator: "beta")
        #expect(try holds(.recordThirdParty, .boolean(false), request) == .yes)
        request.record = RecordFacts(originator: "alpha")
        #expect(try holds(.recordThirdParty, .boolean(true), request) == .yes)
    }

    @Test func `agencies bring their country, kind and groups`() throws {
        let request = Samples.request(.onwardTransfer)
        #expect(try holds(.askerJurisdiction, .oneOf(["XA"]), request) == .yes)
        #expect(try holds(.askerGroups, .set(SetTest(anyOf: ["G"])), request) == .yes)
        #expect(try holds(.holderGroups, .set(SetTest(only: ["G"])), request) == .yes)
        #expect(try holds(.holderKind, .oneOf(["coast_guard"]), request) == .yes)
        #expect(try holds(.recipientKind, .oneOf(["fiu"]), request) == .yes)
        #expect(try holds(.recipientJurisdiction, .oneOf(["XA"]), request) == .no)
    }

    @Test func `the clock is the deciding side's`() throws {
        let evening = Samples.rule("x/evening", .forbid, when: .test(.clock, .clock(from: 18 * 60, until: 24 * 60 - 1)))
        let policies = try Samples.policies(law: [evening], askerLaw: [evening], zone: "Europe/Oslo")
        let at = try #require(Moment("2026-03-02T17:30:00Z"))
        #expect(try policies.decide(Samples.request(.question, at: at)).outcome == .refuse)
        #expect(try policies.decide(Samples.request(.question, side: .asker, at: at)).outcome == .permit)
    }

    @Test func `what only the asker knows reaches the asker's rules`() throws {
        let rule = Samples.rule(
            "XA/home",
            .forbid,
            [.question],
            sides: [.asker],
            when: .test(.holderIsOrigin, .boolean(true))
        )
        let policies = try Samples.policies(askerLaw: [rule])
        var request = Samples.request(.question, side: .asker)
        for (origin, outcome) in [(["XB"], Outcome.refuse), (["XZ"], .permit), ([], .permit)] {
            request.question = QuestionFacts(origin: origin)
            #expect(try policies.decide(request).outcome == outcome)
        }
        request.question = nil
        #expect(try policies.decide(request).outcome == .refuse)
    }
}
