/// Use case: read an earlier question again; what a holder held for a person is asked again under the same id, byte for
/// byte, and looked up with the keys and blinds of the first time.

import Accounts
import AuditLog
import CanonicalJSON
import Foundation
import MatchKeys
import ObliviousPRF
import PeerTrust
import PolicyEngine
import SetIntersection
import Sodium
import Vault
public import WireProtocol

/// What it takes to ask one peer again. Kept sealed until it answers.
struct ResumableQuery: Codable, Sendable {
    struct Key: Codable, Sendable {
        var kind: String
        var value: String
    }

    struct Subject: Codable, Sendable {
        var id: String
        var keys: [Key]
    }

    /// The message as it left.
    var body: Data
    var subjects: [Subject]

    init(_ plan: PeerPlan, body: [UInt8]) {
        self.body = Data(body)
        subjects = plan.subjects.map { subject in
            Subject(id: subject.id, keys: subject.keys.map { Key(kind: $0.kind.rawValue, value: $0.value) })
        }
    }

    var questionSubjects: [QuestionSubject] {
        subjects.map { subject in
            QuestionSubject(
                id: subject.id,
                record: Record(id: subject.id, columns: [:]),
                keys: subject.keys.compactMap { key in
                    MatchKeys.KeyKind(rawValue: key.kind).map { MatchKey(kind: $0, value: key.value) }
                }
            )
        }
    }
}

extension Node {
    /// An earlier question, as it came out; its held parts are asked again first.
    public func question(
        _ id: String,
        by account: String?,
        through reaching: any PeerReaching
    ) async throws(NodeProblem) -> QuestionReport {
        let person = try await person(account, for: .ask)
        do {
            let (stored, parts) = try await vault.read { transaction in
                (try transaction.question(id), try transaction.peerQueries(of: id))
            }
            guard let stored else {
                throw NodeProblem(
                    .usage,
                    "there is no question of that id",
                    at: "--show",
                    try: "the id that the question printed"
                )
            }
            let sealed = try questionSealer.open(SealedQuestion.self, stored.box, id: id)
            var reports: [PeerAnswerReport] = []
            for part in parts where part.outcome != StoredPeerQuery.superseded {
                let kept = try questionSealer.open(SealedPeerQuery.self, part.box, id: part.id)
                if kept.report.heldHere == true {
                    reports.append(
                        try await letGo(part, of: stored, sealed: sealed, by: person, through: reaching)
                    )
                    continue
                }
                let resumed = try await resume(
                    part,
                    kept,
                    of: stored,
                    sealed: sealed,
                    by: person,
                    through: reaching
                )
                reports.append(resumed ?? kept.report)
            }
            return QuestionReport(query: id, asked: reports.sorted { $0.peer < $1.peer }, notes: sealed.notes)
        } catch {
            throw NodeProblem(fault: error, doing: "reading the question")
        }
    }

    /// Asks again what its holder held, or what people here let go and has no answer; nil for another part, and where there
    /// is no news.
    private func resume(
        _ part: StoredPeerQuery,
        _ kept: SealedPeerQuery,
        of question: StoredQuestion,
        sealed: SealedQuestion,
        by person: Person,
        through reaching: any PeerReaching
    ) async throws -> PeerAnswerReport? {
        guard ["held", "unreachable"].contains(kept.report.outcome), let resumable = kept.resumable,
            let seedBytes = kept.blindSeed,
            let agency = AgencyID(part.peer), let peer = peers.peer(agency: agency)
        else { return nil }
        let terms = try QuestionTerms(
            Question(
                agreement: question.agreement,
                purpose: sealed.purpose,
                legalBasis: sealed.legalBasis,
                offence: sealed.offence,
                caseReference: sealed.caseReference,
                urgent: sealed.urgent ?? false,
                subjects: .fields([:]),
                peers: [part.peer]
            ),
            policies: activePolicies,
            agency: configuration.agency
        )
        let plan = PeerPlan(
            id: part.id,
            holder: part.peer,
            terms: terms,
            subjects: resumable.questionSubjects,
            isLetGo: kept.report.outcome == "unreachable"
        )
        let manifest: Manifest
        do throws(FetchFailure) {
            manifest = try await fetchIndex(question.agreement, of: peer, by: person, through: reaching, force: false)
        } catch {
            return nil
        }
        let seed = try SecretBytes(copying: seedBytes)
        let blinded = try await runner.offload { [engine] in
            try BlindedQuestion(
                query: QueryID(text: plan.id),
                keys: plan.keys.mapValues { $0.map(\.prfInput) },
                seed: BlindSeed(seed),
                prf: engine.prf
            )
        }
        let body = [UInt8](resumable.body)
        let outcome = await exchange(
            plan,
            body: body,
            manifest: manifest,
            blinded: blinded,
            receipt: try await latestReceipt(),
            peer: peer,
            by: person,
            through: reaching
        )
        switch outcome {
        case .unreachable: return nil
        case .held where kept.report.outcome == "held": return nil
        case .epochOver:
            // Nothing comes in its place: policy would have to be asked about subjects that are not kept.
            let reason = "the epoch ended before it was answered: ask again"
            let over = PeerOutcome.refused(reason: reason, rule: "epoch")
            return try await finish(plan, question: question, outcome: over, seed: seed, body: body)
        case .held, .found, .refused:
            return try await finish(plan, question: question, outcome: outcome, seed: seed, body: body)
        }
    }
}

extension PeerPlan {
    /// A part that was decided, logged and sent before.
    init(id: String, holder: String, terms: QuestionTerms, subjects: [QuestionSubject], isLetGo: Bool) {
        self.init(
            id: id,
            holder: holder,
            terms: terms,
            subjects: subjects,
            home: [],
            plannedCount: 0,
            caseReference: nil,
            analyst: "",
            quotas: [],
            quotaSubjects: QuotaSubjects(
                direction: .asked,
                peer: holder,
                agreement: terms.agreement.id,
                analyst: "",
                caseReference: nil
            ),
            refusal: nil,
            hold: nil,
            isLetGo: isLetGo,
            keys: Dictionary(grouping: Set(subjects.flatMap(\.keys)).sorted()) { $0.kind.keyClass.published }
        )
    }
}
