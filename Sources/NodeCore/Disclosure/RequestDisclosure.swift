/// Use case: ask for what lies behind a hit. Our own policy decides first, as it does for a question; what it wants
/// approved waits for a second person here. The entry is durable before the first byte leaves.

import Accounts
import AuditLog
import Casework
import Foundation
import PeerTrust
import PolicyEngine
import TransparencyLog
import Vault
import WireProtocol

/// What is asked for after a hit.
public struct DisclosureWish: Codable, Sendable, Equatable {
    /// The question's UUID, or the one that was sent to the peer.
    public var query: String
    public var peer: String
    /// Ten hex digits.
    public var handle: String
    public var fields: [String]
    /// 1 to 2,000 bytes: why the data are needed. The holder reads it.
    public var reason: String
    /// Whether a person compared the hit with the file at hand.
    public var confirmed: Bool
    public var urgent: Bool

    public init(
        query: String,
        peer: String,
        handle: String,
        fields: [String],
        reason: String,
        confirmed: Bool,
        urgent: Bool
    ) {
        self.query = query
        self.peer = peer
        self.handle = handle
        self.fields = fields
        self.reason = reason
        self.confirmed = confirmed
        self.urgent = urgent
    }
}

extension Node {
    public func requestDisclosure(
        _ wish: DisclosureWish,
        by account: String?,
        through reaching: any PeerReaching
    ) async throws(NodeProblem) -> DisclosureReport {
        let person = try await person(account, for: .requestDisclosure)
        let policies = activePolicies
        await renewCopy(wish.query, of: wish.peer, by: person, through: reaching)
        var hit = try await hit(query: wish.query, peer: wish.peer, handle: wish.handle)
        try Self.check(wish, policies: policies.set)
        var weighed = try weigh(DisclosureDraft(wish), hit: hit, by: person, policies: policies)
        var note: String?
        // What waits here is asked for again when it leaves.
        if hit.isOver, weighed.terms.approvals == 0 {
            hit = try await askAgain(hit, at: wish.peer, urgent: wish.urgent, by: person, through: reaching)
                .now(hit, folder: folder)
            weighed = try weigh(DisclosureDraft(wish), hit: hit, by: person, policies: policies)
            note = "the hit was of an epoch that is over; asked again, it is \(hit.kept.handle)"
        }
        do {
            let id = try freshMessageID()
            var file = sentFile(wish, hit: hit, terms: weighed.terms, by: person)
            if file.request.state == .unsent { try write(&file, id: id, hit: hit, terms: weighed.terms) }
            let stored = try await log(file, weighed, id: id, peer: wish.peer, by: person)
            if file.request.state == .unsent { file = try await send(stored, through: reaching) }
            var report = report(file, stored: stored)
            report.note = report.note ?? note
            return report
        } catch {
            throw NodeProblem(fault: error, doing: "asking for the disclosure")
        }
    }

    private static func check(_ wish: DisclosureWish, policies: PolicySet) throws(NodeProblem) {
        let unknown = wish.fields.filter { !policies.fields.contains($0) }
        guard unknown.isEmpty, (1...64).contains(wish.fields.count) else {
            throw NodeProblem(
                .usage,
                unknown.isEmpty
                    ? "no field is asked for" : "\(unknown.joined(separator: ", ")) is no column of a record",
                at: "--fields",
                try: "--fields full_name,birth_date"
            )
        }
        let plain = wish.reason.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
        guard plain, (1...2_000).contains(wish.reason.utf8.count) else {
            throw NodeProblem(
                .usage,
                "the reason is empty, too long or has control characters",
                at: "--reason",
                because: "the holder reads it; it takes 1 to 2,000 bytes on one line"
            )
        }
    }

    private func sentFile(
        _ wish: DisclosureWish,
        hit: ProvableHit,
        terms: DisclosureTerms,
        by person: Person
    ) -> SentFile {
        let hours = Deadline.hours(urgent: wish.urgent, policy: terms.deadlineHours)
        return SentFile(
            request: SentRequest(
                needed: terms.approvals,
                demanding: terms.authorisation,
                asker: person.account.name.description,
                leaveBy: clock.seconds + Deadline.seconds(hours: hours)
            ),
            question: hit.question.question,
            query: hit.query,
            subject: hit.report.subject,
            agreement: hit.agreement,
            purpose: hit.question.purpose,
            legalBasis: hit.question.legalBasis,
            offence: hit.question.offence,
            caseReference: hit.question.caseReference,
            epoch: hit.epoch,
            handle: hit.kept.handle,
            fields: terms.fields,
            reason: wish.reason,
            confirmed: wish.confirmed,
            urgent: wish.urgent,
            score: hit.report.score,
            band: hit.report.band,
            kinds: hit.report.kinds,
            rules: terms.rules,
            retentionDays: terms.retentionDays,
            wished: wish.fields,
            fieldRules: terms.fieldRules,
            body: Data(),
            keyID: "",
            transcript: KeptTranscript(Transcript(query: [])),
            received: nil
        )
    }

    /// What is written down first: the request as it leaves, or that it waits here.
    private func log(
        _ file: SentFile,
        _ weighed: WeighedWish,
        id: MessageID,
        peer: String,
        by person: Person
    ) async throws -> StoredDisclosure {
        let row = try stored(file, peer: peer, id: id.description, created: clock.milliseconds())
        _ = try await vault.commit { transaction in
            try transaction.store(row)
            try self.keep(weighed, id: row.id, peer: peer, in: transaction)
            if file.request.state != .held { try self.notify(weighed, file, id: row.id, peer: peer, in: transaction) }
            let entry =
                file.request.state == .held
                ? Self.held(file, id: row.id, by: .person(person))
                : Self.requested(file, id: id, peer: peer, by: .person(person))
            return ((), [try entry.draft(self, transaction)])
        }
        return row
    }
}
