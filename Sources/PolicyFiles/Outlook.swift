/// What would be decided, with the place of each rule behind it: for people who ask before they ask. Decides nothing new.

import PolicyEngine

/// The answer to "what if": nothing was asked of anybody.
public struct Outlook: Sendable, Equatable {
    public struct Line: Sendable, Equatable {
        public let reason: Reason
        /// Path relative to the folder, and where in it; nil for a builtin.
        public let file: String?
        public let place: Place?
        /// What the permits lacked, where one was needed: rule name and words.
        public let lacks: [String]
    }

    public let outcome: Outcome
    public let obligations: Obligations
    /// In the order of the decision's reasons.
    public let lines: [Line]
}

extension LoadedPolicies {
    /// What these policies would decide, and by which lines of which files.
    /// - Returns: nil if the folder has errors.
    public func outlook(_ request: PolicyRequest) throws(RequestProblem) -> Outlook? {
        guard let policies else { return nil }
        let explanation = try policies.explain(request)
        var fired = explanation.rules.filter { $0.fate == .fired }
        let lines = explanation.decision.reasons.map { reason -> Outlook.Line in
            // Reasons come in rule order, so that two files with one ID are told apart.
            if let index = fired.firstIndex(where: { $0.rule.name == reason.rule && $0.rule.effect == reason.effect }) {
                let (file, place) = location(of: fired.remove(at: index))
                return Outlook.Line(reason: reason, file: file, place: place, lacks: [])
            }
            return Outlook.Line(reason: reason, file: nil, place: nil, lacks: lacks(reason, explanation))
        }
        let decision = explanation.decision
        return Outlook(outcome: decision.outcome, obligations: decision.obligations, lines: lines)
    }

    private func lacks(_ reason: Reason, _ explanation: Explanation) -> [String] {
        let layer: Layer
        switch reason.rule {
        case "builtin/\(Builtin.noPermitJurisdiction.rawValue)": layer = .jurisdiction
        case "builtin/\(Builtin.noPermitAgreement.rawValue)": layer = .agreement
        default: return []
        }
        return (explanation.missingPermits(of: layer) ?? []).flatMap { permit in
            permit.lacks.map { "\(permit.rule.name): \($0)" }
        }
    }
}
