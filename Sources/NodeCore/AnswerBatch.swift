/// Use case: answer a further batch of a long query. Its first batch was decided, charged and logged as the query; each
/// later one is decided again, logged before it leaves, and never charged twice (PROTOCOL section 1, step 3).

import AuditLog
import CanonicalJSON
import Casework
import ObliviousPRF
import PeerTrust
import PolicyEngine
import SetIntersection
import Sodium
import TransparencyLog
import Vault
import WireProtocol

/// What the holder keeps of a long query beside its terms, so that policy can be asked again at each batch.
struct LongTerms: Codable, Sendable {
    /// Of the whole query, pads included.
    var keys: Int
    var keyKinds: [String]
    var isUrgent: Bool
    /// Hex.
    var agreementDigest: String

    init(_ query: QueryRequest) {
        keys = query.keys
        keyKinds = query.keyKinds
        isUrgent = query.urgency == .urgent
        agreementDigest = Hex.encode(query.agreementDigest)
    }
}

extension QueryRequest {
    /// The query of which `batch` is part, with that batch's points; nil if it had no further batches.
    init?(_ terms: ReceivedTerms, batch: QueryBatch) {
        guard let long = terms.long, let digest = Hex.decode(long.agreementDigest) else { return nil }
        self.init(
            query: batch.query,
            agreement: terms.agreement,
            agreementDigest: digest,
            epoch: terms.epoch,
            purpose: terms.purpose,
            offence: terms.offence,
            legalBasis: terms.legalBasis,
            caseReference: terms.caseReference.flatMap { Hex.decode($0) },
            analyst: terms.analyst,
            urgency: long.isUrgent ? .urgent : .normal,
            keys: long.keys,
            keyKinds: long.keyKinds,
            points: batch.points
        )
    }
}

extension QueryAnswer {
    init(_ query: QueryRequest, _ evaluations: [ClassEvaluation], indexVersion: Int) throws {
        self.init(
            query: query.query,
            epoch: query.epoch,
            indexVersion: indexVersion,
            evaluated: try PointsByClass(
                Dictionary(uniqueKeysWithValues: evaluations.map { ($0.keyClass.name, $0.evaluation.elements) })
            ),
            proofs: Dictionary(uniqueKeysWithValues: evaluations.map { ($0.keyClass.name, $0.evaluation.proof) })
        )
    }
}

/// Whether a batch is answered.
private enum BatchAdmission {
    case admitted
    case refused(WireProtocol.Problem)
}

extension Node {
    func answerBatch(_ request: VerifiedPeerRequest, of id: MessageID) async throws -> PeerAnswer {
        let peer = request.agency.text
        let batch: QueryBatch
        do throws(WireError) {
            batch = try QueryBatch(body: request.body)
        } catch {
            return try await refuse(request, .init(.malformed, detail: error.text))
        }
        guard batch.query == id else {
            return try await refuse(request, .init(.malformed, detail: "path and body name different queries"))
        }
        let name = Self.termsName(peer: peer, query: id.description)
        let sealed = try await vault.read { try $0.receivedTerms(id.description, peer: peer) }
        guard let sealed, let terms = try? questionSealer.open(ReceivedTerms.self, sealed, id: name),
            let query = QueryRequest(terms, batch: batch)
        else {
            let detail = "there is no query of this id that goes on in batches"
            return try await refuse(request, .init(.notFound, detail: detail))
        }
        guard query.points.count == QueryLayout.points(in: batch.batch, keys: query.keys) else {
            let detail = "batch \(batch.batch) of a query of \(query.keys) keys has another number of points"
            return try await refuse(request, .init(.malformed, detail: detail))
        }
        let policies = activePolicies
        let judgement = judge(query, of: peer, policies: policies)
        let manifest = try await vault.read {
            try $0.latestManifest(agreement: query.agreement, holder: self.configuration.agency, asker: peer)
        }
        let problem = self.problem(with: query, judged: judgement, manifest: manifest, policies: policies)
        // As with a query's first batch: the work overlaps the sync of the entry, and nothing leaves before that.
        let (signal, admitted) = AsyncStream.makeStream(of: Void.self)
        async let work = evaluate(query, of: peer, after: signal)
        let committed: Committed<BatchAdmission>
        do {
            committed = try await admit(batch, of: query, request, problem: problem, judgement: judgement) {
                admitted.yield()
            }
            admitted.finish()
        } catch {
            admitted.finish()
            throw error
        }
        switch committed.value {
        case .refused(let problem):
            guard let leaf = committed.leaves.last else { return try await refuseCounted(request, problem) }
            return try .problem(problem, receipt: receipt(leaf))
        case .admitted:
            guard let leaf = committed.leaves.last else { return .unavailable }
            do {
                guard let evaluations = try await work, let manifest else { return .unavailable }
                let answer = try QueryAnswer(query, evaluations, indexVersion: manifest.version)
                return try .message(answer, receipt: receipt(leaf))
            } catch is IntersectionError {
                return try await refusePoints(request, query: query)
            }
        }
    }

