/// Rules sorted out once, so that one decision meets only the rules that may speak at its stage and side.
/// Classes, because a decision walks over them and must not copy them.

/// A rule with its reason made.
final class RuleEntry: Sendable {
    let rule: Rule
    let effect: Effect
    let valid: Period?
    let reason: Reason

    init(_ rule: Rule) {
        self.rule = rule
        effect = rule.effect
        valid = rule.valid
        reason = Reason(
            rule: rule.name,
            effect: rule.effect,
            source: rule.source,
            words: rule.because,
            tell: rule.effect == .forbid ? rule.tell : .reason
        )
    }
}

/// The rules of one file by stage and side, in file order.
struct RuleTable: Sendable {
    private let slots: [[RuleEntry]]

    init(_ rules: [Rule]) {
        let entries = rules.map(RuleEntry.init)
        slots = Stage.allCases.flatMap { stage in
            Side.allCases.map { side in
                entries.filter { $0.rule.stages.contains(stage) && $0.rule.sides.contains(side) }
            }
        }
    }

    subscript(stage: Stage, side: Side) -> [RuleEntry] {
        let row =
            switch stage {
            case .question: 0
            case .index: 1
            case .disclosure: 2
            case .onwardTransfer: 3
            case .retention: 4
            }
        return slots[row * 2 + (side == .asker ? 0 : 1)]
    }
}

/// A jurisdiction ready for decisions.
final class Law: Sendable {
    let id: String
    let zone: Zone
    let groups: AttributeValue
    let rules: RuleTable

    init(_ jurisdiction: Jurisdiction) {
        id = jurisdiction.id
        zone = jurisdiction.zone
        groups = .set(jurisdiction.groups)
        rules = RuleTable(jurisdiction.rules)
    }
}

/// An agency ready for decisions, with the law it is under.
final class Decider: Sendable {
    let id: String
    let kind: AttributeValue
    let law: Law
    let rules: RuleTable

    init(_ agency: Agency, law: Law) {
        id = agency.id
        kind = .name(agency.kind.rawValue)
        self.law = law
        rules = RuleTable(agency.rules)
    }
}

/// An agreement ready for decisions.
final class Pact: Sendable {
    let id: String
    let askers: [String]
    let holders: [String]
    let valid: Period
    let suspensions: [Period]
    let scope: Agreement.Scope
    let rules: RuleTable

    init(_ agreement: Agreement) {
        id = agreement.id
        askers = agreement.askers
        holders = agreement.holders
        valid = agreement.valid
        suspensions = agreement.suspensions.map(\.period)
        scope = agreement.scope
        rules = RuleTable(agreement.rules)
    }
}
