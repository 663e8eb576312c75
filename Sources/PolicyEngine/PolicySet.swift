/// Everything a folder of policies says, ready for decisions. Knows what is declared; reads no file.

/// Maximum custody for an offence in one jurisdiction.
public enum Penalty: Sendable, Equatable {
    /// 0 or more.
    case months(Int)
    case life

    /// Months, `Int.max` for life.
    var number: Int {
        switch self {
        case .months(let months): months
        case .life: .max
        }
    }
}

public struct Offence: Sendable, Equatable {
    public let id: String
    public let name: Words
    public let source: String
    /// By jurisdiction; one that is not listed does not punish the act.
    public let penalties: [String: Penalty]

    public init(id: String, name: Words, source: String, penalties: [String: Penalty]) {
        self.id = id
        self.name = name
        self.source = source
        self.penalties = penalties
    }
}

public struct Jurisdiction: Sendable {
    public let id: String
    public let name: Words
    public let zone: Zone
    public let groups: [String]
    public let rules: [Rule]

    public init(id: String, name: Words, zone: Zone, groups: [String], rules: [Rule]) {
        self.id = id
        self.name = name
        self.zone = zone
        self.groups = groups
        self.rules = rules
    }
}

public struct Agency: Sendable {
    public let id: String
    public let name: Words
    /// Jurisdiction ID.
    public let jurisdiction: String
    public let kind: AgencyKind
    public let rules: [Rule]

    public init(id: String, name: Words, jurisdiction: String, kind: AgencyKind, rules: [Rule]) {
        self.id = id
        self.name = name
        self.jurisdiction = jurisdiction
        self.kind = kind
        self.rules = rules
    }
}

public struct Agreement: Sendable {
    public struct Suspension: Sendable {
        public let period: Period
        public let because: Words

        public init(period: Period, because: Words) {
            self.period = period
            self.because = because
        }
    }

    /// What an agreement covers.
    public struct Scope: Sendable {
        public let purposes: [Purpose]
        public let legalBases: [String]
        public let keyKinds: [KeyKind]
        /// Nil: any, and none need be named.
        public let offences: [String]?
        public let stages: Set<Stage>

        public init(
            purposes: [Purpose],
            legalBases: [String],
            keyKinds: [KeyKind],
            offences: [String]? = nil,
            stages: Set<Stage> = Set(Stage.allCases)
        ) {
            self.purposes = purposes
            self.legalBases = legalBases
            self.keyKinds = keyKinds
            self.offences = offences
            self.stages = stages
        }
    }

    /// A ground on which a person may refuse a held request.
    public struct Ground: Sendable, Equatable {
        public let id: String
        public let source: String
        public let because: Words

        public init(id: String, source: String, because: Words) {
            self.id = id
            self.source = source
            self.because = because
        }
    }

    public let id: String
    public let name: Words
    public let parties: [String]
    public let askers: [String]
    public let holders: [String]
    public let valid: Period
    public let suspensions: [Suspension]
    public let scope: Scope
    public let grounds: [Ground]
    public let rules: [Rule]

    public init(
        id: String,
        name: Words,
        parties: [String],
        askers: [String]? = nil,
        holders: [String]? = nil,
        valid: Period,
        suspensions: [Suspension] = [],
        scope: Scope,
        grounds: [Ground] = [],
        rules: [Rule]
    ) {
        self.id = id
        self.name = name
        self.parties = parties
        self.askers = askers ?? parties
        self.holders = holders ?? parties
        self.valid = valid
        self.suspensions = suspensions
        self.scope = scope
        self.grounds = grounds
        self.rules = rules
    }
}

/// The loaded policies. Every reference in it resolves: an agency's jurisdiction is there.
public struct PolicySet: Sendable {
    /// By ID.
    public let agencies: [String: Agency]
    public let jurisdictions: [String: Jurisdiction]
    public let agreements: [String: Agreement]
    public let offences: [String: Offence]
    /// Declared instruments and what they are.
    public let instruments: [String: String]
    public let groups: [String: String]
    /// Record fields beyond CONTRACTS' columns.
    public let extraFields: [String]
    /// Everything `fields` may name.
    public let fields: Set<String>
    /// Agencies and agreements with their rules sorted out for decisions, by ID.
    let deciders: [String: Decider]
    let pacts: [String: Pact]

    public init(
        agencies: [Agency],
        jurisdictions: [Jurisdiction],
        agreements: [Agreement],
        offences: [Offence],
        instruments: [String: String],
        groups: [String: String] = [:],
        extraFields: [String] = []
    ) {
        self.agencies = Dictionary(agencies.map { ($0.id, $0) }) { first, _ in first }
        self.jurisdictions = Dictionary(jurisdictions.map { ($0.id, $0) }) { first, _ in first }
        self.agreements = Dictionary(agreements.map { ($0.id, $0) }) { first, _ in first }
        self.offences = Dictionary(offences.map { ($0.id, $0) }) { first, _ in first }
        self.instruments = instruments
        self.groups = groups
        self.extraFields = extraFields
        fields = Set(RecordColumn.names + extraFields)
        let laws = Dictionary(jurisdictions.map { ($0.id, Law($0)) }) { first, _ in first }
        var deciders: [String: Decider] = [:]
        for agency in agencies where deciders[agency.id] == nil {
            // A set that was loaded holds every agency's jurisdiction; an agency without one decides nothing.
            deciders[agency.id] = laws[agency.jurisdiction].map { Decider(agency, law: $0) }
        }
        self.deciders = deciders
        pacts = Dictionary(agreements.map { ($0.id, Pact($0)) }) { first, _ in first }
    }

    /// Whether this very instrument is declared. Swift takes some letters for others, and of the IDs that a request names
    /// only an instrument's may hold one of those (K, for U+212A).
    func declares(instrument id: String) -> Bool { Identifiers.isInstrument(id) && instruments[id] != nil }

    /// The name of an agency, agreement, jurisdiction or offence in `lang`, else in English; nil if none has this ID.
    public func text(of id: String, lang: String) -> String? {
        let name = agencies[id]?.name ?? agreements[id]?.name ?? jurisdictions[id]?.name ?? offences[id]?.name
        return name?.text(in: lang)
    }
}
