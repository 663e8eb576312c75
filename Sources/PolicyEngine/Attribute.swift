/// The table of attributes (POLICY section 3): names, types, and the stages at which each exists.
/// Knows nothing of any value.

/// Something a condition may test.
public enum Attribute: String, Sendable, CaseIterable {
    case asker
    case holder
    case agreement
    case recipient
    case askerJurisdiction = "asker.jurisdiction"
    case askerKind = "asker.kind"
    case askerGroups = "asker.groups"
    case holderJurisdiction = "holder.jurisdiction"
    case holderKind = "holder.kind"
    case holderGroups = "holder.groups"
    case recipientJurisdiction = "recipient.jurisdiction"
    case recipientKind = "recipient.kind"
    case recipientGroups = "recipient.groups"
    case askerIsOrigin = "asker.is_origin"
    case recipientIsOrigin = "recipient.is_origin"
    case holderIsOrigin = "holder.is_origin"
    case questionSubject = "question.subject"
    case questionOrigin = "question.origin"
    case purpose
    case legalBasis = "legal_basis"
    case offence
    case penaltyAsker = "offence.penalty_asker"
    case penaltyHolder = "offence.penalty_holder"
    case dualCriminality = "offence.dual_criminality"
    case caseReference = "case"
    case urgency
    case keyKinds = "key_kinds"
    case keyCount = "key_count"
    case fields
    case hitScore = "hit.score"
    case hitConfirmed = "hit.confirmed"
    case recordSubject = "record.subject"
    case recordOrigin = "record.origin"
    case recordHandling = "record.handling"
    case recordSource = "record.source"
    case recordInformation = "record.information"
    case recordBasis = "record.basis"
    case recordConsent = "record.consent"
    case recordOffence = "record.offence"
    case recordSensitive = "record.sensitive"
    case recordAgeDays = "record.age_days"
    case recordThirdParty = "record.third_party"
    case weekday = "time.weekday"
    case clock = "time.clock"

    /// What a test of the attribute looks like, and which names it may hold.
    public enum Kind: Sendable, Equatable {
        case name(Domain)
        case set(Domain)
        /// `lifeAllowed`: the value may be `life`, above any number.
        case number(lifeAllowed: Bool)
        case handling
        case boolean
        case clock
        /// Free text, of which only `known` may be asked.
        case text
    }

    /// Where the names of an attribute come from.
    public enum Domain: Sendable, Equatable {
        case agency, agreement, jurisdiction, group, instrument, offence, country, field
        case closed([String])
    }

    public var kind: Kind {
        switch self {
        case .asker, .holder, .recipient: .name(.agency)
        case .agreement: .name(.agreement)
        case .askerJurisdiction, .holderJurisdiction, .recipientJurisdiction: .name(.jurisdiction)
        case .askerKind, .holderKind, .recipientKind: .name(.closed(AgencyKind.names))
        case .askerGroups, .holderGroups, .recipientGroups: .set(.group)
        case .purpose: .name(.closed(Purpose.names))
        case .legalBasis: .name(.instrument)
        case .offence, .recordOffence: .name(.offence)
        case .penaltyAsker, .penaltyHolder: .number(lifeAllowed: true)
        case .urgency: .name(.closed(Urgency.names))
        case .keyKinds: .set(.closed(KeyKind.names))
        case .fields: .set(.field)
        case .keyCount, .hitScore, .recordInformation, .recordAgeDays: .number(lifeAllowed: false)
        case .recordSubject, .questionSubject: .set(.closed(Subject.names))
        case .recordOrigin, .questionOrigin: .set(.country)
        case .recordHandling: .handling
        case .recordSource: .name(.closed(SourceGrade.names))
        case .recordBasis: .name(.closed(Basis.names))
        case .recordConsent: .name(.closed(Consent.names))
        case .recordSensitive: .set(.closed(Sensitive.names))
        case .weekday: .name(.closed(Weekday.names))
        case .clock: .clock
        case .caseReference: .text
        case .askerIsOrigin, .recipientIsOrigin, .holderIsOrigin, .dualCriminality, .hitConfirmed, .recordThirdParty:
            .boolean
        }
    }

    /// The stages at which the attribute exists, required or optional.
    public var stages: Set<Stage> {
        switch self {
        case .asker, .holder, .agreement, .askerJurisdiction, .askerKind, .askerGroups, .holderJurisdiction,
            .holderKind, .holderGroups:
            Set(Stage.allCases)
        case .recipient, .recipientJurisdiction, .recipientKind, .recipientGroups, .recipientIsOrigin:
            [.onwardTransfer]
        case .questionSubject, .questionOrigin, .holderIsOrigin, .keyKinds, .keyCount: [.question]
        case .purpose, .legalBasis, .offence, .penaltyAsker, .penaltyHolder, .dualCriminality:
            [.question, .disclosure, .onwardTransfer, .retention]
        case .caseReference, .weekday, .clock: [.question, .disclosure, .onwardTransfer]
        case .urgency: [.question, .disclosure]
        case .fields: [.disclosure, .onwardTransfer]
        case .hitScore, .hitConfirmed: [.disclosure]
        case .askerIsOrigin, .recordSubject, .recordOrigin, .recordHandling, .recordSource, .recordInformation,
            .recordBasis, .recordConsent, .recordOffence, .recordSensitive, .recordAgeDays, .recordThirdParty:
            [.index, .disclosure, .onwardTransfer, .retention]
        }
    }

    /// What only the asker knows: to be read only by rules with `sides: [asker]`.
    public var isAskersOnly: Bool {
        self == .questionSubject || self == .questionOrigin || self == .holderIsOrigin
    }

    /// Whether a forbid that reads it must say what a refused peer learns.
    public var needsTell: Bool {
        rawValue.hasPrefix("record.") || rawValue.hasPrefix("hit.") || rawValue.hasSuffix(".is_origin")
    }
}

extension CaseIterable where Self: RawRepresentable, RawValue == String {
    /// The names of the list, in its order.
    public static var names: [String] { allCases.map(\.rawValue) }
}
