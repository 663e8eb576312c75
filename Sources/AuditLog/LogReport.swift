// Knows how a log is counted for a report to a supervisor (AUDIT section 7): how often, with whom, with which outcome,
// and how fast. Counts entries; learns no personal value.
import CanonicalJSON

/// What a log says happened in a span of time, in numbers.
public struct LogReport: Sendable, Hashable, Encodable {
    /// Counts from 1 to one below this are not shown: nil stands in their place.
    public let suppress: Int
    public private(set) var queries: [Questions] = []
    public private(set) var disclosures: [Requests] = []
    public private(set) var erasures = Erasures()
    public private(set) var oversight = Oversight()

    /// Questions of one peer, agreement and purpose.
    public struct Questions: Sendable, Hashable, Encodable {
        public let direction: Direction
        public let peer: String
        public let agreement: String
        public let purpose: String
        public let queries: Int?
        public let keys: Int?
        /// Answered questions that found something, in per cent, rounded down; the holder never learns it.
        public let hitRate: Int?
        public let outcomes: [Outcome]
        /// From receipt to answer, at the holder.
        public let response: Response?

        private enum CodingKeys: String, CodingKey {
            case direction, peer, agreement, purpose, queries, keys, outcomes, response
            case hitRate = "hit_rate"
        }
    }

    public struct Outcome: Sendable, Hashable, Encodable {
        /// CONTRACTS' words, or `answered` at the holder, `open` without an end.
        public let outcome: String
        /// The rule or ground of a refusal; the failure of an unreachable peer.
        public let ground: String?
        public let queries: Int?
    }

    /// Disclosure requests of one peer and agreement.
    public struct Requests: Sendable, Hashable, Encodable {
        public let direction: Direction
        public let peer: String
        public let agreement: String
        public let requested: Int?
        public let approved: Int?
        public let refused: Int?
        public let released: Int?
        public let overdue: Int?
        public let grounds: [Outcome]
        /// From receipt to release or refusal, at the holder.
        public let response: Response?
    }

    public enum Direction: String, Sendable, Hashable, Encodable, Comparable {
        case asked, received

        public static func < (left: Direction, right: Direction) -> Bool { left.rawValue < right.rawValue }
    }

    /// How long answers took, in milliseconds; nearest rank.
    public struct Response: Sendable, Hashable, Encodable {
        public let median: Int
        public let p95: Int
        public let max: Int
        /// Answers after the deadline that policy set, and open ones past it.
        public let late: Int?
        /// Answers that had a deadline.
        public let withDeadline: Int?

        private enum CodingKeys: String, CodingKey {
            case late
            case median = "median_ms"
            case p95 = "p95_ms"
            case max = "max_ms"
            case withDeadline = "with_deadline"
        }
    }

    public struct Erasures: Sendable, Hashable, Encodable {
        /// Releases whose last day lies in the span.
        public var due: Int? = 0
        /// Of those, erased so far.
        public var erased: Int? = 0
        /// Of those, erased after their last day, or not yet although it is over.
        public var late: Int? = 0
        /// Records and log disclosures erased in the span.
        public var records: Int? = 0
        public var log: Int? = 0
    }

    public struct Oversight: Sendable, Hashable, Encodable {
        public var holdsPlaced: Int? = 0
        public var holdsLifted: Int? = 0
        public var failedLogins: Int? = 0
        public var refusedAccess: Int? = 0
        public var auditReads: Int? = 0
        public var revealed: Int? = 0
        public var exported: Int? = 0
        public var brokenGlass: Int? = 0
        /// Entries under the newest checkpoint that witnesses signed, of all entries.
        public var witnessed = 0
        public var entries = 0

        private enum CodingKeys: String, CodingKey {
            case revealed, exported, witnessed, entries
            case holdsPlaced = "holds_placed"
            case holdsLifted = "holds_lifted"
            case failedLogins = "failed_logins"
            case refusedAccess = "refused_access"
            case auditReads = "audit_reads"
            case brokenGlass = "broken_glass"
        }
    }

    init(
        suppress: Int,
        queries: [Questions],
        disclosures: [Requests],
        erasures: Erasures,
        oversight: Oversight
    ) {
        self.suppress = suppress
        self.queries = queries
        self.disclosures = disclosures
        self.erasures = erasures
        self.oversight = oversight
    }
}
