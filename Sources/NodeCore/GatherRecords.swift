/// Part of a use case: the records of an index, read page by page, decided, and their keys set out for building. Memory is
/// that of a few pages, however many records there are.

import MatchKeys
import ObliviousPRF
import PolicyEngine
import SetIntersection
import Sodium
import Vault

/// An index while it is made.
struct IndexDraft: Sendable {
    let scope: IndexScope
    /// The manifest before, if it is of the same epoch.
    let predecessor: Manifest?
    /// Its askers fetch buckets: a record that forbids it stays out.
    let isBucketed: Bool
    let seed: EpochSeed

    var isNewEpoch: Bool { predecessor == nil }
}

/// A record that enters may be fetched in buckets alone, and the index is none of buckets. One index has one mode.
struct BucketsDemanded: Error {}

/// Which records are looked at.
enum RecordSight: Sendable {
    /// Those that do not stand in the index as they are, for a new epoch all: a rule or a day may be another.
    case missing
    /// Those of them that changed since the log had that length: nothing else can be new.
    case changed(since: Int)
}

/// What enters, and in numbers what does not.
struct GatheredRecords: Sendable {
    /// A record that enters, and under which handle.
    struct Entry: Sendable {
        let record: Int
        let digest: [UInt8]
        /// The handle's number.
        let number: UInt64
    }

    /// Length of the log when gathering began: what changes from there on was perhaps not seen.
    let looked: Int
    /// What goes into the index of each class, by the order of `KeyClass.allCases`.
    fileprivate(set) var pairs: [KeyPairs]
    fileprivate(set) var handles: HandleSequence
    /// Records that entered.
    fileprivate(set) var entered = 0
    /// The greatest minimum that a record which entered asks of buckets.
    fileprivate(set) var bucketMinimum: Int?
    /// Who is told once it is published.
    fileprivate(set) var notices = NoticeDuties.none
    /// Entries that are not stored yet; those of a new epoch are stored ahead.
    fileprivate(set) var entries: [Entry] = []
    /// Records of a delta that had no entry in this epoch; one that changes while it is read comes twice.
    fileprivate var newcomers: Set<Int> = []
    fileprivate var out: [String: Int] = [:]
    fileprivate var keyless = 0

    /// Records with entries once this is published; a changed record counts once.
    func records(after predecessor: Manifest?) -> Int {
        predecessor.map { $0.records + newcomers.count } ?? entered
    }

    /// How the index is fetched once this is published. A minimum never falls inside an epoch.
    func retrieval(of draft: IndexDraft) -> Manifest.Retrieval {
        guard draft.isBucketed else { return .synced }
        let asked = [draft.predecessor?.retrieval.minimum, bucketMinimum].compactMap { $0 }.max()
        return .bucketed(minimum: asked ?? BucketCut.standardMinimum)
    }

    var notes: [String] {
        var notes = out.sorted { $0.key < $1.key }.map { rule, count in
            "\(count) \(count == 1 ? "record stays" : "records stay") out by \(rule)"
        }
        if keyless > 0 { notes.append("\(keyless) without a key of a kind in scope") }
        return notes
    }
}

extension Node {
    /// The records that enter, with their keys and fresh handles.
    /// - Throws: `BucketsDemanded`.
    func gather(
        _ admission: IndexAdmission,
        draft: IndexDraft,
        sight: RecordSight,
        effort: BuildEffort,
        say: @escaping @Sendable (String) -> Void
    ) async throws -> GatheredRecords {
        let scope = draft.scope
        if draft.isNewEpoch { try await eraseEntries(of: scope) }
        let (looked, total, taken) = try await vault.read { transaction in
            (
                try transaction.nextLeaf(),
                try transaction.recordCount(),
                try transaction.handlesTaken(agreement: scope.agreement, asker: scope.asker)
            )
        }
        let key = try keyring.secret(SecretName.handles(scope)) { try SecretBytes(random: 32, from: random) }
        let space = try BuildSpace(memory: effort.memory, file: vault.segments.spillFile(), random: random)
        var gathered = GatheredRecords(
            looked: looked,
            pairs: MatchKeys.KeyClass.allCases.map { _ in KeyPairs(space: space) },
            handles: try HandleSequence(key: key, next: taken)
        )
        let rulings = Rulings(admission)
        var progress = Progress(total: total, unit: "records", say: say)
        var waiting: [GatheredRecords.Entry] = []
        var page = try await nextPage(after: nil, of: draft, sight: sight, effort: effort)
        while let last = page.last {
            // The next page is read and the entries of the last one are stored while this one is worked on.
            let ready = waiting
            async let following = nextPage(after: last, of: draft, sight: sight, effort: effort)
            async let stored: Void = store(ready, of: scope)
            let examined = try await examine(page, rulings: rulings, effort: effort)
            let entries = try await take(
                examined,
                kinds: admission.kinds,
                isBucketed: draft.isBucketed,
                into: &gathered,
                effort: effort
            )
            progress.advance(by: page.count)
            try await stored
            try await effort.rest()
            if draft.isNewEpoch {
                waiting = entries.map(\.entry)
            } else {
                gathered.entries += entries.map(\.entry)
                gathered.newcomers.formUnion(entries.lazy.filter { !$0.stands }.map(\.entry.record))
            }
            page = try await following
        }
        try await store(waiting, of: scope)
        return gathered
    }

