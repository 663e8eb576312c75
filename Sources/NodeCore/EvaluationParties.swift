/// The two parties of a trial, each with what it would hold in its own node: the holder its seed, handles and records'
/// keys, the asker its keys and blinds. Between them pass blinded points, evaluated points, proofs and the index.

import MatchKeys
import ObliviousPRF
import SetIntersection
import Sodium
import Synchronization

/// The holder of a trial: one epoch of one agreement, every record in its index.
struct TrialHolder: Sendable {
    /// What the asker is given ahead: a copy of the index, and the keys to verify answers against.
    let published: [SetIntersection.KeyClass: MatchIndex]
    let publicKeys: [SetIntersection.KeyClass: EvaluationPublicKey]
    /// Whose handle: the position of the record. Stays with the holder.
    let records: [Handle: Int]
    let keysLeftOut: Int
    private let answering: HolderAnswer
    private let engine: GroupEngine

    /// Builds the indexes of all classes under a fresh seed, on all cores.
    fileprivate init(
        builders: [SetIntersection.KeyClass: [(key: [UInt8], handle: Handle)]],
        records: [Handle: Int],
        scope: IndexScope,
        prf: VOPRF,
        random: RandomBytes
    ) throws(IntersectionError) {
        let seed = try EpochSeed(trialSecret(random))
        var published: [SetIntersection.KeyClass: MatchIndex] = [:]
        var keys: [SetIntersection.KeyClass: EvaluationKey] = [:]
        var leftOut = 0
        for keyClass in MatchKeys.KeyClass.allCases.map(\.published) {
            let id = try scope.indexID(of: keyClass)
            let key = try seed.evaluationKey(of: id)
            var builder = IndexBuilder(adding: MatchIndex(id: id, segments: []), key: key, prf: prf)
            builder.add(builders[keyClass] ?? [])
            let built = try builder.finish(random: random)
            published[keyClass] = MatchIndex(id: id, segments: [built.segment])
            keys[keyClass] = key
            leftOut += built.leftOutKeys
        }
        self.published = published
        self.records = records
        publicKeys = keys.mapValues(\.publicKey)
        keysLeftOut = leftOut
        answering = HolderAnswer(keys: keys, prf: prf)
        engine = prf.engine
    }

    /// Bytes of all segments.
    var indexBytes: Int {
        published.values.flatMap(\.segments).reduce(0) { $0 + $1.withUnsafeBytes(\.count) }
    }

    /// Decodes what the asker sent as if it had come over the wire, evaluates and proves.
    func answer(_ batch: PointBatch, random: RandomBytes) throws(IntersectionError) -> [ClassEvaluation] {
        let received = try PointBatch(
            decoding: batch.classes.map { (keyClass: $0.keyClass, points: $0.points.bytes) },
            announced: batch.count,
            engine: engine
        )
        return try answering.answer(received, random: random)
    }
}

/// Gathers the holder's keys, then builds.
struct TrialHolderDraft {
    private var entries: [SetIntersection.KeyClass: [(key: [UInt8], handle: Handle)]] = [:]
    private var records: [Handle: Int] = [:]
    private var taken: Set<Handle> = []

    /// Takes the keys of the record at `position`. A record without keys has no handle.
    mutating func add(_ keys: [MatchKey], of position: Int, random: RandomBytes) throws(IntersectionError) {
        guard !keys.isEmpty else { return }
        let handle = try Handle(random: random, avoiding: taken)
        taken.insert(handle)
        records[handle] = position
        for key in keys {
            entries[key.kind.keyClass.published, default: []].append((key: key.prfInput, handle: handle))
        }
    }

    consuming func build(
        scope: IndexScope,
        prf: VOPRF,
        random: RandomBytes
    ) throws(IntersectionError) -> TrialHolder {
        try TrialHolder(builders: entries, records: records, scope: scope, prf: prf, random: random)
    }
}

/// The asker's keys of one query: each once, and whose it is. All keys of a record are in one query.
struct TrialQuestion: Sendable {
    private(set) var count = 0
    private var lists: [SetIntersection.KeyClass: [MatchKey]] = [:]
    private var owners: [MatchKey: [Int]] = [:]

    /// Takes the keys of the record at `position`, each once.
    mutating func add(_ keys: [MatchKey], of position: Int) {
        for key in keys {
            if owners[key] == nil {
                lists[key.kind.keyClass.published, default: []].append(key)
                count += 1
            }
            owners[key, default: []].append(position)
        }
    }

    func blinded(prf: VOPRF, random: RandomBytes) throws(IntersectionError) -> BlindedQuestion {
        try BlindedQuestion(
            query: QueryID(bytes: random.bytes(16)),
            keys: lists.mapValues { $0.map(\.prfInput) },
            seed: BlindSeed(trialSecret(random)),
            prf: prf
        )
    }

    /// With how many handles each key agrees.
    func sharing(_ hits: [Hit]) -> [MatchKey: Int] {
        var counts: [MatchKey: Int] = [:]
        for hit in hits {
            let keys = hit.keys.compactMap { agreed -> MatchKey? in
                guard let list = lists[agreed.keyClass], list.indices.contains(agreed.offset) else { return nil }
                return list[agreed.offset]
            }
            for key in Set(keys) { counts[key, default: 0] += 1 }
        }
        return counts
    }

    /// Whose keys agree with which handle.
    func agreements(_ hits: [Hit]) -> [(asker: Int, handle: Handle, keys: [MatchKey])] {
        var found: [(asker: Int, handle: Handle, keys: [MatchKey])] = []
        for hit in hits {
            var agreeing: [Int: [MatchKey]] = [:]
            for agreed in hit.keys {
                guard let list = lists[agreed.keyClass], list.indices.contains(agreed.offset) else { continue }
                let key = list[agreed.offset]
                for owner in owners[key] ?? [] { agreeing[owner, default: []].append(key) }
            }
            for (owner, keys) in agreeing { found.append((owner, hit.handle, keys)) }
        }
        return found
    }
}

/// Match keys of `records`, in their order, on all cores.
func trialKeys(_ records: ArraySlice<Record>, recipe: KeyRecipe, runner: BatchRunner) -> [[MatchKey]] {
    let done = Mutex<[Int: [[MatchKey]]]>([:])
    runner.run(count: records.count) { range in
        let keys = range.map { recipe.keys(of: records[records.startIndex + $0]) }
        done.withLock { $0[range.lowerBound] = keys }
    }
    return done.withLock { $0.sorted { $0.key < $1.key }.flatMap(\.value) }
}

/// 32 random bytes in locked memory.
private func trialSecret(_ random: RandomBytes) throws(IntersectionError) -> SecretBytes {
    do {
        return try SecretBytes(random: 32, from: random)
    } catch {
        throw .sodium(error)
    }
}
