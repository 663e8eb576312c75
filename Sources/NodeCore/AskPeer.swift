/// One peer's part of a question: log, send, verify, look up. What fails here is this peer's outcome and nobody else's.

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

/// How one peer's part ended, before it is told.
enum PeerOutcome {
    case found([HitReport], kept: [KeptHit], epoch: Int)
    case held(until: Int)
    case refused(reason: String, rule: String)
    case unreachable(String)
    /// The epoch of our copy is over: fetch the index and ask again.
    case epochOver

    var isEpochOver: Bool { if case .epochOver = self { true } else { false } }
}

extension Node {
    func ask(
        _ plan: PeerPlan,
        question: StoredQuestion,
        by person: Person,
        through reaching: any PeerReaching,
        say: @escaping @Sendable (String) -> Void
    ) async -> PeerAnswerReport {
        if let refusal = plan.refusal {
            return await deny(plan, question: question, rule: refusal.rule, reason: refusal.text, by: person)
        }
        guard let agency = AgencyID(plan.holder), let peer = peers.peer(agency: agency) else {
            return await deny(
                plan,
                question: question,
                rule: "builtin/unknown-agency",
                reason: "no card of \(plan.holder) is trusted here: comity peer add",
                outcome: "unreachable",
                by: person
            )
        }
        if let hold = plan.hold, !plan.isLetGo {
            return await holdHere(plan, hold, question: question, by: person)
        }
        func attempt(_ plan: PeerPlan, refetch: Bool) async -> (outcome: PeerOutcome, report: PeerAnswerReport) {
            await self.attempt(
                plan,
                question: question,
                peer: peer,
                by: person,
                through: reaching,
                refetch: refetch,
                say: say
            )
        }
        let first = await attempt(plan, refetch: plan.replaces != nil)
        guard first.outcome.isEpochOver else { return first.report }
        return await attempt(plan.underNewEpoch(id: uuid()), refetch: true).report
    }

