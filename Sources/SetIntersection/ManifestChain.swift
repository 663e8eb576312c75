// Whether a holder's next manifest follows from the last one. Knows manifests whose signatures were checked elsewhere.

/// Two signed manifests of one holder that cannot both be honest: kept, shown, never deleted.
public struct ManifestConflict: Hashable, Sendable {
    public enum Kind: String, Sendable {
        /// Two manifests of one version.
        case version
        /// Another public key for a class within one epoch.
        case keys
        /// The next manifest does not name this one as its predecessor.
        case predecessor
    }

    public let kind: Kind
    public let first: Manifest
    public let second: Manifest
}

/// The asker's check of a manifest against the last one it took.
public enum ManifestChain {
    /// Why a manifest is not taken, without being evidence.
    public enum Reason: Hashable, Sendable {
        /// Another agreement, asker or holder.
        case otherParties
        /// An older version than was seen.
        case rollback(seen: Int, offered: Int)
        /// Manifests between the two must be fetched and checked first.
        case gap(next: Int, offered: Int)
        /// An epoch before the one seen.
        case epochBackwards(seen: Int, offered: Int)
        /// Within an epoch an index only grows and no class goes.
        case shrunk(KeyClass)
        /// Within an epoch the recipe stays.
        case recipeChanged
        /// Within an epoch an index is synced or bucketed, and its buckets are cut once.
        case retrievalChanged
    }

    public enum Verdict: Hashable, Sendable {
        /// Take it.
        case accepted
        /// The one already taken.
        case unchanged
        case refused(Reason)
        /// Refuse it and keep both.
        case conflict(ManifestConflict)
    }

    /// - Parameters:
    ///   - last: the manifest taken last; nil at first sight, when the pinned log decides alone.
    ///   - next: with its signature checked.
    public static func check(_ next: Manifest, after last: Manifest?) -> Verdict {
        guard let last else { return .accepted }
        guard sameParties(last.scope, next.scope) else { return .refused(.otherParties) }
        if next.digest == last.digest { return .unchanged }
        if next.version == last.version { return conflict(.version, last, next) }
        // Two keys in one epoch are evidence whatever the versions say.
        if next.scope.epoch == last.scope.epoch, !sameKeys(last, next) { return conflict(.keys, last, next) }
        if next.version < last.version {
            return .refused(.rollback(seen: last.version, offered: next.version))
        }
        guard next.version == last.version + 1 else {
            return .refused(.gap(next: last.version + 1, offered: next.version))
        }
        guard next.predecessor == last.digest else { return conflict(.predecessor, last, next) }
        if next.scope.epoch < last.scope.epoch {
            return .refused(.epochBackwards(seen: last.scope.epoch, offered: next.scope.epoch))
        }
        return next.scope.epoch == last.scope.epoch ? withinEpoch(next, after: last) : .accepted
    }

    private static func withinEpoch(_ next: Manifest, after last: Manifest) -> Verdict {
        guard next.recipe == last.recipe else { return .refused(.recipeChanged) }
        guard hasSameBuckets(last, next) else { return .refused(.retrievalChanged) }
        for part in last.classes {
            guard let now = next.classes.first(where: { $0.keyClass == part.keyClass }), now.entries >= part.entries,
                next.retrieval == .synced
                    || zip(part.segments, now.segments).allSatisfy({ $0.entries <= $1.entries })
            else { return .refused(.shrunk(part.keyClass)) }
        }
        return .accepted
    }

    private static func conflict(_ kind: ManifestConflict.Kind, _ first: Manifest, _ second: Manifest) -> Verdict {
        .conflict(ManifestConflict(kind: kind, first: first, second: second))
    }

    private static func sameParties(_ left: IndexScope, _ right: IndexScope) -> Bool {
        (left.agreement, left.asker, left.holder) == (right.agreement, right.asker, right.holder)
    }

    /// Whether both are synced, or both bucketed with the same cuts; a minimum may grow.
    private static func hasSameBuckets(_ left: Manifest, _ right: Manifest) -> Bool {
        let cuts = Dictionary(left.classes.map { ($0.keyClass, $0.cut) }, uniquingKeysWith: { first, _ in first })
        return (left.retrieval == .synced) == (right.retrieval == .synced)
            && (right.retrieval.minimum ?? 0) >= (left.retrieval.minimum ?? 0)
            && right.classes.allSatisfy { part in cuts[part.keyClass].map { $0 == part.cut } ?? true }
    }

    /// Whether classes that both have show the same public key.
    private static func sameKeys(_ left: Manifest, _ right: Manifest) -> Bool {
        let keys = left.publicKeys
        return right.classes.allSatisfy { keys[$0.keyClass].map { [key = $0.publicKey] in $0 == key } ?? true }
    }
}
