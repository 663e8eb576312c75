/// What would become of one peer's part of a question, without asking: by our own rules, and by how its index is fetched.

import PolicyEngine
import SetIntersection
import Vault
import WireProtocol

extension PeerPlan {
    /// Why an index may not be asked, by how it is fetched; nil if it may.
    func refusal(by manifest: Manifest, batches: Int) -> (rule: String, text: String)? {
        if let refusal = retrieval.refusal(of: manifest.retrieval.minimum) {
            return (refusal.rule, "our own policy: \(refusal.text)")
        }
        guard manifest.retrieval != .synced, batches > 1 else { return nil }
        let most = WireLimits.pointsPerBatch
        return (
            LeakExceeded.rule,
            "its index is bucketed, and a question of more than \(most) keys would fetch nearly all of it: split the file, "
                + "or have the parties agree on synced indexes"
        )
    }
}

/// How a peer's index would be looked up.
enum LookUp {
    /// In words.
    case told(String)
    /// It may not be: why.
    case refused(String)
    /// What was told before cannot be read now.
    case unknown
}

extension Node {
    func preview(_ plan: PeerPlan) async -> PeerAnswerReport {
        var report = plan.preview
        guard plan.refusal == nil else { return report }
        switch await lookUp(plan) {
        case .told(let words): report.reason += "; \(words)"
        case .refused(let text): (report.outcome, report.reason) = ("refused", text)
        case .unknown: break
        }
        return report
    }

    func lookUp(_ plan: PeerPlan) async -> LookUp {
        let stored = try? await vault.latestManifest(
            agreement: plan.terms.agreement.id,
            holder: plan.holder,
            asker: configuration.agency
        )
        guard let stored, let manifest = try? Manifest(decoding: stored.bytes) else {
            return .told("its index was not fetched yet, so how it is looked up is not known")
        }
        let batches = (try? QueryLayout(own: plan.keys.mapValues(\.count)).batchCount) ?? 1
        if let refusal = plan.refusal(by: manifest, batches: batches) { return .refused(refusal.text) }
        guard let cost = plan.bucketCost(of: manifest) else {
            return .told("looked up in our copy of its index (synced), which tells it nothing")
        }
        guard let told = try? await mostTold(cost) else { return .unknown }
        return .told(
            "looked up in buckets that it gives us (bucketed), which tells it up to \(cost.most) bits of a person; "
                + "\(told) of \(BucketCost.budget) were told before in this epoch"
                + (cost.isCovered ? "; half of all buckets are fetched, so that nothing is refused for it" : "")
        )
    }
}
