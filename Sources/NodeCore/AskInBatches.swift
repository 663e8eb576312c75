/// Use case: ask a peer more keys than one message carries. The query's keys are sealed into the vault batch by batch
/// before the first byte leaves; then each batch is blinded, logged, sent, verified, looked up and wiped, two in work at
/// once. What was cut off goes on under the same query id: nothing that was answered is asked again.

import CanonicalJSON
import MatchKeys
import ObliviousPRF
import PeerTrust
import PolicyEngine
import SetIntersection
import Sodium
import Synchronization
import TransparencyLog
import Vault
import WireProtocol

/// A long query that is being asked.
private struct LongRun: Sendable {
    let plan: PeerPlan
    let question: StoredQuestion
    let long: LongQuery
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

/// What became of one batch.
private enum BatchOutcome: Sendable {
    case answered(keys: Int)
    case ended(PeerOutcome)
}

extension Node {
    /// How often in a row a line may break before a long query is put aside, to be taken up another time.
    private static let tries = 4
    /// Batches of a peer in work at once (PROTOCOL section 1).
    private static let atOnce = 2

    func askInBatches(
        _ plan: PeerPlan,
        layout: QueryLayout,
        question: StoredQuestion,
        manifest: Manifest,
        peer: PinnedPeer,
        by person: Person,
        through reaching: any PeerReaching,
        say: @escaping @Sendable (String) -> Void
    ) async -> (outcome: PeerOutcome, report: PeerAnswerReport) {
        do {
            return try await turns.run("query/\(plan.id)") {
                guard let digest = self.activePolicies.agreementDigests[plan.terms.agreement.id] else {
                    throw NodeProblem(.fault, "the query could not be written")
                }
                let run = LongRun(
                    plan: plan,
                    question: question,
                    long: LongQuery(plan, epoch: manifest.scope.epoch, agreementDigest: digest),
                    layout: layout,
                    manifest: manifest,
                    seed: try SecretBytes(random: 32, from: self.random),
                    peer: peer,
                    person: person,
                    reaching: reaching,
                    isResumed: false,
                    say: say
                )
                return try await self.begin(run)
            }
        } catch is CancellationError {
            let report = plan.report("unreachable", reason: Self.putAside("stopped", question))
            return (.unreachable(report.reason), report)
        } catch {
            let problem = NodeProblem(fault: error, doing: "asking \(plan.holder)")
            return (.unreachable(problem.text), plan.report("unreachable", reason: problem.text))
        }
    }

    /// Goes on with a query that was held or cut off.
    func goOn(
        _ plan: PeerPlan,
        question: StoredQuestion,
        manifest: Manifest,
        seed: SecretBytes,
        peer: PinnedPeer,
        by person: Person,
        through reaching: any PeerReaching,
        say: @escaping @Sendable (String) -> Void
    ) async throws -> PeerAnswerReport? {
        try await turns.run("query/\(plan.id)") {
            // Read in turn: whoever asked before may have come to the end.
            guard let row = try await self.vault.read({ try $0.peerQuery(plan.id) }) else { return nil }
            let kept = try self.questionSealer.open(SealedPeerQuery.self, row.box, id: row.id)
            guard row.outcome.map(LongQuery.outcomesThatGoOn.contains) ?? true, let long = kept.long else {
                return kept.report
            }
            let run = LongRun(
                plan: plan,
                question: question,
                long: long,
                layout: try long.layout(),
                manifest: manifest,
                seed: seed,
                peer: peer,
                person: person,
                reaching: reaching,
                isResumed: true,
                say: say
            )
            // All that was answered and not yet put together needs nobody any more, whatever the epoch.
            let isAnswered = try await self.vault.read { try $0.batchesToAsk(ofQuery: plan.id).isEmpty }
            guard isAnswered || long.epoch == manifest.scope.epoch else {
                return try await self.end(run, .epochOver).report
            }
            return try await self.ask(run, receipt: try await self.latestReceipt()).report
        }
    }

    private static func putAside(_ why: String, _ question: StoredQuestion) -> String {
        "\(why); what was answered is kept, and comity query --show \(question.id) goes on"
    }

    // MARK: Before the first byte

