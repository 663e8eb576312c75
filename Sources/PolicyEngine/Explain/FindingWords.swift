/// A finding in words for a caseworker. Names the value that was met; knows nothing of where the words are shown.

extension Finding {
    /// What was met and what was asked: `the purpose: asylum, where the rule asks for one of detect, investigate`.
    public var words: String {
        guard let test else {
            return value == .absent ? "\(attribute.noun) is not known" : "\(attribute.noun) is known"
        }
        let met = "\(attribute.noun): \(value.words)"
        switch (truth, isNegated) {
        case (.yes, false): return "\(met), as the rule asks (\(test.words))"
        case (_, false): return "\(met), where the rule asks for \(test.words)"
        case (.yes, true): return "\(met), which the rule excludes (\(test.words))"
        case (.no, true): return "\(met), which the rule does not exclude (\(test.words))"
        case (.unknown, true): return "\(met), where the rule excludes \(test.words)"
        }
    }

    /// What would have to be otherwise for a permit to fire.
    public var lack: String {
        guard let test else {
            return isNegated
                ? "\(attribute.noun) is given and must not be" : "\(attribute.noun) is not given and is needed"
        }
        let met = "\(attribute.noun): \(value.words)"
        return isNegated ? "\(met), where \(test.words) is excluded" : "\(met), where \(test.words) is needed"
    }
}

extension RuleAccount {
    /// Why the rule fired or did not.
    public var words: String {
        let clauses = findings.map(\.words).joined(separator: "; ")
        switch fate {
        case .otherStage: return "it is not for this stage"
        case .otherSide: return "it is not for this side"
        case .otherDay: return "it is not valid on this day"
        case .fired where findings.isEmpty: return "it has no conditions"
        case .fired where truth == .unknown: return "\(clauses); what is not known never helps"
        case .fired: return clauses
        case .silent where truth == .unknown: return "\(clauses); a permit needs to know"
        case .silent: return clauses
        }
    }

    /// What a permit would have needed to fire, each in words.
    public var lacks: [String] {
        switch fate {
        case .fired: []
        case .silent: missing.map(\.lack)
        case .otherStage, .otherSide, .otherDay: [words]
        }
    }
}

extension Layer {
    public var name: String {
        switch self {
        case .jurisdiction: "jurisdiction"
        case .agreement: "agreement"
        case .agency: "agency"
        }
    }
}

extension Truth {
    public var name: String {
        switch self {
        case .no: "no"
        case .yes: "yes"
        case .unknown: "unknown"
        }
    }
}

extension Attribute {
    /// What a caseworker calls it.
    public var noun: String {
        switch self {
        case .asker: "the asker"
        case .holder: "the holder"
        case .agreement: "the agreement"
        case .recipient: "the recipient"
        case .askerJurisdiction: "the asker's country"
        case .askerKind: "the asker's kind of agency"
        case .askerGroups: "the groups of the asker's country"
        case .holderJurisdiction: "the holder's country"
        case .holderKind: "the holder's kind of agency"
        case .holderGroups: "the groups of the holder's country"
        case .recipientJurisdiction: "the recipient's country"
        case .recipientKind: "the recipient's kind of agency"
        case .recipientGroups: "the groups of the recipient's country"
        case .askerIsOrigin: "whether the person may have fled the asker's country or comes from it"
        case .recipientIsOrigin: "whether the person may have fled the recipient's country or comes from it"
        case .holderIsOrigin: "whether the person may have fled the holder's country or comes from it"
        case .questionSubject: "what the person is, as far as the asker knows"
        case .questionOrigin: "where the person comes from, as far as the asker knows"
        case .purpose: "the purpose"
        case .legalBasis: "the legal basis"
        case .offence: "the offence"
        case .penaltyAsker: "the longest custody for the offence at the asker (months)"
        case .penaltyHolder: "the longest custody for the offence at the holder (months)"
        case .dualCriminality: "whether the act is punished in both countries"
        case .caseReference: "the case reference"
        case .urgency: "the urgency"
        case .keyKinds: "the kinds of identifier asked with"
        case .keyCount: "the number of match keys"
        case .fields: "the fields asked for"
        case .hitScore: "the score of the hit"
        case .hitConfirmed: "whether a person confirmed the hit"
        case .recordSubject: "what the person is in the record"
        case .recordOrigin: "where the person in the record comes from"
        case .recordHandling: "the record's handling code"
        case .recordSource: "the grade of the record's source"
        case .recordInformation: "the grade of the record's information"
        case .recordBasis: "what the record rests on"
        case .recordConsent: "the originator's consent"
        case .recordOffence: "the record's offence"
        case .recordSensitive: "the sensitive data in the record"
        case .recordAgeDays: "the record's age (days)"
        case .recordThirdParty: "whether another agency originated the record"
        case .weekday: "the weekday where the decision is made"
        case .clock: "the time of day where the decision is made"
        }
    }
}

extension AttributeValue {
    public var words: String {
        switch self {
        case .absent: "not known"
        case .name(let name): name
        case .set(let names): names.isEmpty ? "none" : names.joined(separator: ", ")
        case .number(let number): number == .max ? "life" : String(number)
        case .handling(let code): code.rawValue
        case .boolean(let value): value ? "true" : "false"
        case .clock(let minute): AttributeValue.clockWords(minute)
        case .text: "given"
        }
    }

    /// `HH:MM`.
    static func clockWords(_ minute: Int) -> String {
        Day.padded(minute / 60, 2) + ":" + Day.padded(minute % 60, 2)
    }
}

extension Test {
    /// What it wants.
    public var words: String {
        switch self {
        case .oneOf(let names): return Test.choice(names)
        case .boolean(let value): return value ? "true" : "false"
        case .clock(let from, let until):
            return "from \(AttributeValue.clockWords(from)) until before \(AttributeValue.clockWords(until))"
        case .number(let test):
            func number(_ value: Int) -> String { AttributeValue.number(value).words }
            return Test.joined([
                test.atLeast.map { "at least \(number($0))" }, test.atMost.map { "at most \(number($0))" },
                test.exactly.map { "exactly \(number($0))" },
            ])
        case .handling(let test):
            return Test.joined([
                test.oneOf.map { Test.choice($0.map(\.rawValue)) }, test.atLeast.map { "at least \($0.rawValue)" },
                test.atMost.map { "at most \($0.rawValue)" },
            ])
        case .set(let test):
            return Test.joined([
                test.anyOf.map { "any of \(Test.list($0))" }, test.allOf.map { "all of \(Test.list($0))" },
                test.noneOf.map { "none of \(Test.list($0))" }, test.only.map { "nothing but \(Test.list($0))" },
            ])
        }
    }

    private static func choice(_ names: [String]) -> String {
        names.count == 1 ? names[0] : "one of \(list(names))"
    }

    private static func list(_ names: [String]) -> String { names.joined(separator: ", ") }

    private static func joined(_ parts: [String?]) -> String { parts.compactMap { $0 }.joined(separator: " and ") }
}
