/// The reasons that no file states: unknown names, gates, missing permits, nothing left (POLICY section 4).

public enum Builtin: String, Sendable, CaseIterable {
    case unknownAgency = "unknown-agency"
    case unknownAgreement = "unknown-agreement"
    case unknownOffence = "unknown-offence"
    case unknownLegalBasis = "unknown-legal-basis"
    case notAParty = "not-a-party"
    case agreementNotInForce = "agreement-not-in-force"
    case agreementSuspended = "agreement-suspended"
    case stageOutOfScope = "stage-out-of-scope"
    case purposeOutOfScope = "purpose-out-of-scope"
    case legalBasisOutOfScope = "legal-basis-out-of-scope"
    case offenceOutOfScope = "offence-out-of-scope"
    case keyKindOutOfScope = "key-kind-out-of-scope"
    case recordExpired = "record-expired"
    case noPermitJurisdiction = "no-permit-jurisdiction"
    case noPermitAgreement = "no-permit-agreement"
    case noFieldLeft = "no-field-left"
    case noRetrievalLeft = "no-retrieval-left"

    /// For the caseworker.
    public var words: String {
        switch self {
        case .unknownAgency: "An agency named here is not in the policies."
        case .unknownAgreement: "The agreement named here is not in the policies."
        case .unknownOffence: "The offence named here is not in the policies."
        case .unknownLegalBasis: "The legal basis named here is not in the policies."
        case .notAParty: "The agreement does not let this agency ask that one."
        case .agreementNotInForce: "The agreement is not in force on this day."
        case .agreementSuspended: "The agreement is suspended on this day."
        case .stageOutOfScope: "The agreement does not cover this step of an exchange."
        case .purposeOutOfScope: "The agreement does not cover this purpose."
        case .legalBasisOutOfScope: "The agreement does not rest on this legal basis."
        case .offenceOutOfScope: "The agreement covers certain offences only, and this is none of them."
        case .keyKindOutOfScope: "The agreement does not cover a kind of identifier in this question."
        case .recordExpired: "The record is past its last day."
        case .noPermitJurisdiction: "No rule of the deciding country's law permits this."
        case .noPermitAgreement: "No rule of the agreement permits this."
        case .noFieldLeft: "None of the fields asked for may leave."
        case .noRetrievalLeft: "The rules leave no way to fetch the match index."
        }
    }

    /// Expiry tells something about a record; a peer does not learn it.
    var reason: Reason {
        Reason(
            rule: "builtin/" + rawValue,
            effect: .forbid,
            source: "POLICY",
            words: Words(words),
            tell: self == .recordExpired ? .nothing : .reason
        )
    }
}
