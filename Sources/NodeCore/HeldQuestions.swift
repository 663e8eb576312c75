/// Questions that the holder's policy holds for a person (PROTOCOL section 1, step 4): 202 with a deadline, and the asker
/// asks again under the same query id. They stand among the disclosure requests and are decided like them.

import Accounts
import AuditLog
import CanonicalJSON
import Casework
import PeerTrust
import PolicyEngine
import Vault
import WireProtocol

/// What policy wants of people before a question is answered.
struct QuestionHold: Sendable {
    var approvals: Int
    /// Authorisations that each of them states.
    var authorisation: [String]
    /// To answer; nil where no rule names any.
    var hours: Int?
    var rules: [String]

    init(approvals: Int, authorisation: [String], hours: Int?, rules: [String]) {
        self.approvals = approvals
        self.authorisation = authorisation
        self.hours = hours
        self.rules = rules
    }

    /// What the decisions on several subjects want together; nil where none wants anybody.
    init?(_ decisions: [Decision]) {
        let demanded = Set(decisions.flatMap(\.obligations.authorisation))
        // An authorisation is stated by somebody.
        let approvals = max(decisions.map(\.obligations.approvals).max() ?? 0, demanded.isEmpty ? 0 : 1)
        guard approvals > 0 else { return nil }
        var seen: Set<String> = []
        self.init(
            approvals: approvals,
            authorisation: Authority.allCases.filter(demanded.contains).map(\.rawValue),
            hours: decisions.compactMap(\.obligations.deadlineHours).min(),
            rules: decisions.flatMap { $0.reasons.map(\.rule) }.filter { seen.insert($0).inserted }
        )
    }

    /// Who must approve, stating what.
    var words: String {
        let people = "\(approvals) to approve it"
        return authorisation.isEmpty
            ? people : "\(people), stating an authorisation of \(authorisation.joined(separator: " and of "))"
    }

    func isMet(by approved: [Approval]) -> Bool {
        approved.suffice(approvals, demanding: authorisation)
    }
}

/// The holder's file of a held question. Of whom is asked about it knows nothing.
struct HeldQuestion: Codable, Sendable {
    var request: HeldRequest
    var terms: ReceivedTerms
    /// Padded.
    var keys: Int
    var kinds: [String]
    var urgent: Bool
    var rules: [String]
    /// Answered once: sent again it is a resend.
    var isAnswered = false
}

extension Node {
    /// Keeps a question for people to decide.
    func hold(
        _ query: QueryRequest,
        peer: String,
        _ hold: QuestionHold,
        since start: Int,
        in transaction: VaultTransaction
    ) throws -> (deadline: Int, entry: AuditDraft) {
        let now = clock.seconds
        let isUrgent = query.urgency == .urgent
        let deadline = now + Deadline.seconds(hours: Deadline.hours(urgent: isUrgent, policy: hold.hours))
        let file = HeldQuestion(
            request: .found(
                needed: hold.approvals,
                demanding: hold.authorisation,
                received: now,
                deadline: deadline,
                due: deadline,
                excluded: []
            ),
            terms: ReceivedTerms(query),
            keys: query.keys,
            kinds: query.keyKinds,
            urgent: isUrgent,
            rules: hold.rules
        )
        let id = query.query.description
        try transaction.store(try stored(file, peer: peer, id: id, created: clock.milliseconds()))
        return (deadline, try heldEntry(query, peer: peer, hold, until: deadline, since: start, in: transaction))
    }

    /// Keeps a question that was let go for more people, who did not decide on it yet.
    func holdAgain(
        _ held: HeldQuestion,
        _ query: QueryRequest,
        peer: String,
        _ hold: QuestionHold,
        since start: Int,
        in transaction: VaultTransaction
    ) throws -> (deadline: Int, entry: AuditDraft) {
        let id = query.query.description
        guard let row = try transaction.disclosure(.question, peer: peer, id: id) else {
            throw NodeProblem(.usage, "the question is gone", at: id)
        }
        var file = held
        file.request.holdAgain(
            needed: hold.approvals,
            demanding: hold.authorisation,
            excluding: [],
            keepingApprovals: true
        )
        file.rules = hold.rules
        try transaction.store(try stored(file, peer: peer, id: id, created: row.created))
        return (
            file.request.deadline,
            try heldEntry(query, peer: peer, hold, until: file.request.deadline, since: start, in: transaction)
        )
    }

    private func heldEntry(
        _ query: QueryRequest,
        peer: String,
        _ hold: QuestionHold,
        until deadline: Int,
        since start: Int,
        in transaction: VaultTransaction
    ) throws -> AuditDraft {
        try draft(
            "query.held",
            by: .system,
            data: [
                "x": try heldExchange(query.query.description, peer: peer, in: transaction),
                "query": .string(query.query.description), "peer": .string(peer), "keys": .integer(query.keys),
                "agreement": .string(query.agreement), "purpose": .string(query.purpose),
                "deadline": .integer(deadline), "rules": .array(hold.rules.map { .string($0) }),
                "milliseconds": .integer(clock.milliseconds() - start),
            ],
            in: transaction
        )
    }

