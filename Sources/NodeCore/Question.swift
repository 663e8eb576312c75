/// A question as a person puts it, and as it came out. The report's JSON is CONTRACTS' (`comity query`).

import MatchKeys
import PolicyEngine

/// Whom to ask about, of whom, why.
public struct Question: Sendable {
    public enum Subjects: Sendable {
        /// A CSV file of records.
        case file([UInt8], name: String)
        /// One record, column by column.
        case fields([String: String])
    }

    public var agreement: String
    public var purpose: String
    public var legalBasis: String
    public var offence: String?
    /// The case's number; it never leaves the node.
    public var caseReference: String?
    public var urgent: Bool
    public var subjects: Subjects
    /// Agencies to ask; empty: every holder of the agreement.
    public var peers: [String]
    /// How a file of subjects is read.
    public var reading = SubjectReading()
    /// Of a bucketed index half of all buckets are fetched, so that which of them are wanted hardly shows.
    public var cover: Bool

    public init(
        agreement: String,
        purpose: String,
        legalBasis: String,
        offence: String?,
        caseReference: String?,
        urgent: Bool,
        subjects: Subjects,
        peers: [String],
        cover: Bool = false
    ) {
        self.agreement = agreement
        self.purpose = purpose
        self.legalBasis = legalBasis
        self.offence = offence
        self.caseReference = caseReference
        self.urgent = urgent
        self.subjects = subjects
        self.peers = peers
        self.cover = cover
    }
}

/// What came of a question.
public struct QuestionReport: Codable, Sendable, Equatable {
    /// The question's UUID; empty for a dry run.
    public var query: String
    public var asked: [PeerAnswerReport]
    /// What a person should know: keys that stay home, subjects that were not asked about.
    public var notes: [String]
    /// What each peer is expected to do; of a dry run alone.
    public var expected: [PeerOutlook]?
    /// The notes for pages, which have words of their own; empty in a report that was read from JSON.
    public var noteCodes: [QuestionNote] = []

    private enum CodingKeys: String, CodingKey { case query, asked, notes, expected }

    init(query: String, asked: [PeerAnswerReport], notes: [QuestionNote], expected: [PeerOutlook]? = nil) {
        (self.query, self.asked, self.expected) = (query, asked, expected)
        (self.notes, noteCodes) = (notes.map(\.text), notes)
    }

    init(query: String, asked: [PeerAnswerReport], of kept: SealedQuestion) {
        (self.query, self.asked) = (query, asked)
        (notes, noteCodes) = (kept.notes, kept.noteCodes ?? [])
    }

    public enum Outcome: Sendable { case answered, refused, unreachable, dryRun }

    /// The outcome as a whole: answered if one peer answered.
    public var outcome: Outcome {
        if query.isEmpty { return .dryRun }
        if asked.contains(where: { ["hits", "no-hit"].contains($0.outcome) }) { return .answered }
        return !asked.isEmpty && asked.allSatisfy { $0.outcome == "unreachable" } ? .unreachable : .refused
    }
}

public struct PeerAnswerReport: Codable, Sendable, Equatable {
    public var peer: String
    /// The UUID that was sent to this peer.
    public var id: String
    /// `hits`, `no-hit`, `held`, `refused` or `unreachable`.
    public var outcome: String
    public var reason: String
    public var hits: [HitReport]
    /// Held by our own side, before anything left; nil otherwise.
    public var heldHere: Bool?
}

public struct HitReport: Codable, Sendable, Equatable {
    /// The row's id, or `field`.
    public var subject: String
    /// Ten hex digits.
    public var handle: String
    /// 0 to 100.
    public var score: Int
    public var band: String
    /// Ids of KEY_RECIPE.
    public var kinds: [String]
    /// The same in words; nil in answers that an earlier version kept.
    public var reasons: [HitReason]?
    /// What a person here made of it; nil until somebody does.
    public var judgement: HitJudgement?
}

/// One agreeing kind of a hit.
public struct HitReason: Codable, Sendable, Equatable {
    public var kind: String
    /// What agrees.
    public var what: String
    /// What it would be worth without the others.
    public var worth: String

    init(_ reason: MatchReason) {
        (kind, what, worth) = (reason.kind.rawValue, reason.what, reason.worth)
    }
}

/// Somebody or something asked about: the row, and the keys made of it.
struct QuestionSubject: Sendable {
    /// The row's id, or `field`.
    let id: String
    /// What policy reads of the row; all of it where people let the question go.
    var record: Record
    let keys: [MatchKey]
    /// Values of which no keys were made, or not all.
    var unread: [UnreadValue] = []
    /// What keys may be made of, of a question about few: kept with a hit, so that whoever reviews it can compare.
    var row: Record?

    /// In questions about more nobody's row is kept.
    static let mostWithRows = 100

    /// What policy reads of the row, and nothing else.
    var policyRecord: Record {
        Record(id: id, columns: record.columns.filter { RecordColumns.questionColumns.contains($0.key) })
    }
}

extension Sequence<QuestionSubject> {
    /// The kinds of all keys.
    var kinds: Set<MatchKeys.KeyKind> {
        var kinds: Set<MatchKeys.KeyKind> = []
        for subject in self {
            for key in subject.keys { kinds.insert(key.kind) }
        }
        return kinds
    }
}
