/// Judges the rules of one file against the requests that can reach them, and against each other.

/// A moment at which rules are asked: there is no asker's side at `index`.
struct Slot: Hashable {
    let stage: Stage
    let side: Side

    static let all = Stage.allCases.flatMap { stage in
        Side.allCases.filter { stage != .index || $0 == .holder }.map { Slot(stage: stage, side: $0) }
    }
}

struct FileReview {
    /// The requests that reach a file at one stage and side.
    struct Reach {
        let space: RequestSpace
        /// The days on which they can; nil: all.
        var days: Period?
    }

    let layer: Layer
    let owner: String
    let rules: [Rule]
    /// Slots at which no request comes are left out.
    private let reach: [Slot: Reach]

    init(layer: Layer, owner: String, rules: [Rule], reach: (Slot) -> Reach?) {
        self.layer = layer
        self.owner = owner
        self.rules = rules
        self.reach = Slot.all.reduce(into: [:]) { $0[$1] = reach($1) }
    }

    func warnings(on day: Day, _ effort: inout Effort) -> [RuleWarning] {
        var warnings = FileReview.expired(rules, layer, owner, on: day)
        var slots: [[Slot]] = []
        for rule in rules { slots.append(self.slots(of: rule, &effort)) }
        for (index, rule) in rules.enumerated() {
            if slots[index].isEmpty {
                let scope = layer == .agreement ? " in the agreement's scope" : ""
                warnings.append(warning(.neverFires, rule, "fires on no request\(scope)"))
                continue
            }
            if let cover = shadow(of: index, slots, &effort) {
                let why =
                    rule.effect == cover.effect
                    ? "says nothing that \(cover.name) does not say" : "permits only what \(cover.name) forbids"
                warnings.append(warning(.shadowed, rule, why))
            }
            if leaks(rule, &effort) {
                let words = "forbids at disclosure what no rule of this file forbids at index: the hit would tell"
                warnings.append(warning(.leaks, rule, words))
            }
        }
        return warnings
    }

    /// Where a rule can fire, for all one can tell.
    func slots(of rule: Rule, _ effort: inout Effort) -> [Slot] {
        var found: [Slot] = []
        for slot in Slot.all where fires(rule, slot, &effort) != .none { found.append(slot) }
        return found
    }

    /// Whether a rule can fire at a stage and side.
    func fires(_ rule: Rule, _ slot: Slot, _ effort: inout Effort) -> CoverSearch.Result {
        guard rule.speaks(slot), let reach = reach[slot], rule.valid.overlaps(reach.days) else { return .none }
        return CoverSearch.run([.fires(rule)], in: reach.space, effort: &effort)
    }

    /// Whether `cover` fires on every request at a stage and side on which `rule` does; nil if that is not settled.
    func covers(_ cover: Rule, _ rule: Rule, _ slot: Slot, _ effort: inout Effort) -> Bool? {
        guard cover.speaks(slot), let reach = reach[slot], cover.valid.contains(rule.valid, within: reach.days) else {
            return false
        }
        if cover.saysWhat(rule) { return true }
        switch CoverSearch.run([.fires(rule), .isSilent(cover)], in: reach.space, effort: &effort) {
        case .none: return true
        case .found: return false
        case .gaveUp: return nil
        }
    }

    private func covers(_ cover: Rule, _ rule: Rule, _ slots: [Slot], _ effort: inout Effort) -> Bool? {
        guard effort.spend() else { return nil }
        guard slots.allSatisfy(cover.speaks) else { return false }
        for slot in slots {
            let isCovered = covers(cover, rule, slot, &effort)
            if isCovered != true { return isCovered }
        }
        return true
    }