    func heldQuestion(_ id: String, peer: String, in transaction: VaultTransaction) throws -> HeldQuestion? {
        try transaction.disclosure(.question, peer: peer, id: id).map { try heldQuestion($0) }
    }

    func heldQuestion(_ stored: StoredDisclosure) throws -> HeldQuestion {
        try questionSealer.open(HeldQuestion.self, stored.box, id: Self.boxName(.question, stored.peer, stored.id))
    }

    func markAnswered(_ held: HeldQuestion, _ id: String, peer: String, in transaction: VaultTransaction) throws {
        guard let row = try transaction.disclosure(.question, peer: peer, id: id) else { return }
        var file = held
        file.isAnswered = true
        file.request.close()
        try transaction.store(try stored(file, peer: peer, id: id, created: row.created))
    }

    private func stored(_ file: HeldQuestion, peer: String, id: String, created: Int) throws -> StoredDisclosure {
        StoredDisclosure(
            side: .question,
            peer: peer,
            id: id,
            created: created,
            deadline: file.request.deadline,
            isOpen: !file.request.isClosed,
            looksUndecided: file.request.looksUndecided,
            box: try questionSealer.seal(file, id: Self.boxName(.question, peer, id))
        )
    }

    /// Nobody decided in time: it is over, and the log says so once. What was decided and never fetched ends without a word.
    func closeHeld(_ stored: StoredDisclosure) async throws {
        let now = clock.seconds
        _ = try await vault.commit { transaction -> (Void, [AuditDraft]) in
            guard let row = try transaction.disclosure(.question, peer: stored.peer, id: stored.id), row.isOpen else {
                return ((), [])
            }
            var file = try self.heldQuestion(row)
            guard now >= file.request.deadline else { return ((), []) }
            file.request.close()
            try transaction.store(try self.stored(file, peer: row.peer, id: row.id, created: row.created))
            guard file.request.state == .held else { return ((), []) }
            let data = try self.logged(file, row, in: transaction).merging(["ground": "overdue"]) { $1 }
            return ((), [try self.draft("query.refused", by: .system, data: data, in: transaction)])
        }
    }

    /// `data.x` of a question that people decide on: its request came, and no answer is given yet.
    private func heldExchange(_ id: String, peer: String, in transaction: VaultTransaction) throws -> JSONValue? {
        guard let query = MessageID(id), let request = try transaction.receivedQuery(id, peer: peer) else { return nil }
        return QueryExchange(request: request).value(of: query, side: .holder, peer: peer)
    }

    private func logged(
        _ file: HeldQuestion,
        _ row: StoredDisclosure,
        in transaction: VaultTransaction
    ) throws -> [String: JSONValue?] {
        [
            "x": try heldExchange(row.id, peer: row.peer, in: transaction),
            "query": .string(row.id), "peer": .string(row.peer), "keys": .integer(file.keys),
            "agreement": .string(file.terms.agreement), "purpose": .string(file.terms.purpose),
            "deadline": .integer(file.request.deadline), "rules": .array(file.rules.map { .string($0) }),
        ]
    }

    /// A person lets the question be answered, or refuses it.
    func decideQuestion(
        _ stored: StoredDisclosure,
        _ verdict: DisclosureVerdict,
        stating authorisations: [Authorisation],
        by person: Person
    ) async throws -> DisclosureReport {
        let words = grounds(of: try heldQuestion(stored).terms.agreement)
        let committed = try await vault.commit { transaction -> (Result<HeldQuestion, CaseworkRefusal>, [AuditDraft]) in
            guard let row = try transaction.disclosure(.question, peer: stored.peer, id: stored.id) else {
                throw NodeProblem(.usage, "the question is gone", at: stored.id)
            }
            var file = try self.heldQuestion(row)
            var data = try self.logged(file, row, in: transaction)
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

    func report(_ file: HeldQuestion, stored: StoredDisclosure) -> DisclosureReport {
        let now = clock.seconds
        let state = file.isAnswered ? "answered" : file.request.word(at: now)
        var report = DisclosureReport(
            id: stored.id,
            direction: "question",
            peer: stored.peer,
            agreement: file.terms.agreement,
            state: state == "released" ? "approved" : state,
            created: Moment(seconds: stored.created / 1_000).description,
            deadline: Moment(seconds: file.request.deadline).description,
            due: nil,
            fields: [],
            reason: "\(file.terms.purpose), \(file.terms.legalBasis): \(file.keys) keys, blinded",
            confirmed: false,
            urgent: file.urgent,
            score: 0,
            kinds: file.kinds,
            approvals: file.request.approvals.map(\.person),
            needed: file.request.needed,
            rules: file.rules,
            handle: ""
        )
        report.tell(demanded: file.request.demanded, by: file.request.approvals)
        if case .refused(let ground, let because, _) = file.request.state {
            (report.ground, report.note) = (ground, because)
        }
        return report
    }
}
