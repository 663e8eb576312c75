/// Use case: ask for what lies behind a hit. Our own policy decides first, as it does for a question; what it wants
/// approved waits for a second person here. The entry is durable before the first byte leaves.

import Accounts
import AuditLog
import CanonicalJSON
import Casework
import Foundation
import PeerTrust
import PolicyEngine
import SetIntersection
import Sodium
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
        await renewCopy(wish, by: person, through: reaching)
        let hit = try await hit(wish)
        try Self.check(wish, policies: policies.set)
        let terms = try weigh(wish, hit: hit, by: person, policies: policies.set)
        do {
            let id = try freshMessageID()
            let file = try sentFile(wish, id: id, hit: hit, terms: terms, by: person)
            let stored = try await log(file, id: id, peer: wish.peer, by: person)
            guard file.request.state == .unsent else { return report(file, stored: stored) }
            let sent = try await send(stored, through: reaching)
            return report(sent, stored: stored)
        } catch {
            throw NodeProblem(fault: error, doing: "asking for the disclosure")
        }
    }

    /// Looks for a new epoch first: under an old one the holder would be silent until the deadline. Who cannot be reached
    /// now is asked with what we have.
    private func renewCopy(_ wish: DisclosureWish, by person: Person, through reaching: any PeerReaching) async {
        guard let agency = AgencyID(wish.peer), let peer = peers.peer(agency: agency),
            let row = try? await vault.read({
                try $0.question(wish.query) ?? $0.question(ofQuery: wish.query)
            })
        else { return }
        _ = try? await fetchIndex(row.agreement, of: peer, by: person, through: reaching, force: true)
    }

    /// A hit with what was asked, and what it takes to prove it.
    struct ProvableHit: Sendable {
        var question: SealedQuestion
        var agreement: String
        var query: String
        var epoch: Int
        var report: HitReport
        var kept: KeptHit
        /// Whether our copy of the index is of a later epoch already.
        var isOver: Bool
    }

    private func hit(_ wish: DisclosureWish) async throws(NodeProblem) -> ProvableHit {
        let found: ProvableHit?
        do {
            found = try await vault.read { transaction in
                guard let row = try transaction.question(wish.query) ?? transaction.question(ofQuery: wish.query) else {
                    return nil
                }
                let question = try self.questionSealer.open(SealedQuestion.self, row.box, id: row.id)
                for part in try transaction.peerQueries(of: row.id) where part.peer == wish.peer {
                    let sealed = try self.questionSealer.open(SealedPeerQuery.self, part.box, id: part.id)
                    guard let kept = sealed.hits?.first(where: { $0.handle == wish.handle }), let epoch = sealed.epoch,
                        let report = sealed.report.hits.first(where: { $0.handle == wish.handle })
                    else { continue }
                    let copy = try transaction.latestManifest(
                        agreement: row.agreement,
                        holder: wish.peer,
                        asker: self.configuration.agency
                    )
                    return ProvableHit(
                        question: question,
                        agreement: row.agreement,
                        query: part.id,
                        epoch: epoch,
                        report: report,
                        kept: kept,
                        isOver: copy.map { $0.epoch > epoch } ?? false
                    )
                }
                return nil
            }
        } catch {
            throw NodeProblem(fault: error, doing: "reading the question")
        }
        if let found, found.isOver {
            throw NodeProblem(
                .refused,
                "this hit is of an epoch that is over",
                at: "--handle \(wish.handle)",
                because: "\(wish.peer) began a new index since, in which the record has another handle",
                try: "ask again (comity query), and request with the new hit"
            )
        }
        guard let found else {
            throw NodeProblem(
                .usage,
                "there is no such hit",
                at: "--query, --peer, --handle",
                because: "no question of that id has a hit of that handle at \(wish.peer)",
                try: "comity query \(folder.path) --show \(wish.query)"
            )
        }
        return found
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

    private func weigh(
        _ wish: DisclosureWish,
        hit: ProvableHit,
        by person: Person,
        policies: PolicySet
    ) throws(NodeProblem) -> DisclosureTerms {
        guard let purpose = Purpose(rawValue: hit.question.purpose) else {
            throw NodeProblem(.data, "the question's purpose is none of this version")
        }
        let request = PolicyRequest(
            stage: .disclosure,
            side: .asker,
            at: clock.moment,
            asker: configuration.agency,
            holder: wish.peer,
            agreement: hit.agreement,
            purpose: purpose,
            legalBasis: hit.question.legalBasis,
            offence: hit.question.offence,
            urgency: wish.urgent ? .urgent : .normal,
            fields: wish.fields,
            hit: HitFacts(score: hit.report.score, confirmed: wish.confirmed),
            analyst: person.account.name.description
        )
        switch WeighDisclosure.weigh(request, policies: policies) {
        case .may(let terms): return terms
        case .told(let reason, let rules), .silent(let reason, let rules):
            throw NodeProblem(
                .refused,
                "our own policy does not let this be asked",
                at: rules.first,
                because: reason,
                try: wish.confirmed ? nil : "compare the hit with your file, and say so with --confirmed"
            )
        }
    }

    private func sentFile(
        _ wish: DisclosureWish,
        id: MessageID,
        hit: ProvableHit,
        terms: DisclosureTerms,
        by person: Person
    ) throws -> SentFile {
        let sealing = try SealingKeys.current(keyring, today: clock.moment.day)
        let question = DisclosureQuestion(
            id: id,
            agreement: hit.agreement,
            handle: wish.handle,
            epoch: hit.epoch,
            fields: Array(Set(terms.fields)).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) },
            reason: wish.reason,
            confirmed: wish.confirmed
        )
        guard let query = MessageID(hit.query) else {
            throw NodeProblem(.fault, "the query's id cannot be read")
        }
        let proven = try question.provenBytes()
        let request = DisclosureRequest(
            question: question,
            query: query,
            urgency: wish.urgent ? .urgent : .normal,
            sealing: sealing,
            proofs: try hit.kept.proofs.map { proof in
                let key = try HitKey(SecretBytes(copying: [UInt8](proof.key)))
                return HitProof(mac: try key.proof(request: proven, slot: proof.slot), slot: proof.slot)
            }
        )
        return SentFile(
            request: SentRequest(needed: terms.approvals, asker: person.account.name.description),
            question: hit.question.question,
            query: hit.query,
            subject: hit.report.subject,
            agreement: hit.agreement,
            purpose: hit.question.purpose,
            caseReference: hit.question.caseReference,
            epoch: hit.epoch,
            handle: wish.handle,
            fields: question.fields,
            reason: wish.reason,
            confirmed: wish.confirmed,
            urgent: wish.urgent,
            score: hit.report.score,
            band: hit.report.band,
            kinds: hit.report.kinds,
            rules: terms.rules,
            retentionDays: terms.retentionDays,
            body: Data(try request.body()),
            keyID: sealing.id,
            transcript: KeptTranscript(Transcript(query: id.bytes)),
            received: nil
        )
    }

    private func log(
        _ file: SentFile,
        id: MessageID,
        peer: String,
        by person: Person
    ) async throws -> StoredDisclosure {
        let row = try stored(file, peer: peer, id: id.description, created: clock.milliseconds())
        var transcript = Transcript(query: id.bytes)
        transcript.append(.request, body: [UInt8](file.body))
        let exchange = AuditLog.Exchange(
            query: id.description,
            side: .asker,
            peer: peer,
            transcript: transcript,
            receipt: nil
        )
        _ = try await vault.commit { transaction in
            try transaction.store(row)
            let requested = try self.draft(
                "disclosure.requested",
                by: .person(person),
                data: [
                    "x": exchange.value, "request": .string(row.id), "agreement": .string(file.agreement),
                    "fields": .array(file.fields.map { .string($0) }),
                ],
                personal: [
                    PersonalValue(
                        name: "handle",
                        value: .string(file.handle),
                        retentionClass: RetentionClass.question
                    ),
                    PersonalValue(
                        name: "reason",
                        value: .string(file.reason),
                        retentionClass: RetentionClass.question
                    ),
                ],
                in: transaction
            )
            guard file.request.state == .held else { return ((), [requested]) }
            let held = try self.draft(
                "disclosure.held",
                by: .system,
                data: [
                    "request": .string(row.id), "agreement": .string(file.agreement),
                    "rules": .array(file.rules.map { .string($0) }),
                    "deadline": .integer(
                        row.created / 1_000 + Deadline.seconds(hours: Deadline.hours(urgent: file.urgent, policy: nil))
                    ),
                ],
                in: transaction
            )
            return ((), [requested, held])
        }
        return row
    }
}
