/// Use case: answer a peer's blinded question. Size, signature and freshness were checked before this; here follow the
/// policy's decision, the quota and the audit entry, and only then does anything leave (PROTOCOL section 1, step 4).

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

/// What became of a query before it was answered.
private enum Admission {
    /// With the answer's body: to a new query, to one that was let go, or again to the same bytes, which is not charged.
    case admitted([UInt8])
    /// A person decides first.
    case held(deadline: Int)
    case refused(WireProtocol.Problem)
}

extension Node {
    func answerQuery(_ request: VerifiedPeerRequest) async throws -> PeerAnswer {
        let start = clock.milliseconds()
        let query: QueryRequest
        do throws(WireError) {
            query = try QueryRequest(body: request.body)
        } catch {
            return try await refuse(request, .init(.malformed, detail: error.text))
        }
        let policies = activePolicies
        let judgement = judge(query, of: request.agency.text, policies: policies)
        let manifest = try await vault.latestManifest(
            agreement: query.agreement,
            holder: configuration.agency,
            asker: request.agency.text
        )
        let problem = self.problem(with: query, judged: judgement, manifest: manifest, policies: policies)
        // Beside evaluation: a hash for each point.
        async let root = Base64URL.encode(query.points.pointRoot.bytes)
        // The entry that says answered binds the answer, so the points are worked on first; the answer leaves when the
        // entry is durable. What would be refused anyway is not worked on.
        var prepared = Preparation.none
        if problem == nil, try await looksAdmissible(query, of: request, judgement: judgement) {
            prepared = try await prepare(query, of: request.agency.text, manifest: manifest)
        }
        let committed: Committed<Admission>
        let pointRoot = await root
        do {
            committed = try await admit(
                request,
                query: query,
                pointRoot: pointRoot,
                problem: problem,
                judgement: judgement,
                prepared: prepared,
                since: start
            )
        } catch is NotPrepared {
            // A quota or a decision changed between the look and the entry.
            prepared = try await prepare(query, of: request.agency.text, manifest: manifest)
            committed = try await admit(
                request,
                query: query,
                pointRoot: pointRoot,
                problem: problem,
                judgement: judgement,
                prepared: prepared,
                since: start
            )
        }
        if case .held(let deadline) = committed.value {
            // Asked again before anybody decided: no entry of its own.
            let own = try committed.leaves.last.map { try self.receipt($0) }
            let receipt = if let own { own } else { try await latestReceipt() }
            return try .message(QueryHeld(query: query.query, deadline: deadline), status: 202, receipt: receipt)
        }
        guard let leaf = committed.leaves.last else {
            guard case .refused(let problem) = committed.value else { return .unavailable }
            return try await refuseCounted(request, problem)
        }
        switch committed.value {
        case .held: return .unavailable
        case .refused(let problem): return try .problem(problem, receipt: receipt(leaf))
        case .admitted(let body):
            return .answer(status: 200, contentType: MediaType.message, body: body, receipt: try receipt(leaf))
        }
    }

    /// The policy's word on a query.
    struct Judgement: Sendable {
        var problem: WireProtocol.Problem?
        /// What policy was asked; nil where it could not be, and digest of the policies that decided.
        var request: PolicyRequest?
        var digest = ""
        /// Rules that fired, for the log.
        var rules: [String]
        var quotas: [Quota]
        /// How the index that is asked may be fetched.
        var retrieval = RetrievalTerms.free
        /// Who is told once it is answered.
        var notices = NoticeDuties.none
        /// What people have to decide; nil if nobody need.
        var hold: QuestionHold?
    }

    func judge(_ query: QueryRequest, of asker: String, policies: ActivePolicies) -> Judgement {
        let request = request(query, of: asker)
        var judgement = judge(query, by: policies.set, request)
        (judgement.request, judgement.digest) = (request, policies.digest)
        return judgement
    }

