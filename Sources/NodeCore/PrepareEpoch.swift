/// Use case: the next epoch of an index is built in the hour before its time, on one thread that everything else goes
/// before. At the hour only what came since is added, and one switch follows. Nothing of it shows before.

import CanonicalJSON
import MatchKeys
import ObliviousPRF
import PolicyEngine
import SetIntersection
import Sodium
import Synchronization
import Vault

/// An epoch that was built ahead: its segments, entries and seed are there, no manifest names them. A restart forgets it.
struct PreparedEpoch: Sendable {
    /// Names the segments; it is never signed. The one that is published has the version of its hour.
    let manifest: Manifest
    let notes: [String]
    /// Length of the log when its records were looked at.
    let looked: Int
    /// Digest of the policies that decided.
    let policies: String
    /// The day that was decided for: that of the switch.
    let day: Day
}

/// What is built ahead, and by which task.
final class Preparations: Sendable {
    private struct State {
        var epochs: [String: PreparedEpoch] = [:]
        var task: Task<Void, Never>?
    }

    private let state = Mutex(State())

    func epoch(_ index: String) -> PreparedEpoch? { state.withLock { $0.epochs[index] } }

    func set(_ epoch: PreparedEpoch?, of index: String) { state.withLock { $0.epochs[index] = epoch } }

    /// Ends what is being built: somebody needs its turn. It is built anew at its hour.
    func stop() { state.withLock { $0.task }?.cancel() }

    /// Runs `work` so that `stop` ends it.
    func run(_ work: @Sendable @escaping () async -> Void) async {
        let task = Task(operation: work)
        state.withLock { $0.task = task }
        await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            task.cancel()
        }
        state.withLock { $0.task = nil }
    }
}

extension Node {
    /// Builds ahead the epochs that begin at the next time of publication. One that fails is built at its hour.
    func prepareEpochs(for due: Int, say: @escaping @Sendable (String) -> Void) async {
        await preparations.run { [self] in
            do {
                let newest = try await vault.read { try $0.latestManifests() }
                for stored in newest where stored.holder == configuration.agency {
                    try await turns.run("publish") { try await self.prepareEpoch(after: stored, for: due) }
                }
            } catch {
                // Stopped, because something else needed the turn or its hour has come: that is no fault.
                if !Task.isCancelled, clock.seconds < due {
                    say(NodeProblem(fault: error, doing: "building an epoch ahead").text)
                }
            }
        }
    }

    /// Only within the turn "publish".
    private func prepareEpoch(after stored: StoredManifest, for due: Int) async throws {
        let last = try Manifest(decoding: stored.bytes)
        let policies = activePolicies
        guard let terms = policies.set.agreements[stored.agreement], try await rotation(of: stored) == due,
            preparations.epoch(Self.indexName(last.scope))?.manifest.scope.epoch != last.scope.epoch + 1
        else { return }
        let admission = IndexAdmission(
            policies: policies.set,
            agreement: terms,
            asker: stored.asker,
            holder: configuration.agency,
            at: Moment(seconds: due)
        )
        guard admission.closed() == nil else { return }
        let prepared = try await buildAhead(after: last, admission: admission, policies: policies.digest) { [clock] in
            clock.seconds >= due
        }
        preparations.set(prepared, of: Self.indexName(last.scope))
    }

