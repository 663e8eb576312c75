/// A request for a decision (POLICY section 3). Knows what was sent, never what follows from it.

public struct PolicyRequest: Sendable, Equatable {
    public var stage: Stage
    public var side: Side
    /// The moment of the decision.
    public var at: Moment
    /// Agency ID of the asker.
    public var asker: String
    /// Agency ID of the holder.
    public var holder: String
    public var agreement: String
    /// Agency ID of whom the data are passed on to; `onward_transfer` only.
    public var recipient: String?
    public var purpose: Purpose?
    /// A declared instrument.
    public var legalBasis: String?
    /// A declared offence.
    public var offence: String?
    /// A commitment to the case reference, never the reference itself.
    public var caseReference: String?
    public var urgency: Urgency?
    public var keyKinds: [KeyKind]?
    /// Match keys asked for, pads included; 0 or more.
    public var keyCount: Int?
    /// Record columns or extra fields asked for.
    public var fields: [String]?
    public var question: QuestionFacts?
    public var hit: HitFacts?
    public var record: RecordFacts?
    /// Pseudonym of the person who asks.
    public var analyst: String?

    public init(
        stage: Stage,
        side: Side = .holder,
        at: Moment,
        asker: String,
        holder: String,
        agreement: String,
        recipient: String? = nil,
        purpose: Purpose? = nil,
        legalBasis: String? = nil,
        offence: String? = nil,
        caseReference: String? = nil,
        urgency: Urgency? = nil,
        keyKinds: [KeyKind]? = nil,
        keyCount: Int? = nil,
        fields: [String]? = nil,
        question: QuestionFacts? = nil,
        hit: HitFacts? = nil,
        record: RecordFacts? = nil,
        analyst: String? = nil
    ) {
        self.stage = stage
        self.side = side
        self.at = at
        self.asker = asker
        self.holder = holder
        self.agreement = agreement
        self.recipient = recipient
        self.purpose = purpose
        self.legalBasis = legalBasis
        self.offence = offence
        self.caseReference = caseReference
        self.urgency = urgency
        self.keyKinds = keyKinds
        self.keyCount = keyCount
        self.fields = fields
        self.question = question
        self.hit = hit
        self.record = record
        self.analyst = analyst
    }
}

/// What the asker knows of whom it asks about. A set that is nil is unknown; an empty one is known to be empty.
public struct QuestionFacts: Sendable, Hashable {
    public var subject: [Subject]?
    /// Two-letter countries.
    public var origin: [String]?

    public init(subject: [Subject]? = nil, origin: [String]? = nil) {
        self.subject = subject
        self.origin = origin
    }
}

/// What is known of a hit.
public struct HitFacts: Sendable, Equatable {
    /// 0 to 100.
    public var score: Int?
    /// By a person.
    public var confirmed: Bool?

    public init(score: Int? = nil, confirmed: Bool? = nil) {
        self.score = score
        self.confirmed = confirmed
    }
}

/// What is known of a record. A set that is nil is unknown; an empty one is known to be empty.
public struct RecordFacts: Sendable, Equatable {
    public var subject: [Subject]?
    /// Two-letter countries of nationality, residence, feared persecution.
    public var origin: [String]?
    public var handling: Handling?
    public var source: SourceGrade?
    /// 1 to 4.
    public var information: Int?
    public var basis: Basis?
    public var consent: Consent?
    /// A declared offence.
    public var offence: String?
    public var sensitive: [Sensitive]?
    public var recorded: Day?
    /// The last day the record is kept.
    public var expires: Day?
    /// Who recorded it first; an agency ID or free words.
    public var originator: String?

    public init(
        subject: [Subject]? = nil,
        origin: [String]? = nil,
        handling: Handling? = nil,
        source: SourceGrade? = nil,
        information: Int? = nil,
        basis: Basis? = nil,
        consent: Consent? = nil,
        offence: String? = nil,
        sensitive: [Sensitive]? = nil,
        recorded: Day? = nil,
        expires: Day? = nil,
        originator: String? = nil
    ) {
        self.subject = subject
        self.origin = origin
        self.handling = handling
        self.source = source
        self.information = information
        self.basis = basis
        self.consent = consent
        self.offence = offence
        self.sensitive = sensitive
        self.recorded = recorded
        self.expires = expires
        self.originator = originator
    }
}

/// A request that no decision can be made on: a mistake of the caller, never a refusal.
public enum RequestProblem: Error, Sendable, Equatable {
    /// A key that the stage requires is not there.
    case missing(key: String, stage: Stage)
    /// A key that does not exist at the stage.
    case misplaced(key: String, stage: Stage)
    /// There is no asker's side at `index`.
    case noAskerAtIndex
    /// `question` says what only the asker knows.
    case questionAtHolder
    /// A name outside its list, or a number outside its range. The value is not repeated.
    case badValue(key: String, expected: String)

    /// The key at fault.
    public var key: String {
        switch self {
        case .missing(let key, _), .misplaced(let key, _), .badValue(let key, _): key
        case .noAskerAtIndex: "side"
        case .questionAtHolder: "question"
        }
    }

    /// What is wrong, in words that hold no value.
    public var text: String {
        switch self {
        case .missing(let key, let stage): "\(key) is required at stage \(stage.rawValue)"
        case .misplaced(let key, let stage): "\(key) does not exist at stage \(stage.rawValue)"
        case .noAskerAtIndex: "there is no asker's side at stage index"
        case .questionAtHolder: "question is known to the asker only, and the side is holder"
        case .badValue(let key, let expected): "\(key) must be \(expected)"
        }
    }
}
