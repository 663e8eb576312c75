/// The closed lists of the policy files: every name that the program itself gives a meaning.
/// Knows the spelling of each name; never learns what a rule does with it.

/// A moment of an exchange at which policy is asked (POLICY section 2, `stages`).
public enum Stage: String, Sendable, CaseIterable {
    case question
    case index
    case disclosure
    case onwardTransfer = "onward_transfer"
    case retention
}

/// Who applies the policy: the agency that asks or the agency that answers.
public enum Side: String, Sendable, CaseIterable {
    case asker
    case holder
}

/// The three layers in the order in which their rules are read and shown (POLICY section 4).
public enum Layer: Int, Sendable, CaseIterable {
    case jurisdiction
    case agreement
    case agency
}

/// What a rule does when it fires.
public enum Effect: String, Sendable, CaseIterable {
    case permit
    case forbid
    case require
}

/// What a refused peer learns of a forbid.
public enum Tell: String, Sendable, CaseIterable {
    case reason
    case source
    case nothing
}

/// What an agency is.
public enum AgencyKind: String, Sendable, CaseIterable {
    case police
    case borderPolice = "border_police"
    case coastGuard = "coast_guard"
    case customs
    case fiu
    case asylumAuthority = "asylum_authority"
    case judicial
    case intelligence
    case other
}

/// What a question serves.
public enum Purpose: String, Sendable, CaseIterable {
    case prevent
    case detect
    case investigate
    case prosecute
    case executePenalty = "execute_penalty"
    case publicSecurity = "public_security"
    case financialIntelligence = "financial_intelligence"
    case borderControl = "border_control"
    case asylum
    case searchAndRescue = "search_and_rescue"
    case missingPerson = "missing_person"
    case victimProtection = "victim_protection"
}

/// How soon an answer is needed.
public enum Urgency: String, Sendable, CaseIterable {
    case normal
    case urgent
}

/// The kinds of identifier that a question may hold, as `comity normalize` names them.
public enum KeyKind: String, Sendable, CaseIterable {
    case name
    case date
    case country
    case document
    case phone
    case email
    case plate
    case vin
    case imo
    case mmsi
    case imei
    case iban
    case wallet
}

/// What a person is to the agency that recorded them.
public enum Subject: String, Sendable, CaseIterable {
    case suspect
    case convicted
    case victim
    case witness
    case informant
    case contact
    case missingPerson = "missing_person"
    case minor
    case asylumApplicant = "asylum_applicant"
    case protectedPerson = "protected_person"
    case smuggledPerson = "smuggled_person"
}

/// The handling code of a record, from free to most restricted.
public enum Handling: String, Sendable, CaseIterable, Comparable {
    case h0 = "H0"
    case h1 = "H1"
    case h2 = "H2"
    case h3 = "H3"

    /// 0 for `H0` to 3 for `H3`.
    public var rank: Int {
        switch self {
        case .h0: 0
        case .h1: 1
        case .h2: 2
        case .h3: 3
        }
    }

    public static func < (left: Handling, right: Handling) -> Bool { left.rank < right.rank }
}

/// How reliable the source of a record is.
public enum SourceGrade: String, Sendable, CaseIterable {
    case a = "A"
    case b = "B"
    case c = "C"
    case x = "X"
}

/// Whether a record rests on facts or on an assessment.
public enum Basis: String, Sendable, CaseIterable {
    case fact
    case assessment
}

/// Whether the originator of a record agreed to its use.
public enum Consent: String, Sendable, CaseIterable {
    case given
    case refused
    case pending
}

/// Special categories of personal data.
public enum Sensitive: String, Sendable, CaseIterable {
    case ethnicOrigin = "ethnic_origin"
    case politicalOpinion = "political_opinion"
    case religion
    case tradeUnion = "trade_union"
    case genetic
    case biometric
    case health
    case sexualLife = "sexual_life"
}

/// Days of the week as rules name them, Monday first.
public enum Weekday: String, Sendable, CaseIterable {
    case monday = "mon"
    case tuesday = "tue"
    case wednesday = "wed"
    case thursday = "thu"
    case friday = "fri"
    case saturday = "sat"
    case sunday = "sun"
}

/// The record columns of CONTRACTS, `id` left out: what may be asked for in `fields`.
public enum RecordColumn: String, Sendable, CaseIterable {
    case givenName = "given_name"
    case familyName = "family_name"
    case fullName = "full_name"
    case birthDate = "birth_date"
    case sex
    case nationality
    case birthPlace = "birth_place"
    case documentNumber = "document_number"
    case documentCountry = "document_country"
    case documentType = "document_type"
    case phone
    case email
    case plate
    case vin
    case imo
    case mmsi
    case imei
    case iban
    case wallet
    case address
    case postcode
    case city
    case country
    case subjectCategory = "subject_category"
    case offence
    case handling
    case sourceReference = "source_reference"
    case expires
    case origin
    case source
    case information
    case basis
    case consent
    case sensitive
    case originator
    case recorded
}
