/// One batch of a long query, step by step: its keys opened and blinded, its entry, its line, its answer looked up and wiped.
/// Knows one batch at a time; which one comes when is AskInBatches'.

import AuditLog
import CanonicalJSON
import ObliviousPRF
import PeerTrust
import PolicyEngine
import SetIntersection
import Sodium
import TransparencyLog
import Vault
import WireProtocol

/// A long query that is being asked.
struct LongRun: Sendable {
    let plan: PeerPlan
    let question: StoredQuestion
    var long: LongQuery
    let layout: QueryLayout
    let manifest: Manifest
    let seed: SecretBytes
    let peer: PinnedPeer
    let person: Person
    let reaching: any PeerReaching
    /// Taken up again: the subjects are not at hand any more, so that nothing can come in its place.
    let isResumed: Bool
    let say: @Sendable (String) -> Void
}

/// A batch that may leave: blinded, its message written. Its entry is made when it leaves.
struct ReadyBatch: Sendable {
    let number: Int
    let keys: BatchKeys
    let blinded: BlindedBatch
    /// Pads included.
    let count: Int
    let pointRoot: String
    let route: Route
    let body: [UInt8]
}

/// The entry of a batch, or why it does not leave.
enum BatchEntry: Sendable {
    case made(PeerTrust.AuditReceipt)
    case instead(BatchStep)
}

/// What became of one batch.
enum BatchStep: Sendable {
    case blinded(ReadyBatch)
    /// With the body of the answer, not yet read.
    case answered(ReadyBatch, [UInt8])
    case lookedUp(keys: Int)
    case ended(PeerOutcome)
    case failed(any Error)

    /// Errors come as a step, so that one does not take away what others were answered.
    static func of(_ step: () async throws -> BatchStep) async -> BatchStep {
        do { return try await step() } catch { return .failed(error) }
    }
}

extension Node {
    /// How often in a row a line may break before a long query is put aside, to be taken up another time.
    private static let tries = 4

    /// Opens the keys of one batch and blinds them.
    func ready(_ number: Int, of run: LongRun) async throws -> ReadyBatch {
        try Task.checkCancellation()
        guard let stored = try await vault.read({ try $0.batch(number, ofQuery: run.plan.id) }) else {
            throw MalformedBatchFile()
        }
        let keys = try await runner.offload { [questionSealer] in
            let name = QuestionSealer.batchName(run.plan.id, number, found: false)
            var bytes = try questionSealer.open(bytes: stored.box, id: name)
            defer { Memory.wipe(&bytes) }
            return try BatchKeys(decoding: bytes)
        }
        return try await ready(number, keys, of: run)
    }

    func ready(
        _ number: Int,
        _ keys: BatchKeys,
        of run: LongRun
    ) async throws -> ReadyBatch {
        try await runner.offload { [engine] in
            let blinded = try BlindedBatch(
                number,
                of: run.layout,
                keys: keys.parts.mapValues(\.inputs),
                query: QueryID(text: run.plan.id),
                seed: BlindSeed(run.seed),
                prf: engine.prf
            )
            let points = try PointsByClass(blinded.points)
            let (route, body) = try run.long.message(number, of: run.plan, keys: run.layout.keyCount, points: points)
            return ReadyBatch(
                number: number,
                keys: keys,
                blinded: blinded,
                count: points.count,
                pointRoot: Base64URL.encode(points.pointRoot.bytes),
                route: route,
                body: body
            )
        }
    }

    /// Makes the entry of a batch that is about to leave. Batches have theirs one after the other: by the order of these
    /// entries an auditor knows which points are which batch's.
    ///
    /// - Parameter receipt: of its entry, if that is made.
    func entry(of batch: ReadyBatch, of run: LongRun, receipt: PeerTrust.AuditReceipt?) async -> BatchEntry {
        do {
            try Task.checkCancellation()
            if let forbidden = forbidden(run.plan.decided, terms: run.plan.terms, holder: run.plan.holder) {
                try await logForbidden(forbidden, run.plan, by: run.person)
                return .instead(.ended(.unreachable(Self.putAside(forbidden.text, run.question))))
            }
            if let receipt { return .made(receipt) }
            return .made(try await logContinued(batch, of: run))
        } catch {
            return .instead(.failed(error))
        }
    }

