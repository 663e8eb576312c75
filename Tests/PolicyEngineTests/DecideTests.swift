/// Names, gates, rules and keys, in their order.

import PolicyEngine
import Testing

@Suite struct DecideTests {
    private func rules(_ decision: Decision) -> [String] { decision.reasons.map(\.rule) }

    @Test(arguments: Stage.allCases)
    func `law and agreement together permit`(stage: Stage) throws {
        let decision = try Samples.policies().decide(Samples.request(stage))
        #expect(decision.outcome == .permit)
        #expect(rules(decision) == ["XB/permit", "pact/permit"])
        #expect(decision.obligations.items.isEmpty)
    }

    @Test func `the asker's side weighs the asker's law`() throws {
        let decision = try Samples.policies().decide(Samples.request(.question, side: .asker))
        #expect(rules(decision) == ["XA/permit", "pact/permit"])
    }

    @Test func `unknown names refuse before any gate, all of them, each once`() throws {
        var request = Samples.request(.onwardTransfer)
        request.asker = "nobody"
        request.recipient = "nobody-else"
        request.agreement = "none"
        request.offence = "nothing"
        request.record = RecordFacts(offence: "nothing-either")
        request.legalBasis = "NO-LAW"
        request.purpose = .asylum
        let decision = try Samples.policies().decide(request)
        #expect(decision.outcome == .refuse)
        #expect(
            rules(decision) == [
                "builtin/unknown-agency", "builtin/unknown-agreement", "builtin/unknown-offence",
                "builtin/unknown-legal-basis",
            ]
        )
    }

    @Test func `an unknown offence of a record refuses`() throws {
        var request = Samples.request(.index)
        request.record = RecordFacts(offence: "nothing")
        #expect(rules(try Samples.policies().decide(request)) == ["builtin/unknown-offence"])
    }

    @Test func `all failed gates are told in order, then forbids`() throws {
        let policies = try Samples.policies(
            law: [Samples.rule("XB/never", .forbid)],
            scopeOffences: ["both"],
            stages: [.index],
            suspensions: [
                Agreement.Suspension(period: Period(from: Day("2025-12-01"), until: nil), because: Words("x"))
            ]
        )
        var request = Samples.request(.question, at: try #require(Moment("2025-12-31T23:59:59Z")))
        request.holder = "gamma"
        request.purpose = .detect
        request.legalBasis = "OTHER"
        request.keyKinds = [.name, .iban]
        #expect(
            rules(try policies.decide(request)) == [
                "builtin/not-a-party", "builtin/agreement-not-in-force", "builtin/agreement-suspended",
                "builtin/stage-out-of-scope", "builtin/purpose-out-of-scope", "builtin/legal-basis-out-of-scope",
                "builtin/offence-out-of-scope", "builtin/key-kind-out-of-scope", "XB/never",
            ]
        )
    }

    @Test(arguments: [
        ("2025-12-31T23:59:59Z", false), ("2026-01-01T00:00:00Z", true), ("2026-12-31T23:59:59Z", true),
        ("2027-01-01T00:00:00Z", false), ("2027-01-01T00:30:00+01:00", true),
    ])
    func `an agreement holds on its first and last UTC day`(at: String, inForce: Bool) throws {
        let decision = try Samples.policies().decide(Samples.request(.question, at: #require(Moment(at))))
        #expect((decision.outcome == .permit) == inForce)
    }

    @Test func `retention goes on when the agreement is over or suspended, but not out of scope`() throws {
        let suspended = Agreement.Suspension(period: Period(from: Day("2020-01-01"), until: nil), because: Words("x"))
        let over = Samples.request(.retention, at: try #require(Moment("2030-01-01T00:00:00Z")))
        #expect(try Samples.policies(suspensions: [suspended]).decide(over).outcome == .permit)
        let narrow = try Samples.policies(stages: [.question])
        #expect(rules(try narrow.decide(over)) == ["builtin/stage-out-of-scope"])
    }

    @Test func `an asker is no holder, and nobody asks itself`() throws {
        let policies = try Samples.policies(askers: ["alpha"], holders: ["beta"])
        var request = Samples.request(.question)
        swap(&request.asker, &request.holder)
        #expect(rules(try policies.decide(request)) == ["builtin/not-a-party"])
        request.holder = request.asker
        #expect(rules(try Samples.policies().decide(request)) == ["builtin/not-a-party"])
    }

    @Test func `where offences are listed a request must name one, but not at index`() throws {
        let policies = try Samples.policies(scopeOffences: ["both"])
        for stage in Stage.allCases {
            var request = Samples.request(stage)
            let decision = try policies.decide(request)
            #expect((decision.outcome == .permit) == (stage == .index))
            if stage == .index { continue }
            #expect(rules(decision) == ["builtin/offence-out-of-scope"])
            request.offence = "both"
            #expect(try policies.decide(request).outcome == .permit)
        }
    }

    @Test(arguments: [("2026-03-01", false), ("2026-03-02", true), ("2026-03-03", true)])
    func `a record counts until the end of its last day`(expires: String, kept: Bool) throws {
        var request = Samples.request(.index)
        request.record = RecordFacts(expires: Day(expires))
        let decision = try Samples.policies().decide(request)
        #expect((decision.outcome == .permit) == kept)
        if !kept {
            #expect(rules(decision) == ["builtin/record-expired"])
            #expect(decision.reasons[0].peerText() == nil)
        }
    }

    @Test func `both keys are needed`() throws {
        let request = Samples.request(.question)
        let none = try Samples.policies(lawPermits: false, agreementPermits: false)
        #expect(
            rules(try none.decide(request)) == ["builtin/no-permit-jurisdiction", "builtin/no-permit-agreement"]
        )
        let half = try Samples.policies(agreementPermits: false)
        #expect(rules(try half.decide(request)) == ["builtin/no-permit-agreement"])
    }

    @Test func `a forbid hides missing permits`() throws {
        let policies = try Samples.policies(law: [Samples.rule("XB/no", .forbid)], lawPermits: false)
        #expect(rules(try policies.decide(Samples.request(.question))) == ["XB/no"])
    }

    @Test func `rules are told layer by layer, in file order`() throws {
        let policies = try Samples.policies(
            law: [Samples.rule("XB/z", .require, obligations: [.approvals(0)])],
            agreement: [Samples.rule("pact/a", .require, obligations: [.notify([.europol])])],
            agency: [Samples.rule("beta/m", .require, obligations: [.notify([.originator])])]
        )
        let decision = try policies.decide(Samples.request(.question))
        #expect(rules(decision) == ["XB/permit", "XB/z", "pact/permit", "pact/a", "beta/m"])
        #expect(decision.outcome == .permit)
        #expect(decision.obligations.approvals == 0)
        #expect(decision.obligations.notify == [.originator, .europol])
        let forbids = try Samples.policies(
            law: [Samples.rule("XB/z", .forbid)],
            agreement: [Samples.rule("pact/a", .forbid)],
            agency: [Samples.rule("beta/m", .forbid)]
        )
        #expect(rules(try forbids.decide(Samples.request(.question))) == ["XB/z", "pact/a", "beta/m"])
    }

    @Test func `a rule speaks on its days, stages and sides only`() throws {
        let day = Day("2026-03-02")
        let spoken = Samples.rule("XB/no", .forbid, [.question], sides: [.holder], valid: Period(from: day, until: day))
        let policies = try Samples.policies(
            law: [spoken],
            agreement: [Samples.rule("pact/no", .forbid, sides: [.asker])]
        )
        #expect(rules(try policies.decide(Samples.request(.question))) == ["XB/no"])
        #expect(try policies.decide(Samples.request(.disclosure)).outcome == .permit)
        let later = Samples.request(.question, at: try #require(Moment("2026-03-03T00:00:00Z")))
        #expect(try policies.decide(later).outcome == .permit)
        #expect(rules(try policies.decide(Samples.request(.question, side: .asker))) == ["pact/no"])
    }

    @Test func `a peer learns what tell says`() throws {
        for (tell, text) in [(Tell.reason, "because of XB/no"), (.source, "LAW Art. 1"), (.nothing, nil)] {
            let policies = try Samples.policies(law: [Samples.rule("XB/no", .forbid, tell: tell)])
            let reason = try policies.decide(Samples.request(.question)).reasons[0]
            #expect(reason.peerText() == text)
            #expect(reason.text(in: "fr") == "à cause de XB/no")
            #expect(reason.text(in: "de") == "because of XB/no")
        }
    }
}