    /// The rule that makes another one idle.
    private func shadow(of index: Int, _ slots: [[Slot]], _ effort: inout Effort) -> Rule? {
        let rule = rules[index]
        if rule.effect == .require { return nil }
        for (other, cover) in rules.enumerated() where other != index && !slots[other].isEmpty {
            guard cover.effect == rule.effect || cover.effect == .forbid,
                covers(cover, rule, slots[index], &effort) == true
            else { continue }
            // Of two that say the same, the later one is too many.
            if cover.effect == rule.effect, other > index, covers(rule, cover, slots[other], &effort) != false {
                continue
            }
            return cover
        }
        return nil
    }

    /// A record that shows as a hit and is then refused for what it is has told what it is.
    private func leaks(_ rule: Rule, _ effort: inout Effort) -> Bool {
        let slot = Slot(stage: .disclosure, side: .holder)
        let read = (rule.when?.attributes ?? []) + (rule.unless?.attributes ?? [])
        guard rule.effect == .forbid, rule.stages.contains(.disclosure), !rule.stages.contains(.index),
            read.allSatisfy({ $0.stages.contains(.index) }), read.contains(where: \.isOfRecord),
            reach[Slot(stage: .index, side: .holder)] != nil, fires(rule, slot, &effort) == .found,
            let disclosed = reach[slot]
        else { return false }
        for cover in rules where cover.effect == .forbid && cover.stages.contains(.index) {
            guard effort.spend() else { return false }
            guard cover.sides.contains(.holder), cover.valid.contains(rule.valid, within: disclosed.days) else {
                continue
            }
            if cover.saysWhat(rule) { return false }
            // What the two rules read is the same at both stages.
            let goals = [CoverSearch.Goal.fires(rule), .isSilent(cover)]
            if CoverSearch.run(goals, in: disclosed.space, effort: &effort) != .found { return false }
        }
        return true
    }

    func warning(_ kind: RuleWarning.Kind, _ rule: Rule, _ words: String) -> RuleWarning {
        RuleWarning(kind: kind, layer: layer, owner: owner, rule: rule.name, text: "\(rule.name) \(words)")
    }

    static func expired(_ rules: [Rule], _ layer: Layer, _ owner: String, on day: Day) -> [RuleWarning] {
        rules.compactMap { rule in
            guard let until = rule.valid?.until, until < day else { return nil }
            let text = "\(rule.name) ended on \(until)"
            return RuleWarning(kind: .expired, layer: layer, owner: owner, rule: rule.name, text: text)
        }
    }
}

extension Rule {
    func speaks(_ slot: Slot) -> Bool { stages.contains(slot.stage) && sides.contains(slot.side) }

    /// Whether it fires wherever the other does for having the same conditions, however long a search would take.
    func saysWhat(_ other: Rule) -> Bool {
        (effect == other.effect || effect == .forbid) && when == other.when && unless == other.unless
    }
}

extension Attribute {
    /// Tells something of a record.
    var isOfRecord: Bool { rawValue.hasPrefix("record.") || self == .askerIsOrigin || self == .recipientIsOrigin }
}

extension Period? {
    /// Whether some day is in both; nil is every day.
    func overlaps(_ other: Period?) -> Bool { !(intersected(other)?.isEmpty ?? false) }

    /// Whether every day of `inner` that is within `outer` is in this one too.
    func contains(_ inner: Period?, within outer: Period?) -> Bool {
        guard let self else { return true }
        let days = inner.intersected(outer)
        if days?.isEmpty == true { return true }
        if let from = self.from {
            guard let first = days?.from, first >= from else { return false }
        }
        if let until = self.until {
            guard let last = days?.until, last <= until else { return false }
        }
        return true
    }

    func intersected(_ other: Period?) -> Period? {
        guard let self, let other else { return self ?? other }
        let from = [self.from, other.from].compactMap { $0 }.max()
        let until = [self.until, other.until].compactMap { $0 }.min()
        return Period(from: from, until: until)
    }
}

extension Period {
    var isEmpty: Bool {
        if let from, let until { return from > until }
        return false
    }
}
