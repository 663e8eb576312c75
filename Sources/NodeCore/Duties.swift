/// Which obligations this node carries out, stage by stage. A permit that carries any other is refused, and the refusal
/// names the duty: never permit without it.

import PolicyEngine

enum Duties {
    /// What a permitted question or an indexed record may be tied to.
    private static func carriesOut(_ obligation: Obligation, at stage: Stage, side: Side) -> Bool {
        switch (obligation, stage) {
        case (.quota, .question): true
        // The holder holds the question and is asked again; what our own side wants approved stays home.
        case (.approvals, .question), (.deadlineHours, .question): side == .holder
        case (.retrieval(let modes), .question), (.retrieval(let modes), .index): modes.contains(.synced)
        // Nobody need approve.
        case (.approvals(0), _): true
        case (.approvals, .disclosure), (.fields, .disclosure), (.handling, .disclosure), (.onward, .disclosure),
            (.deadlineHours, .disclosure), (.retentionDays, .disclosure):
            true
        default: false
        }
    }

    /// The first duty of `decision` that the node cannot carry out yet.
    static func undone(in decision: Decision) -> UndoneDuty? {
        for item in decision.obligations.items
        where !carriesOut(item.obligation, at: decision.stage, side: decision.side) {
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
