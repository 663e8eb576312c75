/// `notify` carried out: when what a rule permits happens, a notice for each who is to be told goes into the outbox, in the
/// transaction of its entry. A notice says that, when, under which rules and about which id; never about whom.

import PolicyEngine
import Vault

/// Who is to be told, and by which rules.
struct NoticeDuties: Sendable, Hashable {
    private(set) var recipients: Set<Notified> = []
    private(set) var rules: Set<String> = []

    /// Nobody.
    static let none = NoticeDuties()

    private init() {}

    init(_ decision: Decision) {
        for item in decision.obligations.items {
            guard case .notify(let list) = item.obligation else { continue }
            recipients.formUnion(list)
            rules.formUnion(item.rules)
        }
    }

    init(_ decisions: [Decision]) { self = decisions.map { NoticeDuties($0) }.reduce(.none) { $0.joined($1) } }

    func joined(_ other: NoticeDuties) -> NoticeDuties {
        if self == other || other.recipients.isEmpty { return self }
        var both = self
        both.recipients.formUnion(other.recipients)
        both.rules.formUnion(other.rules)
        return both
    }
}

/// What somebody is told of.
enum NoticeEvent: String, Sendable {
    case questionAsked = "question-asked"
    case questionAnswered = "question-answered"
    case indexPublished = "index-published"
    case disclosureRequested = "disclosure-requested"
    case disclosureReleased = "disclosure-released"
    case onwardTransferred = "onward-transferred"
    case erased

    var words: String {
        switch self {
        case .questionAsked: "a question was asked"
        case .questionAnswered: "a question was answered"
        case .indexPublished: "records were published in a match index"
        case .disclosureRequested: "a disclosure was asked for"
        case .disclosureReleased: "data were disclosed"
        case .onwardTransferred: "data that were received were passed on"
        case .erased: "data were erased"
        }
    }
}

extension Node {
    /// Puts notices into the outbox. What happens again under the same id is told once.
    func notify(
        _ duties: NoticeDuties,
        of event: NoticeEvent,
        about id: String,
        agreement: String,
        peer: String,
        in transaction: VaultTransaction
    ) throws {
        for recipient in Notified.allCases where duties.recipients.contains(recipient) {
            try transaction.storeOnce(
                StoredNotice(
                    id: uuid(),
                    recipient: recipient.rawValue,
                    event: event.rawValue,
                    about: id,
                    agreement: agreement,
                    peer: peer,
                    rules: duties.rules.sorted(),
                    created: clock.milliseconds()
                )
            )
        }
    }
}
