/// The keys of a request against its stage (POLICY section 3). Knows presence and ranges, never a rule.

/// A key of the request document.
public enum RequestKey: String, Sendable, CaseIterable {
    case stage, side, at, analyst, asker, holder, agreement, recipient, question, purpose
    case legalBasis = "legal_basis"
    case offence
    case caseReference = "case"
    case urgency
    case keyKinds = "key_kinds"
    case keyCount = "key_count"
    case fields, hit, record

    public var required: Set<Stage> {
        switch self {
        case .stage, .asker, .holder, .agreement: Set(Stage.allCases)
        case .recipient: [.onwardTransfer]
        case .purpose, .legalBasis: [.question, .disclosure, .onwardTransfer, .retention]
        case .urgency: [.question, .disclosure]
        case .keyKinds, .keyCount: [.question]
        case .fields: [.disclosure, .onwardTransfer]
        default: []
        }
    }

    public var allowed: Set<Stage> {
        switch self {
        case .side, .at, .analyst: Set(Stage.allCases)
        case .question: [.question]
        case .offence: [.question, .disclosure, .onwardTransfer, .retention]
        case .caseReference: [.question, .disclosure, .onwardTransfer]
        case .hit: [.disclosure]
        case .record: [.index, .disclosure, .onwardTransfer, .retention]
        default: required
        }
    }
}

extension PolicyRequest {
    /// Checks presence of every key at this stage, ranges, and names that are not a matter of refusal.
    func check(fields known: Set<String>) throws(RequestProblem) {
        if stage == .index, side == .asker { throw .noAskerAtIndex }
        try check(.recipient, recipient != nil)
        try check(.question, question != nil)
        if question != nil, side == .holder { throw .questionAtHolder }
        try check(.purpose, purpose != nil)
        try check(.legalBasis, legalBasis != nil)
        try check(.offence, offence != nil)
        try check(.caseReference, caseReference != nil)
        try check(.urgency, urgency != nil)
        try check(.keyKinds, keyKinds != nil)
        try check(.keyCount, keyCount != nil)
        try check(.fields, fields != nil)
        try check(.hit, hit != nil)
        try check(.record, record != nil)
        if let keyCount, keyCount < 0 { throw .badValue(key: "key_count", expected: "0 or more") }
        if let fields {
            for field in fields where !known.contains(field) {
                throw .badValue(key: "fields", expected: "record columns or declared fields")
            }
        }
        if let score = hit?.score, !(0...100).contains(score) {
            throw .badValue(key: "hit.score", expected: "from 0 to 100")
        }
        if let information = record?.information, !(1...4).contains(information) {
            throw .badValue(key: "record.information", expected: "from 1 to 4")
        }
        try check(origin: record?.origin, key: "record.origin")
        try check(origin: question?.origin, key: "question.origin")
    }

    private func check(_ key: RequestKey, _ present: Bool) throws(RequestProblem) {
        if present {
            if !key.allowed.contains(stage) { throw .misplaced(key: key.rawValue, stage: stage) }
        } else if key.required.contains(stage) {
            throw .missing(key: key.rawValue, stage: stage)
        }
    }

    private func check(origin: [String]?, key: String) throws(RequestProblem) {
        guard let origin else { return }
        for country in origin where !Identifiers.isCountry(country) {
            throw .badValue(key: key, expected: "countries of two capital letters")
        }
    }
}
