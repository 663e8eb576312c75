/// Use case: ask a peer more keys than one message carries. The query's keys are sealed into the vault batch by batch
/// before the first byte leaves; then each batch is blinded, logged, sent, verified, looked up and wiped, two in work at
/// once and a few blinded ahead. What was cut off goes on under the same query id: nothing that was answered is asked again.

import AuditLog
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

extension Node {
    /// Batches that are sealed together, and written in one transaction: other entries come between.
    private static let sealedAtOnce = 8

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
                    long: LongQuery(
                        plan,
                        epoch: manifest.scope.epoch,
                        agreementDigest: digest,
                        recipe: Weighing(manifest).recipe
                    ),
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
    ) async throws -> (outcome: PeerOutcome?, report: PeerAnswerReport)? {
        try await turns.run("query/\(plan.id)") {
            // Read in turn: whoever asked before may have come to the end.
            guard let row = try await self.vault.read({ try $0.peerQuery(plan.id) }) else { return nil }
            let kept = try self.questionSealer.open(SealedPeerQuery.self, row.box, id: row.id)
            guard row.outcome.map(LongQuery.outcomesThatGoOn.contains) ?? true, let long = kept.long else {
                return (nil, kept.report)
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
                return try await self.end(run, .epochOver)
            }
            return try await self.ask(run, receipt: try await self.latestReceipt())
        }
    }

    static func putAside(_ why: String, _ question: StoredQuestion) -> String {
        "\(why); what was answered is kept, and comity query --show \(question.id) goes on"
    }

    // MARK: Before the first byte

    private func begin(_ run: LongRun) async throws -> (outcome: PeerOutcome, report: PeerAnswerReport) {
        var run = run
        let first: ReadyBatch
        let logged: (leaf: DurableLeaf?, report: PeerAnswerReport)
        do {
            first = try await keepBatches(of: run)
            run.long.exchange = QueryExchange(body: first.body)
            logged = try await log(
                run.plan,
                question: run.question,
                pointRoot: first.pointRoot,
                seed: run.seed,
                long: run.long,
                by: run.person
            )
        } catch {
            // Nothing left yet, and nothing goes on: its keys stay no longer than it took to find out.
            try? await forgetBatches(of: run)
            throw error
        }
        guard let leaf = logged.leaf else {
            try await forgetBatches(of: run)
            return (.refused(reason: logged.report.reason, rule: "quota"), logged.report)
        }
        run.say(
            "\(run.layout.keyCount) keys for \(run.plan.holder) in \(run.layout.batchCount) batches; "
                + "if this is cut off, comity query --show \(run.question.id) goes on"
        )
        return try await ask(run, receipt: try receipt(leaf), first: first)
    }

    /// Seals the keys of every batch into the vault.
    ///
    /// - Returns: the first, blinded.
    private func keepBatches(of run: LongRun) async throws -> ReadyBatch {
        let keys = try await runner.offload { OwnedKeys(run.plan.subjects) }
        let count = run.layout.batchCount
        for start in stride(from: 0, to: count, by: Self.sealedAtOnce) {
            try Task.checkCancellation()
            let numbers = Array(start..<min(start + Self.sealedAtOnce, count))
            let batches = try await BuildEffort.full(engine.prf).map(numbers) { [questionSealer] number in
                let name = QuestionSealer.batchName(run.plan.id, number, found: false)
                var bytes = keys.batch(number, of: run.layout).encoded
                defer { Memory.wipe(&bytes) }
                return StoredBatch(number: number, box: try questionSealer.seal(bytes: bytes, id: name))
            }
            _ = try await vault.commit { transaction in
                for batch in batches { try transaction.store(batch, ofQuery: run.plan.id) }
                return ((), [])
            }
        }
        return try await ready(0, keys.batch(0, of: run.layout), of: run)
    }

    // MARK: Batch by batch

    /// Asks what was not answered yet, and puts everything together.
    ///
    /// - Parameters:
    ///   - receipt: of the entry under which the first batch leaves.
    ///   - first: the first batch, if it is blinded already.
    private func ask(
        _ run: LongRun,
        receipt: PeerTrust.AuditReceipt,
        first: ReadyBatch? = nil
    ) async throws -> (outcome: PeerOutcome, report: PeerAnswerReport) {
        let left = try await vault.read { try $0.batchesToAsk(ofQuery: run.plan.id) }
        let total = run.layout.keyCount
        let done = total - left.reduce(0) { $0 + (QueryLayout.points(in: $1, keys: total) ?? 0) }
        var progress = Progress(total: total, unit: "keys asked of \(run.plan.holder)", say: run.say)
        progress.advance(by: done)
        let ended = try await withTaskGroup(
            of: BatchStep.self,
            returning: Result<PeerOutcome?, any Error>.self
        ) { group in
            var line = BatchLine(left, ready: first.map { [$0.number: $0] } ?? [:])
            var failure: (any Error)?
            while true {
                while let number = line.nextToBlind() {
                    group.addTask { await .of { .blinded(try await self.ready(number, of: run)) } }
                }
                while let batch = line.nextToSend() {
                    let entry = await entry(of: batch, of: run, receipt: batch.number == 0 ? receipt : nil)
                    group.addTask {
                        switch entry {
                        case .made(let receipt): await .of { try await self.send(batch, of: run, receipt: receipt) }
                        case .instead(let step): step
                        }
                    }
                }
                guard let step = await group.next() else {
                    return failure.map { .failure($0) } ?? .success(line.ended)
                }
                switch step {
                case .blinded(let batch): line.blinded(batch.number, batch)
                case .answered(let batch, let answer):
                    line.answered(batch.number)
                    // In a task of its own, which nobody stops: what came is kept, and not asked again.
                    group.addTask {
                        await .of { try await Task { try await self.read(answer, to: batch, of: run) }.value }
                    }
                case .lookedUp(let keys):
                    line.lookedUp()
                    progress.advance(by: keys)
                case .ended(let outcome): line.end(outcome)
                case .failed(let error):
                    failure = failure ?? error
                    line.stop()
                }
            }
        }.get()
        if let ended { return try await end(run, ended) }
        return try await end(run, try await found(run))
    }

    // MARK: The end

    /// Everything that the batches found, scored; then what proves the hits that are shown.
    private func found(_ run: LongRun) async throws -> PeerOutcome {
        var all = FoundKeys()
        for number in 0..<run.layout.batchCount {
            var file = try await foundFile(number, of: run)
            defer { Memory.wipe(&file) }
            try all.add(file)
        }
        let (subjects, asked, weighing) = (run.long.subjects.ids, run.long.asked, Weighing(run.manifest))
        let reports = try await runner.offload { [all, runner] in
            try all.scored(subjects: subjects, asked: asked, by: weighing, on: runner)
        }
        var proofs = FoundProofs(of: reports)
        for number in 0..<run.layout.batchCount where !reports.isEmpty {
            var file = try await foundFile(number, of: run)
            defer { Memory.wipe(&file) }
            try proofs.add(file)
        }
        return .found(reports, kept: proofs.kept, epoch: run.long.epoch)
    }

    private func foundFile(_ number: Int, of run: LongRun) async throws -> [UInt8] {
        guard let box = try await vault.read({ try $0.batch(number, ofQuery: run.plan.id) })?.found else {
            throw MalformedBatchFile()
        }
        return try questionSealer.open(bytes: box, id: QuestionSealer.batchName(run.plan.id, number, found: true))
    }

    /// Logs how the query ended, or why it was put aside.
    private func end(
        _ run: LongRun,
        _ ended: PeerOutcome
    ) async throws -> (outcome: PeerOutcome, report: PeerAnswerReport) {
        var outcome = ended
        // What people let go is asked under the new epoch: its subjects are kept.
        if run.isResumed, ended.isEpochOver, !run.plan.isLetGo {
            outcome = .refused(reason: Self.epochEnded, rule: "epoch")
        }
        let goesOn: Bool
        switch outcome {
        case .held, .unreachable: goesOn = true
        case .found, .refused, .epochOver: goesOn = false
        }
        var long = run.long
        if let row = try await vault.read({ try $0.peerQuery(run.plan.id) }) {
            long.exchange = try questionSealer.open(SealedPeerQuery.self, row.box, id: row.id).long?.exchange
        }
        let report = try await finish(
            run.plan,
            question: run.question,
            outcome: outcome,
            seed: run.seed,
            exchange: MessageID(run.plan.id).flatMap {
                long.exchange?.value(of: $0, side: .asker, peer: run.plan.holder)
            },
            long: goesOn ? long : nil
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
}
