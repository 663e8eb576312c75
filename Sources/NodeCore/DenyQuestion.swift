/// One peer's part of a question that is not asked: logged with its reason, shown to the analyst, nothing sent.

import AuditLog
import CanonicalJSON
import Casework
import Sodium
import Vault

extension Node {
    /// Logs that nothing was asked of this peer, and why.
    func deny(
        _ plan: PeerPlan,
        question: StoredQuestion,
        rule: String,
        reason: String,
        outcome: String = "refused",
        by person: Person
    ) async -> PeerAnswerReport {
        var report = plan.report(outcome, reason: reason)
        // Whoever cannot be reached costs no approval: what people let go stays let go, under the id it had.
        let isKept = plan.isLetGo && outcome != "refused"
        if isKept, let replaced = plan.replaces { report.id = replaced }
        let policies = activePolicies.set
        do {
            let row = StoredPeerQuery(
                id: plan.id,
                question: question.id,
                peer: plan.holder,
                outcome: outcome,
                box: try questionSealer.seal(SealedPeerQuery(blindSeed: nil, report: report), id: plan.id)
            )
            _ = try await vault.commit { transaction in
                let opened = try self.keepOnce(
                    question,
                    case: plan.terms.question.caseReference,
                    by: person,
                    in: transaction
                )
                if !isKept {
                    try transaction.store(row)
                    try plan.keepDecision(of: question.id, self, in: transaction)
                    if let replaced = plan.replaces { try transaction.supersede(replaced) }
                    if let letGo = plan.letGo {
                        try self.changeOwn(letGo, peer: plan.holder, in: transaction) {
                            $0.request.stay(ground: rule, because: reason)
                        }
                    }
                }
                if !plan.home.isEmpty, plan.refusal != nil {
                    return ((), try opened + self.homeDrafts(plan, by: person, in: transaction))
                }
                let draft = try self.draft(
                    "query.denied",
                    by: .person(person),
                    data: plan.logged(policies).merging(["rule": .string(rule), "outcome": .string(outcome)]) { $1 },
                    personal: plan.personal(about: plan.subjectIDs),
                    in: transaction
                )
                return ((), opened + [draft])
            }
            return report
        } catch {
            report.reason += " (and this could not be logged)"
            return report
        }
    }
}
