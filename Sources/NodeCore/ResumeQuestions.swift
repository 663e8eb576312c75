/// Use case: read an earlier question again; what a holder held for a person is asked again under the same id, byte for
/// byte, and looked up with the keys and blinds of the first time.

import Accounts
import AuditLog
import CanonicalJSON
import Casework
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

        var matchKey: MatchKey? {
            MatchKeys.KeyKind(rawValue: kind).map { MatchKey(kind: $0, value: value) }
        }
    }

    struct Subject: Codable, Sendable {
        var id: String
        var keys: [Key]
        /// Of a question about few.
        var row: Record?
    }

    /// The message as it left.
    var body: Data
    var subjects: [Subject]

    init(_ plan: PeerPlan, body: [UInt8]) {
        self.body = Data(body)
        subjects = plan.subjects.map { subject in
            Subject(
                id: subject.id,
                keys: subject.keys.map { Key(kind: $0.kind.rawValue, value: $0.value) },
                row: subject.row
            )
        }
    }

    var questionSubjects: [QuestionSubject] {
        subjects.map { subject in
            QuestionSubject(
                id: subject.id,
                record: Record(id: subject.id, columns: [:]),
                keys: subject.keys.compactMap(\.matchKey),
                row: subject.row
            )
        }
    }
}

extension Node {
    /// What is said of a part whose epoch ended while it waited.
    static let epochEnded = "the epoch ended before it was answered: ask again"