    /// Sends one batch, whose entry is durable.
    func send(
        _ batch: ReadyBatch,
        of run: LongRun,
        receipt entry: PeerTrust.AuditReceipt
    ) async throws -> BatchStep {
        let response: VerifiedPeerResponse
        do throws(PeerReachError) {
            response = try await send(batch.body, to: batch.route, of: run, receipt: entry)
        } catch {
            try Task.checkCancellation()
            return .ended(.unreachable(Self.putAside(error.text, run.question)))
        }
        switch response.status {
        case 200:
            if batch.number == 0 {
                try await keepExchange(QueryExchange(body: batch.body, answered: response), of: run)
            }
            return .answered(batch, response.body)
        case 202 where batch.number == 0:
            guard let held = try? QueryHeld(body: response.body) else { return .ended(Self.unreadable) }
            return .ended(.held(until: held.deadline))
        default:
            guard let problem = response.problem else {
                return .ended(.unreachable("the peer's refusal cannot be read"))
            }
            if problem.kind == .epoch { return .ended(.epochOver) }
            // What was answered before is paid for: it is not given up for a window that is full, or a rule of today.
            if batch.number > 0 || problem.kind.mayPass {
                return .ended(.unreachable(Self.putAside(problem.detail, run.question)))
            }
            return .ended(.refused(reason: problem.detail, rule: problem.rule ?? problem.kind.rawValue))
        }
    }

    /// Keeps what the entry of the outcome will say, before another batch can end the query.
    private func keepExchange(_ exchange: QueryExchange, of run: LongRun) async throws {
        _ = try await vault.commit { transaction in
            guard var row = try transaction.peerQuery(run.plan.id) else { return ((), []) }
            var kept = try self.questionSealer.open(SealedPeerQuery.self, row.box, id: row.id)
            kept.long?.exchange = exchange
            row.box = try self.questionSealer.seal(kept, id: row.id)
            try transaction.store(row)
            return ((), [])
        }
    }

    private static let unreadable = PeerOutcome.unreachable("the peer's answer cannot be read")

    /// Reads what came to one batch, and keeps what it found.
    func read(_ body: [UInt8], to batch: ReadyBatch, of run: LongRun) async throws -> BatchStep {
        do {
            let answer = try await runner.offload { try QueryAnswer(body: body) }
            try await lookUp(answer, to: batch, of: run)
            return .lookedUp(keys: batch.count)
        } catch is WireError {
            return .ended(Self.unreadable)
        } catch is IntersectionError {
            return .ended(.unreachable("the peer's answer is not believed: it is not what its published keys give"))
        } catch let failure as FetchFailure {
            return .ended(.unreachable("its newer index could not be fetched: \(failure.text)"))
        }
    }

    /// The entry under which a further batch leaves.
    private func logContinued(_ batch: ReadyBatch, of run: LongRun) async throws -> PeerTrust.AuditReceipt {
        let committed = try await vault.commit { transaction in
            let draft = try self.draft(
                "query.continued",
                by: .person(run.person),
                data: [
                    "x": MessageID(run.plan.id).map {
                        QueryExchange(body: batch.body).value(of: $0, side: .asker, peer: run.plan.holder)
                    },
                    "query": .string(run.plan.id), "peer": .string(run.plan.holder), "keys": .integer(batch.count),
                    "point_root": .string(batch.pointRoot),
                ],
                in: transaction
            )
            return ((), [draft])
        }
        guard let leaf = committed.leaves.first else { throw NodeProblem(.fault, "the batch could not be logged") }
        return try receipt(leaf)
    }