    private func attempt(
        _ plan: PeerPlan,
        question: StoredQuestion,
        peer: PinnedPeer,
        by person: Person,
        through reaching: any PeerReaching,
        refetch: Bool,
        say: @escaping @Sendable (String) -> Void
    ) async -> (outcome: PeerOutcome, report: PeerAnswerReport) {
        let agreement = plan.terms.agreement.id
        var manifest: Manifest
        do throws(FetchFailure) {
            manifest = try await fetchIndex(agreement, of: peer, by: person, through: reaching, force: refetch)
            // A copy from before this program was upgraded; its holder may have been as well.
            if !refetch, manifest.keyRecipe != plan.recipe {
                manifest = try await fetchIndex(agreement, of: peer, by: person, through: reaching, force: true)
            }
            // What our rules do not take of it, its holder may have changed since: a greater minimum within the epoch, another mode.
            if !refetch, plan.retrieval.refusal(of: manifest.retrieval.minimum) != nil {
                manifest = try await fetchIndex(agreement, of: peer, by: person, through: reaching, force: true)
            }
        } catch {
            if Task.isCancelled { return await stopped(plan, question: question, by: person) }
            let outcome = error.isRefusal ? "refused" : "unreachable"
            let report = await deny(
                plan,
                question: question,
                rule: error.isRefusal ? "peer" : "unreachable",
                reason: error.text,
                outcome: outcome,
                by: person
            )
            return (.unreachable(error.text), report)
        }
        guard manifest.keyRecipe == plan.recipe else {
            switch await agreed(plan, on: manifest, question: question, by: person, say: say) {
            case .ends(let ended): return ended
            case .asks(let plan):
                return await attempt(
                    plan,
                    question: question,
                    peer: peer,
                    by: person,
                    through: reaching,
                    refetch: false,
                    say: say
                )
            }
        }
        guard let layout = try? QueryLayout(own: plan.keys.mapValues(\.count)) else {
            let reason = "more keys than the \(BlindedQuestion.greatestCount) of one query: split the file"
            let report = await deny(plan, question: question, rule: "size", reason: reason, by: person)
            return (.refused(reason: reason, rule: "size"), report)
        }
        let cost = plan.bucketCost(of: manifest)
        if let refusal = plan.refusal(by: manifest, batches: layout.batchCount) {
            let report = await deny(plan, question: question, rule: refusal.rule, reason: refusal.text, by: person)
            return (.refused(reason: refusal.text, rule: refusal.rule), report)
        }
        if layout.batchCount > 1 {
            return await askInBatches(
                plan,
                layout: layout,
                question: question,
                manifest: manifest,
                peer: peer,
                by: person,
                through: reaching,
                say: say
            )
        }
        do {
            // Made here, once for a node: not while a transaction waits.
            if cost != nil { _ = try bucketKey() }
            let seed = try SecretBytes(random: 32, from: random)
            let blinded = try await runner.offload(items: plan.keyCount) { [engine] in
                try BlindedQuestion(
                    query: QueryID(text: plan.id),
                    keys: plan.keys.mapValues { $0.map(\.prfInput) },
                    seed: BlindSeed(seed),
                    prf: engine.prf
                )
            }
            guard let batch = blinded.batches.first else { throw IntersectionError.noKeys }
            let points = try PointsByClass(batch)
            // Beside the message: a thousand hashes.
            async let pointRoot = Base64URL.encode(points.pointRoot.bytes)
            async let shown = openingKeys(plan)
            let body = try request(plan, epoch: manifest.scope.epoch, keys: blinded.keyCount, points: points).body()
            let logged = try await log(
                plan,
                question: question,
                pointRoot: pointRoot,
                shown: shown,
                body: body,
                seed: seed,
                cost: cost,
                by: person
            )
            guard let leaf = logged.leaf else {
                return (.refused(reason: logged.report.reason, rule: "quota"), logged.report)
            }
            var (outcome, x) = await exchange(
                plan,
                body: body,
                manifest: manifest,
                blinded: blinded,
                receipt: try receipt(leaf),
                peer: peer,
                by: person,
                through: reaching
            )
            if case .unreachable = outcome, Task.isCancelled { outcome = .unreachable(Self.stopped) }
            let report = try await finish(
                plan,
                question: question,
                outcome: outcome,
                seed: seed,
                body: body,
                exchange: x
            )
            return (outcome, report)
        } catch is CancellationError {
            return await stopped(plan, question: question, by: person)
        } catch {
            let problem = NodeProblem(fault: error, doing: "asking \(plan.holder)")
            return (.unreachable(problem.text), plan.report("unreachable", reason: problem.text))
        }
    }

    /// Whoever asked stopped it; its peer may have got it, and counted it.
    private static let stopped = "stopped before it was answered"

    private func stopped(
        _ plan: PeerPlan,
        question: StoredQuestion,
        by person: Person
    ) async -> (outcome: PeerOutcome, report: PeerAnswerReport) {
        let report = await deny(
            plan,
            question: question,
            rule: "unreachable",
            reason: Self.stopped,
            outcome: "unreachable",
            by: person
        )
        return (.unreachable(Self.stopped), report)
    }

    var runner: BatchRunner { engine.prf.engine.runner }

