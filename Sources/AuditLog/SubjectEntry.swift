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
    /// The other agency.
    public let recipient: String?
    /// Categories of data.
    public let fields: [String]
    /// The last day on which the data may be kept.
    public let keptUntil: String?

    /// Whether the data came from the other agency; else they, or the question, went there.
    public var isFromPeer: Bool { event == "disclosure.received" }

    public init(_ leaf: Leaf, in log: String) {
        self.log = log
        let words = LeafSummary(leaf)
        (index, time, event) = (words.index, words.time, words.event)
        (purpose, agreement, recipient) = (words.purpose, words.agreement, words.peer)
        basis = leaf.data["basis"]?.string
        fields = leaf.data["fields"]?.array?.compactMap(\.string) ?? []
        keptUntil = leaf.data["retention_date"]?.string
    }

    private enum CodingKeys: String, CodingKey {
        case log, index, time, event, purpose, basis, agreement, recipient, fields
        case keptUntil = "kept_until"
    }
}
