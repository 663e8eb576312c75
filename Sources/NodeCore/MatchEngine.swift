/// The private match's machinery as the node holds it: one VOPRF over all cores, evaluation keys by epoch, fetched
/// indexes mapped once. Everything here can be thrown away and made again.

import CanonicalJSON
import Foundation
import MatchKeys
import ObliviousPRF
import SetIntersection
import Sodium
import Synchronization
import Vault

final class MatchEngine: Sendable {
    let prf = VOPRF()
    private let holders = Mutex<[IndexScope: HolderAnswer]>([:])
    private let indexes = Mutex(Indexes())

    private struct Indexes {
        var mapped: [IndexScope: Mapped] = [:]
        /// How often all were forgotten: what was being mapped meanwhile is not put away.
        var forgotten = 0
    }

    private struct Mapped {
        let manifest: Manifest
        let classes: [SetIntersection.KeyClass: MatchIndex]
    }

    private let opened = OpenSegments()

    /// The holder's side of one epoch; made from its seed at first use.
    func holder(_ scope: IndexScope, seed: () throws -> SecretBytes) throws -> HolderAnswer {
        // The seed is read under the lock: keys of a seed that was erased cannot come in again after `forget`.
        try holders.withLock { holders in
            if let holder = holders[scope] { return holder }
            let seed = try EpochSeed(seed())
            var keys: [SetIntersection.KeyClass: EvaluationKey] = [:]
            for keyClass in MatchKeys.KeyClass.allCases {
                let name = keyClass.published
                keys[name] = try seed.evaluationKey(of: scope.indexID(of: name))
            }
            let holder = HolderAnswer(keys: keys, prf: prf)
            holders[scope] = holder
            return holder
        }
    }

    /// Forgets the keys of an ended epoch.
    func forget(_ scope: IndexScope) {
        holders.withLock { $0[scope] = nil }
    }

    /// Forgets all evaluation keys; those whose seeds are there are made again when needed.
    func forgetHolders() {
        holders.withLock { $0 = [:] }
    }

    /// A fetched index, its segments mapped. Each segment is read through once, when it is opened first: an hourly
    /// publication costs its new segments.
    func index(_ manifest: Manifest, segments folder: SegmentFolder) throws -> [SetIntersection.KeyClass: MatchIndex] {
        let (known, forgotten) = indexes.withLock { ($0.mapped[manifest.scope], $0.forgotten) }
        if let known, known.manifest.digest == manifest.digest { return known.classes }
        var classes: [SetIntersection.KeyClass: MatchIndex] = [:]
        for part in manifest.classes {
            classes[part.keyClass] = MatchIndex(
                id: part.indexID,
                segments: try part.segments.map { try opened.segment($0, in: folder) },
                cut: part.cut
            )
        }
        indexes.withLock { indexes in
            guard indexes.forgotten == forgotten else { return }
            // Of an index one epoch is held at a time.
            let scope = manifest.scope
            indexes.mapped = indexes.mapped.filter {
                ($0.key.agreement, $0.key.holder, $0.key.asker) != (scope.agreement, scope.holder, scope.asker)
            }
            indexes.mapped[scope] = Mapped(manifest: manifest, classes: classes)
        }
        // Whoever looks in an older one has it in hand.
        let used = indexes.withLock { $0.mapped.values.flatMap { $0.classes.values.flatMap(\.segments) } }
        opened.keep(only: Set(used.map(\.digest)))
        return classes
    }

    /// The manifest of a fetched index that stands mapped, if it is still the stored one to the byte.
    func mapped(_ stored: StoredManifest) -> Manifest? {
        indexes.withLock { indexes in
            indexes.mapped.values.first {
                ($0.manifest.scope.agreement, $0.manifest.scope.holder) == (stored.agreement, stored.holder)
            }
        }
        .flatMap { $0.manifest.bytes == stored.bytes ? $0.manifest : nil }
    }

    /// Forgets all fetched indexes; those that are still held are mapped again when needed.
    func forgetIndexes() {
        indexes.withLock { $0 = Indexes(forgotten: $0.forgotten + 1) }
        opened.keep(only: [])
    }
}

/// Segments that were read through, by digest. Bounded by what the newest manifests name.
private final class OpenSegments: Sendable {
    private let known = Mutex<[[UInt8]: IndexSegment]>([:])

    func segment(_ described: SegmentDescription, in folder: SegmentFolder) throws -> IndexSegment {
        if let segment = known.withLock({ $0[described.digest] }), segment.description == described { return segment }
        let segment = try IndexSegment(data: folder.read(Hex.encode(described.digest)), described: described)
        known.withLock { $0[described.digest] = segment }
        return segment
    }

    func keep(only digests: Set<[UInt8]>) {
        known.withLock { $0 = $0.filter { digests.contains($0.key) } }
    }
}

extension MatchKeys.KeyClass {
    /// The class as indexes and messages name it.
    var published: SetIntersection.KeyClass {
        switch self {
        case .identifiers: .identifiers
        case .names: .names
        case .weak: .weak
        }
    }
}

extension KeyRecipe {
    /// As a manifest names it.
    var published: Manifest.Recipe {
        Manifest.Recipe(version: version, digest: SHA2.sha256(canonicalDescription))
    }
}

extension Manifest {
    /// The recipe that the index is built by; nil for one that this program does not know.
    var keyRecipe: KeyRecipe? { Self.knownRecipes[recipe] }

    private static let knownRecipes = Dictionary(
        KeyRecipe.all.map { ($0.published, $0) },
        uniquingKeysWith: { first, _ in first }
    )
}
