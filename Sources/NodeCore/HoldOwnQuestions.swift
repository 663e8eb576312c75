/// Questions of ours that our own policy holds for people here, before anything leaves: kept sealed, decided by somebody
/// other than who asked, refused by time where nobody decides. Sending what was let go is LetQuestionsGo's.

import Accounts
import AuditLog
import CanonicalJSON
import Casework
import MatchKeys
import PolicyEngine
import Vault
import WireProtocol

/// The asker's file of a question that is held here.
struct OwnQuestionFile: Codable, Sendable {
    var request: OwnQuestion
    /// The question's UUID.
    var question: String
    var agreement: String
    var purpose: String
    var legalBasis: String
    var offence: String?
    var urgent: Bool
    /// Padded.
    var keys: Int
    var kinds: [String]
    var rules: [String]
    /// Whom it is about: keys are made and policy is asked anew when it leaves.
    var subjects: [Record]
    /// Of a question that asks again for a hit: the keys that agreed, which no row of a file gives any more.
    var hitKeys: [ResumableQuery.Subject]?

    init(_ plan: PeerPlan, records: [Record], question: String, hold: QuestionHold, request: OwnQuestion) {
        self.request = request
        self.question = question
        agreement = plan.terms.agreement.id
        purpose = plan.terms.purpose.rawValue
        legalBasis = plan.terms.question.legalBasis
        offence = plan.terms.question.offence
        urgent = plan.terms.question.urgent
        keys = plan.keyCount
        kinds = plan.keyKinds.map(\.rawValue)
        rules = hold.rules
        let columns = Set(Record.matchColumns + RecordColumns.questionColumns)
        let asksAgain = records.allSatisfy(\.columns.isEmpty)
        subjects = (asksAgain ? plan.subjects.map(\.record) : records).map { record in
            Record(id: record.id, columns: record.columns.filter { columns.contains($0.key) })
        }
        guard asksAgain else { return }
        hitKeys = plan.subjects.map { subject in
            let keys = subject.keys.map { ResumableQuery.Key(kind: $0.kind.rawValue, value: $0.value) }
            return ResumableQuery.Subject(id: subject.id, keys: keys)
        }
    }
}

extension Node {
    /// Keeps one peer's part of a question here until people decide.
    func holdHere(
        _ plan: PeerPlan,
        _ hold: QuestionHold,
        question: StoredQuestion,
        by person: Person
    ) async -> PeerAnswerReport {
        let isUrgent = plan.terms.question.urgent
        let request = OwnQuestion(
            needed: hold.approvals,
            demanding: hold.authorisation,
            asker: person.account.name.description,
            deadline: clock.seconds + Deadline.seconds(hours: Deadline.hours(urgent: isUrgent, policy: hold.hours))
        )
        let report: PeerAnswerReport
        do {
            let records = try records(of: plan.terms.question, about: Set(plan.subjectIDs))
            let file = OwnQuestionFile(plan, records: records, question: question.id, hold: hold, request: request)
            report = Self.waiting(file, part: plan.id, peer: plan.holder)
            let created = clock.milliseconds()
            _ = try await vault.commit { transaction in
                let opened = try self.keepOnce(
                    question,
                    case: plan.terms.question.caseReference,
                    by: person,
                    in: transaction
                )
                try self.keep(report, question: question.id, in: transaction)
                try plan.keepDecision(of: question.id, self, in: transaction)
                try transaction.store(try self.stored(file, peer: plan.holder, id: plan.id, created: created))
                let held = try self.draft(
                    "query.held",
                    by: .person(person),
                    data: Self.logged(file, id: plan.id, peer: plan.holder),
                    in: transaction
                )
                return ((), try opened + self.homeDrafts(plan, by: person, in: transaction) + [held])
            }
            return report
        } catch {
            let problem = NodeProblem(fault: error, doing: "holding the question")
            return plan.report("unreachable", reason: problem.text)
        }
    }

