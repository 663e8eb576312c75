/// Use case: the node keeps its indexes by itself while it serves. Changes are published at fixed times, epochs end on
/// days nobody can foresee, what an ended agreement left is erased. A person begins an index; the node goes on with it.

import MatchKeys
import PolicyEngine
import SetIntersection
import Synchronization
import Vault

extension Node {
    /// Keeps the indexes until cancelled.
    ///
    /// - Parameters:
    ///   - pause: waits that many seconds, at most a minute, so that a clock put right is noticed.
    ///   - say: takes what could not be done; it is tried again at the next time of publication.
    public func keepIndexes(
        pause: @Sendable (Int) async -> Void = { try? await Task.sleep(for: .seconds($0)) },
        say: @escaping @Sendable (String) -> Void
    ) async {
        var due = PublishSchedule.next(after: clock.seconds)
        var prepared: Int?
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                do {
                    try await endIndexes()
                    try await removeSuperseded()
                } catch {
                    say(NodeProblem(fault: error, doing: "erasing what ended or was superseded").text)
                }
                if clock.seconds >= due { await publishDue(say: say) }
                // Anew each time: a clock that went back must not put the next publication off.
                due = PublishSchedule.next(after: clock.seconds)
                // Beside this loop: it takes up to an hour, and neither erasures nor publications wait for it.
                if prepared != due, let task = prepareEpochs(for: due, say: say) {
                    prepared = due
                    group.addTask {
                        await withTaskCancellationHandler {
                            await task.value
                        } onCancel: {
                            task.cancel()
                        }
                    }
                }
                await pause(max(1, min(60, due - clock.seconds)))
            }
            group.cancelAll()
        }
    }

    /// What falls due at each hour: extends each index of ours that stands, or rotates it where its epoch is over. One that
    /// fails stops no other.
    @discardableResult
    public func publishDue(say: @escaping @Sendable (String) -> Void) async -> [IndexReport] {
        await preparations.givingWay { await publishInTurn(say: say) }
    }

    private func publishInTurn(say: @escaping @Sendable (String) -> Void) async -> [IndexReport] {
        var reports: [IndexReport] = []
        do {
            let newest = try await vault.read { try $0.latestManifests() }
            for stored in newest where stored.holder == configuration.agency && !Task.isCancelled {
                let (agreement, asker) = (stored.agreement, stored.asker)
                do {
                    let report = try await turns.run("publish") { try await self.keepIndex(agreement, of: asker) }
                    if let report { reports.append(report) }
                } catch {
                    // The node stops: what was not published is published after its next start.
                    if Task.isCancelled { break }
                    let act = "publishing the index of \(agreement) for \(asker)"
                    say(NodeProblem(fault: error, doing: act).text)
                }
            }
        } catch {
            say(NodeProblem(fault: error, doing: "reading the indexes").text)
        }
        return reports
    }

    /// Only within the turn "publish". Nil where nothing may be published now, or nothing can be new.
    private func keepIndex(_ agreement: String, of asker: String) async throws -> IndexReport? {
        let policies = activePolicies
        let (stored, recordChange) = try await vault.read { transaction in
            (
                try transaction.latestManifest(
                    agreement: agreement,
                    holder: self.configuration.agency,
                    asker: asker
                ),
                try transaction.lastRecordChange()
            )
        }
        guard let stored, let terms = policies.set.agreements[agreement] else { return nil }
        let admission = IndexAdmission(
            policies: policies.set,
            agreement: terms,
            asker: asker,
            holder: configuration.agency,
            at: clock.moment
        )
        guard admission.closed() == nil else { return nil }
        let index = Self.indexName(try Manifest(decoding: stored.bytes).scope)
        let before = sights.withLock { $0[index] }
        var sight = PublishSchedule.Sight(
            recordChange: recordChange,
            rules: policies.indexRules(agreement: agreement, asker: asker, holder: configuration.agency),
            day: admission.at.day,
            looked: before?.looked ?? 0
        )
        let rotating = try await rotation(of: stored).map { clock.seconds >= $0 } ?? true
        if !rotating, before == sight { return nil }
        // With the same rules on the same day only a changed record can be decided otherwise than before.
        let isOnlyRecords = before?.rules == sight.rules && before?.day == sight.day
        let built = try await build(
            admission,
            rotating: rotating,
            sight: isOnlyRecords ? .changed(since: sight.looked) : .missing,
            by: .system
        ) { _ in }
        guard let looked = built.looked else { return built.report }
        sight.looked = looked
        sights.withLock { $0[index] = sight }
        return built.report
    }

    /// When the epoch of an index is over. Nil if it is over already: its seed is gone, or its keys are of another recipe
    /// than those of its next segment would be.
    func rotation(of stored: StoredManifest) async throws -> Int? {
        let manifest = try Manifest(decoding: stored.bytes)
        let name = SecretName.epochSeed(manifest.scope)
        guard manifest.recipe == recipe.published, keyring.contains(name),
            let began = try await vault.read({ try $0.epochBegan(manifest.scope) })
        else { return nil }
        return try PublishSchedule.rotation(began: began, seed: keyring.secret(name))
    }
}
