/// Why a decision is what it is, rule by rule: what fired, what did not, and which test settled it.
/// Holds values of the request it explains, and so is shown only to whoever sent that request; nothing here is logged.

/// One test that settled a condition, with what it met.
public struct Finding: Sendable, Equatable {
    public let attribute: Attribute
    /// Nil: asked only whether the attribute is known.
    public let test: Test?
    public let value: AttributeValue
    /// Of the test itself, before any `not`.
    public let truth: Truth
    /// Whether a `not` or an `unless` turns it round.
    public let isNegated: Bool
}

/// What became of one rule.
public struct RuleAccount: Sendable, Equatable {
    public enum Fate: Sendable, Equatable {
        case fired
        /// Its conditions do not hold, or a permit's are not known to hold.
        case silent
        /// Not for this stage.
        case otherStage
        /// Not for this side.
        case otherSide
        /// Not on this day.
        case otherDay
    }

    public let rule: Rule
    public let layer: Layer
    /// ID of the file it stands in.
    public let owner: String
    public let fate: Fate
    /// Of the conditions; nil where they were not asked.
    public let truth: Truth?
    /// The tests that settled it; empty for a rule without conditions.
    public let findings: [Finding]
    /// Every test that keeps its conditions from holding; empty for a rule that fired.
    public let missing: [Finding]
}

public struct Explanation: Sendable, Equatable {
    public let decision: Decision
    /// Every rule of the three layers, in rule order; empty if a name is unknown, for then no rule is asked.
    public let rules: [RuleAccount]

    /// The permits of a layer that did not fire, where one was needed and none fired.
    public func missingPermits(of layer: Layer) -> [RuleAccount]? {
        let wanted = layer == .jurisdiction ? Builtin.noPermitJurisdiction : .noPermitAgreement
        guard decision.reasons.contains(where: { $0.rule == wanted.reason.rule }) else { return nil }
        return rules.filter { $0.layer == layer && $0.rule.effect == .permit && $0.fate != .fired }
    }
}

extension PolicySet {
    /// Decides a request and says how: slower than ``decide(_:)``, and never different.
    /// - Throws: ``RequestProblem`` if the request itself is wrong.
    public func explain(_ request: PolicyRequest) throws(RequestProblem) -> Explanation {
        let decision = try decide(request)
        guard let facts = facts(of: request), let agreement = agreements[request.agreement] else {
            return Explanation(decision: decision, rules: [])
        }
        let decider = request.side == .asker ? request.asker : request.holder
        var rules: [RuleAccount] = []
        func add(_ layer: Layer, _ owner: String, _ list: [Rule]) {
            rules += list.map { account(of: $0, layer, owner, request, facts) }
        }
        if let agency = agencies[decider], let law = jurisdictions[agency.jurisdiction] {
            add(.jurisdiction, law.id, law.rules)
            add(.agreement, agreement.id, agreement.rules)
            add(.agency, agency.id, agency.rules)
        }
        return Explanation(decision: decision, rules: rules)
    }

    private func account(
        of rule: Rule,
        _ layer: Layer,
        _ owner: String,
        _ request: PolicyRequest,
        _ facts: Facts
    ) -> RuleAccount {
        func account(_ fate: RuleAccount.Fate, _ settled: Settled? = nil) -> RuleAccount {
            RuleAccount(
                rule: rule,
                layer: layer,
                owner: owner,
                fate: fate,
                truth: settled?.truth,
                findings: settled?.findings ?? [],
                missing: fate == .silent ? rule.missing(facts.value) : []
            )
        }
        if !rule.stages.contains(request.stage) { return account(.otherStage) }
        if !rule.sides.contains(request.side) { return account(.otherSide) }
        if let valid = rule.valid, !valid.contains(request.at.day) { return account(.otherDay) }
        return account(rule.fires(facts.value) ? .fired : .silent, rule.settled(facts.value))
    }
}

extension Rule {
    /// Every test that is not as the rule needs it, not only the first that settles it.
    fileprivate func missing(_ value: (Attribute) -> AttributeValue) -> [Finding] {
        (when?.missing(value, isNegated: false) ?? []) + (unless?.missing(value, isNegated: true) ?? [])
    }
}

extension Condition {
    fileprivate func missing(_ value: (Attribute) -> AttributeValue, isNegated: Bool) -> [Finding] {
        let settled = settled(value, isNegated: isNegated)
        guard settled.truth != (isNegated ? .no : .yes) else { return [] }
        return switch self {
        case .all(let parts), .any(let parts): parts.flatMap { $0.missing(value, isNegated: isNegated) }
        case .not(let part): part.missing(value, isNegated: !isNegated)
        case .known, .test: settled.findings
        }
    }
}

/// A truth and the tests it rests on.
struct Settled {
    let truth: Truth
    let findings: [Finding]
}

extension Rule {
    func settled(_ value: (Attribute) -> AttributeValue) -> Settled {
        var parts: [Settled] = []
        if let when { parts.append(when.settled(value, isNegated: false)) }
        if let unless { parts.append(unless.settled(value, isNegated: true).negated) }
        return Settled.all(parts)
    }
}

extension Settled {
    fileprivate var negated: Settled { Settled(truth: !truth, findings: findings) }

    /// The first false part settles it, else the unknown parts, else all.
    fileprivate static func all(_ parts: [Settled]) -> Settled {
        if let refuted = parts.first(where: { $0.truth == .no }) { return refuted }
        let unknown = parts.filter { $0.truth == .unknown }
        let settling = unknown.isEmpty ? parts : unknown
        return Settled(truth: unknown.isEmpty ? .yes : .unknown, findings: settling.flatMap(\.findings))
    }

    /// The first true part settles it, else the unknown parts, else all.
    fileprivate static func any(_ parts: [Settled]) -> Settled { all(parts.map(\.negated)).negated }
}

extension Condition {
    fileprivate func settled(_ value: (Attribute) -> AttributeValue, isNegated: Bool) -> Settled {
        switch self {
        case .all(let parts): return Settled.all(parts.map { $0.settled(value, isNegated: isNegated) })
        case .any(let parts): return Settled.any(parts.map { $0.settled(value, isNegated: isNegated) })
        case .not(let part): return part.settled(value, isNegated: !isNegated).negated
        case .known(let attributes):
            return Settled.all(attributes.map { finding($0, nil, value($0), isNegated) })
        case .test(let attribute, let test): return finding(attribute, test, value(attribute), isNegated)
        }
    }

    private func finding(_ attribute: Attribute, _ test: Test?, _ value: AttributeValue, _ isNegated: Bool) -> Settled {
        let truth = test?.holds(value) ?? Truth(value != .absent)
        let finding = Finding(attribute: attribute, test: test, value: value, truth: truth, isNegated: isNegated)
        return Settled(truth: truth, findings: [finding])
    }
}
