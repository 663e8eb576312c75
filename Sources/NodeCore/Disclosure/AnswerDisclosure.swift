/// Use case: take a peer's disclosure request and say how it stands. Every request gets the same answer, the same work and
/// the same entries, whatever is found (PROTOCOL section 4); what is decided shows on a tick.

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
        let file = try await judge(message, request: request, policies: policies, now: now)
        let committed = try await take(file, message: message, request: request, policies: policies.set, now: now)
        // A resend brings no entry of its own.
        let own = try committed.leaves.last.map { try self.receipt($0) }
        let receipt = if let own { own } else { try await latestReceipt() }
        switch committed.value {
        case .refused(let problem): return try .problem(problem, receipt: receipt)
        case .taken(let deadline):
            let accepted = DisclosureAccepted(id: message.question.id, deadline: deadline)
            return try .message(accepted, status: 202, receipt: receipt)
        }
    }

    // MARK: Judging

    /// What is known of the request before it is judged.
    private struct Found: Sendable {
        var terms: ReceivedTerms?
        var candidate: DisclosureCandidate?
        var manifest: Manifest?
        var isCurrent: Bool
    }

    private func judge(
        _ message: DisclosureRequest,
        request: VerifiedPeerRequest,
        policies: ActivePolicies,
        now: Int
    ) async throws -> HeldFile {
        let peer = request.agency.text
        let question = message.question
        let scope = try IndexScope(
            agreement: question.agreement,
            asker: peer,
            holder: configuration.agency,
            epoch: question.epoch
        )
        let handle = try Handle(text: question.handle)
        let found = try await vault.read { transaction in
            let newest = try transaction.latestManifest(
                agreement: scope.agreement,
                holder: scope.holder,
                asker: scope.asker
            )
            // The newest index stands in for one that is gone: the work is the same.
            let place = try IndexScope(
                agreement: scope.agreement,
                asker: scope.asker,
                holder: scope.holder,
                epoch: newest?.epoch ?? scope.epoch
            )
            let box = try transaction.receivedTerms(message.query.description, peer: peer)
            return Found(
                terms: try box.map {
                    let name = Self.termsName(peer: peer, query: message.query.description)
                    return try self.questionSealer.open(ReceivedTerms.self, $0, id: name)
                },
                candidate: try transaction.disclosureCandidate(place, handle: handle.bytes),
                manifest: try newest.map { try Manifest(decoding: $0.bytes) },
                isCurrent: newest?.epoch == scope.epoch
            )
        }
        return try await runner.offload { [self] in
            try heldFile(message, request: request, found: found, policies: policies, now: now)
        }
    }

    private func heldFile(
        _ message: DisclosureRequest,
        request: VerifiedPeerRequest,
        found: Found,
        policies: ActivePolicies,
        now: Int
    ) throws -> HeldFile {
        let question = message.question
        let hit = try proven(message, found: found, peer: request.agency.text, policies: policies.set)
        let terms = found.terms.flatMap { terms in
            terms.agreement == question.agreement && terms.epoch == question.epoch ? terms : nil
        }
        let weighed = weigh(
            fields: question.fields,
            urgent: message.urgency == .urgent,
            confirmed: question.confirmed,
            score: hit.score.score,
            facts: hit.facts,
            terms: terms,
            agreement: question.agreement,
            peer: request.agency.text,
            policies: policies.set
        )
        // What the asker is told may not depend on the record; what our people are told may.
        let general = Deadline.hours(urgent: message.urgency == .urgent, policy: nil)
        let deadline = now + Deadline.seconds(hours: general)
        var file = HeldFile(
            request: .silent(reason: "", deadline: deadline),
            agreement: question.agreement,
            epoch: question.epoch,
            handle: question.handle,
            asked: question.fields,
            leaving: [],
            reason: question.reason,
            confirmed: question.confirmed,
            urgent: message.urgency == .urgent,
            terms: terms,
            record: nil,
            score: hit.score.score,
            kinds: hit.score.kinds.map(\.rawValue),
            rules: [],
            sealingKeyID: message.sealing.id,
            sealingKey: Data(message.sealing.key.bytes),
            bodyDigest: Data(SHA2.sha256(request.body)),
            transcript: KeptTranscript(Transcript(query: question.id.bytes)),
            receipt: KeptReceipt(request.receipt)
        )
        let threshold = KeyRecipe.current.threshold(holderRecords: found.manifest?.records ?? 0)
        let isProven = hit.isMeant && found.isCurrent && hit.score.points >= threshold
        switch weighed {
        case .told(let because, let rules):
            file.rules = rules
            file.request = .refused(ground: Self.policyGround, because: because, received: now, deadline: deadline)
        case .silent(let reason, let rules):
            file.rules = rules
            file.request = .silent(reason: isProven ? reason : hit.reason, deadline: deadline)
        case .may where !isProven:
            file.request = .silent(reason: hit.reason, deadline: deadline)
        case .may(let allowed):
            file.rules = allowed.rules
            file.leaving = allowed.fields
            file.record = found.candidate.map { HeldFile.Place(dataset: $0.record.dataset, id: $0.record.id) }
            file.request = .found(
                needed: allowed.approvals,
                received: now,
                deadline: deadline,
                due: now + Deadline.seconds(hours: allowed.deadlineHours ?? general),
                excluded: found.candidate?.editors ?? []
            )
        }
        return file
    }

    /// The ground of refusals that a rule makes and no person.
    static let policyGround = "policy"

    /// What the proofs show, and whether they are about the record that the handle names.
    private struct Hit {
        var score: MatchScore
        var facts: RecordFacts?
        var isMeant: Bool
        var reason: String
    }

    private func proven(
        _ message: DisclosureRequest,
        found: Found,
        peer: String,
        policies: PolicySet
    ) throws -> Hit {
        let none = MatchScore(agreeing: [:])
        guard let manifest = found.manifest, let agreement = policies.agreements[message.question.agreement] else {
            return Hit(score: none, facts: nil, isMeant: false, reason: "no index is published under this agreement")
        }
        let seed = SecretName.epochSeed(manifest.scope)
        let prover = HitProver(
            engine: engine,
            random: random,
            index: try engine.index(manifest, segments: vault.segments),
            holder: try engine.holder(manifest.scope) { try keyring.secret(seed) }
        )
        let record = try found.candidate.map { try vault.sealer.open($0.record) }
        let scope = Set(agreement.scope.keyKinds.map(\.rawValue))
        let keys = record.map { KeyRecipe.current.keys(of: $0).filter { scope.contains($0.kind.policyKind.rawValue) } }
        let counts = try prover.proven(message, keys: keys ?? [])
        guard let record, let candidate = found.candidate else {
            return Hit(score: none, facts: nil, isMeant: false, reason: "the index is empty")
        }
        let facts = try? RecordColumns { record.cell($0) }.record()
        let admission = IndexAdmission(
            policies: policies,
            agreement: agreement,
            asker: peer,
            holder: configuration.agency,
            at: clock.moment
        )
        // A record that would not enter the index today is not spoken of, though its entries stay until the rotation.
        var withdrawn: String?
        if case .staysOut(let rule) = admission.verdict(on: record) { withdrawn = "the record is withdrawn by \(rule)" }
        let reason =
            if !found.isCurrent {
                "the epoch of the hit is over"
            } else if !candidate.isMeant {
                "no record has this handle"
            } else {
                withdrawn ?? "no key is proven for this handle"
            }
        return Hit(
            score: MatchScore(agreeing: counts),
            facts: facts,
            isMeant: candidate.isMeant && withdrawn == nil && facts != nil,
            reason: reason
        )
    }

    /// Policy's word; used when the request comes in and again before anything is sealed.
    func weigh(
        fields: [String],
        urgent: Bool,
        confirmed: Bool,
        score: Int,
        facts: RecordFacts?,
        terms: ReceivedTerms?,
        agreement: String,
        peer: String,
        policies: PolicySet
    ) -> WeighedDisclosure {
        guard let terms, let purpose = Purpose(rawValue: terms.purpose) else {
            return .silent("the query of the hit is not known here", rules: [])
        }
        let request = PolicyRequest(
            stage: .disclosure,
            side: .holder,
            at: clock.moment,
            asker: peer,
            holder: configuration.agency,
            agreement: agreement,
            purpose: purpose,
            legalBasis: terms.legalBasis,
            offence: terms.offence,
            caseReference: terms.caseReference,
            urgency: urgent ? .urgent : .normal,
            fields: fields,
            hit: HitFacts(score: score, confirmed: confirmed),
            record: facts,
            analyst: terms.analyst
        )
        return WeighDisclosure.weigh(request, policies: policies)
    }

    // MARK: Taking

    private func take(
        _ judged: HeldFile,
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
                (.refused(problem), [try self.refusalDraft(request, problem, in: transaction)])
            }
            guard
                try transaction.remember(nonce: request.nonce, of: peer, until: request.nonceKeptUntil, now: now)
            else { return try refused(.replayed) }
            if let known = try transaction.disclosure(.holder, peer: peer, id: id) {
                guard try self.heldFile(known).bodyDigest == judged.bodyDigest, let deadline = known.deadline else {
                    return try refused(.init(.conflict, detail: "this request id came before with other bytes"))
                }
                return (.taken(deadline: deadline), [])
            }
            guard try transaction.disclosureCount(of: peer, since: created - 86_400_000) < Self.disclosuresADay else {
                return try refused(.init(.quota, detail: "more disclosure requests than \(Self.disclosuresADay) a day"))
            }
            var file = judged
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
            try transaction.store(try self.stored(file, peer: peer, id: id, created: created, now: now))
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
            let held = try self.draft(
                "disclosure.held",
                by: .system,
                data: ["request": .string(id), "deadline": .integer(file.request.deadline)],
                in: transaction
            )
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
        if file.request.visible(at: now) == .released, file.release == nil {
            file = try await release(stored, by: .system)
        }
        let status = DisclosureStatus(
            id: id,
            deadline: file.request.deadline,
            state: Self.state(file, at: now)
        )
        return try .message(status, receipt: try await latestReceipt())
    }

    static func state(_ file: HeldFile, at now: Int) -> DisclosureStatus.State {
        switch file.request.visible(at: now) {
        case .deciding: .deciding
        case .nothing: .nothing
        case .askedBack(let question): .askedBack(question: question)
        case .refused(let ground, let because): .refused(ground: ground, because: because)
        case .released: file.release.map { .released($0.message) } ?? .deciding
        }
    }
}
