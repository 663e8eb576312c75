/// Use cases: a past decision, or one that nobody asked for yet, in words a page can show: facts, rules with their places,
/// duties. The engine decides; here it is only told.

import Accounts
import PolicyEngine
import PolicyFiles

/// A decision with every rule that was asked.
public struct DecisionReport: Sendable, Equatable {
    /// A rule that made the decision what it is.
    public struct Reason: Sendable, Equatable {
        public let rule: String
        public let effect: String
        public let source: String
        public let text: String
    }

    /// What must be done, and by which rules.
    public struct Duty: Sendable, Equatable {
        public let kind: String
        public let value: String
        public let rules: [String]
    }

    /// What became of one rule.
    public struct Account: Sendable, Equatable {
        /// `jurisdiction`, `agreement` or `agency`, and whose.
        public let layer: String
        public let owner: String
        public let rule: String
        public let effect: String
        public let isFired: Bool
        /// Why it fired or did not.
        public let why: String
        /// What it says.
        public let text: String
        public let source: String
        /// `FILE:LINE`.
        public let place: String
        /// What would have to be otherwise; only of a permit that was needed.
        public let lacks: [String]
    }

    /// `permit`, `hold` or `refuse`.
    public let outcome: String
    public let stage: String
    public let side: String
    /// RFC 3339.
    public let at: String
    public let reasons: [Reason]
    public let duties: [Duty]
    /// Empty where a name of the request is in no policy file: then no rule is asked.
    public let rules: [Account]

    init(_ explanation: Explanation, by loaded: LoadedPolicies) {
        let decision = explanation.decision
        outcome = decision.outcome.rawValue
        stage = decision.stage.rawValue
        side = decision.side.rawValue
        at = decision.at.description
        reasons = decision.reasons.map {
            Reason(rule: $0.rule, effect: $0.effect.rawValue, source: $0.source, text: $0.text())
        }
        duties = decision.obligations.items.map { item in
            let value = OrderedJSON(item.obligation).compact.replacing("\"", with: "")
            return Duty(kind: item.obligation.kind.rawValue, value: value, rules: item.rules)
        }
        let missing = Layer.allCases.flatMap { explanation.missingPermits(of: $0) ?? [] }
        let lacks = Dictionary(missing.map { ($0.rule.name, $0.lacks) }) { first, _ in first }
        rules = explanation.rules.map { account in
            let (file, place) = loaded.location(of: account)
            return Account(
                layer: account.layer.name,
                owner: account.owner,
                rule: account.rule.name,
                effect: account.rule.effect.rawValue,
                isFired: account.fate == .fired,
                why: account.words,
                text: account.rule.because.english,
                source: account.rule.source,
                place: "\(file):\(place.line)",
                lacks: lacks[account.rule.name] ?? []
            )
        }
    }
}

/// A decision of the past.
public struct PastDecisionReport: Sendable, Equatable {
    public enum Facts: Sendable, Equatable {
        case known([DecisionReport])
        case erased
        case unreadable(String)
    }

    public let id: String
    /// Whether we asked; else the peer did.
    public let isOurs: Bool
    public let peer: String
    /// RFC 3339.
    public let at: String
    /// Hex SHA-256 of the policies that decided.
    public let digest: String
    public let facts: Facts
}

extension Node {
    /// `pastDecisions` for a page.
    public func pastDecisionReports(_ id: String, by account: String?) async throws(NodeProblem) -> [PastDecisionReport]
    {
        try await pastDecisions(id, by: account).map { past in
            let facts: PastDecisionReport.Facts =
                switch past.facts {
                case .known(let explanations, let loaded):
                    .known(explanations.map { DecisionReport($0, by: loaded) })
                case .erased: .erased
                case .unreadable(let why): .unreadable(why)
                }
            return PastDecisionReport(
                id: past.id,
                isOurs: past.side == .asker,
                peer: past.peer,
                at: past.at.description,
                digest: past.digest,
                facts: facts
            )
        }
    }
}

// MARK: What if

/// One member of a request for a decision (POLICY section 3), as a form asks for it.
public struct RequestMember: Sendable, Equatable {
    public enum Kind: Sendable, Equatable {
        /// One of these.
        case choice([String])
        /// Some of these, or whatever is written where there are none.
        case list([String])
        case number
        case flag
        case text
    }

    /// `record.subject` for what stands within `record`.
    public let name: String
    public let kind: Kind
}