    private func begin(_ run: LongRun) async throws -> (outcome: PeerOutcome, report: PeerAnswerReport) {
        var waiting: [StoredBatch] = []
        var first: PointsByClass?
        try await run.plan.forEachBatch(of: run.layout) { number, keys in
            try Task.checkCancellation()
            if number == 0 { first = try PointsByClass(try await self.blind(number, keys, of: run).points) }
            let name = QuestionSealer.batchName(run.plan.id, number, found: false)
            waiting.append(
                StoredBatch(number: number, box: try self.questionSealer.seal(bytes: keys.encoded, id: name))
            )
            // A few at a time, so that other entries come between.
            guard waiting.count == 8 || number == run.layout.batchCount - 1 else { return }
            let batches = waiting
            waiting = []
            _ = try await self.vault.commit { transaction in
                for batch in batches { try transaction.store(batch, ofQuery: run.plan.id) }
                return ((), [])
            }
        }
        guard let first else { throw IntersectionError.noKeys }
        let logged = try await log(
            run.plan,
            question: run.question,
            points: first,
            seed: run.seed,
            long: run.long,
            by: run.person
        )
        guard let leaf = logged.leaf else {
            try await forgetBatches(of: run)
            return (.refused(reason: logged.report.reason, rule: "quota"), logged.report)
        }
        run.say(
            "\(run.layout.keyCount) keys for \(run.plan.holder) in \(run.layout.batchCount) batches; "
                + "if this is cut off, comity query --show \(run.question.id) goes on"
        )
        return try await ask(run, receipt: try receipt(leaf))
    }

    // MARK: Batch by batch

    /// Asks what was not answered yet, and puts everything together.
    ///
    /// - Parameter receipt: of the entry under which the first batch leaves.
    private func ask(
        _ run: LongRun,
        receipt: PeerTrust.AuditReceipt
    ) async throws -> (outcome: PeerOutcome, report: PeerAnswerReport) {
        var left = try await vault.read { try $0.batchesToAsk(ofQuery: run.plan.id) }
        let total = run.layout.keyCount
        let done = total - left.reduce(0) { $0 + (QueryLayout.points(in: $1, keys: total) ?? 0) }
        var progress = Progress(total: total, unit: "keys asked of \(run.plan.holder)", say: run.say)
        progress.advance(by: done)
        // The others are known to the holder by the first.
        if left.first == 0 {
            switch try await askBatch(0, of: run, receipt: receipt) {
            case .ended(let outcome): return try await end(run, outcome)
            case .answered(let keys): progress.advance(by: keys)
            }
            left.removeFirst()
        }
        let ended = try await withThrowingTaskGroup(of: (number: Int, outcome: BatchOutcome).self) { group in
            var inWork: Set<Int> = []
            var next = left[...]
            while true {
                // A batch may overtake the one before it, not the one before that.
                while inWork.count < Self.atOnce, let number = next.first, inWork.allSatisfy({ $0 > number - 2 }) {
                    next.removeFirst()
                    inWork.insert(number)
                    group.addTask { (number, try await self.askBatch(number, of: run, receipt: nil)) }
                }
                guard let finished = try await group.next() else { return PeerOutcome?.none }
                inWork.remove(finished.number)
                switch finished.outcome {
                case .answered(let keys): progress.advance(by: keys)
                case .ended(let outcome):
                    // The other one may still be answered: what comes back is kept.
                    for try await _ in group {}
                    return outcome
                }
            }
        }
        if let ended { return try await end(run, ended) }
        return try await end(run, try await found(run))
    }

    /// Asks one batch and keeps what it found.
    private func askBatch(
        _ number: Int,
        of run: LongRun,
        receipt: PeerTrust.AuditReceipt?
    ) async throws -> BatchOutcome {
        try Task.checkCancellation()
        guard let stored = try await vault.read({ try $0.batch(number, ofQuery: run.plan.id) }) else {
            throw MalformedBatchFile()
        }
        let name = QuestionSealer.batchName(run.plan.id, number, found: false)
        let keys = try BatchKeys(decoding: questionSealer.open(bytes: stored.box, id: name))
        let blinded = try await blind(number, keys, of: run)
        let points = try PointsByClass(blinded.points)
        if let shut = shut(run.plan.terms, holder: run.plan.holder) {
            return .ended(.unreachable(Self.putAside(shut, run.question)))
        }
        let (route, body) = try run.long.message(number, of: run.plan, keys: run.layout.keyCount, points: points)
        let entry: PeerTrust.AuditReceipt
        if let receipt { entry = receipt } else { entry = try await logContinued(points, of: run) }
        let response: VerifiedPeerResponse
        do throws(PeerReachError) {
            response = try await send(body, to: route, of: run, receipt: entry)
        } catch {
            try Task.checkCancellation()
            return .ended(.unreachable(Self.putAside(error.text, run.question)))
        }
        do {
            switch response.status {
            case 200:
                try await lookUp(try QueryAnswer(body: response.body), batch: number, keys, blinded, of: run)
                return .answered(keys: points.count)
            case 202 where number == 0:
                return .ended(.held(until: try QueryHeld(body: response.body).deadline))
            default:
                guard let problem = response.problem else {
                    return .ended(.unreachable("the peer's refusal cannot be read"))
                }
                if problem.kind == .epoch { return .ended(.epochOver) }
                // What was answered before is paid for: it is not given up for a window that is full, or a rule of today.
                if number > 0 || problem.kind.mayPass {
                    return .ended(.unreachable(Self.putAside(problem.detail, run.question)))
                }
                return .ended(.refused(reason: problem.detail, rule: problem.rule ?? problem.kind.rawValue))
            }
        } catch is WireError {
            return .ended(.unreachable("the peer's answer cannot be read"))
        } catch is IntersectionError {
            return .ended(.unreachable("the peer's answer is not believed: it is not what its published keys give"))
        } catch let failure as FetchFailure {
            return .ended(.unreachable("its newer index could not be fetched: \(failure.text)"))
        }
    }

