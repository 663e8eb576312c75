/// The work on a query's points before its entry, and what is looked at before so much is spent. Decides nothing: what
/// leaves, `AnswerQuery` says, in the transaction of the entry.

import AuditLog
import CanonicalJSON
import Casework
import MatchKeys
import ObliviousPRF
import PeerTrust
import PolicyEngine
import SetIntersection
import Sodium
import TransparencyLog
import Vault
import WireProtocol

extension QueryRequest {
    /// Points of class weak, pads included.
    var weakKeys: Int { (points.classes["weak"]?.count ?? 0) / 32 }
}

extension Node {
    /// What became of the points before the entry.
    enum Preparation {
        case none
        case answer([UInt8])
        /// They were no points.
        case malformed

        var body: [UInt8]? { if case .answer(let body) = self { body } else { nil } }
    }

    /// An answer was due that nobody had worked on.
    struct NotPrepared: Error {}

    func prepare(
        _ query: QueryRequest,
        of asker: String,
        manifest: StoredManifest?
    ) async throws -> Preparation {
        guard let manifest else { return .none }
        do {
            let evaluations = try await evaluate(query, of: asker)
            return .answer(try QueryAnswer(query, evaluations, indexVersion: manifest.version).body())
        } catch is IntersectionError {
            return .malformed
        }
    }

    /// Whether nothing seen so far keeps the answer back: the query id is new and its quota not used up, or it came before
    /// and was let go. Decides nothing: the entry's transaction does.
    func looksAdmissible(
        _ query: QueryRequest,
        of request: VerifiedPeerRequest,
        judgement: Judgement
    ) async throws -> Bool {
        let peer = request.agency.text
        let (now, digest) = (clock.seconds, SHA2.sha256(request.body))
        guard free.hasRoom(peer, at: clock.milliseconds()) else { return false }
        let subjects = Self.quotaSubjects(query, peer: peer)
        return try await vault.read { transaction in
            guard let known = try transaction.receivedQuery(query.query.description, peer: peer) else {
                guard judgement.hold == nil else { return false }
                let left = try QuotaBook.check(
                    keys: query.keys,
                    weak: query.weakKeys,
                    limits: QuotaBook.limits(judgement.quotas, subjects),
                    at: now,
                    in: transaction
                )
                if case .success = left { return true }
                return false
            }
            guard known == digest else { return false }
            guard let held = try self.heldQuestion(query.query.description, peer: peer, in: transaction) else {
                return true
            }
            if held.isAnswered { return true }
            guard case .released = held.request.visible(at: now) else { return false }
            return judgement.hold.map { $0.isMet(by: held.request.approvals) } ?? true
        }
    }

    static func quotaSubjects(_ query: QueryRequest, peer: String) -> QuotaSubjects {
        QuotaSubjects(
            direction: .answered,
            peer: peer,
            agreement: query.agreement,
            analyst: query.analyst,
            caseReference: query.caseReference.map { Hex.encode($0) }
        )
    }

    /// Decodes and evaluates the points on threads of their own; nil if they were not admitted.
    func evaluate(
        _ query: QueryRequest,
        of asker: String,
        after admitted: AsyncStream<Void>
    ) async throws -> [ClassEvaluation]? {
        var signals = admitted.makeAsyncIterator()
        guard await signals.next() != nil else { return nil }
        return try await evaluate(query, of: asker)
    }

    /// Decodes and evaluates the points on threads of their own.
    ///
    /// - Throws: `IntersectionError` when they are no points.
    private func evaluate(_ query: QueryRequest, of asker: String) async throws -> [ClassEvaluation] {
        let scope = try IndexScope(
            agreement: query.agreement,
            asker: asker,
            holder: configuration.agency,
            epoch: query.epoch
        )
        let holder = try engine.holder(scope) { try keyring.secret(SecretName.epochSeed(scope)) }
        return try await runner.offload(items: query.keys) { [engine, random] in
            let classes = try query.points.names.map { name in
                (keyClass: try SetIntersection.KeyClass(name), points: query.points.classes[name] ?? [])
            }
            let batch = try PointBatch(decoding: classes, announced: query.points.count, engine: engine.prf.engine)
            return try holder.answer(batch, random: random)
        }
    }

    static let noPoints = WireProtocol.Problem(
        .malformed,
        detail: "a point is not a valid ristretto255 element, or stands twice"
    )

    /// The points were no points: the entry says received, so a second one says that no answer left.
    func refusePoints(_ request: VerifiedPeerRequest, query: QueryRequest) async throws -> PeerAnswer {
        let problem = Self.noPoints
        let committed = try await vault.commit { transaction in
            let draft = try self.noPointsEntry(query, exchange: nil, peer: request.agency.text, in: transaction)
            return ((), [draft])
        }
        guard let leaf = committed.leaves.first else { return .unavailable }
        return try .problem(problem, receipt: receipt(leaf))
    }

    func noPointsEntry(
        _ query: QueryRequest,
        exchange: JSONValue?,
        peer: String,
        in transaction: VaultTransaction
    ) throws -> AuditDraft {
        try draft(
            "query.refused",
            by: .peer(peer),
            data: [
                "x": exchange, "query": .string(query.query.description), "peer": .string(peer),
                "keys": .integer(query.keys), "agreement": .string(query.agreement),
                "purpose": .string(query.purpose), "ground": "points",
            ],
            in: transaction
        )
    }
}
