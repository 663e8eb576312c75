/// Whether more of a question that was decided before may leave now: policy of this moment decides again, in full, on what the
/// first decision read. That is kept sealed with each part that may go on; whom it is about is not in it.

import CanonicalJSON
import PolicyEngine
import Vault
import WireProtocol

/// What policy read of a question beside its terms.
struct DecidedOn: Codable, Sendable {
    /// What it read of a subject. Of a million subjects there are few that differ.
    struct Subject: Codable, Sendable {
        var subject: [String]?
        var origin: [String]?

        init(_ facts: QuestionFacts) {
            subject = facts.subject?.map(\.rawValue)
            origin = facts.origin
        }

        var facts: QuestionFacts {
            QuestionFacts(subject: subject?.compactMap(PolicyEngine.Subject.init(rawValue:)), origin: origin)
        }
    }

    var subjects: [Subject]
    var keyKinds: [String]
    /// Padded.
    var keyCount: Int
    /// Hex.
    var caseReference: String?
    var analyst: String?
    /// People of ours who let it go.
    var approvals = 0
    /// Kinds of authorisation that each of them stated; nil in parts of an older version.
    var authorised: [String]?
}

extension DecidedOn {
    /// Whether who let it go suffices for what policy wants by now.
    func meets(_ hold: QuestionHold) -> Bool {
        hold.approvals <= approvals && Set(hold.authorisation).isSubset(of: authorised ?? [])
    }

    /// Of a part that an older version kept without it: nothing is known of its subjects, and policy decides on that.
    init(keyKinds: [String], keyCount: Int, approvals: Int) {
        self.init(
            subjects: [Subject(QuestionFacts())],
            keyKinds: keyKinds,
            keyCount: keyCount,
            approvals: approvals
        )
    }
}

/// Why nothing more of a question may leave.
struct Forbidden: Sendable {
    var rule: String
    /// In words.
    var text: String
    /// What policy was asked, and by which policies.
    var request: PolicyRequest
    var digest: String
}

extension Node {
    /// What stands against a part that goes on, by the policies of this moment; nil if nothing does.
    func forbidden(_ decided: DecidedOn, terms: QuestionTerms, holder: String) -> Forbidden? {
        let policies = activePolicies
        var decisions: [Decision] = []
        var last: PolicyRequest?
        for subject in decided.subjects {
            let request = terms.request(
                to: holder,
                of: configuration.agency,
                at: clock.moment,
                kinds: decided.keyKinds.compactMap(PolicyEngine.KeyKind.init(rawValue:)),
                count: decided.keyCount,
                caseReference: decided.caseReference,
                analyst: decided.analyst,
                facts: subject.facts
            )
            last = request
            let decision: Decision
            do throws(ColumnProblem) {
                decision = try policies.set.answer(request)
            } catch {
                return Forbidden(
                    rule: "builtin/malformed",
                    text: "policy cannot decide on it any more",
                    request: request,
                    digest: policies.digest
                )
            }
            if let refusal = Self.ownRefusal(decision) {
                return Forbidden(rule: refusal.rule, text: refusal.text, request: request, digest: policies.digest)
            }
            decisions.append(decision)
        }
        guard let last, let hold = QuestionHold(decisions), !decided.meets(hold) else { return nil }
        let rule = hold.rules.first ?? ""
        let demanded =
            hold.authorisation.isEmpty
            ? "" : " with an authorisation of \(hold.authorisation.joined(separator: ", of "))"
        let text =
            "our own policy: \(hold.approvals) to approve it\(demanded) by now, and \(decided.approvals) did (\(rule)); ask again"
        return Forbidden(rule: rule, text: text, request: last, digest: policies.digest)
    }

    /// Logs that a part did not go on, and by which rule.
    func logForbidden(_ forbidden: Forbidden, _ plan: PeerPlan, by person: Person) async throws {
        let data = plan.logged(activePolicies.set).merging([
            "keys": .integer(plan.decided.keyCount), "rule": .string(forbidden.rule), "outcome": "refused",
        ]) { $1 }
        _ = try await vault.commit { transaction in
            let personal = plan.personal(about: plan.subjectIDs)
            try self.keep(
                [forbidden.request],
                id: plan.id,
                question: try transaction.question(ofQuery: plan.id)?.id,
                side: .asker,
                peer: plan.holder,
                digest: forbidden.digest,
                in: transaction
            )
            return (
                (),
                [try self.draft("query.denied", by: .person(person), data: data, personal: personal, in: transaction)]
            )
        }
    }
}

extension QuestionTerms {
    /// The question as our own policy decides on it, for one subject.
    func request(
        to holder: String,
        of asker: String,
        at moment: Moment,
        kinds: [PolicyEngine.KeyKind],
        count: Int,
        caseReference: String?,
        analyst: String?,
        facts: QuestionFacts
    ) -> PolicyRequest {
        PolicyRequest(
            stage: .question,
            side: .asker,
            at: moment,
            asker: asker,
            holder: holder,
            agreement: agreement.id,
            purpose: purpose,
            legalBasis: question.legalBasis,
            offence: question.offence,
            caseReference: caseReference,
            urgency: question.urgent ? .urgent : .normal,
            keyKinds: kinds,
            keyCount: count,
            question: facts,
            analyst: analyst
        )
    }
}

extension WireProtocol.Problem.Kind {
    /// Whether the same message may be answered another time.
    var mayPass: Bool { self == .quota || self == .unavailable || self == .failed }
}
