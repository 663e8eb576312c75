/// A hit outlives its epoch as a hit, not as a proof: before a disclosure request, its agreeing keys are asked again under the
/// new epoch. That is a question of its own, with decision, quota and entries (PROTOCOL section 2, Rotation).

import Accounts
import MatchKeys
import PolicyEngine
import Vault
import WireProtocol

/// What came of asking again.
enum AskedAgain: Sendable {
    case found(ProvableHit)
    /// People decide on the question first, here or there.
    case waits(question: String, reason: String)
}

extension Node {
    /// The hit under the handle of today. What agrees in less than before is not taken for it.
    func askAgain(
        _ old: ProvableHit,
        at peer: String,
        urgent: Bool,
        by asker: Person,
        through reaching: any PeerReaching
    ) async throws(NodeProblem) -> AskedAgain {
        guard let subject = old.kept.subject, let keys = old.kept.keys?.compactMap(\.matchKey), !keys.isEmpty else {
            throw NodeProblem(
                .refused,
                "this hit is of an epoch that is over",
                at: "handle \(old.kept.handle)",
                because: "its keys were not kept, so it cannot be asked for again by itself",
                try: "ask again (comity query), and request with the new hit"
            )
        }
        let question = Question(
            agreement: old.agreement,
            purpose: old.question.purpose,
            legalBasis: old.question.legalBasis,
            offence: old.question.offence,
            caseReference: old.question.caseReference,
            urgent: urgent,
            subjects: .fields([:]),
            peers: [peer],
            cover: old.question.cover ?? false
        )
        let policies = activePolicies
        let terms = try QuestionTerms(question, policies: policies, agency: configuration.agency)
        let subjects = [
            QuestionSubject(id: subject.id, record: subject, keys: terms.keysInScope(keys), row: old.kept.row)
        ]
        let plan = try plan(peer, terms: terms, subjects: subjects, by: asker, policies: policies)
        let row: StoredQuestion
        do {
            let notes = [QuestionNote.asksAgain(old.kept.handle)]
            row = try sealed(uuid(), question, subjects: subjects, notes: notes, by: asker)
        } catch {
            throw NodeProblem(fault: error, doing: "sealing the question")
        }
        let answer = await ask(plan, question: row, by: asker, through: reaching, say: { _ in })
        return try await outcome(answer, of: old, question: row.id)
    }

    /// The same, of a question that waited when it was asked.
    func followAgain(
        _ question: String,
        of old: ProvableHit,
        at peer: String,
        urgent: Bool,
        by asker: Person,
        through reaching: any PeerReaching
    ) async throws(NodeProblem) -> AskedAgain {
        let report = try await self.question(question, by: asker.account.name.description, through: reaching)
        guard let answer = report.asked.first(where: { $0.peer == peer }), answer.reason != Self.epochEnded else {
            return try await askAgain(old, at: peer, urgent: urgent, by: asker, through: reaching)
        }
        return try await outcome(answer, of: old, question: question)
    }

    private func outcome(
        _ answer: PeerAnswerReport,
        of old: ProvableHit,
        question: String
    ) async throws(NodeProblem) -> AskedAgain {
        if answer.outcome == "held" { return .waits(question: question, reason: answer.reason) }
        let handle = try sameHit(answer, as: old, question: question)
        let hit = try await hit(query: answer.id, peer: answer.peer, handle: handle)
        guard !hit.isOver else {
            throw NodeProblem(
                .unreachable,
                "\(answer.peer) began another epoch just now",
                try: "the same command again"
            )
        }
        return .found(hit)
    }

    /// The one handle under which all keys of the old hit agree again.
    private func sameHit(
        _ answer: PeerAnswerReport,
        as old: ProvableHit,
        question: String
    ) throws(NodeProblem) -> String {
        let place = "handle \(old.kept.handle)"
        let look = "comity query \(folder.path) --show \(question)"
        switch answer.outcome {
        case "hits":
            let same = answer.hits.filter {
                $0.subject == old.report.subject && Set($0.kinds).isSuperset(of: old.report.kinds)
            }
            if let hit = same.first, same.count == 1 { return hit.handle }
            throw NodeProblem(
                .refused,
                "the hit cannot be told from others in the new epoch",
                at: place,
                because: same.isEmpty
                    ? "what agrees there now agrees in less than before"
                    : "\(same.count) records agree in the same keys",
                try: "\(look), then request with the hit that is meant"
            )
        case "no-hit":
            throw NodeProblem(
                .refused,
                "the hit is not found any more",
                at: place,
                because: "\(answer.peer) began a new epoch since, and no record in it agrees with these keys"
            )
        case "unreachable":
            throw NodeProblem(
                .unreachable,
                "the hit is of an epoch that is over, and \(answer.peer) cannot be asked for it now",
                at: place,
                because: answer.reason
            )
        default:
            throw NodeProblem(
                .refused,
                "the hit is of an epoch that is over, and may not be asked for again",
                at: place,
                because: answer.reason
            )
        }
    }
}

extension AskedAgain {
    /// The hit, for a request that was not let go before: one that is would wait for it.
    func now(_ old: ProvableHit, folder: NodeFolder) throws(NodeProblem) -> ProvableHit {
        switch self {
        case .found(let hit): return hit
        case .waits(let question, let reason):
            throw NodeProblem(
                .refused,
                "the hit is of an epoch that is over, and asking for it again waits for a person",
                at: "handle \(old.kept.handle)",
                because: reason,
                try: "comity query \(folder.path) --show \(question) when it is decided, then request with the new hit"
            )
        }
    }
}
