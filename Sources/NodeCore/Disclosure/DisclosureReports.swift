/// Use case: show disclosure requests to those who work on them. A list carries no data; what was released is shown to an
/// analyst, once asked for, and each showing is an entry.

import Accounts
import AuditLog
import CanonicalJSON
import Casework
import Foundation
import MatchKeys
import PolicyEngine
import Sodium
import Vault

/// A disclosure request as a person sees it.
public struct DisclosureReport: Codable, Sendable, Equatable {
    /// The request's UUID.
    public var id: String
    /// `sent` by us, `received` from a peer; `question`: one of a peer's that waits for a person here; `asked`: one of ours
    /// that does.
    public var direction: String
    public var peer: String
    public var agreement: String
    /// Sent: `held-here`, `approved`, `unsent`, `deciding`, `asked-back`, `refused`, `received`, `nothing`, `overdue`,
    /// `failed`. Received: `held`,
    /// `asked-back`, `released`, `refused`, `silent`, `overdue`. Asked: `held-here`, `approved`, `left`, `refused`,
    /// `overdue`. Any: `unreadable`.
    public var state: String
    /// RFC 3339; nil until the holder named it.
    public var created: String
    public var deadline: String?
    /// When policy here wants it decided; received requests only.
    public var due: String?
    public var fields: [String]
    public var reason: String
    /// Of the question that found the hit, and who asks as the peer names them; nil where they are not known here.
    public var purpose: String?
    public var legalBasis: String?
    public var offence: String?
    public var analyst: String?
    /// The case that our question was asked for; sent requests only.
    public var caseReference: String?
    public var confirmed: Bool
    public var urgent: Bool
    /// 0 to 100: ours by our look-up, theirs by the proofs that hold.
    public var score: Int
    /// `strong`, `probable` or `possible`; nil where it is not known.
    public var band: String?
    public var kinds: [String]
    /// Who approved so far, and how many are wanted.
    public var approvals: [String]
    public var needed: Int
    public var rules: [String]
    public var ground: String?
    /// What a person should know: the words of a refusal, the question asked back, why it is silent.
    public var note: String?
    /// The hit: handle, and whom we asked about (sent), or which record it is (received).
    public var handle: String
    public var subject: String?
    /// Terms of a release.
    public var handling: String?
    public var source: String?
    public var retention: String?
    public var onward: String?
    /// Column to values: what was released (sent), or would leave (received); only where it was asked for.
    public var data: [String: [String]]?
    /// The UUID of a question of ours that is held here.
    public var question: String?
    /// Authorisations that whoever approves must state, and which of them whom states; nil where none is demanded.
    public var authorisations: [String]?
    public var authorised: [String]?
    /// `half` or `over`: how much of its time an open one has used; nil before half of it.
    public var reminder: String?
    /// Nil once the hit is erased, and of anything but our requests.
    public var hit: Hit?
    /// Nil where nothing was taken out, and of anything but our requests.
    public var takenOut: TakenOut?
    /// Columns that we asked for and that did not come, once something did; why is the holder's to say.
    public var notReleased: [String]?
    /// Nil where the person who looks can approve, or nothing is to be decided, and in lists.
    public var bar: Bar?
    /// When the data were erased, by which rule (or `retention`), and the entry that says so.
    public var erased: Erased?

    public struct Erased: Codable, Sendable, Equatable {
        /// RFC 3339.
        public var at: String
        public var ground: String
        /// Of our log.
        public var entry: Int

        init(_ frame: ErasedFrame) {
            (at, ground, entry) = (Moment(seconds: frame.at).description, frame.ground, frame.entry)
        }
    }

    /// Whether somebody here has something to decide. A holder that asked back need not wait for the answer.
    public var mayDecide: Bool {
        switch state {
        case "held", "held-here": true
        case "asked-back": direction == "received"
        default: false
        }
    }
}

public struct DisclosureList: Codable, Sendable, Equatable {
    public var requests: [DisclosureReport]
}

extension Node {
    /// Open and past requests, oldest first; without data.
    public func disclosureList(openOnly: Bool, by account: String?) async throws(NodeProblem) -> DisclosureList {
        _ = try await person(account, for: .followDisclosures)
        do {
            let rows = try await vault.read { try $0.disclosures(openOnly: openOnly) }
            let reports = rows.map { row in (try? report(on: row)) ?? Self.unreadable(row) }
            let open: Set = ["held-here", "unsent", "deciding", "asked-back", "held", "unreadable"]
            return DisclosureList(
                requests: openOnly
                    ? reports.filter {
                        open.contains($0.state) || ($0.direction != "question" && $0.state == "approved")
                    }
                    : reports
            )
        } catch {
            throw NodeProblem(fault: error, doing: "reading the requests")
        }
    }

