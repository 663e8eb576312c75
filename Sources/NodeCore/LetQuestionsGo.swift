/// A question that people here let go leaves when an analyst looks at it again. Keys and blinds are made and policy is asked
/// anew, as of that moment, for the person who asked; a person who shows it only carries it out of the house.

import Accounts
import AuditLog
import CanonicalJSON
import Casework
import MatchKeys
import PeerTrust
import PolicyEngine
import Vault
import WireProtocol

extension Node {
    /// A part that is held here: how it stands, after it was sent if it may go.
    func letGo(
        _ part: StoredPeerQuery,
        of question: StoredQuestion,
        sealed: SealedQuestion,
        by person: Person,
        through reaching: any PeerReaching,
        say: @escaping @Sendable (String) -> Void
    ) async throws -> PeerAnswerReport {
        try await turns.run("leave/\(part.id)") {
            try await self.leave(part, of: question, sealed: sealed, by: person, through: reaching, say: say)
        }
    }

    /// Only within the turn of this part.
    private func leave(
        _ part: StoredPeerQuery,
        of question: StoredQuestion,
        sealed: SealedQuestion,
        by person: Person,
        through reaching: any PeerReaching,
        say: @escaping @Sendable (String) -> Void
    ) async throws -> PeerAnswerReport {
        guard let row = try await vault.read({ try $0.disclosure(.ownQuestion, peer: part.peer, id: part.id) }) else {
            return try await report(ofPart: part.id, in: question.id)
        }
        let file = try ownQuestion(row)
        if file.request.isOverdue(at: clock.seconds) {
            try await closeOverdue(row)
            return try await report(ofPart: part.id, in: question.id)
        }
        switch file.request.state {
        case .left, .refused: return try await report(ofPart: part.id, in: question.id)
        case .held: return Self.waiting(file, part: part.id, peer: part.peer)
        case .approved: break
        }
        let digest = activePolicies.digest
        let asker: Person
        var plan: PeerPlan
        do throws(NodeProblem) {
            asker = try await self.person(question.account, for: .ask)
            plan = try self.plan(file, part: part, of: question, sealed: sealed, by: asker)
        } catch {
            guard error.kind != .fault else { throw error }
            return try await stay(row, rule: "builtin/who-asked", because: error.text, sealed: sealed, by: person)
        }
        if let refusal = plan.refusal {
            return try await stay(row, rule: refusal.rule, because: refusal.text, sealed: sealed, by: person)
        }
        if let hold = plan.hold, !hold.isMet(by: file.request.approvals) {
            return try await holdAgain(row, hold)
        }
        // Whoever cannot be reached now costs no approval: it leaves another time.
        func later(_ why: String) -> PeerAnswerReport {
            var report = Self.waiting(file, part: part.id, peer: part.peer)
            report.reason = "approved here, and not gone yet: \(why)"
            return report
        }
        guard let agency = AgencyID(part.peer), let peer = peers.peer(agency: agency) else {
            return later("no card of \(part.peer) is trusted here: comity peer add")
        }
        // Anew, since an epoch that is over would cost the approvals.
        do throws(FetchFailure) {
            _ = try await fetchIndex(file.agreement, of: peer, by: person, through: reaching, force: true)
        } catch {
            return later(error.text)
        }
        guard activePolicies.digest == digest else { return later("the rules changed just now: look again") }
        (plan.letGo, plan.decided.approvals) = (part.id, file.request.approvals.count)
        plan.decided.authorised = file.request.approvals.authorised
        return await ask(plan, question: question, by: asker, through: reaching, say: say)
    }

    /// The part as policy and recipe of today make it, under the id it was held under.
    private func plan(
        _ file: OwnQuestionFile,
        part: StoredPeerQuery,
        of question: StoredQuestion,
        sealed: SealedQuestion,
        by asker: Person
    ) throws(NodeProblem) -> PeerPlan {
        let policies = activePolicies
        let terms = try QuestionTerms(
            Question(
                agreement: question.agreement,
                purpose: sealed.purpose,
                legalBasis: sealed.legalBasis,
                offence: sealed.offence,
                caseReference: sealed.caseReference,
                urgent: file.urgent,
                subjects: .fields([:]),
                peers: [part.peer],
                cover: sealed.cover ?? false
            ),
            policies: policies,
            agency: configuration.agency
        )
        let subjects = file.subjects.map { record in
            let kept = file.hitKeys?.first { $0.id == record.id }?.keys.compactMap(\.matchKey)
            return QuestionSubject(
                id: record.id,
                record: record,
                keys: terms.keysInScope(kept ?? recipe.keys(of: record)),
                row: file.subjects.count <= QuestionSubject.mostWithRows && kept == nil ? record.comparable : nil
            )
        }
        return try plan(part.peer, terms: terms, subjects: subjects, by: asker, policies: policies)
            .renamed(part.id)
    }

