/// The merged obligations of a decision (POLICY section 5). Knows how two rules' demands become one.

public struct Obligations: Sendable, Equatable {
    public struct Item: Sendable, Equatable {
        public let obligation: Obligation
        /// Every fired require that names the type, as `FILEID/RULEID`, in rule order.
        public let rules: [String]

        public init(obligation: Obligation, rules: [String]) {
            self.obligation = obligation
            self.rules = rules
        }
    }

    /// In the order of POLICY section 5, each type at most once.
    public let items: [Item]

    public static let none = Obligations(items: [])

    public init(items: [Item]) { self.items = items }

    /// People who must approve; 0 if no rule asks.
    public var approvals: Int { value { if case .approvals(let value) = $0 { value } else { nil } } ?? 0 }
    public var authorisation: [Authority] {
        value { if case .authorisation(let value) = $0 { value } else { nil } } ?? []
    }
    public var deadlineHours: Int? { value { if case .deadlineHours(let value) = $0 { value } else { nil } } }
    public var retentionDays: Int? { value { if case .retentionDays(let value) = $0 { value } else { nil } } }
    public var quota: [Quota] { value { if case .quota(let value) = $0 { value } else { nil } } ?? [] }
    /// The requested fields that may leave; nil if no rule cuts them.
    public var fields: [String]? { value { if case .fields(let value) = $0 { value } else { nil } } }
    public var handling: Handling? { value { if case .handling(let value) = $0 { value } else { nil } } }
    public var onward: Onward? { value { if case .onward(let value) = $0 { value } else { nil } } }
    public var notify: [Notified] { value { if case .notify(let value) = $0 { value } else { nil } } ?? [] }
    /// The ways left; nil if no rule names any.
    public var retrieval: [Retrieval]? { value { if case .retrieval(let value) = $0 { value } else { nil } } }
    public var bucketMinimum: Int? { value { if case .bucketMinimum(let value) = $0 { value } else { nil } } }

    private func value<Value>(_ pick: (Obligation) -> Value?) -> Value? {
        for item in items {
            if let value = pick(item.obligation) { return value }
        }
        return nil
    }

    /// Merges what the fired requires ask for.
    /// - Parameters:
    ///   - rules: fired requires in rule order.
    ///   - requested: the fields asked for.
    ///   - recordHandling: the handling code of the record itself.
    static func merged(_ rules: [Rule], requested: [String], recordHandling: Handling?) -> Obligations {
        if rules.isEmpty { return .none }
        var items: [Item] = []
        for kind in Obligation.Kind.allCases {
            var merged: Obligation?
            var names: [String] = []
            for rule in rules {
                for obligation in rule.obligations where obligation.kind == kind {
                    names.append(rule.name)
                    merged = merged.map { merge($0, obligation) } ?? obligation
                }
            }
            guard var merged else { continue }
            if case .fields(let allowed) = merged { merged = .fields(requested.filter(allowed.contains)) }
            if case .handling(let code) = merged, let recordHandling { merged = .handling(max(code, recordHandling)) }
            items.append(Item(obligation: merged.ordered, rules: names))
        }
        return Obligations(items: items)
    }

    private static func merge(_ left: Obligation, _ right: Obligation) -> Obligation {
        switch (left, right) {
        case (.approvals(let left), .approvals(let right)): .approvals(max(left, right))
        case (.authorisation(let left), .authorisation(let right)): .authorisation(left + right)
        case (.deadlineHours(let left), .deadlineHours(let right)): .deadlineHours(min(left, right))
        case (.retentionDays(let left), .retentionDays(let right)): .retentionDays(min(left, right))
        case (.quota(let left), .quota(let right)): .quota(left + right)
        case (.fields(let left), .fields(let right)): .fields(left.filter(right.contains))
        case (.handling(let left), .handling(let right)): .handling(max(left, right))
        case (.onward(let left), .onward(let right)): .onward(left.rank >= right.rank ? left : right)
        case (.notify(let left), .notify(let right)): .notify(left + right)
        case (.retrieval(let left), .retrieval(let right)): .retrieval(left.filter(right.contains))
        case (.bucketMinimum(let left), .bucketMinimum(let right)): .bucketMinimum(max(left, right))
        default: left
        }
    }
}