    /// What waits for somebody's decision, soonest first; without data. Among the rows that may wait are those that stay silent:
    /// they are opened and left out.
    ///
    /// - Parameter most: so many at most, of the soonest deadlines.
    /// - Returns: whether there are more.
    public func queue(
        most: Int,
        by account: String?
    ) async throws(NodeProblem) -> (requests: [DisclosureReport], areAll: Bool) {
        _ = try await person(account, for: .followDisclosures)
        do {
            var (requests, read, areAll): ([DisclosureReport], Int, Bool) = ([], 0, false)
            while requests.count <= most, !areAll, read < Self.mostLookedAt {
                let rows = try await vault.read { [read] in
                    try $0.undecidedDisclosures(most: Self.lookedAtOnce, skipping: read)
                }
                (read, areAll) = (read + rows.count, rows.count < Self.lookedAtOnce)
                requests += rows.map { row in (try? report(on: row)) ?? Self.unreadable(row) }.filter(\.mayDecide)
            }
            let shown = requests.prefix(most).sorted { ($0.due ?? $0.deadline ?? "9") < ($1.due ?? $1.deadline ?? "9") }
            return (shown, areAll && requests.count <= most)
        } catch {
            throw NodeProblem(fault: error, doing: "reading the requests")
        }
    }

    /// Of rows that may wait: so many are opened at a time, and for one look at the queue.
    private static let lookedAtOnce = 100
    private static let mostLookedAt = 1_000

    /// The newest requests of ours, and all that are open, newest first; without data.
    public func sentRequests(newest count: Int, by account: String?) async throws(NodeProblem) -> [DisclosureReport] {
        _ = try await person(account, for: .followDisclosures)
        do {
            let (newest, open) = try await vault.read {
                (try $0.disclosures(.asker, newest: count), try $0.openDisclosures(.asker))
            }
            let known = Set(newest.map(\.id))
            let older = open.filter { !known.contains($0.id) }
            return (newest + older.reversed()).map { row in (try? report(on: row)) ?? Self.unreadable(row) }
        } catch {
            throw NodeProblem(fault: error, doing: "reading the requests")
        }
    }

    /// One request. What was released to us is shown to an analyst, what would leave to an approver; either is an entry.
    public func disclosure(_ id: String, by account: String?) async throws(NodeProblem) -> DisclosureReport {
        let row = try await theDisclosure(id)
        let person: Person
        var mayRead = true
        if [.asker, .ownQuestion].contains(row.side), await isReader(account) {
            person = try await self.person(account, for: .readDisclosures)
        } else {
            // An approver decides on our own requests too, without seeing what they brought.
            person = try await self.person(account, for: .decideDisclosure)
            mayRead = row.side != .asker
        }
        do {
            var report = mayRead ? try await shown(row) : try report(on: row)
            if report.mayDecide { report.bar = try await bar(to: person, on: row) }
            // Every look at a peer's request is an entry, whatever it is about: the log grows alike.
            guard report.data != nil || row.side == .holder else { return report }
            _ = try await vault.commit { transaction in
                let draft = try self.draft(
                    "disclosure.viewed",
                    by: .person(person),
                    data: ["request": .string(row.id)],
                    in: transaction
                )
                return ((), [draft])
            }
            return report
        } catch {
            throw NodeProblem(fault: error, doing: "reading the request")
        }
    }

    /// Whether the account reads what was released; an approver who does not is none who tried to.
    private func isReader(_ account: String?) async -> Bool {
        guard let account else { return (try? await person(nil, for: .readDisclosures)) != nil }
        let stored = try? await vault.read { try $0.accounts() }
        let named = stored?.compactMap(Account.init(stored:)).first { $0.name.description == account }
        return named?.role(for: .readDisclosures) != nil
    }

    /// The one request of that id; the beginning of an id will do.
    func theDisclosure(_ id: String) async throws(NodeProblem) -> StoredDisclosure {
        let rows: [StoredDisclosure]
        do {
            rows = id.utf8.count < 4 ? [] : try await vault.read { try $0.disclosures(idPrefix: id) }
        } catch {
            throw NodeProblem(fault: error, doing: "reading the requests")
        }
        guard let row = rows.first, rows.count == 1 else {
            throw NodeProblem(
                .usage,
                rows.isEmpty ? "there is no disclosure request of that id" : "several requests begin like that",
                at: id,
                try: "comity disclosure list \(folder.path)"
            )
        }
        return row
    }

    /// What is left of a request whose file does not open: it hides no other.
    private static func unreadable(_ row: StoredDisclosure) -> DisclosureReport {
        let directions: [StoredDisclosure.Side: String] = [
            .asker: "sent", .holder: "received", .question: "question", .ownQuestion: "asked",
        ]
        return DisclosureReport(
            id: row.id,
            direction: directions[row.side] ?? "",
            peer: row.peer,
            agreement: "",
            state: "unreadable",
            created: Moment(seconds: row.created / 1_000).description,
            deadline: row.deadline.map { Moment(seconds: $0).description },
            due: nil,
            fields: [],
            reason: "",
            confirmed: false,
            urgent: false,
            score: 0,
            kinds: [],
            approvals: [],
            needed: 0,
            rules: [],
            note: "its file does not open: comity doctor",
            handle: ""
        )
    }

