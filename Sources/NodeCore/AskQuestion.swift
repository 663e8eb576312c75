/// Use case: ask peers a question. The node's own policy decides first, subject by subject; what may not be asked stays
/// home. Each peer is asked on its own, at the same time; none waits for another.

import Accounts
import AuditLog
import CanonicalJSON
import Foundation
import MatchKeys
import PolicyEngine
import SetIntersection
import Sodium
import Vault
public import WireProtocol

extension Node {
    /// - Parameter given: the question's id, where whoever asks must know it before the answers are there.
    public func ask(
        _ question: Question,
        as given: String? = nil,
        dryRun: Bool,
        by account: String?,
        through reaching: any PeerReaching,
        say: @escaping @Sendable (String) -> Void
    ) async throws(NodeProblem) -> QuestionReport {
        let person = try await person(account, for: .ask)
        let policies = activePolicies
        guard policies.set.agreements[question.agreement] != nil else {
            return try await refuseUnknownAgreement(
                question,
                as: given ?? uuid(),
                policies: policies,
                dryRun: dryRun,
                by: person
            )
        }
        let terms = try QuestionTerms(question, policies: policies, agency: configuration.agency)
        let subjects = try await self.subjects(of: question, by: recipe)
        let scope = Set(terms.agreement.scope.keyKinds.map(\.rawValue))
        var notes = QuestionNote.onKeys(subjects, scope: scope)
        let inScope = subjects.map { subject in
            QuestionSubject(
                id: subject.id,
                record: subject.record,
                keys: terms.keysInScope(subject.keys),
                row: subject.row
            )
        }
        let id = given ?? uuid()
        let plans = try terms.holders.map { holder throws(NodeProblem) in
            try plan(holder, terms: terms, subjects: inScope, by: person, policies: policies)
        }
        notes += QuestionNote.onHome(plans)
        if dryRun {
            var asked: [PeerAnswerReport] = []
            var expected: [PeerOutlook] = []
            for plan in plans {
                asked.append(await preview(plan))
                expected.append(try await expect(plan, policies: policies))
            }
            return QuestionReport(query: "", asked: asked, notes: notes, expected: expected)
        }
        let row: StoredQuestion
        do {
            row = try sealed(id, question, subjects: inScope, notes: notes, by: person)
        } catch {
            throw NodeProblem(fault: error, doing: "sealing the question")
        }
        let reports: [PeerAnswerReport]
        if plans.count == 1 {
            reports = [await ask(plans[0], question: row, by: person, through: reaching, say: say)]
        } else {
            reports = await withTaskGroup(of: PeerAnswerReport.self) { group in
                for plan in plans {
                    group.addTask {
                        let report = await self.ask(plan, question: row, by: person, through: reaching, say: say)
                        say("\(report.peer): \(report.outcome)")
                        return report
                    }
                }
                var reports: [PeerAnswerReport] = []
                for await report in group { reports.append(report) }
                return reports
            }
        }
        return QuestionReport(query: id, asked: reports.sorted { $0.peer < $1.peer }, notes: notes)
    }

    /// An agreement that nobody here knows is refused, as policy refuses it, and logged.
    private func refuseUnknownAgreement(
        _ question: Question,
        as id: String,
        policies: ActivePolicies,
        dryRun: Bool,
        by person: Person
    ) async throws(NodeProblem) -> QuestionReport {
        let note = QuestionNote.unknownAgreement(policies.set.agreements.keys.sorted())
        let refused = question.peers.map {
            PeerAnswerReport(peer: $0, id: "", outcome: "refused", reason: "builtin/unknown-agreement", hits: [])
        }
        if dryRun { return QuestionReport(query: "", asked: refused, notes: [note]) }
        do {
            _ = try await vault.commit { transaction in
                let draft = try self.draft(
                    "query.denied",
                    by: .person(person),
                    data: [
                        "query": .string(id), "rule": "builtin/unknown-agreement", "outcome": "refused",
                        "purpose": Purpose(rawValue: question.purpose).map { .string($0.rawValue) },
                    ],
                    in: transaction
                )
                return ((), [draft])
            }
        } catch {
            throw NodeProblem(fault: error, doing: "logging the refusal")
        }
        return QuestionReport(query: id, asked: refused, notes: [note])
    }

    /// What is kept of the question. Each peer's part brings it along, in the transaction that lets that part leave: one
    /// sync, not two.
    func sealed(
        _ id: String,
        _ question: Question,
        subjects: [QuestionSubject],
        notes: [QuestionNote],
        by person: Person
    ) throws -> StoredQuestion {
        let sealed = SealedQuestion(
            question: id,
            purpose: question.purpose,
            legalBasis: question.legalBasis,
            offence: question.offence,
            caseReference: question.caseReference,
            subjects: SubjectIDs(subjects.map(\.id)),
            notes: notes.map(\.text),
            noteCodes: notes,
            urgent: question.urgent,
            cover: question.cover
        )
        return StoredQuestion(
            id: id,
            asked: clock.milliseconds(),
            account: person.account.name.description,
            agreement: question.agreement,
            reference: questionSealer.tag(ofCase: question.caseReference),
            box: try questionSealer.seal(sealed, id: id)
        )
    }

    /// A random UUID (version 4).
    func uuid() -> String {
        var bytes = random.bytes(16)
        bytes[6] = bytes[6] & 0x0F | 0x40
        bytes[8] = bytes[8] & 0x3F | 0x80
        return (try? QueryID(bytes: bytes).description) ?? ""
    }
}

/// The words of a question, checked against the active policies.
struct QuestionTerms: Sendable {
    let question: Question
    let agreement: Agreement
    let purpose: Purpose
    /// Agencies to ask.
    let holders: [String]
    /// Kinds of key that the agreement covers.
    private let kinds: Set<MatchKeys.KeyKind>

    func keysInScope(_ keys: [MatchKey]) -> [MatchKey] {
        // Of many subjects most have no other: what they have is not copied.
        keys.allSatisfy { kinds.contains($0.kind) } ? keys : keys.filter { kinds.contains($0.kind) }
    }

    init(_ question: Question, policies: ActivePolicies, agency: String) throws(NodeProblem) {
        let set = policies.set
        guard let agreement = set.agreements[question.agreement] else {
            throw NodeProblem(
                .refused,
                "there is no agreement \(question.agreement) in the active policies",
                at: "builtin/unknown-agreement",
                try: "one of \(set.agreements.keys.sorted().joined(separator: ", "))"
            )
        }
        guard let purpose = Purpose(rawValue: question.purpose) else {
            throw NodeProblem(
                .usage,
                "\(question.purpose) is no purpose",
                at: "--purpose",
                try: Purpose.allCases.map(\.rawValue).joined(separator: ", ")
            )
        }
        for peer in question.peers where set.agencies[peer] == nil {
            throw NodeProblem(
                .usage,
                "the active policies name no such agency",
                at: "--peer",
                try: "one of \(agreement.holders.joined(separator: ", "))"
            )
        }
        self.question = question
        self.agreement = agreement
        self.purpose = purpose
        let scope = Set(agreement.scope.keyKinds.map(\.rawValue))
        kinds = Set(MatchKeys.KeyKind.allCases.filter { scope.contains($0.policyKind.rawValue) })
        let others = agreement.holders.filter { $0 != agency }
        var seen: Set<String> = []
        holders = question.peers.isEmpty ? others : question.peers.filter { seen.insert($0).inserted }
        guard !holders.isEmpty else {
            throw NodeProblem(
                .refused,
                "there is nobody to ask under \(question.agreement)",
                because: "it names no holder but \(agency)"
            )
        }
    }
}
