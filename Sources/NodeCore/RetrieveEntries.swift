/// Step of the use case "ask": how the entries that may answer a question come to the asker. Two ways are built: from our
/// copy of the index, and in buckets that its holder gives.

import CanonicalJSON
import Foundation
import ObliviousPRF
import PeerTrust
import SetIntersection
import Sodium
import Vault
import WireProtocol

/// The seam between "which entries" and "how they are had". Keyword PIR would be a third way behind it: it needs a mode of
/// its own in `Manifest.Retrieval` and POLICY's `retrieval`, and no change to asking, answering or looking up.
protocol EntryRetrieving: Sendable {
    /// For each class that was asked an index in which every published entry of the asker's own keys is found. What this
    /// tells the holder was weighed and written down before.
    func indexes(
        for outputs: QuestionOutputs
    ) async throws -> [SetIntersection.KeyClass: MatchIndex]
}

/// Looks into our copy, and tells nobody anything.
struct SyncedEntries: EntryRetrieving {
    let engine: MatchEngine
    let segments: SegmentFolder
    let manifest: Manifest

    func indexes(for outputs: QuestionOutputs) async throws -> [SetIntersection.KeyClass: MatchIndex] {
        try engine.index(manifest, segments: segments)
    }
}

/// Fetches the buckets in which the keys stand, if they stand anywhere, keeps them in memory and forgets them.
struct BucketedEntries: EntryRetrieving {
    let node: Node
    let manifest: Manifest
    let peer: PinnedPeer
    let person: Person
    let reaching: any PeerReaching
    /// Others are fetched beside them until it is half of all.
    let isCovering: Bool

    /// Most bytes of buckets for one question.
    private static let greatest = 1 << 28
    /// Buckets on their way at once: half of what a holder works on for one peer.
    private static let atOnce = 4

    private struct Place: Hashable {
        let keyClass: SetIntersection.KeyClass
        let number: Int
    }

    func indexes(for outputs: QuestionOutputs) async throws -> [SetIntersection.KeyClass: MatchIndex] {
        do {
            return try await fetch(for: outputs, from: manifest)
        } catch let failure as FetchFailure where failure.isOvertaken {
            let agreement = manifest.scope.agreement
            let newer = try await node.fetchIndex(agreement, of: peer, by: person, through: reaching, force: true)
            guard newer.scope == manifest.scope else {
                throw FetchFailure(text: "its epoch ended while buckets were fetched: ask again", isRefusal: true)
            }
            // The same buckets as before, in the same cut: nothing more is told.
            return try await fetch(for: outputs, from: newer)
        }
    }

    private func fetch(
        for outputs: QuestionOutputs,
        from manifest: Manifest
    ) async throws -> [SetIntersection.KeyClass: MatchIndex] {
        let parts = Dictionary(manifest.classes.map { ($0.keyClass, $0) }, uniquingKeysWith: { first, _ in first })
        let wanted = try outputs.buckets(in: parts.mapValues { (id: $0.indexID, cut: $0.cut) })
        let key = try node.bucketKey()
        var window: [Place] = []
        for (keyClass, numbers) in wanted.sorted(by: { $0.key < $1.key }) {
            guard let part = parts[keyClass] else { continue }
            window += try BucketWindow.numbers(
                wanted: numbers,
                covering: isCovering,
                of: part.cut,
                index: part.indexID,
                key: key
            ).map { Place(keyClass: keyClass, number: $0) }
        }
        let described = window.compactMap { place in parts[place.keyClass].map { $0.segments[place.number] } }
        let bytes = described.reduce(0) { $0 + $1.bytes }
        guard bytes <= Self.greatest else {
            throw FetchFailure(text: "its buckets are larger than \(Self.greatest >> 20) MiB", isRefusal: true)
        }
        try await log(manifest, entries: described.reduce(0) { $0 + $1.entries }, bytes: bytes)
        let buckets = try await bring(window, of: parts, agreement: manifest.scope.agreement)
        return parts.filter { wanted[$0.key] != nil }.mapValues { part in
            let numbers = window.filter { $0.keyClass == part.keyClass }.sorted { $0.number < $1.number }
            return MatchIndex(id: part.indexID, segments: numbers.compactMap { buckets[$0] }, cut: part.cut)
        }
    }

    /// Our entry of what is fetched, durable before the first request: it may overstate, never understate.
    private func log(_ manifest: Manifest, entries: Int, bytes: Int) async throws {
        _ = try await node.vault.commit { transaction in
            let draft = try node.draft(
                "index.fetched",
                by: .person(person),
                data: Node.logged(manifest, peer: peer.agency.text, bytes: bytes)
                    .merging(["count": .integer(entries)]) { $1 },
                in: transaction
            )
            return ((), [draft])
        }
    }

    /// Brings the buckets in the order of the window, a few at once.
    private func bring(
        _ window: [Place],
        of parts: [SetIntersection.KeyClass: Manifest.ClassIndex],
        agreement: String
    ) async throws -> [Place: IndexSegment] {
        try await withThrowingTaskGroup(of: (Place, IndexSegment)?.self) { group in
            var buckets: [Place: IndexSegment] = [:]
            for (number, place) in window.enumerated() {
                if number >= Self.atOnce, let done = try await group.next() ?? nil { buckets[done.0] = done.1 }
                group.addTask {
                    guard let part = parts[place.keyClass] else { return nil }
                    return (place, try await bucket(place.number, of: part, agreement: agreement))
                }
            }
            for try await case let done? in group { buckets[done.0] = done.1 }
            return buckets
        }
    }

    /// One bucket: the one that the signed manifest names, with entries of its own alone.
    private func bucket(
        _ number: Int,
        of part: Manifest.ClassIndex,
        agreement: String
    ) async throws -> IndexSegment {
        let described = part.segments[number]
        let name = Hex.encode(described.digest)
        var bytes: [UInt8] = []
        try await node.bringPieces(
            of: described,
            name: name,
            from: 0,
            agreement: agreement,
            peer: peer,
            until: node.clock.seconds + Node.patience,
            through: reaching
        ) { piece, _ in bytes += piece }
        do {
            let segment = try IndexSegment(data: Data(bytes), described: described)
            guard segment.isBucket(number, of: part.cut) else { throw IntersectionError.segmentDiffers }
            return segment
        } catch is IntersectionError {
            let text =
                "the bucket \(number) of \(part.keyClass) is not the one its manifest names (\(name)): "
                + "cut off, altered or out of order"
            throw FetchFailure(text: text, isRefusal: true)
        }
    }
}

extension Node {
    /// How the entries of an index are had.
    func entries(
        of manifest: Manifest,
        plan: PeerPlan,
        peer: PinnedPeer,
        by person: Person,
        through reaching: any PeerReaching
    ) -> any EntryRetrieving {
        guard manifest.retrieval != .synced else {
            return SyncedEntries(engine: engine, segments: vault.segments, manifest: manifest)
        }
        return BucketedEntries(
            node: self,
            manifest: manifest,
            peer: peer,
            person: person,
            reaching: reaching,
            isCovering: plan.terms.question.cover
        )
    }
}