    /// Nil where a word is none of this protocol.
    private func request(_ query: QueryRequest, of asker: String) -> PolicyRequest? {
        var request = PolicyRequest(
            stage: .question,
            side: .holder,
            at: clock.moment,
            asker: asker,
            holder: configuration.agency,
            agreement: query.agreement,
            legalBasis: query.legalBasis,
            offence: query.offence,
            caseReference: query.caseReference.map { Hex.encode($0) },
            urgency: query.urgency == .urgent ? .urgent : .normal,
            keyCount: query.keys,
            analyst: query.analyst
        )
        request.purpose = Purpose(rawValue: query.purpose)
        let kinds = query.keyKinds.map(PolicyEngine.KeyKind.init(rawValue:))
        request.keyKinds = kinds.compactMap { $0 }
        return request.purpose == nil || kinds.contains(nil) ? nil : request
    }

    private func judge(_ query: QueryRequest, by policies: PolicySet, _ request: PolicyRequest?) -> Judgement {
        guard let request, let decision = try? policies.decide(request) else {
            let problem = WireProtocol.Problem(
                .malformed,
                detail: "the purpose or a kind of key is not one of this protocol"
            )
            return Judgement(problem: problem, rules: [], quotas: [])
        }
        let rules = decision.reasons.map { $0.rule }
        if let problem = Self.undeclared(query) { return Judgement(problem: problem, rules: rules, quotas: []) }
        if let duty = Duties.undone(in: decision) {
            let problem = WireProtocol.Problem(.refused, detail: duty.text, rule: duty.rule)
            return Judgement(problem: problem, rules: rules, quotas: [])
        }
        guard decision.outcome != .refuse else {
            return Judgement(problem: Self.refusal(decision), rules: rules, quotas: [])
        }
        return Judgement(
            problem: nil,
            rules: rules,
            quotas: decision.obligations.quota,
            retrieval: RetrievalTerms(decision),
            notices: NoticeDuties(decision),
            hold: QuestionHold([decision])
        )
    }

    /// Points of a class of which no declared kind is: policy would be asked about other keys than are evaluated.
    private static func undeclared(_ query: QueryRequest) -> WireProtocol.Problem? {
        let declared = Set(query.keyKinds)
        let covered = MatchKeys.KeyKind.allCases.filter { declared.contains($0.policyKind.rawValue) }
            .map(\.keyClass.published.name)
        guard let name = query.points.names.first(where: { !covered.contains($0) }) else { return nil }
        return .init(.malformed, detail: "the points of class \(name) belong to no kind of key that the query declares")
    }

    /// What the peer is told of a refusal: the first reason that may be told.
    private static func refusal(_ decision: Decision) -> WireProtocol.Problem {
        for reason in decision.reasons {
            if let text = reason.peerText() {
                return .init(.refused, detail: "\(text) (\(reason.source))", rule: reason.rule)
            }
        }
        return .init(.refused, detail: "No answer can be given to this question.")
    }

    /// What stands in the way: policy's word; another text of the agreement, another epoch; an index that is fetched in a
    /// way that the rules of the question do not allow.
    func problem(
        with query: QueryRequest,
        judged judgement: Judgement,
        manifest: StoredManifest?,
        policies: ActivePolicies
    ) -> WireProtocol.Problem? {
        if let problem = judgement.problem { return problem }
        guard policies.agreementDigests[query.agreement] == query.agreementDigest else {
            return .init(
                .conflict,
                detail: "the two agencies hold different texts of the agreement \(query.agreement): compare its file",
                rule: "builtin/agreement-text"
            )
        }
        guard let manifest else {
            return .init(.notFound, detail: "no index is published for this agency under \(query.agreement)")
        }
        guard manifest.epoch == query.epoch, isLive(manifest) else {
            return Self.epochOver(query.epoch)
        }
        return judgement.retrieval.refusal(of: manifest.bucketMinimum).map {
            .init(.refused, detail: $0.text, rule: $0.rule)
        }
    }

    static func epochOver(_ epoch: Int) -> WireProtocol.Problem {
        .init(.epoch, detail: "the index of epoch \(epoch) is no longer answered; fetch it again")
    }

