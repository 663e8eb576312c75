/// Segments of peers that a newer manifest does not name any more. Whoever asked under the older one may still look in them,
/// so they go a while later. Knows names and times.

import SetIntersection
import Sodium
import Synchronization
import Vault

/// What was superseded since the node was opened; what was before goes with the next start.
final class SupersededSegments: Sendable {
    private struct One {
        let peer: String
        let name: String
        /// Seconds since 1970.
        let since: Int
    }

    private let waiting = Mutex<[One]>([])

    /// Seconds for which they stay: longer than an answer takes.
    static let patience = 900

    func add(_ names: some Sequence<String>, of peer: String, at now: Int) {
        waiting.withLock { waiting in waiting += names.map { One(peer: peer, name: $0, since: now) } }
    }

    /// Those whose time is up; they are forgotten here.
    func due(at now: Int) -> [String: Set<String>] {
        waiting.withLock { waiting in
            let due = waiting.filter { now - $0.since >= Self.patience || now < $0.since }
            waiting.removeAll { now - $0.since >= Self.patience || now < $0.since }
            return Dictionary(grouping: due, by: \.peer).mapValues { Set($0.map(\.name)) }
        }
    }
}

extension Node {
    /// Notes what `newest` does not name any more.
    func supersede(_ last: Manifest?, by newest: Manifest) {
        guard let last else { return }
        let named = Set(newest.classes.flatMap(\.segments).map(\.digest))
        let old = last.classes.flatMap(\.segments).map(\.digest).filter { !named.contains($0) }
        superseded.add(old.map { Hex.encode($0) }, of: newest.scope.holder, at: clock.seconds)
    }

    /// Removes those whose time is up, unless a manifest names them again.
    func removeSuperseded() async throws {
        let due = superseded.due(at: clock.seconds)
        guard !due.isEmpty else { return }
        let newest = try await vault.read { try $0.latestManifests() }
        for (peer, names) in due {
            let named = try TidyFolder.segments(of: newest.filter { $0.holder == peer })
            for name in names.subtracting(named) { try vault.segments.fetched(from: peer).remove(name) }
        }
    }

    /// Where the segments of a holder stand.
    func segments(of holder: String) -> SegmentFolder {
        holder == configuration.agency ? vault.segments : vault.segments.fetched(from: holder)
    }
}
