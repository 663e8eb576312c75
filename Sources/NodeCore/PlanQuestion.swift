/// What may be asked of one peer, by our own policy: a step of the use case "ask", without a byte leaving.

import Accounts
import Foundation
import MatchKeys
import PolicyEngine
import SetIntersection
import Sodium
import Vault

/// Somebody who is not asked about, and by which rule.
struct HomeSubject: Sendable {
    /// The row's id, or `field`.
    let subject: String
    let rule: String
    let text: String
}

/// One peer's part of a question, decided.
struct PeerPlan: Sendable {
    var id: String
    let holder: String
    let terms: QuestionTerms
    let subjects: [QuestionSubject]
    /// Subjects that our own policy keeps home, each with the rule that does.
    var home: [HomeSubject]
    /// Padded count of the keys of all subjects, those that stay home too: what a denial logs.
    let plannedCount: Int
    /// What the peer is told: commitments that only it can tell apart.
    let caseReference: [UInt8]?
    let analyst: String
    let quotas: [QuotaLimit]
    let quotaSubjects: QuotaSubjects
    /// How the index that is asked may be fetched.
    var retrieval = RetrievalTerms.free
    /// Why nothing may be asked of this peer: the rule and the reason in words.
    let refusal: (rule: String, text: String)?
    /// What people of our own have to decide before it leaves; nil if nobody need.
    let hold: QuestionHold?
    /// The id under which they let it go; nil where nobody had to.
    var letGo: String?
    /// The part in whose place it comes, because that one's epoch ended: charged and told of already.
    var replaces: String?
    /// What policy read, to decide again should it go on later.
    var decided: DecidedOn
    /// What policy was asked: of those who stay home, then of those who are asked about.
    var weighed: [PolicyRequest] = []
    /// Digest of the policies that decided.
    var policyDigest = ""
    /// Who is told once it is asked.
    var notices = NoticeDuties.none

    /// Keys by class, each once, in order.
    let keys: [SetIntersection.KeyClass: [MatchKey]]
    /// What they are made by.
    var recipe = KeyRecipe.current

    var isLetGo: Bool { letGo != nil }

    /// Padded: what policy, quotas and the log count.
    var keyCount: Int { keys.values.reduce(0) { $0 + Padding.paddedCount($1.count) } }
    var weakCount: Int { Padding.paddedCount(keys[.weak]?.count ?? 0) }

    /// Kinds as policy names them, sorted.
    var keyKinds: [PolicyEngine.KeyKind] {
        let names = Set(keys.kinds.map(\.policyKind.rawValue))
        return names.sorted().compactMap(PolicyEngine.KeyKind.init(rawValue:))
    }

    /// What a dry run shows.
    var preview: PeerAnswerReport {
        let kinds = keyKinds.map(\.rawValue).joined(separator: ", ")
        let about = subjects.count == 1 ? "1 subject" : "\(subjects.count) subjects"
        let asked = "\(keyCount) keys (\(kinds)) about \(about)"
        let (outcome, reason) =
            if let refusal {
                ("refused", refusal.text)
            } else if let hold {
                ("would-hold", "would be held here, \(hold.approvals) to approve it: \(asked)")
            } else {
                ("would-ask", asked)
            }
        return PeerAnswerReport(peer: holder, id: "", outcome: outcome, reason: reason, hits: [])
    }
}

