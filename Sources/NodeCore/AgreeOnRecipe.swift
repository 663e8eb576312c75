/// Asker and holder may run versions with different key recipes: whoever knows both asks by the one that the index is built
/// by, and says so. The plan is decided anew, since other kinds and other numbers of keys leave.

import MatchKeys
import PolicyEngine
import SetIntersection
import Vault

/// What becomes of a plan whose keys are not those of the peer's index.
enum AgreedPlan {
    /// Ask with these.
    case asks(PeerPlan)
    /// Nothing is asked.
    case ends((outcome: PeerOutcome, report: PeerAnswerReport))
}

extension Node {
    func agreed(
        _ plan: PeerPlan,
        on manifest: Manifest,
        question: StoredQuestion,
        by person: Person,
        say: @escaping @Sendable (String) -> Void
    ) async -> AgreedPlan {
        guard let recipe = manifest.keyRecipe else {
            let reason =
                "its index is built by key recipe \(manifest.recipe.version), which is not known here (ours is "
                + "\(plan.recipe.name)): no key could agree"
            return await refused(plan, rule: "recipe", reason: reason, question: question, by: person)
        }
        say(
            "\(plan.holder): its index is built by key recipe \(recipe.name), ours is \(plan.recipe.name); asking by its own"
        )
        let other: PeerPlan
        do throws(NodeProblem) {
            other = try await replanned(plan, recipe: recipe, by: person)
        } catch {
            return await refused(plan, rule: "recipe", reason: error.text, question: question, by: person)
        }
        if let refusal = other.refusal {
            return await refused(other, rule: refusal.rule, reason: refusal.text, question: question, by: person)
        }
        if let hold = other.hold, other.isLetGo, !other.decided.meets(hold) {
            let reason = "asked by the recipe of its index, our rules want more people to let it go than did: ask again"
            return await refused(other, rule: "hold", reason: reason, question: question, by: person)
        }
        if let hold = other.hold, !other.isLetGo {
            let report = await holdHere(other, hold, question: question, by: person)
            return .ends((.refused(reason: report.reason, rule: "hold"), report))
        }
        return .asks(other)
    }

    private func refused(
        _ plan: PeerPlan,
        rule: String,
        reason: String,
        question: StoredQuestion,
        by person: Person
    ) async -> AgreedPlan {
        let report = await deny(plan, question: question, rule: rule, reason: reason, by: person)
        return .ends((.refused(reason: reason, rule: rule), report))
    }

    private func replanned(
        _ old: PeerPlan,
        recipe: KeyRecipe,
        by person: Person
    ) async throws(NodeProblem) -> PeerPlan {
        // A question that was let go keeps whole records; of another only what policy reads is left, so it is read again.
        let named = Set(old.subjectIDs)
        if !old.isLetGo, case .fields(let fields) = old.terms.question.subjects, fields.isEmpty {
            throw NodeProblem(
                .refused,
                "the keys of the hit were made by another recipe than its index has now: ask anew"
            )
        }
        let read =
            old.isLetGo
            ? old.subjects.map {
                QuestionSubject(id: $0.id, record: $0.record, keys: recipe.keys(of: $0.record), row: $0.row)
            }
            : try await subjects(of: old.terms.question, by: recipe).filter { named.contains($0.id) }
        let subjects = read.map { subject in
            QuestionSubject(
                id: subject.id,
                record: subject.record,
                keys: old.terms.keysInScope(subject.keys),
                row: subject.row
            )
        }
        var plan = try plan(old.holder, terms: old.terms, subjects: subjects, by: person, policies: activePolicies)
            .renamed(old.id)
        plan.recipe = recipe
        plan.letGo = old.letGo
        plan.replaces = old.replaces
        (plan.decided.approvals, plan.decided.authorised) = (old.decided.approvals, old.decided.authorised)
        plan.home = old.home + plan.home
        return plan
    }
}
