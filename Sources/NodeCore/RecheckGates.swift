/// Whether more of a question that was decided before may leave now. What a date or a changed file can shut is looked at anew;
/// rules that read the subjects were weighed when it began, and the subjects are not kept.

import PolicyEngine
import WireProtocol

extension Node {
    /// Why nothing more of it may leave, in words; nil where no gate of policy is shut.
    func shut(_ terms: QuestionTerms, holder: String) -> String? {
        let request = PolicyRequest(
            stage: .question,
            side: .asker,
            at: clock.moment,
            asker: configuration.agency,
            holder: holder,
            agreement: terms.agreement.id,
            purpose: terms.purpose,
            legalBasis: terms.question.legalBasis,
            offence: terms.question.offence,
            urgency: terms.question.urgent ? .urgent : .normal,
            keyKinds: [],
            keyCount: 0
        )
        guard let decision = try? activePolicies.set.decide(request) else {
            return "policy cannot decide on it any more"
        }
        let missing = [Builtin.noPermitJurisdiction, .noPermitAgreement, .noFieldLeft, .noRetrievalLeft].map {
            "builtin/\($0.rawValue)"
        }
        return decision.reasons.first { $0.rule.hasPrefix("builtin/") && !missing.contains($0.rule) }?.text()
    }
}

extension WireProtocol.Problem.Kind {
    /// Whether the same message may be answered another time.
    var mayPass: Bool { self == .quota || self == .unavailable || self == .failed }
}
