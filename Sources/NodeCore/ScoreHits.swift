/// What the found handles mean: for whom each is shown, how surely, and what will prove it. Pure.

import Foundation
import MatchKeys
import ObliviousPRF
import SetIntersection

extension PeerPlan {
    /// Hits at or above the threshold, best first, and what is kept of each.
    ///
    /// - Parameters:
    ///   - runner: shares the hits out. Blocks its caller.
    ///   - proof: the 32 bytes that prove an agreeing key.
    func scored(
        _ found: [Hit],
        by weighing: Weighing,
        on runner: BatchRunner,
        proof: @Sendable (AgreeingKey) throws -> [UInt8]
    ) throws -> (reports: [HitReport], kept: [KeptHit]) {
        let scorer = HitScorer(subjects: subjects, keys: keys, found: found, weighing: weighing)
        let scored = try runner.spread(found.count, fewest: Self.worthThreads) { part in
            try found[part].compactMap { try scorer.scored($0, proof: proof) }
        }
        return (Self.sorted(scored.flatMap(\.reports)), scored.map(\.kept))
    }

    /// Hits that take longer than a hand-over to another thread.
    private static let worthThreads = 64
}

/// A hit that is shown.
private struct ScoredHit: Sendable {
    /// For each subject one, best first.
    let reports: [HitReport]
    let kept: KeptHit
}

/// What scoring reads of a plan. A plan itself is large, and copied for each hit it would cost more than the score.
private struct HitScorer: Sendable {
    private let subjects: [QuestionSubject]
    private let keys: [SetIntersection.KeyClass: [MatchKey]]
    private let weighing: Weighing
    /// Which subjects have a key, by their places.
    private let owners: [MatchKey: [Int]]
    private let asked: [AskedParts]
    private var sharing = KeySharing.none

    init(
        subjects: [QuestionSubject],
        keys: [SetIntersection.KeyClass: [MatchKey]],
        found: [Hit],
        weighing: Weighing
    ) {
        var owners: [MatchKey: [Int]] = [:]
        for (number, subject) in subjects.enumerated() {
            for key in subject.keys { owners[key, default: []].append(number) }
        }
        (self.subjects, self.keys, self.weighing, self.owners) = (subjects, keys, weighing, owners)
        asked = found.isEmpty ? [] : subjects.map { weighing.asked($0.keys) }
        var counts: [MatchKey: Int] = [:]
        for hit in found {
            for key in Set(hit.keys.compactMap(key)) { counts[key, default: 0] += 1 }
        }
        sharing = weighing.sharing(counts)
    }

    /// Nil for a hit that is shown for nobody.
    func scored(_ hit: Hit, proof: (AgreeingKey) throws -> [UInt8]) throws -> ScoredHit? {
        let agreed = hit.keys.map { (place: $0, key: key(of: $0)) }
        let shown = reports(hit.handle, agreed.compactMap(\.key))
        guard let best = shown.first else { return nil }
        let subject = subjects[best.subject]
        let kept = KeptHit(
            handle: best.report.handle,
            proofs: try agreed.prefix(KeptHit.greatest).map { agreed in
                KeptHit.Proof(slot: agreed.place.slot, key: Data(try proof(agreed.place)))
            },
            subject: subject.policyRecord,
            keys: agreed.prefix(KeptHit.greatest).compactMap(\.key).filter(subject.keys.contains).map {
                ResumableQuery.Key(kind: $0.kind.rawValue, value: $0.value)
            },
            row: subject.row
        )
        return ScoredHit(reports: shown.map(\.report), kept: kept)
    }

    private func key(of agreed: AgreeingKey) -> MatchKey? {
        guard let list = keys[agreed.keyClass], list.indices.contains(agreed.offset) else { return nil }
        return list[agreed.offset]
    }

    /// For whom the handle is shown, best first, each with the subject's place.
    private func reports(_ handle: Handle, _ agreed: [MatchKey]) -> [(report: HitReport, subject: Int)] {
        var agreeing: [Int: [MatchKey]] = [:]
        for key in agreed {
            for owner in owners[key] ?? [] { agreeing[owner, default: []].append(key) }
        }
        let shown = agreeing.compactMap { owner, keys in
            PeerPlan.report(
                handle,
                keys,
                asked: asked[owner],
                sharing: sharing,
                by: weighing,
                of: subjects[owner].id
            ).map { (report: $0, subject: owner) }
        }
        return shown.count < 2 ? shown : shown.sorted { PeerPlan.isBefore($0.report, $1.report) }
    }
}
