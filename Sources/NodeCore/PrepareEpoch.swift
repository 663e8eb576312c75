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
    let notices: NoticeDuties
    /// Length of the log when its records were looked at.
    let looked: Int
    /// Digest of the rules that decided.
    let rules: [UInt8]
    /// The day that was decided for: that of the switch.
    let day: Day
}

/// What is built ahead, and by which task.
final class Preparations: Sendable {
    private struct State {
        var epochs: [String: PreparedEpoch] = [:]
        /// Counts the tasks, to tell an old one's end from that of its successor.
        var begun = 0
        var task: Task<Void, Never>?
        /// How many others need the turn now.
        var others = 0
    }

    private let state = Mutex(State())

    func epoch(_ index: String) -> PreparedEpoch? { state.withLock { $0.epochs[index] } }

    func set(_ epoch: PreparedEpoch?, of index: String) { state.withLock { $0.epochs[index] = epoch } }

    /// Ends what is being built. It is built anew at its hour.
    func stop() { state.withLock { $0.task }?.cancel() }

    /// Runs `work`, which needs the turn: what is being built ends, and nothing begins meanwhile.
    func givingWay<Value>(_ work: () async throws -> Value) async rethrows -> Value {
        let task = state.withLock { state in
            state.others += 1
            return state.task
        }
        task?.cancel()
        defer { state.withLock { $0.others -= 1 } }
        return try await work()
    }

    /// Begins `work` in a task that the others can end; nil while one of them needs the turn.
    func begin(_ work: @Sendable @escaping () async -> Void) -> Task<Void, Never>? {
        state.withLock { state in
            guard state.others == 0 else { return nil }
            state.begun += 1
            let number = state.begun
            let task = Task {
                await work()
                self.state.withLock { if $0.begun == number { $0.task = nil } }
            }
            state.task = task
            return task
        }
    }

    /// Waits until nothing is being built.
    func settled() async { await state.withLock { $0.task }?.value }
}

extension Node {
    /// Begins to build ahead the epochs that begin at the next time of publication. One that fails is built at its hour.
    ///
    /// - Returns: nil where others need the turn first.
    func prepareEpochs(for due: Int, say: @escaping @Sendable (String) -> Void) -> Task<Void, Never>? {
        preparations.begin { [self] in
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
        let rules = policies.indexRules(
            agreement: stored.agreement,
            asker: stored.asker,
            holder: configuration.agency
        )
        let prepared = try await buildAhead(after: last, admission: admission, rules: rules) { [clock] in
            clock.seconds >= due
        }
        preparations.set(prepared, of: Self.indexName(last.scope))
    }

    private func buildAhead(
        after last: Manifest,
        admission: IndexAdmission,
        rules: [UInt8],
        isOver: @escaping @Sendable () -> Bool
    ) async throws -> PreparedEpoch {
        let scope = try last.scope.following()
        let records = try await vault.read { try $0.recordCount() }
        try checkRoom(for: Self.room(after: nil, records: records))
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
            notices: gathered.notices,
            looked: gathered.looked,
            rules: rules,
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
            let rules = policies.indexRules(agreement: agreement, asker: asker, holder: configuration.agency)
            let prepared = try await buildAhead(after: last, admission: admission, rules: rules) { false }
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
        rules: [UInt8],
        day: Day,
        isBucketed: Bool
    ) async throws -> PreparedEpoch? {
        let index = Self.indexName(scope)
        guard let prepared = preparations.epoch(index) else { return nil }
        preparations.set(nil, of: index)
        let isMeant =
            prepared.manifest.scope == scope && prepared.rules == rules && prepared.day == day
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