extension Node {
    func plan(
        _ holder: String,
        terms: QuestionTerms,
        subjects: [QuestionSubject],
        by person: Person,
        policies: ActivePolicies
    ) throws(NodeProblem) -> PeerPlan {
        let commitments = try commitments(terms.question.caseReference, person: person, peer: holder)
        var asked = subjects.filter { !$0.keys.isEmpty }
        var keys = Self.keysByClass(asked)
        let planned = keys.values.reduce(0) { $0 + Padding.paddedCount($1.count) }
        var home: [HomeSubject] = []
        var refusal: (rule: String, text: String)?
        var decisions: [Decision] = []
        // Of a long question most subjects look alike to policy: it is asked, and its word kept, once for each kind of them.
        var known: [QuestionFacts: Decision] = [:]
        var (refusedOn, askedOn): ([PolicyRequest], [PolicyRequest]) = ([], [])
        // A subject that is taken out changes the padded count, which rules may read: decide until it holds.
        repeat {
            let count = keys.values.reduce(0) { $0 + Padding.paddedCount($1.count) }
            let kinds = Set(keys.kinds.map(\.policyKind.rawValue)).sorted().compactMap(
                PolicyEngine.KeyKind.init(rawValue:)
            )
            decisions = []
            (known, askedOn) = ([:], [])
            var staying: Set<Int> = []
            for (number, subject) in asked.enumerated() {
                let before = known.count
                let decision = try decide(
                    subject,
                    holder: holder,
                    terms: terms,
                    kinds: kinds,
                    count: count,
                    commitments: commitments,
                    policies: policies.set,
                    known: &known,
                    requests: &askedOn
                )
                if let reason = Self.ownRefusal(decision) {
                    refusal = reason
                    home.append(HomeSubject(subject: subject.id, rule: reason.rule, text: reason.text))
                    staying.insert(number)
                    if known.count > before, let request = askedOn.popLast() { refusedOn.append(request) }
                } else if known.count > before {
                    decisions.append(decision)
                }
            }
            if staying.isEmpty { break }
            asked = asked.enumerated().filter { !staying.contains($0.offset) }.map(\.element)
            keys = Self.keysByClass(asked)
        } while !asked.isEmpty
        if asked.isEmpty, refusal == nil {
            refusal = ("builtin/key-kind-out-of-scope", "no match key of a kind that \(terms.agreement.id) covers")
        }
        let quotaSubjects = QuotaSubjects(
            direction: .asked,
            peer: holder,
            agreement: terms.agreement.id,
            analyst: person.account.name.description,
            caseReference: commitments.caseReference.map { Hex.encode($0) }
        )
        // Of every subject's decision the same rules fire but for those that read the subject: the union is enforced.
        let quotas = Array(Set(decisions.flatMap(\.obligations.quota)))
        let decided = DecidedOn(
            subjects: known.keys.map(DecidedOn.Subject.init),
            keyKinds: Set(keys.values.joined().map(\.kind.policyKind.rawValue)).sorted(),
            keyCount: keys.values.reduce(0) { $0 + Padding.paddedCount($1.count) },
            caseReference: commitments.caseReference.map { Hex.encode($0) },
            analyst: commitments.analyst
        )
        return PeerPlan(
            id: uuid(),
            holder: holder,
            terms: terms,
            subjects: asked,
            home: home,
            plannedCount: planned,
            caseReference: commitments.caseReference,
            analyst: commitments.analyst,
            quotas: QuotaBook.limits(quotas, quotaSubjects),
            quotaSubjects: quotaSubjects,
            retrieval: RetrievalTerms(decisions.map { RetrievalTerms($0) }),
            refusal: asked.isEmpty ? refusal : nil,
            hold: asked.isEmpty ? nil : QuestionHold(decisions),
            decided: decided,
            weighed: refusedOn + askedOn,
            policyDigest: policies.digest,
            notices: NoticeDuties(decisions),
            keys: keys,
            recipe: recipe
        )
    }

    static func keysByClass(_ subjects: [QuestionSubject]) -> [SetIntersection.KeyClass: [MatchKey]] {
        OwnedKeys(subjects).byClass
    }

    /// Why a decision does not let a subject be asked about; nil if it does.
    static func ownRefusal(_ decision: Decision) -> (rule: String, text: String)? {
        if decision.outcome == .refuse, let reason = decision.reasons.first {
            return (reason.rule, "our own policy: \(reason.text()) (\(reason.rule))")
        }
        return Duties.undone(in: decision).map { ($0.rule, "our own policy: \($0.text)") }
    }

    private func decide(
        _ subject: QuestionSubject,
        holder: String,
        terms: QuestionTerms,
        kinds: [PolicyEngine.KeyKind],
        count: Int,
        commitments: Commitments,
        policies: PolicySet,
        known: inout [QuestionFacts: Decision],
        requests: inout [PolicyRequest]
    ) throws(NodeProblem) -> Decision {
        do throws(ColumnProblem) {
            let facts = try RecordColumns { subject.record.cell($0) }.question()
            if let decision = known[facts] { return decision }
            let request = terms.request(
                to: holder,
                of: configuration.agency,
                at: clock.moment,
                kinds: kinds,
                count: count,
                caseReference: commitments.caseReference.map { Hex.encode($0) },
                analyst: commitments.analyst,
                facts: facts
            )
            let decision = try policies.answer(request)
            known[facts] = decision
            requests.append(request)
            return decision
        } catch {
            throw NodeProblem(.data, error.text, at: "subject \(subject.id)", try: "correct the column \(error.column)")
        }
    }

    /// Codes for a case and an analyst: the same at one peer (the analyst's for a year), nothing elsewhere.
    private struct Commitments {
        var caseReference: [UInt8]?
        var analyst: String
    }

    private func commitments(_ number: String?, person: Person, peer: String) throws(NodeProblem) -> Commitments {
        do {
            let year = String(clock.moment.day.civil.year)
            let caseKey = try keyring.secret(SecretName.caseReference)
            let analystKey = try keyring.secret(SecretName.pseudonym)
            let name = person.account.name.description
            let analyst = SHA2.hmacSHA256(Array("\(peer)\0\(year)\0\(name)".utf8), key: analystKey)
            return Commitments(
                caseReference: number.map { SHA2.hmacSHA256(Array("\(peer)\0\($0)".utf8), key: caseKey) },
                analyst: "a-" + Hex.encode(analyst.prefix(8))
            )
        } catch {
            throw NodeProblem(fault: error, doing: "making the case reference")
        }
    }
}

extension PolicySet {
    /// A decision on a request that this program made itself: one that is malformed is refused by a name of its own.
    func answer(_ request: PolicyRequest) throws(ColumnProblem) -> Decision {
        do {
            return try decide(request)
        } catch {
            throw ColumnProblem(column: error.key, expected: error.text)
        }
    }
}
