/// Writes our disclosure request: finds the hit and what proves it, asks our own policy, makes the message with the proofs and
/// the sealing key of the day. Sends nothing; what is said of it in the log is here too.

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

/// What our own policy says to a disclosure request, and what it was asked.
struct WeighedWish: Sendable {
    var terms: DisclosureTerms
    var decided: PolicyRequest
    /// Of the policies that decided.
    var digest: String
}

/// What our own policy is asked about.
struct DisclosureDraft: Sendable {
    var peer: String
    var fields: [String]
    var confirmed: Bool
    var urgent: Bool

    init(_ wish: DisclosureWish) {
        (peer, fields, confirmed, urgent) = (wish.peer, wish.fields, wish.confirmed, wish.urgent)
    }

    init(_ file: SentFile, peer: String) {
        self.peer = peer
        fields = file.wished ?? file.fields
        (confirmed, urgent) = (file.confirmed, file.urgent)
    }
}

extension Node {
    /// Looks for a new epoch first: under an old one the holder would be silent until the deadline. Who cannot be reached
    /// now is asked with what we have.
    func renewCopy(_ query: String, of peer: String, by person: Person, through reaching: any PeerReaching) async {
        guard let agency = AgencyID(peer), let pinned = peers.peer(agency: agency),
            let row = try? await vault.read({ try $0.question(query) ?? $0.question(ofQuery: query) })
        else { return }
        _ = try? await fetchIndex(row.agreement, of: pinned, by: person, through: reaching, force: true)
    }

    /// - Parameter query: the question's UUID, or the one that was sent to the peer.
    func hit(query: String, peer: String, handle: String) async throws(NodeProblem) -> ProvableHit {
        let found: ProvableHit?
        do {
            found = try await vault.read { try self.hit(query: query, peer: peer, handle: handle, in: $0) }
        } catch {
            throw NodeProblem(fault: error, doing: "reading the question")
        }
        guard let found else {
            throw NodeProblem(
                .usage,
                "there is no such hit",
                at: "--query, --peer, --handle",
                because: "no question of that id has a hit of that handle at \(peer)",
                try: "comity query \(folder.path) --show \(query)"
            )
        }
        return found
    }

