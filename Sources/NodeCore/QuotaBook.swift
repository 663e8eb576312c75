/// Quotas: how many match keys may still be asked for, counted durably in windows of an hour, a day, a month (UTC).
/// Charged inside the transaction that logs the question, so that no two questions share the last keys.

import PolicyEngine
import Vault

/// Who asks, in the four ways a quota may count (POLICY section 5), and the node's own default.
struct QuotaSubjects {
    /// Keeps the two directions apart: what we ask and what we answer.
    enum Direction: String { case asked, answered }

    var direction: Direction
    /// The other agency.
    var peer: String
    var agreement: String
    /// The analyst's pseudonym, nil where none was given.
    var analyst: String?
    /// The case commitment, nil where none was given.
    var caseReference: String?

    /// The name under which use is counted; parts that were not given share one name, so that leaving them out helps nobody.
    func name(_ per: Quota.Per) -> String {
        switch per {
        case .peer: "\(direction.rawValue)/peer/\(peer)"
        case .agreement: "\(direction.rawValue)/agreement/\(agreement)"
        case .analyst: "\(direction.rawValue)/analyst/\(peer)/\(analyst ?? "")"
        case .case: "\(direction.rawValue)/case/\(peer)/\(caseReference ?? "")"
        }
    }

    /// What the node's defaults count: a peer under an agreement.
    var pair: String { "\(direction.rawValue)/pair/\(peer)/\(agreement)" }
    var weakKeys: String { "\(direction.rawValue)/weak/\(peer)/\(agreement)" }
    var everybody: String { "\(direction.rawValue)/everybody" }
}

/// A limit and what it counts.
struct QuotaLimit: Sendable, Equatable {
    var subject: String
    var period: Quota.Span
    /// Most keys in one period.
    var keys: Int
    /// Whether only keys of the class `weak` count.
    var weakOnly = false
    /// In words, for whoever is refused.
    var words: String
}

/// A question that would go over a limit.
struct QuotaExceeded: Sendable, Equatable {
    var limit: QuotaLimit
    var left: Int
    /// Seconds since 1970 at which the window ends.
    var until: Int

    var text: String {
        "at most \(limit.keys) keys \(limit.words); \(left) left until \(Moment(seconds: until))"
    }
}

enum QuotaBook {
    /// Node defaults where policy says nothing (PROTOCOL section 5).
    static let defaults: [(Quota.Span, Int)] = [(.hour, 2_000), (.day, 20_000), (.month, 200_000)]
    static let weakDefault = 2_000
    /// All askers together may use so many times one asker's default.
    static let everybodyFactor = 3

    /// The limits that hold: the rules' own, and the node's where no rule speaks. A rule speaks for a period when it
    /// counts the peer or the agreement in it; one that counts analysts or cases leaves the peer unlimited, since the
    /// asker chooses those words. Keys of class weak, and all askers together, no rule can count: there the node's hold.
    static func limits(_ rules: [Quota], _ subjects: QuotaSubjects) -> [QuotaLimit] {
        var limits = rules.map { rule in
            QuotaLimit(
                subject: subjects.name(rule.per),
                period: rule.period,
                keys: rule.keys,
                words: "for one \(rule.per.rawValue) in one \(rule.period.rawValue)"
            )
        }
        let spoken = Set(rules.filter { $0.per == .peer || $0.per == .agreement }.map(\.period))
        for (period, keys) in defaults {
            if !spoken.contains(period) {
                limits.append(
                    QuotaLimit(
                        subject: subjects.pair,
                        period: period,
                        keys: keys,
                        words: "for one peer and agreement in one \(period.rawValue)"
                    )
                )
            }
            if subjects.direction == .answered {
                limits.append(
                    QuotaLimit(
                        subject: subjects.everybody,
                        period: period,
                        keys: max(keys * everybodyFactor, rules.filter { $0.period == period }.map(\.keys).max() ?? 0),
                        words: "for all askers together in one \(period.rawValue)"
                    )
                )
            }
        }
        limits.append(
            QuotaLimit(
                subject: subjects.weakKeys,
                period: .day,
                keys: weakDefault,
                weakOnly: true,
                words: "of class weak for one peer and agreement in one day"
            )
        )
        return limits
    }

    /// Counters of the calendar windows around one moment.
    private struct Windows {
        private let windows: [Quota.Span: QuotaWindow]
        private let seconds: Int