    /// For each rule that keeps somebody home, an entry that says so.
    func homeDrafts(
        _ plan: PeerPlan,
        by person: Person,
        in transaction: VaultTransaction
    ) throws -> [AuditDraft] {
        try Dictionary(grouping: plan.home, by: \.rule).sorted { $0.key < $1.key }.map { rule, subjects in
            try draft(
                "query.denied",
                by: .person(person),
                data: plan.logged(activePolicies.set).merging(["rule": .string(rule), "outcome": "refused"]) { $1 },
                personal: plan.personal(about: subjects.map(\.subject)),
                in: transaction
            )
        }
    }

    /// What the analyst reads while people decide here.
    static func waiting(_ file: OwnQuestionFile, part: String, peer: String) -> PeerAnswerReport {
        let due = Moment(seconds: file.request.deadline)
        let words = "held here until \(due): \(file.request.approvals.count) of \(file.request.needed) approved it"
        var report = PeerAnswerReport(peer: peer, id: part, outcome: "held", reason: words, hits: [])
        report.heldHere = true
        return report
    }

    static func logged(_ file: OwnQuestionFile, id: String, peer: String) -> [String: JSONValue?] {
        [
            "query": .string(id), "peer": .string(peer), "keys": .integer(file.keys),
            "agreement": .string(file.agreement), "purpose": .string(file.purpose),
            "deadline": .integer(file.request.deadline), "rules": .array(file.rules.map { .string($0) }),
        ]
    }

    func keep(
        _ report: PeerAnswerReport,
        question: String,
        in transaction: VaultTransaction
    ) throws {
        try transaction.store(
            StoredPeerQuery(
                id: report.id,
                question: question,
                peer: report.peer,
                outcome: report.outcome,
                box: try questionSealer.seal(SealedPeerQuery(blindSeed: nil, report: report), id: report.id)
            )
        )
    }

    func ownQuestion(_ stored: StoredDisclosure) throws -> OwnQuestionFile {
        try questionSealer.open(
            OwnQuestionFile.self,
            stored.box,
            id: Self.boxName(stored.side, stored.peer, stored.id)
        )
    }

    func stored(_ file: OwnQuestionFile, peer: String, id: String, created: Int) throws -> StoredDisclosure {
        StoredDisclosure(
            side: .ownQuestion,
            peer: peer,
            id: id,
            created: created,
            deadline: file.request.deadline,
            isOpen: file.request.isOpen,
            looksUndecided: file.request.looksUndecided,
            box: try questionSealer.seal(file, id: Self.boxName(.ownQuestion, peer, id))
        )
    }

    /// Changes the file of a question that is held here, if there is one.
    func changeOwn(
        _ id: String,
        peer: String,
        in transaction: VaultTransaction,
        _ body: (inout OwnQuestionFile) throws -> Void
    ) throws {
        guard let row = try transaction.disclosure(.ownQuestion, peer: peer, id: id) else { return }
        var file = try ownQuestion(row)
        try body(&file)
        try transaction.store(try stored(file, peer: peer, id: id, created: row.created))
    }

    // MARK: Deciding

    /// Another person lets our question go, or refuses it.
    func decideOwnQuestion(
        _ stored: StoredDisclosure,
        _ verdict: DisclosureVerdict,
        stating authorisations: [Authorisation],
        by person: Person
    ) async throws -> DisclosureReport {
        let words = grounds(of: try ownQuestion(stored).agreement)
        let committed = try await vault.commit {
            transaction -> (Result<OwnQuestionFile, CaseworkRefusal>, [AuditDraft]) in
            guard let row = try transaction.disclosure(.ownQuestion, peer: stored.peer, id: stored.id) else {
                throw NodeProblem(.usage, "the question is gone", at: stored.id)
            }
            var file = try self.ownQuestion(row)
            var data = Self.logged(file, id: row.id, peer: row.peer)
            let approvers = try transaction.approvers()
            let taken: (word: String, ground: JSONValue?, personal: [PersonalValue])
            do throws(CaseworkRefusal) {
                taken = try file.request.take(
                    verdict,
                    stating: authorisations,
                    by: person,
                    among: approvers,
                    grounds: words,
                    at: self.clock.seconds,
                    what: "a question"
                )
                data["ground"] = taken.ground
            } catch {
                return (.failure(error), try self.attempt(error, by: person, in: transaction))
            }
            try transaction.store(try self.stored(file, peer: row.peer, id: row.id, created: row.created))
            try self.tellIfRefused(file, id: row.id, peer: row.peer, in: transaction)
            let entry = try self.draft(
                "query.\(taken.word)",
                by: .person(person),
                data: data,
                personal: taken.personal,
                in: transaction
            )
            return (.success(file), [entry])
        }
        return report(try committed.value.decided(stored.id), stored: stored)
    }