    private func buildAhead(
        after last: Manifest,
        admission: IndexAdmission,
        policies: String,
        isOver: @escaping @Sendable () -> Bool
    ) async throws -> PreparedEpoch {
        let scope = try last.scope.following()
        let seed = try EpochSeed(seed(of: scope, isRunning: false))
        let effort = BuildEffort.quiet(engine.prf, isOver: isOver)
        var draft = IndexDraft(scope: scope, predecessor: nil, isBucketed: false, seed: seed)
        let gathered: GatheredRecords
        do {
            gathered = try await gather(admission, draft: draft, sight: .missing, effort: effort) { _ in }
        } catch is BucketsDemanded {
            draft = IndexDraft(scope: scope, predecessor: nil, isBucketed: true, seed: seed)
            gathered = try await gather(admission, draft: draft, sight: .missing, effort: effort) { _ in }
        }
        let manifest = try await writeIndex(draft, gathered: gathered, last: last, effort: effort)
        // These handles are taken, though nobody has seen them yet: the running epoch may not give them to others.
        let next = gathered.handles.next
        _ = try await vault.commit { transaction in
            (try transaction.setHandlesTaken(agreement: scope.agreement, asker: scope.asker, to: next), [])
        }
        return PreparedEpoch(
            manifest: manifest,
            notes: gathered.notes,
            looked: gathered.looked,
            policies: policies,
            day: admission.at.day
        )
    }

    /// Builds the next epoch of an index as it is built ahead, and throws it away. For measurements.
    package func buildAhead(_ agreement: String, asker: String) async throws {
        try await turns.run("publish") { [self] in
            let stored = try await vault.read {
                try $0.latestManifest(agreement: agreement, holder: self.configuration.agency, asker: asker)
            }
            let policies = activePolicies
            guard let stored, let terms = policies.set.agreements[agreement] else { return }
            let admission = IndexAdmission(
                policies: policies.set,
                agreement: terms,
                asker: asker,
                holder: configuration.agency,
                at: clock.moment
            )
            let last = try Manifest(decoding: stored.bytes)
            let prepared = try await buildAhead(after: last, admission: admission, policies: policies.digest) { false }
            try discard(prepared)
            try await eraseEntries(of: prepared.manifest.scope)
        }
    }

    /// Drops what was built ahead for an index that ended.
    func discardPrepared(_ scope: IndexScope) throws {
        let index = Self.indexName(scope)
        guard let prepared = preparations.epoch(index) else { return }
        preparations.set(nil, of: index)
        try discard(prepared)
    }

    /// Whether the seed it was built under is still the epoch's: under another one its entries and keys would be a lie.
    private func hasSeed(of prepared: PreparedEpoch) -> Bool {
        let name = SecretName.epochSeed(prepared.manifest.scope)
        guard keyring.contains(name), let secret = try? keyring.secret(name), let seed = try? EpochSeed(secret) else {
            return false
        }
        return prepared.manifest.classes.allSatisfy {
            (try? seed.evaluationKey(of: $0.indexID))?.publicKey == $0.publicKey
        }
    }

    private func discard(_ prepared: PreparedEpoch) throws {
        for segment in prepared.manifest.classes.flatMap(\.segments) {
            try vault.segments.remove(Hex.encode(segment.digest))
        }
    }

    /// The epoch that was built ahead, if it is what would be built now but for new records. A record of it that changed
    /// or went, another day or other rules, and it is not: what must be gone at the switch would still be in it.
    /// - Parameter isBucketed: it must be.
    func preparedEpoch(
        _ scope: IndexScope,
        policies: String,
        day: Day,
        isBucketed: Bool
    ) async throws -> PreparedEpoch? {
        let index = Self.indexName(scope)
        guard let prepared = preparations.epoch(index) else { return nil }
        preparations.set(nil, of: index)
        let isMeant =
            prepared.manifest.scope == scope && prepared.policies == policies && prepared.day == day
            && (!isBucketed || prepared.manifest.retrieval != .synced)
            && hasSeed(of: prepared)
        let isFresh = try await vault.read { transaction in
            try !transaction.hasChanged(since: prepared.looked, standingIn: scope)
                && !transaction.isRecordErased(since: prepared.looked)
        }
        if isMeant && isFresh { return prepared }
        try discard(prepared)
        return nil
    }

    static func indexName(_ scope: IndexScope) -> String { "\(scope.agreement) \(scope.asker)" }
}

extension IndexScope {
    /// The next epoch of the same index.
    func following() throws(IntersectionError) -> IndexScope {
        try IndexScope(agreement: agreement, asker: asker, holder: holder, epoch: epoch + 1)
    }
}