    /// A part that left, and whose epoch ended before it was answered: decided anew, sent under another id, charged no
    /// second time. Only within the turn of this part.
    ///
    /// - Parameter letGo: the id under which people let it go.
    func askUnderNewEpoch(
        _ part: StoredPeerQuery,
        letGo: String,
        of question: StoredQuestion,
        sealed: SealedQuestion,
        through reaching: any PeerReaching,
        say: @escaping @Sendable (String) -> Void
    ) async throws -> PeerAnswerReport? {
        guard let row = try await vault.read({ try $0.disclosure(.ownQuestion, peer: part.peer, id: letGo) }) else {
            return nil
        }
        let file = try ownQuestion(row)
        let asker = try await person(question.account, for: .ask)
        var plan = try plan(file, part: part, of: question, sealed: sealed, by: asker)
        if let hold = plan.hold, !hold.isMet(by: file.request.approvals) {
            throw NodeProblem(.refused, "other people or authorisations have to approve it by now: ask again")
        }
        (plan.letGo, plan.decided.approvals) = (letGo, file.request.approvals.count)
        plan.decided.authorised = file.request.approvals.authorised
        return await ask(
            plan.underNewEpoch(id: uuid()),
            question: question,
            by: asker,
            through: reaching,
            say: say
        )
    }

    private func report(ofPart id: String, in question: String) async throws -> PeerAnswerReport {
        let parts = try await vault.read { try $0.peerQueries(of: question) }
        guard let part = parts.first(where: { $0.id == id }) else {
            throw NodeProblem(.usage, "the question is gone", at: id)
        }
        return try questionSealer.report(of: part)
    }

    /// Policy says no now, whoever approved it before.
    private func stay(
        _ row: StoredDisclosure,
        rule: String,
        because: String,
        sealed: SealedQuestion,
        by person: Person
    ) async throws -> PeerAnswerReport {
        let question = try await vault.commit { transaction in
            guard let row = try transaction.disclosure(.ownQuestion, peer: row.peer, id: row.id) else {
                throw NodeProblem(.usage, "the question is gone", at: row.id)
            }
            var file = try self.ownQuestion(row)
            file.request.stay(ground: rule, because: because)
            try transaction.store(try self.stored(file, peer: row.peer, id: row.id, created: row.created))
            try self.tellIfRefused(file, id: row.id, peer: row.peer, in: transaction)
            let data: [String: JSONValue?] = [
                "query": .string(row.id), "peer": .string(row.peer), "keys": .integer(file.keys),
                "agreement": .string(file.agreement), "purpose": .string(file.purpose), "rule": .string(rule),
                "outcome": "refused",
            ]
            let denied = try self.draft(
                "query.denied",
                by: .person(person),
                data: data,
                personal: PeerPlan.personal(case: sealed.caseReference, about: file.subjects.map(\.id)),
                in: transaction
            )
            return (file.question, [denied])
        }.value
        return try await report(ofPart: row.id, in: question)
    }

    /// Policy wants more people now.
    private func holdAgain(_ row: StoredDisclosure, _ hold: QuestionHold) async throws -> PeerAnswerReport {
        let file = try await vault.commit { transaction -> (OwnQuestionFile, [AuditDraft]) in
            guard let row = try transaction.disclosure(.ownQuestion, peer: row.peer, id: row.id) else {
                throw NodeProblem(.usage, "the question is gone", at: row.id)
            }
            var file = try self.ownQuestion(row)
            file.request.holdAgain(needed: hold.approvals, demanding: hold.authorisation)
            file.rules = hold.rules
            try transaction.store(try self.stored(file, peer: row.peer, id: row.id, created: row.created))
            let data = Self.logged(file, id: row.id, peer: row.peer)
            return (file, [try self.draft("query.held", by: .system, data: data, in: transaction)])
        }.value
        return Self.waiting(file, part: row.id, peer: row.peer)
    }
}
