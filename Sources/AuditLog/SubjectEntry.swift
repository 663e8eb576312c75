// Knows what of an entry a person may be told who asks what was done with their data: times, purposes, recipients,
// categories. Leaves out who acted (CJEU C-579/21).
import CanonicalJSON

/// An entry without its actor.
public struct SubjectEntry: Sendable, Hashable, Encodable {
    /// The log it stands in, by its origin.
    public let log: String
    public let index: Int
    public let time: String
    public let event: String
    public let purpose: String?
    public let basis: String?
    public let agreement: String?
    /// The other agency where data, or the question, went there.
    public let recipient: String?
    /// The other agency where data came from it.
    public let source: String?
    /// Categories of data.
    public let fields: [String]
    /// The last day on which the data may be kept.
    public let keptUntil: String?

    public init(_ leaf: Leaf, in log: String) {
        self.log = log
        let words = LeafSummary(leaf)
        (index, time, event) = (words.index, words.time, words.event)
        (purpose, agreement) = (words.purpose, words.agreement)
        (recipient, source) = event == "disclosure.received" ? (nil, words.peer) : (words.peer, nil)
        basis = leaf.data["basis"]?.string
        fields = leaf.data["fields"]?.array?.compactMap(\.string) ?? []
        keptUntil = leaf.data["retention_date"]?.string
    }

    private enum CodingKeys: String, CodingKey {
        case log, index, time, event, purpose, basis, agreement, recipient, source, fields
        case keptUntil = "kept_until"
    }
}
