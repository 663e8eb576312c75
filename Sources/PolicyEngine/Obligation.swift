/// What a permit is tied to (POLICY section 5): the types, their values, and the stages at which each may stand.

public enum Authority: String, Sendable, CaseIterable {
    case prosecutor
    case court
    case dataProtectionOfficer = "data_protection_officer"
    case originator
}

public enum Onward: String, Sendable, CaseIterable {
    case free
    case withConsent = "with_consent"
    case forbidden

    /// 0 for `free` to 2 for `forbidden`.
    public var rank: Int {
        switch self {
        case .free: 0
        case .withConsent: 1
        case .forbidden: 2
        }
    }
}

public enum Notified: String, Sendable, CaseIterable {
    case dataProtectionOfficer = "data_protection_officer"
    case originator
    case supervisoryAuthority = "supervisory_authority"
    case europol
    case dataSubject = "data_subject"
}

public enum Retrieval: String, Sendable, CaseIterable {
    case synced
    case bucketed
}

/// At most `keys` match keys, pads included, for each `per` in each `period`.
public struct Quota: Sendable, Equatable, Hashable {
    public enum Per: String, Sendable, CaseIterable { case peer, agreement, analyst, `case` }
    public enum Span: String, Sendable, CaseIterable { case hour, day, month }

    public let per: Per
    public let period: Span
    /// 0 or more.
    public let keys: Int

    public init(per: Per, period: Span, keys: Int) {
        self.per = per
        self.period = period
        self.keys = keys
    }
}

/// One obligation of one rule, or the merged one of a decision.
public enum Obligation: Sendable, Equatable {
    /// 0 to 5 people.
    case approvals(Int)
    case authorisation([Authority])
    /// 1 or more.
    case deadlineHours(Int)
    /// 0 or more.
    case retentionDays(Int)
    case quota([Quota])
    case fields([String])
    case handling(Handling)
    case onward(Onward)
    case notify([Notified])
    case retrieval([Retrieval])
    /// 2 or more.
    case bucketMinimum(Int)

    /// The types in the order in which a decision lists them.
    public enum Kind: String, Sendable, CaseIterable {
        case approvals
        case authorisation
        case deadlineHours = "deadline_hours"
        case retentionDays = "retention_days"
        case quota
        case fields
        case handling
        case onward
        case notify
        case retrieval
        case bucketMinimum = "bucket_minimum"

        /// The stages at which it may be required.
        public var stages: Set<Stage> {
            switch self {
            case .approvals, .authorisation: [.question, .disclosure, .onwardTransfer]
            case .deadlineHours: [.question, .disclosure]
            case .retentionDays: [.disclosure, .onwardTransfer, .retention]
            case .quota: [.question]
            case .fields, .handling, .onward: [.disclosure, .onwardTransfer]
            case .notify: Set(Stage.allCases)
            case .retrieval, .bucketMinimum: [.question, .index]
            }
        }
    }

    public var kind: Kind {
        switch self {
        case .approvals: .approvals
        case .authorisation: .authorisation
        case .deadlineHours: .deadlineHours
        case .retentionDays: .retentionDays
        case .quota: .quota
        case .fields: .fields
        case .handling: .handling
        case .onward: .onward
        case .notify: .notify
        case .retrieval: .retrieval
        case .bucketMinimum: .bucketMinimum
        }
    }

    /// The same obligation with its lists in the order of POLICY section 5, so that equal ones compare equal.
    public var ordered: Obligation {
        switch self {
        case .authorisation(let list): .authorisation(Authority.allCases.filter(list.contains))
        case .notify(let list): .notify(Notified.allCases.filter(list.contains))
        case .retrieval(let list): .retrieval(Retrieval.allCases.filter(list.contains))
        case .quota(let list): .quota(Obligation.leastOfEachPair(list))
        case .fields(let list): .fields(list.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
        default: self
        }
    }

    /// The smallest number of keys for each pair of `per` and `period`, in the order of their lists.
    static func leastOfEachPair(_ quotas: [Quota]) -> [Quota] {
        Quota.Per.allCases.flatMap { per in
            Quota.Span.allCases.compactMap { span in
                quotas.filter { $0.per == per && $0.period == span }.map(\.keys).min().map {
                    Quota(per: per, period: span, keys: $0)
                }
            }
        }
    }
}
