/// Small policies and requests for the tests of this module.

import PolicyEngine
import Testing

enum Samples {
    static let noon = Moment(seconds: 1_772_442_000)  // 2026-03-02T09:00:00Z, a Monday

    static func rule(
        _ name: String,
        _ effect: Effect,
        _ stages: Set<Stage> = Set(Stage.allCases),
        sides: Set<Side> = Set(Side.allCases),
        valid: Period? = nil,
        when: Condition? = nil,
        unless: Condition? = nil,
        tell: Tell = .reason,
        obligations: [Obligation] = []
    ) -> Rule {
        Rule(
            name: name,
            effect: effect,
            stages: stages,
            sides: sides,
            valid: valid,
            when: when,
            unless: unless,
            source: "LAW Art. 1",
            because: Words("because of \(name)", others: ["fr": "à cause de \(name)"]),
            tell: tell,
            obligations: obligations
        )
    }

    /// Two countries, three agencies, one agreement; each law and the agreement permit everything, plus `extra` rules.
    static func policies(
        law: [Rule] = [],
        agreement extra: [Rule] = [],
        agency: [Rule] = [],
        askerLaw: [Rule] = [],
        lawPermits: Bool = true,
        agreementPermits: Bool = true,
        zone: String = "UTC",
        scopeOffences: [String]? = nil,
        stages: Set<Stage> = Set(Stage.allCases),
        suspensions: [Agreement.Suspension] = [],
        askers: [String]? = nil,
        holders: [String]? = nil
    ) throws -> PolicySet {
        let zone = try #require(Zone(zone))
        let permitA = rule("XA/permit", .permit)
        let permitB = rule("XB/permit", .permit)
        return PolicySet(
            agencies: [
                Agency(id: "alpha", name: Words("Alpha"), jurisdiction: "XA", kind: .police, rules: []),
                Agency(id: "beta", name: Words("Beta"), jurisdiction: "XB", kind: .coastGuard, rules: agency),
                Agency(id: "gamma", name: Words("Gamma"), jurisdiction: "XB", kind: .fiu, rules: []),
            ],
            jurisdictions: [
                Jurisdiction(id: "XA", name: Words("A"), zone: .utc, groups: ["G"], rules: [permitA] + askerLaw),
                Jurisdiction(
                    id: "XB",
                    name: Words("B"),
                    zone: zone,
                    groups: [],
                    rules: (lawPermits ? [permitB] : []) + law
                ),
            ],
            agreements: [
                Agreement(
                    id: "pact",
                    name: Words("Pact"),
                    parties: ["alpha", "beta"],
                    askers: askers,
                    holders: holders,
                    valid: Period(from: Day("2026-01-01"), until: Day("2026-12-31")),
                    suspensions: suspensions,
                    scope: Agreement.Scope(
                        purposes: [.investigate],
                        legalBases: ["LAW"],
                        keyKinds: [.name, .phone],
                        offences: scopeOffences,
                        stages: stages
                    ),
                    rules: (agreementPermits ? [rule("pact/permit", .permit)] : []) + extra
                )
            ],
            offences: [
                offence("both", ["XA": .months(12), "XB": .months(0)]), offence("home", ["XA": .life]),
            ],
            instruments: ["LAW": "A law", "OTHER": "Another"],
            extraFields: ["vessel_name"]
        )
    }

    private static func offence(_ id: String, _ penalties: [String: Penalty]) -> Offence {
        Offence(id: id, name: Words(id), source: "LAW", penalties: penalties)
    }

    /// A request with everything its stage requires.
    static func request(_ stage: Stage, side: Side = .holder, at: Moment = noon) -> PolicyRequest {
        var request = PolicyRequest(
            stage: stage,
            side: side,
            at: at,
            asker: "alpha",
            holder: "beta",
            agreement: "pact"
        )
        if stage == .index { return request }
        request.purpose = .investigate
        request.legalBasis = "LAW"
        switch stage {
        case .question:
            request.urgency = .normal
            request.keyKinds = [.name]
            request.keyCount = 8
        case .disclosure:
            request.urgency = .normal
            request.fields = ["full_name", "phone"]
        case .onwardTransfer:
            request.recipient = "gamma"
            request.fields = ["full_name", "phone"]
        case .index, .retention: break
        }
        return request
    }
}
