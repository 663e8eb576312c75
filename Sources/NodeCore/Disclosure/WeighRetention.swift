/// How long data of a disclosure may be kept: the last day that travelled with them, and policy's word at stage `retention`, by
/// which a refusal means erase. Also which facts of a record its receiver needs for that. Never learns a field's value.

import PolicyEngine

enum WeighRetention {
    enum Verdict: Sendable, Equatable {
        /// The last day, included.
        case keep(until: Day)
        /// - Parameters:
        ///   - ground: the rule, or `retention` where the last day is over.
        ///   - last: the day until which they might stay.
        ///   - notices: who is told of it, where a rule permits to keep and wants somebody told.
        case erase(ground: String, last: Day, notices: NoticeDuties)
    }

    /// The ground of data whose last day is over.
    static let overGround = "retention"

    /// By the last day alone.
    static func byTime(last: Day, today: Day, telling notices: NoticeDuties = .none) -> Verdict {
        today > last ? .erase(ground: overGround, last: last, notices: notices) : .keep(until: last)
    }

    /// - Parameters:
    ///   - request: at stage `retention`; nil where a word of it is not known any more, and then the last day alone counts.
    ///   - last: that travelled with the data.
    ///   - since: the day from which days of a rule count.
    static func weigh(_ request: PolicyRequest?, last: Day, since: Day, today: Day, policies: PolicySet) -> Verdict {
        guard let request, let decision = try? policies.decide(request) else { return byTime(last: last, today: today) }
        if decision.outcome == .refuse {
            let reasons = decision.reasons.map(\.rule)
            // Rules that nobody wrote order nothing to be erased: the last day stands.
            if reasons.allSatisfy(unspoken.contains), !policies.speaksOfRetention(request) {
                return byTime(last: last, today: today)
            }
            return .erase(ground: reasons.first ?? overGround, last: last, notices: .none)
        }
        let ours = decision.obligations.retentionDays.map { Day(number: since.number + min($0, 36_500)) }
        return byTime(last: min(last, ours ?? last), today: today, telling: NoticeDuties(decision))
    }

    /// What a folder without a word on retention refuses with.
    private static let unspoken = Set(
        [Builtin.stageOutOfScope, .noPermitJurisdiction, .noPermitAgreement].map { "builtin/" + $0.rawValue }
    )
}

extension PolicySet {
    /// The rules that a side's three layers apply at a stage.
    private func rules(of agency: String, side: Side, agreement: String, at stages: Set<Stage>) -> [Rule] {
        let own = agencies[agency]
        let layers =
            (own.flatMap { jurisdictions[$0.jurisdiction] }?.rules ?? []) + (agreements[agreement]?.rules ?? [])
            + (own?.rules ?? [])
        return layers.filter { $0.sides.contains(side) && !$0.stages.isDisjoint(with: stages) }
    }

    fileprivate func speaksOfRetention(_ request: PolicyRequest) -> Bool {
        let decider = request.side == .asker ? request.asker : request.holder
        return !rules(of: decider, side: request.side, agreement: request.agreement, at: [.retention]).isEmpty
    }

    /// All of them, of whatever layer.
    var allRules: [Rule] {
        Array(
            (jurisdictions.values.map(\.rules) + agreements.values.map(\.rules) + agencies.values.map(\.rules)).joined()
        )
    }

    /// Whether a rule of the asker's side reads which columns it asks for.
    func readsFields(_ asker: String, agreement: String) -> Bool {
        rules(of: asker, side: .asker, agreement: agreement, at: [.disclosure])
            .contains { (($0.when?.attributes ?? []) + ($0.unless?.attributes ?? [])).contains(.fields) }
    }

    /// Columns of a record that the asker's rules read when it keeps or passes on what it received.
    func columnsForReceiver(_ asker: String, agreement: String) -> [String] {
        let read = rules(of: asker, side: .asker, agreement: agreement, at: [.retention, .onwardTransfer])
            .flatMap { ($0.when?.attributes ?? []) + ($0.unless?.attributes ?? []) }
        return Set(read.compactMap(\.recordColumn)).sorted()
    }
}

extension Attribute {
    /// The column of a record behind an attribute; nil for one that is no record's. Its own last day travels with each release.
    fileprivate var recordColumn: String? {
        switch self {
        case .recordSubject: "subject_category"
        case .recordOrigin, .askerIsOrigin, .recipientIsOrigin: "origin"
        case .recordHandling: "handling"
        case .recordSource: "source"
        case .recordInformation: "information"
        case .recordBasis: "basis"
        case .recordConsent: "consent"
        case .recordOffence: "offence"
        case .recordSensitive: "sensitive"
        case .recordAgeDays: "recorded"
        case .recordThirdParty: "originator"
        default: nil
        }
    }
}
