/// Looks for a request that some rules weigh in a wanted way. Exact over the requests it is given, or it gives up.

/// The answers that a condition may still have.
struct TruthSet: OptionSet, Sendable {
    let rawValue: UInt8

    static let no = TruthSet(rawValue: 1)
    static let yes = TruthSet(rawValue: 2)
    static let unknown = TruthSet(rawValue: 4)

    init(rawValue: UInt8) { self.rawValue = rawValue }

    init(_ truth: Truth) {
        switch truth {
        case .no: self = .no
        case .yes: self = .yes
        case .unknown: self = .unknown
        }
    }

    func and(_ other: TruthSet) -> TruthSet {
        var result: TruthSet = union(other).intersection(.no)
        if contains(.yes), other.contains(.yes) { result.insert(.yes) }
        let mayNotRefute: TruthSet = [.yes, .unknown]
        if contains(.unknown), !other.isDisjoint(with: mayNotRefute) { result.insert(.unknown) }
        if other.contains(.unknown), !isDisjoint(with: mayNotRefute) { result.insert(.unknown) }
        return result
    }

    var negated: TruthSet {
        var result = intersection(.unknown)
        if contains(.no) { result.insert(.yes) }
        if contains(.yes) { result.insert(.no) }
        return result
    }
}

/// How much searching a folder may cost. What lies beyond is not judged, and so not warned of.
struct Effort {
    private(set) var left: Int

    init(_ steps: Int) { left = steps }

    /// False when nothing is left.
    mutating func spend(_ steps: Int = 1) -> Bool {
        left -= steps
        return left >= 0
    }
}

struct CoverSearch {
    enum Result { case found, none, gaveUp }

    /// A rule, and the answers wanted of its conditions.
    struct Goal {
        let rule: Rule
        let wanted: TruthSet

        static func fires(_ rule: Rule) -> Goal {
            Goal(rule: rule, wanted: rule.effect == .permit ? .yes : [.yes, .unknown])
        }

        static func isSilent(_ rule: Rule) -> Goal {
            Goal(rule: rule, wanted: rule.effect == .permit ? [.no, .unknown] : .no)
        }
    }

    /// Most steps of one search.
    private static let longest = 4_000

    private let goals: [Goal]
    private var attributes: [Attribute] = []
    private var choices: [Attribute: [AttributeValue]] = [:]
    private var chosen: [Attribute: AttributeValue] = [:]
    private var steps = CoverSearch.longest
    private let meter = Meter()

    /// Counts the values weighed: a step through long conditions costs more than one through short ones.
    private final class Meter {
        var weighed = 0
    }

    /// Values that are weighed in the time of a plain step.
    private static let weighedInStep = 16

    /// Whether a request of `space` meets every goal.
    static func run(_ goals: [Goal], in space: RequestSpace, effort: inout Effort) -> Result {
        guard var search = CoverSearch(goals, space) else { return .gaveUp }
        return search.search(from: 0, &effort)
    }

    private init?(_ goals: [Goal], _ space: RequestSpace) {
        self.goals = goals
        var tests: [Attribute: [Test]] = [:]
        for goal in goals {
            for condition in [goal.rule.when, goal.rule.unless].compactMap({ $0 }) {
                condition.collect { attribute, test in
                    if tests[attribute] == nil { attributes.append(attribute) }
                    tests[attribute, default: []] += test.map { [$0] } ?? []
                }
            }
        }
        for attribute in attributes {
            guard let values = space.representatives(of: attribute, tests: tests[attribute] ?? []) else { return nil }
            choices[attribute] = values
        }
    }

    private mutating func search(from index: Int, _ effort: inout Effort) -> Result {
        steps -= 1
        guard effort.spend(1 + meter.weighed / CoverSearch.weighedInStep), steps >= 0 else { return .gaveUp }
        meter.weighed = 0
        for goal in goals where goal.wanted.isDisjoint(with: possible(goal.rule)) { return .none }
        if index == attributes.count { return .found }
        let attribute = attributes[index]
        var result = Result.none
        for value in choices[attribute] ?? [] {
            chosen[attribute] = value
            switch search(from: index + 1, &effort) {
            case .found: return .found
            case .gaveUp: result = .gaveUp
            case .none: break
            }
        }
        chosen[attribute] = nil
        return result
    }

    private func possible(_ rule: Rule) -> TruthSet {
        let when = rule.when.map(possible) ?? .yes
        return rule.unless.map { when.and(possible($0).negated) } ?? when
    }

    private func possible(_ condition: Condition) -> TruthSet {
        switch condition {
        case .all(let parts): return parts.reduce(.yes) { $0.and(possible($1)) }
        case .any(let parts): return parts.reduce(TruthSet.yes) { $0.and(possible($1).negated) }.negated
        case .not(let part): return possible(part).negated
        case .known(let attributes):
            return attributes.reduce(.yes) { result, attribute in
                result.and(possible(attribute) { TruthSet($0 == .absent ? .no : .yes) })
            }
        case .test(let attribute, let test): return possible(attribute) { TruthSet(test.holds($0)) }
        }
    }

    private func possible(_ attribute: Attribute, _ weigh: (AttributeValue) -> TruthSet) -> TruthSet {
        if let value = chosen[attribute] {
            meter.weighed += 1
            return weigh(value)
        }
        meter.weighed += choices[attribute]?.count ?? 0
        return (choices[attribute] ?? []).reduce(into: TruthSet()) { $0.formUnion(weigh($1)) }
    }
}

extension Condition {
    /// Every attribute read, with the test if it is one.
    fileprivate func collect(_ take: (Attribute, Test?) -> Void) {
        switch self {
        case .all(let parts), .any(let parts): for part in parts { part.collect(take) }
        case .not(let part): part.collect(take)
        case .known(let attributes): for attribute in attributes { take(attribute, nil) }
        case .test(let attribute, let test): take(attribute, test)
        }
    }
}
