/// Use case: take a peer's disclosure request and say how it stands. Every request gets the same answer, the same work and
/// the same entries, whatever is found (PROTOCOL section 4); what is decided shows on a tick.

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
import TransparencyLog
import Vault
import WireProtocol

/// What became of a request.
private enum Intake {
    case taken(deadline: Int)
    case refused(WireProtocol.Problem)
}

extension Node {
    /// Requests of one peer in 24 hours: more are turned away, and say nothing of a record.
    static let disclosuresADay = 2_000

    func answerDisclosureRequest(_ request: VerifiedPeerRequest) async throws -> PeerAnswer {
        let message: DisclosureRequest
        do throws(WireError) {
            message = try DisclosureRequest(body: request.body)
        } catch {
            return try await refuse(request, .init(.malformed, detail: error.text))
        }
        let policies = activePolicies
        guard message.question.fields.allSatisfy(policies.set.fields.contains) else {
            let detail = "a field asked for is no column of a record"
            return try await refuse(request, .init(.malformed, detail: detail))
        }
        let now = clock.seconds
        let judged = try await judge(message, request: request, policies: policies, now: now)
        let committed = try await take(judged, message: message, request: request, policies: policies.set, now: now)
        // A resend brings no entry of its own.
        let own = try committed.leaves.first.map { try self.receipt($0) }
        let receipt = if let own { own } else { try await latestReceipt() }
        switch committed.value {
        case .refused(let problem): return try .problem(problem, receipt: receipt)
        case .taken(let deadline):
            let accepted = DisclosureAccepted(id: message.question.id, deadline: deadline)
            return try .message(accepted, status: 202, receipt: receipt)
        }
    }

    // MARK: Taking

    private func take(
        _ judged: JudgedRequest,
        message: DisclosureRequest,
        request: VerifiedPeerRequest,
        policies: PolicySet,
        now: Int
    ) async throws -> Committed<Intake> {
        let peer = request.agency.text
        let id = message.question.id.description
        let created = clock.milliseconds()
        return try await vault.commit { transaction -> (Intake, [AuditDraft]) in
            func refused(_ problem: WireProtocol.Problem) throws -> (Intake, [AuditDraft]) {
                let isFree = self.free.take(peer, at: created)
                return (.refused(problem), isFree ? [try self.refusalDraft(request, problem, in: transaction)] : [])
            }
            guard
                try transaction.remember(nonce: request.nonce, of: peer, until: request.nonceKeptUntil, now: now)
            else { return try refused(.replayed) }
            if let known = try transaction.disclosure(.holder, peer: peer, id: id) {
                guard try self.heldFile(known).bodyDigest == judged.file.bodyDigest, let deadline = known.deadline
                else {
                    return try refused(.init(.conflict, detail: "this request id came before with other bytes"))
                }
                return (.taken(deadline: deadline), [])
            }
            // Ids are the sender's choice; two requests of one id could not be told apart by people.
            guard try transaction.disclosures(idPrefix: id).isEmpty else {
                return try refused(.init(.conflict, detail: "this request id is taken"))
            }
            guard try transaction.disclosureCount(of: peer, since: created - 86_400_000) < Self.disclosuresADay else {
                return try refused(.init(.quota, detail: "more disclosure requests than \(Self.disclosuresADay) a day"))
            }
            var file = judged.file
            var transcript = Transcript(query: message.question.id.bytes)
            transcript.append(.request, body: request.body)
            let exchange = AuditLog.Exchange(
                query: id,
                side: .holder,
                peer: peer,
                transcript: transcript,
                receipt: file.receipt.receipt
            )
            let accepted = DisclosureAccepted(id: message.question.id, deadline: file.request.deadline)
            transcript.append(.answer, body: try accepted.body())
            file.transcript = KeptTranscript(transcript)
            file.leaf = try transaction.nextLeaf()
            try transaction.store(try self.stored(file, peer: peer, id: id, created: created))
            try self.keep(
                judged.decided.map { [$0] } ?? [],
                id: id,
                side: .holder,
                peer: peer,
                digest: judged.digest,
                in: transaction
            )
            // Two entries, whatever was found: the growth of our log tells no more than the answer.
            let received = try self.draft(
                "disclosure.request_received",
                by: .peer(peer),
                data: [
                    "x": exchange.value, "request": .string(id),
                    "agreement": policies.agreements[file.agreement] == nil ? nil : .string(file.agreement),
                    "fields": .array(file.asked.map { .string($0) }), "deadline": .integer(file.request.deadline),
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
            var data: [String: JSONValue?] = [
                "request": .string(id), "deadline": .integer(file.request.deadline),
                "rules": .array(file.rules.map { .string($0) }),
            ]
            var isTold = false
            if case .refused(let ground, _, _) = file.request.state {
                (isTold, data["ground"]) = (true, .string(ground))
            }
            let event = isTold ? "disclosure.refused" : "disclosure.held"
            let held = try self.draft(event, by: .system, data: data, in: transaction)
            return (.taken(deadline: file.request.deadline), [received, held])
        }
    }

    // MARK: How it stands

    func answerDisclosureStatus(_ request: VerifiedPeerRequest, id: MessageID) async throws -> PeerAnswer {
        let peer = request.agency.text
        let now = clock.seconds
        guard try await remember(request) else { return try await refuse(request, .replayed) }
        let stored = try await vault.read { try $0.disclosure(.holder, peer: peer, id: id.description) }
        guard let stored else {
            return try await refuse(request, .init(.notFound, detail: "there is no disclosure request of that id"))
        }
        var file = try heldFile(stored)
        if file.request.visible(at: now) == .released, file.release == nil || file.fetched == nil {
            file = try await handOut(stored, at: now)
        }
        let state = Self.state(file, at: now)
        let status = DisclosureStatus(id: id, deadline: file.request.deadline, state: state)
        let leaf = if case .released = state { file.leaf } else { file.leafBefore ?? file.leaf }
        return try .message(status, receipt: try await receipt(of: leaf))
    }

    /// The receipt of the entry that an answer belongs to: that of the newest one would tell what happened since.
    private func receipt(of leaf: Int?) async throws -> PeerTrust.AuditReceipt {
        if let index = leaf, let hash = try await vault.read({ try $0.leafHash(index) }),
            let receipt = PeerTrust.AuditReceipt(origin: vault.origin, index: index, leaf: hash)
        {
            return receipt
        }
        return try await latestReceipt()
    }

    static func state(_ file: HeldFile, at now: Int) -> DisclosureStatus.State {
        // What was erased before it was fetched is as silent as what was never found.
        if file.erased != nil, file.request.visible(at: now) == .released {
            return now < file.request.deadline ? .deciding : .nothing
        }
        return switch file.request.visible(at: now) {
        case .deciding: .deciding
        case .nothing: .nothing
        case .askedBack(let question): .askedBack(question: question)
        case .refused(let ground, let because): .refused(ground: ground, because: because)
        case .released: file.release.map { .released($0.message) } ?? .deciding
        }
    }
}