    private func hit(
        query: String,
        peer: String,
        handle: String,
        in transaction: VaultTransaction
    ) throws -> ProvableHit? {
        guard let row = try transaction.question(query) ?? transaction.question(ofQuery: query) else { return nil }
        let question = try questionSealer.open(SealedQuestion.self, row.box, id: row.id)
        for part in try transaction.peerQueries(of: row.id) where part.peer == peer {
            let sealed = try questionSealer.open(SealedPeerQuery.self, part.box, id: part.id)
            guard let kept = sealed.hits?.first(where: { $0.handle == handle }), let epoch = sealed.epoch,
                let report = sealed.report.hits.first(where: { $0.handle == handle })
            else { continue }
            let copy = try transaction.latestManifest(
                agreement: row.agreement,
                holder: peer,
                asker: configuration.agency
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

    func weigh(
        _ draft: DisclosureDraft,
        hit: ProvableHit,
        by person: Person,
        policies: ActivePolicies
    ) throws(NodeProblem) -> WeighedWish {
        guard let purpose = Purpose(rawValue: hit.question.purpose) else {
            throw NodeProblem(.data, "the question's purpose is none of this version")
        }
        let request = PolicyRequest(
            stage: .disclosure,
            side: .asker,
            at: clock.moment,
            asker: configuration.agency,
            holder: draft.peer,
            agreement: hit.agreement,
            purpose: purpose,
            legalBasis: hit.question.legalBasis,
            offence: hit.question.offence,
            urgency: draft.urgent ? .urgent : .normal,
            fields: draft.fields,
            hit: HitFacts(score: hit.report.score, confirmed: draft.confirmed),
            analyst: person.account.name.description
        )
        switch WeighDisclosure.weigh(request, policies: policies.set) {
        case .may(let terms): return WeighedWish(terms: terms, decided: request, digest: policies.digest)
        case .told(let reason, let rules), .silent(let reason, let rules):
            throw NodeProblem(
                .refused,
                "our own policy does not let this be asked",
                at: rules.first,
                because: reason,
                try: draft.confirmed ? nil : "compare the hit with your file, and say so with --confirmed"
            )
        }
    }

    /// Keeps what our own policy was asked, with the request that follows from it.
    func keep(_ weighed: WeighedWish, id: String, peer: String, in transaction: VaultTransaction) throws {
        try keep([weighed.decided], id: id, side: .asker, peer: peer, digest: weighed.digest, in: transaction)
    }

    /// Tells whom our own rules want told that it is asked for.
    func notify(
        _ weighed: WeighedWish,
        _ file: SentFile,
        id: String,
        peer: String,
        in transaction: VaultTransaction
    ) throws {
        try notify(
            weighed.terms.notices,
            of: .disclosureRequested,
            about: id,
            agreement: file.agreement,
            peer: peer,
            in: transaction
        )
    }

    /// Makes the message: fields, proofs and sealing key as of now.
    func write(_ file: inout SentFile, id: MessageID, hit: ProvableHit, terms: DisclosureTerms) throws {
        let sealing = try SealingKeys.current(keyring, today: clock.moment.day)
        let question = DisclosureQuestion(
            id: id,
            agreement: hit.agreement,
            handle: hit.kept.handle,
            epoch: hit.epoch,
            fields: Array(Set(terms.fields)).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) },
            reason: file.reason,
            confirmed: file.confirmed
        )
        guard let query = MessageID(hit.query) else {
            throw NodeProblem(.fault, "the query's id cannot be read")
        }
        let proven = try question.provenBytes()
        let request = DisclosureRequest(
            question: question,
            query: query,
            urgency: file.urgent ? .urgent : .normal,
            sealing: sealing,
            proofs: try hit.kept.proofs.map { proof in
                let key = try HitKey(SecretBytes(copying: [UInt8](proof.key)))
                return HitProof(mac: try key.proof(request: proven, slot: proof.slot), slot: proof.slot)
            }
        )
        (file.question, file.query, file.subject) = (hit.question.question, hit.query, hit.report.subject)
        (file.epoch, file.handle) = (hit.epoch, hit.kept.handle)
        (file.score, file.band, file.kinds) = (hit.report.score, hit.report.band, hit.report.kinds)
        (file.fields, file.rules, file.retentionDays) = (question.fields, terms.rules, terms.retentionDays)
        file.fieldRules = terms.fieldRules
        file.body = Data(try request.body())
        file.keyID = sealing.id
        file.transcript = KeptTranscript(Transcript(query: id.bytes))
    }

    // MARK: Entries

    static func requested(_ file: SentFile, id: MessageID, peer: String, by actor: Actor) -> Drafting {
        var transcript = Transcript(query: id.bytes)
        transcript.append(.request, body: [UInt8](file.body))
        let exchange = AuditLog.Exchange(
            query: id.description,
            side: .asker,
            peer: peer,
            transcript: transcript,
            receipt: nil
        )
        return Drafting(
            event: "disclosure.requested",
            actor: actor,
            data: [
                "x": exchange.value, "request": .string(id.description), "agreement": .string(file.agreement),
                "fields": .array(file.fields.map { .string($0) }),
            ],
            personal: [
                PersonalValue(name: "handle", value: .string(file.handle), retentionClass: RetentionClass.question),
                PersonalValue(name: "reason", value: .string(file.reason), retentionClass: RetentionClass.question),
            ]
        )
    }

    static func held(_ file: SentFile, id: String, by actor: Actor) -> Drafting {
        Drafting(
            event: "disclosure.held",
            actor: actor,
            data: [
                "request": .string(id), "agreement": .string(file.agreement),
                "rules": .array(file.rules.map { .string($0) }),
                "deadline": file.request.leaveBy.map { .integer($0) },
            ]
        )
    }
}
