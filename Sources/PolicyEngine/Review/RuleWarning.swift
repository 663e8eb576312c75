/// What is allowed in policy files and yet looks like a mistake (POLICY section 6). Words name rules, never requests.

public struct RuleWarning: Sendable, Equatable {
    public enum Kind: String, Sendable, CaseIterable {
        case neverFires = "never-fires"
        case contradicts
        case shadowed
        case expired
        case leaks
    }

    public let kind: Kind
    /// Which file: the layer, and the ID that is its name.
    public let layer: Layer
    public let owner: String
    /// `FILEID/RULEID`; nil: the agreement itself.
    public let rule: String?
    public let text: String
}

/// Files to judge: those without errors. An agreement is judged only if all its parties and their laws are here.
public struct PolicyReview: Sendable {
    let jurisdictions: [Jurisdiction]
    let agreements: [Agreement]
    let agencies: [Agency]
    let offences: [Offence]
    let fields: [String]

    public init(
        jurisdictions: [Jurisdiction],
        agreements: [Agreement],
        agencies: [Agency],
        offences: [Offence],
        extraFields: [String]
    ) {
        self.jurisdictions = jurisdictions
        self.agreements = agreements
        self.agencies = agencies
        self.offences = offences
        fields = RecordColumn.names + extraFields
    }

    /// Every warning.
    /// - Parameters:
    ///   - day: the one on which rules may have ended.
    ///   - steps: of search that the folder may cost: seconds, whatever its files say. What is left then is not judged.
    public func warnings(on day: Day, steps: Int = 2_000_000) -> [RuleWarning] {
        var effort = Effort(steps)
        var warnings: [RuleWarning] = []
        for law in jurisdictions {
            let file = FileReview(layer: .jurisdiction, owner: law.id, rules: law.rules) {
                var space = RequestSpace(slot: $0, fields: fields)
                space.limit(decider: law)
                return FileReview.Reach(space: space)
            }
            warnings += file.warnings(on: day, &effort)
        }
        for agreement in agreements { warnings += self.warnings(of: agreement, on: day, &effort) }
        for agency in agencies {
            let law = jurisdictions.first { $0.id == agency.jurisdiction }
            let file = FileReview(layer: .agency, owner: agency.id, rules: agency.rules) {
                var space = RequestSpace(slot: $0, fields: fields)
                if let law { space.limit(decider: law) }
                space.limit(decider: agency)
                return FileReview.Reach(space: space)
            }
            warnings += file.warnings(on: day, &effort)
        }
        return warnings
    }

    private func warnings(of agreement: Agreement, on day: Day, _ effort: inout Effort) -> [RuleWarning] {
        var warnings: [RuleWarning] = []
        if let until = agreement.valid.until, until < day {
            warnings.append(
                RuleWarning(
                    kind: .expired,
                    layer: .agreement,
                    owner: agreement.id,
                    rule: nil,
                    text: "the agreement ended on \(until)"
                )
            )
        }
        guard let terms = AgreementReview(agreement, self) else {
            return warnings + FileReview.expired(agreement.rules, .agreement, agreement.id, on: day)
        }
        let file = FileReview(layer: .agreement, owner: agreement.id, rules: agreement.rules) {
            terms.reach($0, under: nil)
        }
        return warnings + file.warnings(on: day, &effort) + terms.contradictions(file, &effort)
    }
}
