/// Part of a use case: from gathered records to segments on disk and the manifest that names them. Nothing is read or
/// written whole.

import CanonicalJSON
import Foundation
import MatchKeys
import ObliviousPRF
import SetIntersection
import Sodium
import Vault
import WireProtocol

extension Node {
    /// Writes what was gathered, if anything, and gives the manifest of all segments.
    ///
    /// The seed of an epoch that cannot be built is given up: if two keys show a common tag under it, they always will.
    func writeIndex(
        _ draft: IndexDraft,
        gathered: GatheredRecords,
        last: Manifest?,
        effort: BuildEffort
    ) async throws -> Manifest {
        if let predecessor = draft.predecessor, gathered.entered == 0 {
            return try manifest(draft, gathered: gathered, last: last, classes: predecessor.classes)
        }
        do {
            return try await writeSegments(draft, gathered: gathered, last: last, effort: effort)
        } catch IntersectionError.malformedSegment where draft.scope.epoch != last?.scope.epoch {
            try keyring.update(set: [:], remove: [SecretName.epochSeed(draft.scope)])
            throw IntersectionError.malformedSegment(entry: 0)
        }
    }

    /// Evaluates, sorts and writes the segments of each class; gives the manifest that names them. What was written
    /// before a failure is removed.
    private func writeSegments(
        _ draft: IndexDraft,
        gathered: GatheredRecords,
        last: Manifest?,
        effort: BuildEffort
    ) async throws -> Manifest {
        try await effort.offload { [self] pace in
            var written: [SegmentDescription] = []
            do {
                let classes = try MatchKeys.KeyClass.allCases.indices.map { place in
                    try writeClass(place, draft, gathered: gathered, effort: effort, pace: pace, written: &written)
                }
                return try manifest(draft, gathered: gathered, last: last, classes: classes)
            } catch {
                let kept = [last, draft.predecessor].compactMap { $0 }.flatMap(\.classes).flatMap(\.segments)
                for segment in written where !kept.contains(segment) {
                    try? vault.segments.remove(Hex.encode(segment.digest))
                }
                throw error
            }
        }
    }

    private func writeClass(
        _ place: Int,
        _ draft: IndexDraft,
        gathered: GatheredRecords,
        effort: BuildEffort,
        pace: BuildPace,
        written: inout [SegmentDescription]
    ) throws -> Manifest.ClassIndex {
        let keyClass = MatchKeys.KeyClass.allCases[place].published
        let earlier = draft.predecessor?.classes.first { $0.keyClass == keyClass }
        let id = try draft.scope.indexID(of: keyClass)
        let key = try draft.seed.evaluationKey(of: id)
        let published = try (earlier?.segments ?? []).map { try ownSegment($0, of: draft.scope) }
        let pairs = gathered.pairs[place]
        let minimum = gathered.retrieval(of: draft).minimum
        let cut =
            earlier?.cut ?? minimum.map { BucketCut(pairs: pairs.count, minimum: $0) } ?? .whole
        let builder = IndexBuilder(
            adding: MatchIndex(id: id, segments: published, cut: cut),
            key: key,
            prf: effort.prf,
            pairs: pairs
        )
        let writer = try vault.segments.writer()
        let (newest, tally) = try builder.write(to: writer, random: random, pace: pace)
        try writer.finish(as: newest)
        written.append(newest)
        let fresh = try ownSegment(newest, of: draft.scope)
        let segments =
            if let minimum {
                try writeBuckets(cut, of: published, adding: fresh, minimum: minimum, written: &written)
            } else {
                try settle(published + [fresh], written: &written)
            }
        if !segments.contains(newest) { try vault.segments.remove(Hex.encode(newest.digest)) }
        return try Manifest.ClassIndex(
            scope: draft.scope,
            keyClass: keyClass,
            publicKey: key.publicKey,
            segments: segments,
            cut: cut,
            leftOut: (earlier?.leftOut ?? 0) + tally.leftOutKeys
        )
    }

    /// Merges the newest segments where they have piled up.
    private func settle(
        _ segments: [IndexSegment],
        written: inout [SegmentDescription]
    ) throws -> [SegmentDescription] {
        let staying = IndexSegment.staying(segments.map(\.count))
        guard staying < segments.count - 1 else { return segments.map(\.description) }
        let writer = try vault.segments.writer()
        let merged = try IndexSegment.merge(Array(segments[staying...]), to: writer)
        try writer.finish(as: merged)
        written.append(merged)
        return segments[..<staying].map(\.description) + [merged]
    }

    /// Cuts what was published and what is new into buckets. One that nothing came to stays the file it is.
    private func writeBuckets(
        _ cut: BucketCut,
        of published: [IndexSegment],
        adding fresh: IndexSegment,
        minimum: Int,
        written: inout [SegmentDescription]
    ) throws -> [SegmentDescription] {
        var buckets: [SegmentDescription] = []
        for number in 0..<cut.count {
            let writer = try vault.segments.writer()
            let bucket = try IndexSegment.bucket(
                number,
                of: cut,
                from: (published.isEmpty ? [] : [published[number]]) + [fresh],
                minimum: minimum,
                random: random,
                to: writer
            )
            try writer.finish(as: bucket)
            written.append(bucket)
            buckets.append(bucket)
        }
        return buckets
    }

    /// A segment that we wrote, mapped. One that was cut or altered since is named: a delta made beside it would be wrong.
    private func ownSegment(_ described: SegmentDescription, of scope: IndexScope) throws -> IndexSegment {
        let name = Hex.encode(described.digest)
        do {
            return try IndexSegment(data: vault.segments.read(name), described: described)
        } catch {
            throw NodeProblem(
                .data,
                "segment \(name) of the index of \(scope.agreement) for \(scope.asker) is damaged",
                at: vault.segments.url.appendingPathComponent(name).path,
                because: "it is not there, or its bytes are not those that its manifest names",
                try: "comity index rotate \(folder.path) --agreement \(scope.agreement) --asker \(scope.asker) "
                    + "--confirm \(scope.agreement)"
            )
        }
    }

    private func manifest(
        _ draft: IndexDraft,
        gathered: GatheredRecords,
        last: Manifest?,
        classes: [Manifest.ClassIndex]
    ) throws -> Manifest {
        let manifest = try Manifest(
            scope: draft.scope,
            version: (last?.version ?? 0) + 1,
            predecessor: last?.digest,
            recipe: recipe.published,
            records: gathered.records(after: draft.predecessor),
            retrieval: gathered.retrieval(of: draft),
            classes: classes.sorted { $0.keyClass < $1.keyClass }
        )
        guard manifest.bytes.count <= WireLimits.manifest else {
            throw NodeProblem(
                .refused,
                "the index of \(draft.scope.agreement) for \(draft.scope.asker) has too many segments to publish another",
                because: "a manifest has at most \(WireLimits.manifest >> 10) KiB",
                try: "comity index rotate \(folder.path) --agreement \(draft.scope.agreement) "
                    + "--asker \(draft.scope.asker) --confirm \(draft.scope.agreement)"
            )
        }
        return manifest
    }
}