extension Node {
    /// What a request may say, in the order of a form.
    public func requestMembers() -> [RequestMember] {
        let set = activePolicies.set
        func names<Name: CaseIterable & RawRepresentable<String>>(_ type: Name.Type) -> [String] {
            type.allCases.map(\.rawValue)
        }
        let agencies = set.agencies.keys.sorted()
        let offences = set.offences.keys.sorted()
        return [
            RequestMember(name: "stage", kind: .choice(names(Stage.self))),
            RequestMember(name: "side", kind: .choice(names(Side.self))),
            RequestMember(name: "agreement", kind: .choice(set.agreements.keys.sorted())),
            RequestMember(name: "asker", kind: .choice(agencies)),
            RequestMember(name: "holder", kind: .choice(agencies)),
            RequestMember(name: "recipient", kind: .choice(agencies)),
            RequestMember(name: "at", kind: .text),
            RequestMember(name: "purpose", kind: .choice(names(Purpose.self))),
            RequestMember(name: "legal_basis", kind: .choice(set.instruments.keys.sorted())),
            RequestMember(name: "offence", kind: .choice(offences)),
            RequestMember(name: "case", kind: .text),
            RequestMember(name: "urgency", kind: .choice(names(Urgency.self))),
            RequestMember(name: "key_kinds", kind: .list(names(KeyKind.self))),
            RequestMember(name: "key_count", kind: .number),
            RequestMember(name: "fields", kind: .list(set.fields.sorted())),
            RequestMember(name: "question.subject", kind: .list(names(Subject.self))),
            RequestMember(name: "question.origin", kind: .list([])),
            RequestMember(name: "hit.score", kind: .number),
            RequestMember(name: "hit.confirmed", kind: .flag),
            RequestMember(name: "record.subject", kind: .list(names(Subject.self))),
            RequestMember(name: "record.origin", kind: .list([])),
            RequestMember(name: "record.handling", kind: .choice(names(Handling.self))),
            RequestMember(name: "record.source", kind: .choice(names(SourceGrade.self))),
            RequestMember(name: "record.information", kind: .number),
            RequestMember(name: "record.basis", kind: .choice(names(Basis.self))),
            RequestMember(name: "record.consent", kind: .choice(names(Consent.self))),
            RequestMember(name: "record.offence", kind: .choice(offences)),
            RequestMember(name: "record.sensitive", kind: .list(names(Sensitive.self))),
            RequestMember(name: "record.recorded", kind: .text),
            RequestMember(name: "record.expires", kind: .text),
            RequestMember(name: "record.originator", kind: .choice(agencies)),
        ]
    }

    /// What the rules in force decide on a request that nobody made. Asks and keeps nothing.
    ///
    /// - Parameter members: by the names of `requestMembers`; what is not there is not said.
    public func whatIf(_ members: [String: [String]], by account: String?) async throws(NodeProblem) -> DecisionReport {
        _ = try await person(account, for: .readPolicies)
        let active = activePolicies
        let document = document(members)
        let (request, problems) = RequestFile.read(
            Array(document.compact.utf8),
            name: "request",
            policies: active.set,
            now: clock.moment
        )
        guard let request else {
            throw NodeProblem(
                .usage,
                "this is no request that can be decided",
                because: problems.map(\.text).joined(separator: "; ")
            )
        }
        do throws(RequestProblem) {
            return DecisionReport(try active.set.explain(request), by: active.loaded)
        } catch {
            throw NodeProblem(.usage, "this is no request that can be decided", because: error.text)
        }
    }

    private func document(_ members: [String: [String]]) -> OrderedJSON {
        var top: [(name: String, value: OrderedJSON)] = []
        var nested: [String: [(name: String, value: OrderedJSON)]] = [:]
        for member in requestMembers() {
            guard let given = members[member.name], !given.isEmpty else { continue }
            let value: OrderedJSON =
                switch member.kind {
                case .list: .list(given.map { .text($0) })
                case .number: Int(given[0]).map { .number($0) } ?? .text(given[0])
                case .flag: .boolean(given[0] == "true")
                case .choice, .text: .text(given[0])
                }
            let parts = member.name.split(separator: ".").map(String.init)
            if parts.count == 2 {
                nested[parts[0], default: []].append((parts[1], value))
            } else {
                top.append((member.name, value))
            }
        }
        return .object(top + nested.sorted { $0.key < $1.key }.map { ($0.key, .object($0.value)) })
    }
}
