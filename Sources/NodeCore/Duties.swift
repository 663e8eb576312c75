/// Which obligations this node carries out, stage by stage. A permit that carries any other is refused, and the refusal
/// names the duty: never permit without it.

import PolicyEngine
import SetIntersection

enum Duties {
    /// What a permitted question or an indexed record may be tied to.
    private static func carriesOut(_ obligation: Obligation, in decision: Decision) -> Bool {
        switch (obligation, decision.stage) {
        case (.quota, .question), (.approvals, .question), (.authorisation, .question): true
        // A holder answers at once or holds the question. An asker watches the time of what it holds itself.
        case (.deadlineHours, .question): decision.side == .holder || decision.outcome == .hold
        // Both ways are; which one an index has is weighed where that is known (RetrievalTerms).
        case (.retrieval, .question), (.retrieval, .index): true
        case (.bucketMinimum(let entries), .question), (.bucketMinimum(let entries), .index):
            BucketCut.minimums.contains(entries)
        case (.notify, _): true
        // Nobody need approve.
        case (.approvals(0), _): true
        case (.approvals, .disclosure), (.authorisation, .disclosure), (.fields, .disclosure), (.handling, .disclosure),
            (.onward, .disclosure),
            (.deadlineHours, .disclosure), (.retentionDays, .disclosure):
            true
        case (.authorisation, .onwardTransfer), (.fields, .onwardTransfer), (.handling, .onwardTransfer),
            (.onward, .onwardTransfer), (.retentionDays, .onwardTransfer), (.retentionDays, .retention):
            true
        default: false
        }
    }

    /// The first duty of `decision` that the node cannot carry out yet.
    static func undone(in decision: Decision) -> UndoneDuty? {
        for item in decision.obligations.items
        where !carriesOut(item.obligation, in: decision) {
            return UndoneDuty(type: item.obligation.kind.rawValue, rule: item.rules.first ?? "")
        }
        return nil
    }
}

/// A duty that a rule demands and this version of the node cannot carry out.
struct UndoneDuty: Sendable, Equatable {
    /// POLICY section 5's word.
    var type: String
    /// `FILEID/RULEID`.
    var rule: String

    var text: String { "rule \(rule) demands \(type), which this node cannot carry out yet" }
}