    /// Nonce, query id, quota and entries, in one transaction.
    ///
    /// - Parameter prepared: what leaves if all of them pass. Points that are none are charged like others.
    /// - Throws: `NotPrepared` when they pass and there is none; then nothing was changed.
    private func admit(
        _ request: VerifiedPeerRequest,
        query: QueryRequest,
        pointRoot: String,
        problem: WireProtocol.Problem?,
        judgement: Judgement,
        prepared: Preparation,
        since start: Int
    ) async throws -> Committed<Admission> {
        let peer = request.agency.text
        let now = clock.seconds
        let bodyDigest = SHA2.sha256(request.body)
        let subjects = Self.quotaSubjects(query, peer: peer)
        let terms = try questionSealer.seal(
            ReceivedTerms(query),
            id: Self.termsName(peer: peer, query: query.query.description)
        )
        return try await vault.commit { transaction -> (Admission, [AuditDraft]) in
            func x(_ answer: [UInt8]? = nil, receipt: PeerTrust.AuditReceipt? = nil) -> JSONValue {
                QueryExchange(request: bodyDigest, answer: answer.map { SHA2.sha256($0) }, receipt: receipt)
                    .value(of: query.query, side: .holder, peer: peer)
            }
            func keep() throws {
                try self.keep(
                    judgement.request.map { [$0] } ?? [],
                    id: query.query.description,
                    side: .holder,
                    peer: peer,
                    digest: judgement.digest,
                    in: transaction
                )
            }
            func received(left: Int?) throws -> AuditDraft {
                try keep()
                return try self.received(
                    query,
                    exchange: x(receipt: request.receipt),
                    peer: peer,
                    pointRoot: pointRoot,
                    rules: judgement.rules,
                    left: left,
                    in: transaction
                )
            }
            func refused(_ problem: WireProtocol.Problem, ground: String) throws -> (Admission, [AuditDraft]) {
                guard self.free.take(peer, at: start) else { return (.refused(problem), []) }
                let received = try received(left: nil)
                let draft = try self.draft(
                    "query.refused",
                    by: .system,
                    data: [
                        "x": x(), "query": .string(query.query.description), "peer": .string(peer),
                        "keys": .integer(query.keys),
                        "agreement": .string(query.agreement), "purpose": .string(query.purpose),
                        "ground": .string(ground), "rule": problem.rule.map { .string($0) },
                        "rules": .array(judgement.rules.map { .string($0) }),
                        "milliseconds": .integer(self.clock.milliseconds() - start),
                    ],
                    in: transaction
                )
                return (.refused(problem), [received, draft])
            }
            /// The entry that says answered, and with it the answer; or that the points were none.
            func answered() throws -> (admission: Admission, entry: AuditDraft) {
                if case .malformed = prepared {
                    let entry = try self.noPointsEntry(query, exchange: x(), peer: peer, in: transaction)
                    return (.refused(Self.noPoints), entry)
                }
                guard let answer = prepared.body else { throw NotPrepared() }
                try self.notify(
                    judgement.notices,
                    of: .questionAnswered,
                    about: query.query.description,
                    agreement: query.agreement,
                    peer: peer,
                    in: transaction
                )
                let entry = try self.answered(query, exchange: x(answer), peer: peer, since: start, in: transaction)
                return (.admitted(answer), entry)
            }
            guard
                try transaction.remember(nonce: request.nonce, of: peer, until: request.nonceKeptUntil, now: now)
            else { return try refused(.replayed, ground: "replayed") }
            let known = try transaction.receivedQuery(query.query.description, peer: peer)
            if let known, known != bodyDigest {
                let problem = WireProtocol.Problem(.conflict, detail: "this query id came before with other bytes")
                return try refused(problem, ground: "query-id")
            }
            if let problem { return try refused(problem, ground: problem.kind.rawValue) }
            // Read again here: a rotation may have come between, and its old keys answer nothing any more.
            let newest = try transaction.latestManifest(
                agreement: query.agreement,
                holder: self.configuration.agency,
                asker: peer
            )
            guard newest?.epoch == query.epoch else { return try refused(Self.epochOver(query.epoch), ground: "epoch") }
            if known != nil, let held = try self.heldQuestion(query.query.description, peer: peer, in: transaction) {
                switch held.request.visible(at: now) {
                case _ where held.isAnswered: break
                case .deciding, .askedBack: return (.held(deadline: held.request.deadline), [])
                case .refused(let ground, let because):
                    return try refused(.init(.refused, detail: because), ground: ground)
                case .nothing:
                    let detail = "nobody decided in time: no answer can be given to this question"
                    return try refused(.init(.refused, detail: detail), ground: "overdue")
                case .released:
                    // Policy of today may want more people than decided.
                    if let hold = judgement.hold, !hold.isMet(by: held.request.approvals) {
                        let (deadline, draft) = try self.holdAgain(
                            held,
                            query,
                            peer: peer,
                            hold,
                            since: start,
                            in: transaction
                        )
                        return (.held(deadline: deadline), [draft])
                    }
                    try keep()
                    try self.markAnswered(held, query.query.description, peer: peer, in: transaction)
                    let (admission, entry) = try answered()
                    return (admission, [entry])
                }
            }
            if known != nil {
                // Not charged again, so not without end: each resend costs an evaluation.
                guard self.free.take(peer, at: start) else { return (.refused(.resentTooOften), []) }
                let (admission, entry) = try answered()
                return (admission, [entry])
            }
            let charged = try QuotaBook.charge(
                keys: query.keys,
                weak: query.weakKeys,
                limits: QuotaBook.limits(judgement.quotas, subjects),
                subjects: subjects,
                at: now,
                in: transaction
            )
            switch charged {
            case .failure(let exceeded):
                return try refused(.init(.quota, detail: "quota: \(exceeded.text)"), ground: "quota")
            case .success(let left):
                try transaction.storeReceivedQuery(
                    query.query.description,
                    peer: peer,
                    bodyDigest: bodyDigest,
                    box: terms,
                    at: now * 1000
                )
                let received = try received(left: left)
                if let hold = judgement.hold {
                    let (deadline, draft) = try self.hold(query, peer: peer, hold, since: start, in: transaction)
                    return (.held(deadline: deadline), [received, draft])
                }
                let (admission, entry) = try answered()
                return (admission, [received, entry])
            }
        }
    }