    /// A question that stays reads as refused wherever it is shown.
    func tellIfRefused(
        _ file: OwnQuestionFile,
        id: String,
        peer: String,
        in transaction: VaultTransaction
    ) throws {
        guard case .refused(_, let because) = file.request.state else { return }
        let report = PeerAnswerReport(
            peer: peer,
            id: id,
            outcome: "refused",
            reason: "refused here: \(because)",
            hits: []
        )
        try keep(report, question: file.question, in: transaction)
    }

    /// Nobody let it go in time: it stays, and the log says so once.
    func closeOverdue(_ stored: StoredDisclosure) async throws {
        let now = clock.seconds
        _ = try await vault.commit { transaction -> (Void, [AuditDraft]) in
            guard let row = try transaction.disclosure(.ownQuestion, peer: stored.peer, id: stored.id) else {
                return ((), [])
            }
            var file = try self.ownQuestion(row)
            guard file.request.isOverdue(at: now) else { return ((), []) }
            file.request.stay(ground: "overdue", because: "nobody let it go in time; it can be asked again")
            try transaction.store(try self.stored(file, peer: row.peer, id: row.id, created: row.created))
            try self.tellIfRefused(file, id: row.id, peer: row.peer, in: transaction)
            let data = Self.logged(file, id: row.id, peer: row.peer).merging(["ground": "overdue"]) { $1 }
            return ((), [try self.draft("query.refused", by: .system, data: data, in: transaction)])
        }
    }

    // MARK: Showing

    func report(_ file: OwnQuestionFile, stored: StoredDisclosure) -> DisclosureReport {
        var report = DisclosureReport(
            id: stored.id,
            direction: "asked",
            peer: stored.peer,
            agreement: file.agreement,
            state: file.request.word(at: clock.seconds),
            created: Moment(seconds: stored.created / 1_000).description,
            deadline: Moment(seconds: file.request.deadline).description,
            due: nil,
            fields: [],
            reason: "\(file.purpose), \(file.legalBasis): \(file.keys) keys, blinded",
            purpose: file.purpose,
            legalBasis: file.legalBasis,
            offence: file.offence,
            analyst: file.request.asker,
            confirmed: false,
            urgent: file.urgent,
            score: 0,
            kinds: file.kinds,
            approvals: file.request.approvals.map(\.person),
            needed: file.request.needed,
            rules: file.rules,
            handle: "",
            subject: file.subjects.prefix(Self.shownSubjects).map(\.id).joined(separator: ", ")
        )
        report.question = file.question
        report.tell(demanded: file.request.demanded, by: file.request.approvals)
        if case .refused(let ground, let because) = file.request.state {
            (report.ground, report.note) = (ground, because)
        }
        return report
    }

    /// Whom a question is about, for the person who decides: column to values, of the first subjects.
    func subjectData(_ file: OwnQuestionFile) -> [String: [String]] {
        var data: [String: [String]] = [:]
        for record in file.subjects.prefix(Self.shownSubjects) {
            for (column, values) in record.columns { data[column, default: []] += values }
        }
        return data
    }

    private static let shownSubjects = 20
}