    /// An earlier question, as it came out; its held parts are asked again first.
    public func question(
        _ id: String,
        by account: String?,
        through reaching: any PeerReaching,
        say: @escaping @Sendable (String) -> Void = { _ in }
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
                reports.append(
                    try await takeUp(part.id, of: stored, sealed: sealed, by: person, through: reaching, say: say)
                )
            }
            return QuestionReport(query: id, asked: reports.sorted { $0.peer < $1.peer }, of: sealed)
        } catch {
            throw NodeProblem(fault: error, doing: "reading the question")
        }
    }

    /// One peer's part as it stands, after what could go on went on. What fails here hides no other part. Whoever looks at the
    /// same time waits: a broken line must not write over what another look just found.
    private func takeUp(
        _ id: String,
        of question: StoredQuestion,
        sealed: SealedQuestion,
        by person: Person,
        through reaching: any PeerReaching,
        say: @escaping @Sendable (String) -> Void
    ) async throws -> PeerAnswerReport {
        try await turns.run("part/\(id)") {
            guard let part = try await self.vault.read({ try $0.peerQuery(id) }) else {
                throw NodeProblem(.usage, "the question is gone", at: id)
            }
            let kept = try self.questionSealer.open(SealedPeerQuery.self, part.box, id: id)
            do {
                if kept.report.heldHere == true {
                    return try await self.letGo(
                        part,
                        of: question,
                        sealed: sealed,
                        by: person,
                        through: reaching,
                        say: say
                    )
                }
                return try await self.resume(
                    part,
                    kept,
                    of: question,
                    sealed: sealed,
                    by: person,
                    through: reaching,
                    say: say
                ) ?? kept.report
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                var report = kept.report
                report.reason = "not taken up again: \(NodeProblem(fault: error, doing: "asking \(part.peer)").text)"
                return report
            }
        }
    }

    /// Asks again what its holder held, or what people here let go and has no answer, and goes on with what was cut off; nil
    /// for another part, and where there is no news.
    private func resume(
        _ part: StoredPeerQuery,
        _ kept: SealedPeerQuery,
        of question: StoredQuestion,
        sealed: SealedQuestion,
        by person: Person,
        through reaching: any PeerReaching,
        say: @escaping @Sendable (String) -> Void
    ) async throws -> PeerAnswerReport? {
        guard let seedBytes = kept.blindSeed, let agency = AgencyID(part.peer), let peer = peers.peer(agency: agency)
        else { return nil }
        guard ["held", "unreachable"].contains(kept.report.outcome) else { return nil }
        // An older version kept the bytes of one that was let go and no word of it.
        let isOldLetGo = kept.letGo == nil && kept.resumable != nil && kept.report.outcome == "unreachable"
        let letGo = isOldLetGo ? part.id : kept.letGo
        // Without anything to send again: the epoch was over, and nothing went out under the new one.
        let isUnsent = kept.resumable == nil && kept.long == nil
        guard !isUnsent || letGo != nil else { return nil }
        let terms = try QuestionTerms(
            Question(
                agreement: question.agreement,
                purpose: sealed.purpose,
                legalBasis: sealed.legalBasis,
                offence: sealed.offence,
                caseReference: sealed.caseReference,
                urgent: sealed.urgent ?? false,
                subjects: .fields([:]),
                peers: [part.peer],
                cover: sealed.cover ?? false
            ),
            policies: activePolicies,
            agency: configuration.agency
        )
        func notNow(_ why: String) -> PeerAnswerReport {
            var report = kept.report
            report.reason = "not asked again: \(why)"
            return report
        }
        var approvals = 0
        if let letGo, let row = try await vault.read({ try $0.disclosure(.ownQuestion, peer: part.peer, id: letGo) }) {
            if kept.long == nil, kept.report.outcome == "unreachable", let deadline = row.deadline,
                clock.seconds >= deadline
            {
                return notNow("the time in which it might leave is over")
            }
            approvals = try ownQuestion(row).request.approvals.count
        }
        func underNewEpoch() async throws -> PeerAnswerReport? {
            guard let letGo else { return nil }
            return try await askUnderNewEpoch(
                part,
                letGo: letGo,
                of: question,
                sealed: sealed,
                through: reaching,
                say: say
            )
        }
        if isUnsent { return try await underNewEpoch() }
        let plan = try PeerPlan(part, kept, terms: terms, letGo: letGo, approvals: approvals)
        if let forbidden = forbidden(plan.decided, terms: terms, holder: part.peer) {
            try await logForbidden(forbidden, plan, by: person)
            return notNow(forbidden.text)
        }
        let manifest: Manifest
        do throws(FetchFailure) {
            manifest = try await fetchIndex(question.agreement, of: peer, by: person, through: reaching, force: false)
        } catch {
            return nil
        }
        let seed = try SecretBytes(copying: seedBytes)
        guard let resumable = kept.resumable else {
            let gone = try await goOn(
                plan,
                question: question,
                manifest: manifest,
                seed: seed,
                peer: peer,
                by: person,
                through: reaching,
                say: say
            )
            if plan.isLetGo, gone?.outcome?.isEpochOver == true { return try await underNewEpoch() ?? gone?.report }
            return gone?.report
        }
        let blinded = try await runner.offload { [engine] in
            try BlindedQuestion(
                query: QueryID(text: plan.id),
                keys: plan.keys.mapValues { $0.map(\.prfInput) },
                seed: BlindSeed(seed),
                prf: engine.prf
            )
        }
        let body = [UInt8](resumable.body)
        let (outcome, x) = await exchange(
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
        case .refused(_, let rule) where WireProtocol.Problem.Kind(rawValue: rule)?.mayPass == true: return nil
        case .held where kept.report.outcome == "held": return nil
        case .epochOver where plan.isLetGo:
            let over = try await finish(
                plan,
                question: question,
                outcome: .epochOver,
                seed: seed,
                body: body,
                exchange: x
            )
            return try await underNewEpoch() ?? over
        case .epochOver:
            // Nothing comes in its place: its keys are of the day it was asked, and asking costs the holder's quota anew.
            let over = PeerOutcome.refused(reason: Self.epochEnded, rule: "epoch")
            return try await finish(plan, question: question, outcome: over, seed: seed, body: body, exchange: x)
        case .held, .found, .refused:
            return try await finish(
                plan,
                question: question,
                outcome: outcome,
                seed: seed,
                body: body,
                exchange: x
            )
        }
    }
}

extension PeerPlan {
    /// A part that was decided, logged and sent before.
    fileprivate init(
        _ part: StoredPeerQuery,
        _ kept: SealedPeerQuery,
        terms: QuestionTerms,
        letGo: String?,
        approvals: Int
    ) throws {
        let subjects = kept.resumable?.questionSubjects ?? []
        let keys = Dictionary(grouping: Set(subjects.flatMap(\.keys)).sorted()) { $0.kind.keyClass.published }
        let old = DecidedOn(
            keyKinds: kept.long?.keyKinds ?? Set(keys.values.joined().map(\.kind.policyKind.rawValue)).sorted(),
            keyCount: try kept.long?.layout().keyCount ?? keys.values.reduce(0) { $0 + Padding.paddedCount($1.count) },
            approvals: approvals
        )
        self.init(
            id: part.id,
            holder: part.peer,
            terms: terms,
            subjects: subjects,
            home: [],
            plannedCount: 0,
            caseReference: nil,
            analyst: "",
            quotas: [],
            quotaSubjects: QuotaSubjects(
                direction: .asked,
                peer: part.peer,
                agreement: terms.agreement.id,
                analyst: "",
                caseReference: nil
            ),
            refusal: nil,
            hold: nil,
            letGo: letGo,
            decided: kept.decided ?? old,
            keys: keys
        )
    }
}