    private func received(
        _ query: QueryRequest,
        exchange: JSONValue,
        peer: String,
        pointRoot: String,
        rules: [String],
        left: Int?,
        in transaction: VaultTransaction
    ) throws -> AuditDraft {
        let set = activePolicies.set
        return try draft(
            "query.received",
            by: .peer(peer),
            data: [
                "x": exchange, "query": .string(query.query.description), "peer": .string(peer),
                "agreement": .string(query.agreement), "purpose": .string(query.purpose),
                "offence": query.offence.flatMap { set.offences[$0] == nil ? nil : .string($0) },
                // Words that no policy declares are the peer's own, and may be anything.
                "basis": set.instruments[query.legalBasis] == nil ? nil : .string(query.legalBasis),
                "keys_declared": .integer(query.keys), "rules": .array(rules.map { .string($0) }),
                "quota_left": left.map { .integer($0) },
                "point_root": .string(pointRoot),
            ],
            personal: [PersonalValue(name: "analyst", value: query.analyst, retentionClass: RetentionClass.question)],
            in: transaction
        )
    }

    private func answered(
        _ query: QueryRequest,
        exchange: JSONValue,
        peer: String,
        since start: Int,
        in transaction: VaultTransaction
    ) throws -> AuditDraft {
        try draft(
            "query.answered",
            by: .system,
            data: [
                "x": exchange, "query": .string(query.query.description), "peer": .string(peer),
                "keys": .integer(query.points.count), "agreement": .string(query.agreement),
                "purpose": .string(query.purpose), "milliseconds": .integer(clock.milliseconds() - start),
            ],
            in: transaction
        )
    }
}