        init(at seconds: Int) {
            self.seconds = seconds
            windows = Dictionary(uniqueKeysWithValues: Quota.Span.allCases.map { ($0, QuotaWindow($0, at: seconds)) })
        }

        func window(_ period: Quota.Span) -> QuotaWindow { windows[period] ?? QuotaWindow(period, at: seconds) }

        func counter(_ subject: String, _ period: Quota.Span) -> QuotaCounter {
            QuotaCounter(subject: subject, period: period.rawValue, window: window(period).start)
        }
    }

    /// Whether every limit allows `keys` (of them `weak` of class weak); charges nothing.
    ///
    /// - Returns: keys left under the tightest limit, or what would be exceeded.
    static func check(
        keys: Int,
        weak: Int,
        limits: [QuotaLimit],
        at seconds: Int,
        in transaction: VaultTransaction
    ) throws -> Result<Int, QuotaExceeded> {
        try check(keys: keys, weak: weak, limits: limits, Windows(at: seconds), in: transaction)
    }

    private static func check(
        keys: Int,
        weak: Int,
        limits: [QuotaLimit],
        _ windows: Windows,
        in transaction: VaultTransaction
    ) throws -> Result<Int, QuotaExceeded> {
        let counters = limits.map { windows.counter($0.subject, $0.period) }
        let use = try transaction.quotaUse(counters)
        var left = Int.max
        for (limit, counter) in zip(limits, counters) {
            let used = use[counter] ?? 0
            let wanted = limit.weakOnly ? weak : keys
            guard used + wanted <= limit.keys else {
                let until = windows.window(limit.period).end
                return .failure(QuotaExceeded(limit: limit, left: max(0, limit.keys - used), until: until))
            }
            if !limit.weakOnly { left = min(left, limit.keys - used - wanted) }
        }
        return .success(left)
    }

    /// Keys left under each limit, and when its window ends. Charges nothing.
    static func left(
        _ limits: [QuotaLimit],
        at seconds: Int,
        in transaction: VaultTransaction
    ) throws -> [(limit: QuotaLimit, left: Int, until: Int)] {
        let windows = Windows(at: seconds)
        let counters = limits.map { windows.counter($0.subject, $0.period) }
        let use = try transaction.quotaUse(counters)
        return zip(limits, counters).map { limit, counter in
            (limit, max(0, limit.keys - (use[counter] ?? 0)), windows.window(limit.period).end)
        }
    }

    /// Charges `keys` (of them `weak` of class weak) if every limit allows it; else charges nothing.
    ///
    /// - Returns: keys left under the tightest limit, or what was exceeded.
    static func charge(
        keys: Int,
        weak: Int,
        limits: [QuotaLimit],
        subjects: QuotaSubjects,
        at seconds: Int,
        in transaction: VaultTransaction
    ) throws -> Result<Int, QuotaExceeded> {
        let windows = Windows(at: seconds)
        let checked = try check(keys: keys, weak: weak, limits: limits, windows, in: transaction)
        guard case .success = checked else { return checked }
        // Every way of counting is charged, so that a rule that comes later finds what was used before it.
        let names = Quota.Per.allCases.map(subjects.name) + [subjects.pair, subjects.everybody]
        try transaction.addQuotaUse(
            Quota.Span.allCases.flatMap { period in names.map { windows.counter($0, period) } },
            keys: keys
        )
        if weak > 0 { try transaction.addQuotaUse([windows.counter(subjects.weakKeys, .day)], keys: weak) }
        return checked
    }
}

extension QuotaExceeded: Error {}

/// A calendar hour, day or month of UTC.
struct QuotaWindow {
    let start: Int
    let end: Int

    init(_ period: Quota.Span, at seconds: Int) {
        switch period {
        case .hour:
            start = seconds - seconds % 3_600
            end = start + 3_600
        case .day:
            start = seconds - seconds % 86_400
            end = start + 86_400
        case .month:
            let day = Moment(seconds: seconds).day
            let (year, month, number) = day.civil
            let first = day.number - number + 1
            let next = month == 12 ? Day(year: year + 1, month: 1, day: 1) : Day(year: year, month: month + 1, day: 1)
            start = first * 86_400
            end = (next?.number ?? first + 31) * 86_400
        }
    }
}