    func report(on row: StoredDisclosure) throws -> DisclosureReport {
        var report =
            switch row.side {
            case .asker: report(try sentFile(row), stored: row)
            case .holder: report(try heldFile(row), stored: row)
            case .question: report(try heldQuestion(row), stored: row)
            case .ownQuestion: report(try ownQuestion(row), stored: row)
            }
        if row.isOpen { report.remind(since: row.created / 1_000, at: clock.seconds) }
        return report
    }

    /// With the data, as far as they are still here and may be looked at; whoever calls logs the look.
    func shown(_ row: StoredDisclosure) async throws -> DisclosureReport {
        var report = try report(on: row)
        switch row.side {
        case .asker:
            let file = try sentFile(row)
            guard file.erased == nil, let received = file.received, let last = Day(received.retention) else {
                return report
            }
            if case .erase(let ground, _, _) = try verdict(on: file, row: row) {
                report.note = "its time is over by \(ground), at the latest on \(last): the data are not shown any more"
                return report
            }
            let plain = try XChaCha20Poly1305.open(
                [UInt8](received.box),
                key: keyring.secret(SecretName.retention(last)),
                associatedData: Self.releaseBinding(row.id)
            )
            report.data = try JSONDecoder().decode([String: [String]].self, from: Data(plain))
        case .holder:
            let file = try heldFile(row)
            let policies = activePolicies
            let (columns, terms) = try await vault.read { transaction in
                let columns = try self.leavingData(of: file, in: transaction)?.columns
                return (
                    columns,
                    columns == nil ? nil : try self.terms(of: file, peer: row.peer, policies: policies, in: transaction)
                )
            }
            report.data = columns
            if let terms { report.tell(terms) }
        case .question: break
        case .ownQuestion: report.data = subjectData(try ownQuestion(row))
        }
        return report
    }

    func report(_ file: SentFile, stored: StoredDisclosure) -> DisclosureReport {
        var report = DisclosureReport(
            id: stored.id,
            direction: "sent",
            peer: stored.peer,
            agreement: file.agreement,
            state: file.request.word(at: clock.seconds),
            created: Moment(seconds: stored.created / 1_000).description,
            deadline: (file.request.deadline ?? file.request.leaveBy).map { Moment(seconds: $0).description },
            due: nil,
            fields: file.fields,
            reason: file.reason,
            purpose: file.purpose,
            legalBasis: file.legalBasis,
            offence: file.offence,
            confirmed: file.confirmed,
            urgent: file.urgent,
            score: file.score,
            kinds: file.kinds,
            approvals: file.request.approvals.map(\.person),
            needed: file.request.needed,
            rules: file.rules,
            handle: file.handle,
            subject: file.erased == nil ? file.subject : nil,
            handling: file.received?.handling,
            source: file.received?.source,
            retention: file.received?.retention,
            onward: file.received?.onward
        )
        switch file.request.state {
        case .askedBack(let question): report.note = question
        case .refused(let ground, let because): (report.ground, report.note) = (ground, because)
        case .nothing: report.note = "no information can be given"
        case .failed(let because): report.note = because
        case .approved:
            report.note = file.waitsFor.map {
                "the hit is of an epoch that is over, and asking for it again waits for a person: question \($0)"
            }
        default: break
        }
        report.caseReference = file.caseReference
        report.tell(file)
        report.tell(file.erased)
        report.tell(demanded: file.request.demanded, by: file.request.approvals)
        return report
    }

    func report(_ file: HeldFile, stored: StoredDisclosure) -> DisclosureReport {
        let now = clock.seconds
        var report = DisclosureReport(
            id: stored.id,
            direction: "received",
            peer: stored.peer,
            agreement: file.agreement,
            state: file.request.word(at: now),
            created: Moment(seconds: stored.created / 1_000).description,
            deadline: Moment(seconds: file.request.deadline).description,
            due: Moment(seconds: file.request.due).description,
            fields: file.asked,
            reason: file.reason,
            purpose: file.terms?.purpose,
            legalBasis: file.terms?.legalBasis,
            offence: file.terms?.offence,
            analyst: file.terms?.analyst,
            confirmed: file.confirmed,
            urgent: file.urgent,
            score: file.score,
            kinds: file.kinds,
            approvals: file.request.approvals.map(\.person),
            needed: file.request.needed,
            rules: file.rules,
            handle: file.handle,
            subject: file.record?.id,
            handling: file.handling,
            retention: file.retention,
            onward: file.onward
        )
        switch file.request.state {
        case .askedBack(let question, _): report.note = question
        case .refused(let ground, let because, _): (report.ground, report.note) = (ground, because)
        case .silent(let reason): report.note = reason
        default: break
        }
        report.band = file.band
        report.tell(file.erased)
        report.tell(demanded: file.request.demanded, by: file.request.approvals)
        return report
    }
}

extension DisclosureReport {
    fileprivate mutating func tell(_ frame: ErasedFrame?) {
        guard let frame else { return }
        let told = Erased(frame)
        erased = told
        note = "erased on \(told.at.prefix(10)), by \(told.ground), entry \(told.entry) of the log"
    }
}