    /// Writes `query.asked`, the question and the sealed blind seed, and what fetching buckets will tell, before the first
    /// byte leaves; nil leaf: a quota said no, or too much would be told.
    ///
    /// - Parameter shown: the sealed keys that an auditor may draw from; nil where they were stored batch by batch.
    func log(
        _ plan: PeerPlan,
        question: StoredQuestion,
        pointRoot: String,
        shown: [UInt8]? = nil,
        body: [UInt8] = [],
        seed: SecretBytes,
        long: LongQuery? = nil,
        cost: BucketCost? = nil,
        by person: Person
    ) async throws -> (leaf: DurableLeaf?, report: PeerAnswerReport) {
        let now = clock.seconds
        let logged = plan.logged(activePolicies.set)
        let asked = logged.merging(["point_root": .string(pointRoot)]) { $1 }
        let personal = plan.personal(about: plan.subjectIDs)
        let part = StoredPeerQuery(
            id: plan.id,
            question: question.id,
            peer: plan.holder,
            outcome: nil,
            box: try questionSealer.seal(
                SealedPeerQuery(
                    blindSeed: seed.withUnsafeBytes { Array($0) },
                    report: plan.report("unreachable", reason: "no answer yet"),
                    // What people let go is not asked of them again because a line broke.
                    resumable: plan.isLetGo && long == nil ? ResumableQuery(plan, body: body) : nil,
                    long: long,
                    decided: plan.decided,
                    letGo: plan.letGo
                ),
                id: plan.id
            )
        )
        let until = now + configuration.openingRetention
        let committed = try await vault.commit { transaction -> (String?, [AuditDraft]) in
            let opened = try self.keepOnce(
                question,
                case: plan.terms.question.caseReference,
                by: person,
                in: transaction
            )
            func denied(_ rule: String) throws -> AuditDraft {
                try self.draft(
                    "query.denied",
                    by: .person(person),
                    data: logged.merging(["rule": .string(rule), "outcome": "refused"]) { $1 },
                    personal: personal,
                    in: transaction
                )
            }
            if let cost, let exceeded = try self.leakExceeded(cost, in: transaction) {
                return (exceeded.text, opened + [try denied(LeakExceeded.rule)])
            }
            // What comes in the place of another part was paid for with that one.
            let charged =
                plan.replaces == nil
                ? try QuotaBook.charge(
                    keys: plan.keyCount,
                    weak: plan.weakCount,
                    limits: plan.quotas,
                    subjects: plan.quotaSubjects,
                    at: now,
                    in: transaction
                ) : .success(0)
            if case .failure(let exceeded) = charged {
                return ("our own quota: \(exceeded.text)", opened + [try denied("quota")])
            }
            if let cost { try self.chargeLeak(cost, in: transaction) }
            if let letGo = plan.letGo, plan.replaces == nil {
                try self.changeOwn(letGo, peer: plan.holder, in: transaction) { try $0.request.leave(at: now) }
            }
            try transaction.store(part)
            try plan.keepDecision(of: question.id, self, in: transaction)
            try self.notify(
                plan.notices,
                of: .questionAsked,
                about: plan.id,
                agreement: plan.terms.agreement.id,
                peer: plan.holder,
                in: transaction
            )
            try transaction.keepForOpenings(plan.id, firstBatch: shown, until: until)
            // In one step: a crash leaves the one part to be shown or the other, never neither.
            if let replaced = plan.replaces { try transaction.supersede(replaced) }
            let draft = try self.draft(
                "query.asked",
                by: .person(person),
                data: asked,
                personal: personal,
                in: transaction
            )
            return (nil, try opened + self.homeDrafts(plan, by: person, in: transaction) + [draft])
        }
        if let exceeded = committed.value { return (nil, plan.report("refused", reason: exceeded)) }
        return (committed.leaves.last, plan.report("unreachable", reason: ""))
    }

    private func request(_ plan: PeerPlan, epoch: Int, keys: Int, points: PointsByClass) throws -> QueryRequest {
        guard let id = MessageID(plan.id), let digest = activePolicies.agreementDigests[plan.terms.agreement.id]
        else { throw NodeProblem(.fault, "the query could not be written") }
        return QueryRequest(
            query: id,
            agreement: plan.terms.agreement.id,
            agreementDigest: digest,
            epoch: epoch,
            purpose: plan.terms.purpose.rawValue,
            offence: plan.terms.question.offence,
            legalBasis: plan.terms.question.legalBasis,
            caseReference: plan.caseReference,
            analyst: plan.analyst,
            urgency: plan.terms.question.urgent ? .urgent : .normal,
            keys: keys,
            keyKinds: plan.keyKinds.map(\.rawValue),
            points: points
        )
    }