    /// Nonce, order, quota of weak keys and entry, in one transaction; `admitted` is called when all of them pass.
    private func admit(
        _ batch: QueryBatch,
        of query: QueryRequest,
        _ request: VerifiedPeerRequest,
        problem: WireProtocol.Problem?,
        judgement: Judgement,
        admitted: @escaping @Sendable () -> Void
    ) async throws -> Committed<BatchAdmission> {
        let peer = request.agency.text
        let id = query.query.description
        let (now, start) = (clock.seconds, clock.milliseconds())
        let bodyDigest = SHA2.sha256(request.body)
        // Not in the transaction, where all others wait.
        let pointRoot = Base64URL.encode(query.points.pointRoot.bytes)
        return try await vault.commit { transaction -> (BatchAdmission, [AuditDraft]) in
            func refused(_ problem: WireProtocol.Problem, ground: String) throws -> (BatchAdmission, [AuditDraft]) {
                guard self.free.take(peer, at: start) else { return (.refused(problem), []) }
                let draft = try self.draft(
                    "query.refused",
                    by: .system,
                    data: [
                        "query": .string(id), "peer": .string(peer), "keys": .integer(query.points.count),
                        "agreement": .string(query.agreement), "purpose": .string(query.purpose),
                        "ground": .string(ground), "rule": problem.rule.map { .string($0) },
                        "rules": .array(judgement.rules.map { .string($0) }),
                    ],
                    in: transaction
                )
                return (.refused(problem), [draft])
            }
            guard
                try transaction.remember(nonce: request.nonce, of: peer, until: request.nonceKeptUntil, now: now)
            else { return try refused(.replayed, ground: "replayed") }
            let known = try transaction.receivedBatch(batch.batch, ofQuery: id, peer: peer)
            if let known, known != bodyDigest {
                let problem = WireProtocol.Problem(.conflict, detail: "this batch came before with other bytes")
                return try refused(problem, ground: "batch")
            }
            if let problem { return try refused(problem, ground: problem.kind.rawValue) }
            let newest = try transaction.latestManifest(
                agreement: query.agreement,
                holder: self.configuration.agency,
                asker: peer
            )
            guard newest?.epoch == query.epoch else { return try refused(Self.epochOver(query.epoch), ground: "epoch") }
            let held = try self.heldQuestion(id, peer: peer, in: transaction)
            if let held, !held.isAnswered {
                let detail = "the query waits for a person: its first batch is answered before the others"
                return try refused(.init(.conflict, detail: detail), ground: "held")
            }
            // Policy of today may want more people than decided on the query.
            if let hold = judgement.hold, !hold.isMet(by: held?.request.approvals ?? []) {
                let detail = "the rules changed: a person has to decide on the rest, which is asked as a new question"
                return try refused(.init(.refused, detail: detail), ground: "held")
            }
            // Two are in work at once: the one before may still be on its way.
            if batch.batch > 2, try transaction.receivedBatch(batch.batch - 2, ofQuery: id, peer: peer) == nil {
                let detail = "batches come in order, two at a time: batch \(batch.batch - 2) did not come yet"
                return try refused(.init(.conflict, detail: detail), ground: "order")
            }
            if known != nil {
                guard self.free.take(peer, at: start) else { return (.refused(.resentTooOften), []) }
            } else {
                let subjects = QuotaSubjects(
                    direction: .answered,
                    peer: peer,
                    agreement: query.agreement,
                    analyst: query.analyst,
                    caseReference: query.caseReference.map { Hex.encode($0) }
                )
                // The query's keys were charged with its first batch, all but the weak ones: those count as they come.
                let charged = try QuotaBook.charge(
                    keys: 0,
                    weak: (query.points.classes["weak"]?.count ?? 0) / WireLimits.pointBytes,
                    limits: QuotaBook.limits(judgement.quotas, subjects).filter(\.weakOnly),
                    subjects: subjects,
                    at: now,
                    in: transaction
                )
                if case .failure(let exceeded) = charged {
                    return try refused(.init(.quota, detail: "quota: \(exceeded.text)"), ground: "quota")
                }
                try transaction.storeReceivedBatch(batch.batch, ofQuery: id, peer: peer, bodyDigest: bodyDigest)
            }
            let draft = try self.draft(
                "query.continued",
                by: .peer(peer),
                data: [
                    "x": QueryExchange(request: bodyDigest, receipt: request.receipt)
                        .value(of: query.query, side: .holder, peer: peer),
                    "query": .string(id), "peer": .string(peer), "keys": .integer(query.points.count),
                    "point_root": .string(pointRoot),
                ],
                in: transaction
            )
            admitted()
            return (.admitted, [draft])
        }
    }
}
