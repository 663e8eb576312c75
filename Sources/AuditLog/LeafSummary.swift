// Knows by which words an entry is found. Reads no personal value: entries have none.
import CanonicalJSON

/// What a search found.
public struct FoundLeaves: Sendable, Hashable {
    /// Newest first.
    public let lines: [LeafSummary]
    /// The oldest entry that was looked at, where older ones may fit; nil: none does.
    public let reached: Int?

    public init(lines: [LeafSummary], reached: Int?) {
        self.lines = lines
        self.reached = reached
    }
}

/// What an entry can be searched by.
public struct LeafSummary: Sendable, Hashable, Codable {
    public let index: Int
    public let time: String
    public let event: String
    public let role: String
    public let actor: String
    public let peer: String?
    public let agreement: String?
    public let purpose: String?
    /// CONTRACTS' words: `hits`, `no-hit`, `held`, `refused`, `unreachable`.
    public let outcome: String?
    /// UUID of the query, or of the disclosure request.
    public let query: String?

    public init(_ leaf: Leaf) {
        let words = LeafWords(leaf)
        self.init(
            index: leaf.index,
            time: leaf.time,
            event: leaf.event,
            role: leaf.actor.role.rawValue,
            actor: leaf.actor.pseudonym,
            peer: words.peer,
            agreement: words.agreement,
            purpose: words.purpose,
            outcome: words.outcome,
            query: words.query
        )
    }

    /// An entry as an index of the log has it.
    public init(
        index: Int,
        time: LeafTime,
        event: String,
        role: String,
        actor: String,
        peer: String?,
        agreement: String?,
        purpose: String?,
        outcome: String?,
        query: String?
    ) {
        self.index = index
        self.time = time.description
        self.event = event
        self.role = role
        self.actor = actor
        self.peer = peer
        self.agreement = agreement
        self.purpose = purpose
        self.outcome = outcome
        self.query = query
    }
}

/// The words an entry is searched by that stand in its `data`.
public struct LeafWords: Sendable {
    public let peer: String?
    public let agreement: String?
    public let purpose: String?
    public let outcome: String?
    public let query: String?

    public init(_ leaf: Leaf) {
        let exchange = leaf.data["x"]
        peer =
            leaf.data["peer"]?.string ?? exchange?["peer"]?.string
            ?? (leaf.actor.role == .peer ? leaf.actor.pseudonym : nil)
        agreement = leaf.data["agreement"]?.string
        purpose = leaf.data["purpose"]?.string
        outcome = Self.outcome(of: leaf)
        // The exchange of a disclosure goes by its request's id: entries without an exchange are found by the same.
        query = leaf.data["query"]?.string ?? exchange?["query"]?.string ?? leaf.data["request"]?.string
    }

    private static func outcome(of leaf: Leaf) -> String? {
        if let word = leaf.data["outcome"]?.string { return word }
        switch leaf.event {
        case "query.held", "disclosure.held": return "held"
        case "query.refused", "query.denied", "disclosure.refused", "access.refused": return "refused"
        case "query.outcome":
            if leaf.data["failure"] != nil { return "unreachable" }
            let hits = leaf.data["hits_per_kind"]?.object?.values.contains { ($0.integer ?? 0) > 0 } ?? false
            return hits ? "hits" : "no-hit"
        default: return nil
        }
    }
}

/// Which entries to list; nil asks for nothing.
public struct LeafFilter: Sendable, Hashable {
    /// A whole name, or a group such as `query.*`.
    public var event: String?
    public var peer: String?
    public var agreement: String?
    public var purpose: String?
    public var outcome: String?
    /// A pseudonym.
    public var actor: String?
    public var query: String?
    /// Any of these pseudonyms; none of them: no entry.
    public var actors: Set<String>?
    /// Any of these queries and requests; none of them: no entry.
    public var queries: Set<String>?
    /// The earliest moment listed.
    public var since: LeafTime?
    /// The first moment no more listed.
    public var until: LeafTime?

    public init() {}

    public func admits(_ leaf: Leaf) -> Bool {
        if let since, leaf.time < since { return false }
        if let until, leaf.time >= until { return false }
        return admits(LeafSummary(leaf))
    }

    private func admits(_ summary: LeafSummary) -> Bool {
        if let event {
            let group = event.hasSuffix(".*") ? event.dropLast() : nil
            guard summary.event == event || group.map({ summary.event.hasPrefix($0) }) ?? false else { return false }
        }
        let pairs = [
            (peer, summary.peer), (agreement, summary.agreement), (purpose, summary.purpose),
            (outcome, summary.outcome),
            (actor, summary.actor), (query, summary.query),
        ]
        guard actors?.contains(summary.actor) ?? true else { return false }
        if let queries { guard let query = summary.query, queries.contains(query) else { return false } }
        return pairs.allSatisfy { asked, found in asked == nil || asked == found }
    }
}
