/// What one peer's part of a question says to the log and to the analyst, and what is kept of its decision.

import AuditLog
import CanonicalJSON
import MatchKeys
import PolicyEngine
import SetIntersection
import Vault

extension PeerPlan {
    func report(_ outcome: String, reason: String, hits: [HitReport] = []) -> PeerAnswerReport {
        PeerAnswerReport(peer: holder, id: id, outcome: outcome, reason: reason, hits: hits)
    }

    /// The same part under another id.
    func renamed(_ id: String) -> PeerPlan {
        var plan = self
        plan.id = id
        return plan
    }

    /// The part as it is asked under a new epoch: other points go out, so the query needs an id of its own.
    func underNewEpoch(id: String) -> PeerPlan {
        var plan = renamed(id)
        plan.replaces = self.id
        plan.home = []
        return plan
    }

    /// Keeps what policy was asked about this part.
    func keepDecision(of question: String, _ node: Node, in transaction: VaultTransaction) throws {
        try node.keep(
            weighed,
            id: id,
            question: question,
            side: .asker,
            peer: holder,
            digest: policyDigest,
            in: transaction
        )
    }

    /// What the log says of the question, in clear. Words that no policy declares are the analyst's own and stay out.
    func logged(_ policies: PolicySet) -> [String: JSONValue?] {
        let question = terms.question
        return [
            "query": .string(id), "peer": .string(holder), "agreement": .string(terms.agreement.id),
            "purpose": .string(terms.purpose.rawValue),
            "offence": question.offence.flatMap { policies.offences[$0] == nil ? nil : .string($0) },
            "basis": policies.instruments[question.legalBasis] == nil ? nil : .string(question.legalBasis),
            "keys": .integer(refusal == nil ? keyCount : plannedCount),
            "urgency": .string(question.urgent ? "urgent" : "normal"),
        ]
    }

    /// What the log only commits to: the case, and about whom.
    func personal(about ids: [String]) -> [PersonalValue] {
        let named = Set(ids)
        return Self.personal(
            case: terms.question.caseReference,
            about: ids,
            terms: SubjectTerms.of(subjects.lazy.filter { named.contains($0.id) })
        )
    }

    static func personal(case number: String?, about ids: [String], terms: [String] = []) -> [PersonalValue] {
        var values: [PersonalValue] = []
        if let number {
            values.append(PersonalValue(name: "case", value: number, retentionClass: RetentionClass.question))
        }
        var left = loggedBytes
        let listed = ids.prefix { id in
            left -= id.utf8.count + 3
            return left > 0
        }
        let rest = ids.count - listed.count
        let words = listed + (rest > 0 ? ["and \(rest) more, in the sealed question"] : [])
        let value = JSONValue.array(words.map { .string($0) })
        values.append(
            PersonalValue(name: "subjects", value: value, retentionClass: RetentionClass.question, terms: terms)
        )
        return values
    }

    /// Ids of those who are asked about.
    var subjectIDs: [String] { subjects.map(\.id) }

    /// A disclosure of the log is small; the question itself keeps every subject, sealed.
    private static let loggedBytes = 48 << 10
    static let loggedHandles = 512

    /// Nil under the threshold.
    static func report(
        _ handle: Handle,
        _ agreeing: [MatchKey],
        asked: AskedParts?,
        sharing: KeySharing,
        by weighing: Weighing,
        of subject: @autoclosure () -> String
    ) -> HitReport? {
        let score = weighing.score(agreeing, asked: asked, sharing: sharing)
        guard score.isShown, let band = score.band else { return nil }
        return HitReport(
            subject: subject(),
            handle: handle.description,
            score: score.score,
            band: band.rawValue,
            kinds: score.kinds.map(\.rawValue),
            reasons: weighing.reasons(agreeing, sharing: sharing).map(HitReason.init)
        )
    }

    /// Best first.
    static func sorted(_ reports: [HitReport]) -> [HitReport] { reports.sorted(by: isBefore) }

    static func isBefore(_ left: HitReport, _ right: HitReport) -> Bool {
        (right.score, left.subject, left.handle) < (left.score, right.subject, right.handle)
    }
}

/// How keys that agree with records of one index are weighed: by the index's own recipe, among as many records.
struct Weighing: Sendable {
    let recipe: KeyRecipe
    let records: Int

    init(_ manifest: Manifest) {
        self.init(recipe: manifest.keyRecipe ?? .current, records: manifest.records)
    }

    init(recipe: KeyRecipe, records: Int) {
        self.recipe = recipe
        self.records = records
    }

    /// - Parameters:
    ///   - asked: what the asker's record says; nil where only what agrees is known, as at the holder.
    ///   - sharing: nil: as the recipe expects.
    func score(_ agreeing: [MatchKey], asked: AskedParts? = nil, sharing: KeySharing? = nil) -> MatchScore {
        MatchScore(agreeing: agreeing, holderRecords: records, recipe: recipe, asked: asked, sharing: sharing)
    }

    func reasons(_ agreeing: [MatchKey], sharing: KeySharing) -> [MatchReason] {
        MatchReason.reasons(of: agreeing, holderRecords: records, recipe: recipe, sharing: sharing)
    }

    func asked(_ keys: [MatchKey]) -> AskedParts { AskedParts(keys, recipe: recipe) }

    /// - Parameter counts: with how many records each agreeing key of the question agrees.
    func sharing(_ counts: [MatchKey: Int]) -> KeySharing {
        KeySharing(records: counts, holderRecords: records, recipe: recipe)
    }
}