    private func nextPage(
        after last: KeyedRecord?,
        of draft: IndexDraft,
        sight: RecordSight,
        effort: BuildEffort
    ) async throws -> [KeyedRecord] {
        try await vault.read { transaction in
            if draft.isNewEpoch { return try transaction.keyed(after: last?.number ?? 0, limit: effort.page) }
            return switch sight {
            case .missing:
                try transaction.keyed(missingIn: draft.scope, after: last?.number ?? 0, limit: effort.page)
            case .changed(let leaf):
                try transaction.keyed(
                    changedSince: leaf,
                    missingIn: draft.scope,
                    after: last,
                    limit: effort.page
                )
            }
        }
    }

    private func store(_ entries: [GatheredRecords.Entry], of scope: IndexScope) async throws {
        guard !entries.isEmpty else { return }
        _ = try await vault.commit { transaction in
            for entry in entries {
                try transaction.storeIndexEntry(
                    scope,
                    record: entry.record,
                    digest: entry.digest,
                    handle: entry.number
                )
            }
            return ((), [])
        }
    }

    /// Forgets the entries of an epoch that is over, or that never came to be.
    func eraseEntries(of scope: IndexScope) async throws {
        while try await vault.commit({ (try $0.eraseIndex(scope), []) }).value {
            try await Task.sleep(for: BuildEffort.pause)
        }
    }

    /// Forgets the entries of epochs before this one that a crash left.
    func eraseEndedEntries(of scope: IndexScope) async throws {
        for epoch in try await vault.read({ try $0.epochsLeft(before: scope) }) {
            try await eraseEntries(
                of: IndexScope(agreement: scope.agreement, asker: scope.asker, holder: scope.holder, epoch: epoch)
            )
        }
    }

    // MARK: One page

    /// A record with its keys, and whether it enters.
    private struct Examined: Sendable {
        let record: KeyedRecord
        let keys: RecordKeys
        let ruling: IndexAdmission.Ruling
    }

    /// Opens the keys of a page and decides, on the threads of the effort. Records without keys, or with such of another
    /// recipe, are opened themselves, and their keys are kept for the next time.
    private func examine(
        _ page: [KeyedRecord],
        rulings: Rulings,
        effort: BuildEffort
    ) async throws -> [Examined] {
        let (sealer, recipe) = (vault.sealer, recipe)
        let made = PolicyCells.recipe(with: recipe)
        var examined = try await effort.map(page) { record -> Examined? in
            guard let keys = sealer.openKeys(record), keys.isMade(by: made) else { return nil }
            return Examined(record: record, keys: keys, ruling: rulings.ruling(on: keys.cells))
        }
        let without = examined.indices.filter { examined[$0] == nil }
        guard !without.isEmpty else { return examined.compactMap { $0 } }
        let boxes = try await vault.read { try $0.records(without.map { page[$0].number }) }
        let places = Dictionary(without.map { (page[$0].number, $0) }, uniquingKeysWith: { first, _ in first })
        let anew = try await effort.map(boxes) { boxed -> (Examined, box: [UInt8])? in
            guard let place = places[boxed.number], let keys = RecordKeys.made(of: try sealer.open(boxed), by: recipe)
            else { return nil }
            var record = page[place]
            // It may have changed since the page was read.
            record.digest = boxed.digest
            let box = try sealer.seal(keys, dataset: boxed.dataset, digest: boxed.digest)
            return (Examined(record: record, keys: keys, ruling: rulings.ruling(on: keys.cells)), box)
        }.compactMap { $0 }
        for (one, _) in anew { if let place = places[one.record.number] { examined[place] = one } }
        _ = try await vault.commit { transaction in
            for (one, box) in anew {
                try transaction.setKeys(box, of: one.record.number, digest: one.record.digest)
            }
            return ((), [])
        }
        return examined.compactMap { $0 }
    }

    /// Gives handles to those that enter and sets their keys out by class.
    private func take(
        _ examined: [Examined],
        kinds: Set<MatchKeys.KeyKind>,
        isBucketed: Bool,
        into gathered: inout GatheredRecords,
        effort: BuildEffort
    ) async throws -> [(entry: GatheredRecords.Entry, stands: Bool)] {
        var entering: [Examined] = []
        entering.reserveCapacity(examined.count)
        for one in examined {
            switch one.ruling {
            case .staysOut(let rule): gathered.out[rule, default: 0] += 1
            case .enters where !one.keys.hasKey(of: kinds): gathered.keyless += 1
            case .enters(let terms, let notices):
                if !isBucketed, terms.demandsBuckets { throw BucketsDemanded() }
                if isBucketed, let refusal = terms.refusal(of: .max) {
                    gathered.out["\(refusal.rule) (retrieval)", default: 0] += 1
                    continue
                }
                gathered.bucketMinimum = [gathered.bucketMinimum, terms.minimum].compactMap { $0 }.max()
                gathered.notices = gathered.notices.joined(notices)
                entering.append(one)
            }
        }
        let numbers = try gathered.handles.take(entering.count)
        let sequence = gathered.handles
        let handles = try await effort.map(Array(numbers)) { try sequence.handle($0) }
        let places = MatchKeys.KeyKind.allCases.map { kind in
            kinds.contains(kind) ? MatchKeys.KeyClass.allCases.firstIndex(of: kind.keyClass) : nil
        }
        for (one, handle) in zip(entering, handles) {
            one.keys.forEachKey { kind, key in
                if let place = places[kind.ordinal] { gathered.pairs[place].add(key, handle: handle) }
            }
        }
        gathered.entered += entering.count
        return zip(entering, numbers).map { one, number in
            let entry = GatheredRecords.Entry(record: one.record.number, digest: one.record.digest, number: number)
            return (entry, one.record.stands)
        }
    }
}

extension RecordKeys {
    fileprivate func hasKey(of kinds: Set<MatchKeys.KeyKind>) -> Bool {
        var found = false
        forEachKey { kind, _ in found = found || kinds.contains(kind) }
        return found
    }
}