    private func blind(_ number: Int, _ keys: BatchKeys, of run: LongRun) async throws -> BlindedBatch {
        try await runner.offload { [engine] in
            try BlindedBatch(
                number,
                of: run.layout,
                keys: keys.inputs,
                query: QueryID(text: run.plan.id),
                seed: BlindSeed(run.seed),
                prf: engine.prf
            )
        }
    }

    /// The entry under which a further batch leaves.
    private func logContinued(_ points: PointsByClass, of run: LongRun) async throws -> PeerTrust.AuditReceipt {
        let committed = try await vault.commit { transaction in
            let draft = try self.draft(
                "query.continued",
                by: .person(run.person),
                data: [
                    "query": .string(run.plan.id), "peer": .string(run.plan.holder), "keys": .integer(points.count),
                    "point_root": .string(Base64URL.encode(points.pointRoot.bytes)),
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
    private func lookUp(
        _ answer: QueryAnswer,
        batch number: Int,
        _ keys: BatchKeys,
        _ blinded: BlindedBatch,
        of run: LongRun
    ) async throws {
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
        let copy = try engine.index(manifest, segments: vault.segments)
        let parts = run.layout.parts(of: number)
        let found = try await runner.offload {
            let outputs = try blinded.finalise(try answer.evaluations(), publicKeys: manifest.publicKeys)
            return try outputs.lookUp(in: copy).flatMap { hit in
                try hit.keys.compactMap { agreeing -> FoundKey? in
                    guard let part = parts.first(where: { $0.section.keyClass == agreeing.keyClass }),
                        let list = keys.keys[agreeing.keyClass],
                        list.indices.contains(agreeing.offset - part.range.lowerBound)
                    else { return nil }
                    let one = list[agreeing.offset - part.range.lowerBound]
                    return FoundKey(
                        handle: hit.handle,
                        key: one.key,
                        owners: one.owners,
                        slot: agreeing.slot,
                        proof: try outputs.hitKey(of: agreeing, in: copy).secret.copy()
                    )
                }
            }
        }
        let name = QuestionSealer.batchName(run.plan.id, number, found: true)
        let box = try questionSealer.seal(bytes: FoundKey.encode(found), id: name)
        _ = try await vault.commit { transaction in
            try transaction.storeFound(box, ofBatch: number, query: run.plan.id)
            return ((), [])
        }
    }

    // MARK: The end

    /// Everything that the batches found, scored.
    private func found(_ run: LongRun) async throws -> PeerOutcome {
        var all = FoundKeys()
        for number in 0..<run.layout.batchCount {
            guard let box = try await vault.read({ try $0.batch(number, ofQuery: run.plan.id) })?.found else {
                throw MalformedBatchFile()
            }
            let name = QuestionSealer.batchName(run.plan.id, number, found: true)
            all.add(try FoundKey.decode(questionSealer.open(bytes: box, id: name)))
        }
        let (reports, kept) = all.scored(subjects: run.long.subjects, by: Weighing(run.manifest))
        return .found(reports, kept: kept, epoch: run.long.epoch)
    }

    /// Logs how the query ended, or why it was put aside.
    private func end(
        _ run: LongRun,
        _ ended: PeerOutcome
    ) async throws -> (outcome: PeerOutcome, report: PeerAnswerReport) {
        var outcome = ended
        if run.isResumed, ended.isSuperseded {
            outcome = .refused(reason: "the epoch ended before it was answered: ask again", rule: "epoch")
        }
        let goesOn: Bool
        switch outcome {
        case .held, .unreachable: goesOn = true
        case .found, .refused, .epochOver: goesOn = false
        }
        let report = try await finish(
            run.plan,
            question: run.question,
            outcome: outcome,
            seed: run.seed,
            long: goesOn ? run.long : nil
        )
        if !goesOn { try await forgetBatches(of: run) }
        return (outcome, report)
    }

    private func forgetBatches(of run: LongRun) async throws {
        _ = try await vault.commit { transaction in
            try transaction.forgetBatches(ofQuery: run.plan.id)
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
