/// Decisions and explanations in words for a terminal, line by line. Decides nothing, prints nothing.

import PolicyEngine
import PolicyFiles

extension Moment {
    /// `2026-03-02 09:00 UTC`.
    var forPeople: String {
        let text = description
        return "\(text.prefix(10)) \(text.dropFirst(11).prefix(5)) UTC"
    }
}

/// A decision for people.
struct DecisionWords {
    let lang: String
    let digest: String

    func lines(_ decision: Decision) -> [String] {
        let word =
            switch decision.outcome {
            case .permit: "permit"
            case .hold: "hold: permitted once people approve"
            case .refuse: decision.stage == .retention ? "refuse: erase" : "refuse"
            }
        var lines = ["\(word) (\(decision.side.rawValue)'s side, \(decision.stage.rawValue), \(decision.at.forPeople))"]
        for reason in decision.reasons {
            lines.append("  \(reason.effect.rawValue) by \(reason.rule), \(reason.source)")
            lines.append("    \(reason.text(in: lang))")
        }
        if !decision.obligations.items.isEmpty { lines.append("obligations") }
        for item in decision.obligations.items {
            lines.append("  \(item.obligation.kind.rawValue): \(OrderedJSON(item.obligation).compact)")
            lines.append("    by \(item.rules.joined(separator: ", "))")
        }
        return lines + ["policies \(digest)"]
    }
}

/// Every rule that was asked, and what a missing permit lacked.
struct ExplanationWords {
    let loaded: LoadedPolicies

    func lines(_ explanation: Explanation) -> [String] {
        var lines: [String] = []
        for layer in [Layer.jurisdiction, .agreement] {
            guard let permits = explanation.missingPermits(of: layer) else { continue }
            let owner = layer == .agreement ? "the agreement" : "the deciding country's law"
            lines.append("no permit of \(owner)" + (permits.isEmpty ? ": it has no permit at all" : ", because"))
            for permit in permits {
                lines.append("  \(permit.rule.name) lacks")
                lines += permit.lacks.map { "    \($0)" }
            }
        }
        if explanation.rules.isEmpty {
            lines.append("no rule was asked: a name in the request is not in the policies")
        }
        for layer in Layer.allCases {
            let rules = explanation.rules.filter { $0.layer == layer }
            guard let owner = rules.first?.owner else { continue }
            lines.append("\(layer.name) \(owner)")
            for account in rules {
                let (file, place) = loaded.location(of: account)
                let fate = account.fate == .fired ? "fired" : "did not fire"
                lines.append("  \(account.rule.effect.rawValue) \(account.rule.name) \(fate): \(account.words)")
                lines.append("    \(account.rule.source) (\(file):\(place.line):\(place.column))")
            }
        }
        return lines
    }
}