    /// Sends the same bytes again while the line breaks: the holder knows a batch that it answered.
    private func send(
        _ body: [UInt8],
        to route: Route,
        of run: LongRun,
        receipt: PeerTrust.AuditReceipt
    ) async throws(PeerReachError) -> VerifiedPeerResponse {
        var failures = 0
        while true {
            guard let id = try? freshMessageID() else { throw .unsendable }
            do throws(PeerReachError) {
                let request = PeerRequest(id: id, route: route, body: body, receipt: receipt)
                return try await run.reaching.send(request, to: run.peer.agency)
            } catch {
                failures += 1
                guard error == .unreachable || error == .timeout, failures < Self.tries, !Task.isCancelled else {
                    throw error
                }
                try? await Task.sleep(for: .milliseconds(100 << failures))
            }
        }
    }

    /// Verifies a batch's answer, looks its outputs up and keeps what they found; the outputs are wiped.
    private func lookUp(_ answer: QueryAnswer, to batch: ReadyBatch, of run: LongRun) async throws {
        guard answer.epoch == run.long.epoch, answer.query.description == run.plan.id else {
            throw IntersectionError.wrongCount(expected: 1, actual: 0)
        }
        let manifest = try await newest(
            run.manifest,
            answered: answer.indexVersion,
            of: run.peer,
            by: run.person,
            through: run.reaching
        )
        let copy = try engine.index(manifest, segments: segments(of: run.plan.holder))
        let firsts = Dictionary(
            uniqueKeysWithValues: run.layout.parts(of: batch.number).map {
                ($0.section.keyClass, $0.range.lowerBound)
            }
        )
        let box = try await runner.offload { [questionSealer] in
            let outputs = try batch.blinded.finalise(try answer.evaluations(), publicKeys: manifest.publicKeys)
            var writer = FoundWriter(keys: outputs.ownCount)
            try outputs.forEachAgreeing(in: copy) { agreeing, handle, proof in
                guard let first = firsts[agreeing.keyClass], let keys = batch.keys.parts[agreeing.keyClass] else {
                    return
                }
                let number = agreeing.offset - first
                guard keys.kinds.indices.contains(number) else { return }
                writer.append(
                    handle,
                    keys.kinds[number],
                    value: keys.value(of: number),
                    slot: agreeing.slot,
                    proof: proof,
                    owners: keys.owners(of: number)
                )
            }
            var bytes = writer.finish()
            defer { Memory.wipe(&bytes) }
            let name = QuestionSealer.batchName(run.plan.id, batch.number, found: true)
            return try questionSealer.seal(bytes: bytes, id: name)
        }
        _ = try await vault.commit { transaction in
            try transaction.storeFound(box, ofBatch: batch.number, query: run.plan.id)
            return ((), [])
        }
    }

    /// The newest copy of an index that a holder answered under: ours unless it published since.
    func newest(
        _ held: Manifest,
        answered version: Int,
        of peer: PinnedPeer,
        by person: Person,
        through reaching: any PeerReaching
    ) async throws(FetchFailure) -> Manifest {
        guard version > held.version else { return held }
        let agreement = held.scope.agreement
        var newer = try await fetchIndex(agreement, of: peer, by: person, through: reaching, force: false)
        if newer.version < version {
            newer = try await fetchIndex(agreement, of: peer, by: person, through: reaching, force: true)
        }
        return newer.scope.epoch == held.scope.epoch ? newer : held
    }
}

extension PointsByClass {
    /// A batch as it travels.
    init(_ batch: PointBatch) throws {
        try self.init(Dictionary(uniqueKeysWithValues: batch.classes.map { ($0.keyClass.name, $0.points.bytes) }))
    }
}

extension QueryAnswer {
    /// What came, class by class, not yet believed.
    func evaluations() throws -> [ClassEvaluation] {
        try evaluated.names.map { name in
            ClassEvaluation(
                keyClass: try SetIntersection.KeyClass(name),
                evaluation: try UnverifiedEvaluation(
                    elements: evaluated.classes[name] ?? [],
                    proof: proofs[name] ?? []
                )
            )
        }
    }
}