    /// Logs the outcome and keeps it with the question.
    ///
    /// - Parameters:
    ///   - body: what was sent: kept while the holder holds it, to be sent again.
    ///   - exchange: `data.x` of the entry.
    ///   - long: what a query that is not over needs to go on.
    func finish(
        _ plan: PeerPlan,
        question: StoredQuestion,
        outcome: PeerOutcome,
        seed: SecretBytes,
        body: [UInt8] = [],
        exchange: JSONValue? = nil,
        long: LongQuery? = nil
    ) async throws -> PeerAnswerReport {
        var data: [String: JSONValue?] = [
            "x": exchange, "query": .string(plan.id), "peer": .string(plan.holder),
            "agreement": .string(plan.terms.agreement.id),
            "purpose": .string(plan.terms.purpose.rawValue),
        ]
        var personal: [PersonalValue] = []
        let report: PeerAnswerReport
        var (kept, epoch): ([KeptHit]?, Int?)
        var resumable: ResumableQuery?
        switch outcome {
        case .found(let hits, let proofs, let inEpoch):
            (kept, epoch) = (proofs, inEpoch)
            report = plan.report(hits.isEmpty ? "no-hit" : "hits", reason: "", hits: hits)
            var counts: [String: Int] = [:]
            for hit in hits { for kind in hit.kinds { counts[kind, default: 0] += 1 } }
            let members = counts.map { ($0.key.replacing("-", with: "_"), JSONValue.integer($0.value)) }
            data["hits_per_kind"] = .object(Dictionary(members) { _, last in last })
            if !hits.isEmpty {
                personal.append(
                    PersonalValue(
                        name: "handles",
                        value: .array(
                            Set(hits.map(\.handle)).sorted().prefix(PeerPlan.loggedHandles).map { .string($0) }
                        ),
                        retentionClass: RetentionClass.question
                    )
                )
            }
        case .held(let until):
            report = plan.report("held", reason: "a person decides; an answer is due \(Moment(seconds: until))")
            if long == nil { resumable = ResumableQuery(plan, body: body) }
        case .refused(let reason, let rule):
            report = plan.report("refused", reason: reason)
            data["failure"] = .string(rule)
        case .unreachable(let text):
            report = plan.report("unreachable", reason: text)
            if plan.isLetGo, long == nil { resumable = ResumableQuery(plan, body: body) }
            data["failure"] = "unreachable"
        case .epochOver:
            // Shown until it is asked under the new epoch. What people let go is taken up again from there.
            report = plan.report(
                plan.isLetGo ? "unreachable" : "refused",
                reason: "the epoch of our copy is over, and it was not asked under the new one"
            )
            data["failure"] = "epoch"
        }
        data["outcome"] = .string(report.outcome)
        let row = StoredPeerQuery(
            id: plan.id,
            question: question.id,
            peer: plan.holder,
            outcome: report.outcome,
            box: try questionSealer.seal(
                SealedPeerQuery(
                    blindSeed: seed.withUnsafeBytes { Array($0) },
                    report: report,
                    epoch: epoch,
                    hits: kept,
                    resumable: resumable,
                    long: long,
                    decided: resumable == nil && long == nil ? nil : plan.decided,
                    letGo: plan.letGo
                ),
                id: plan.id
            )
        )
        _ = try await vault.commit { [data, personal] transaction in
            try transaction.store(row)
            let outcome = try self.draft("query.outcome", by: .system, data: data, personal: personal, in: transaction)
            let linked = try self.linked(plan.terms.question.caseReference, personal.first, in: transaction)
            return ((), [outcome, linked].compactMap { $0 })
        }
        return report
    }
}
