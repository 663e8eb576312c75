/// What a crash may leave behind, put right when the node opens: seeds of ended epochs, segments that nothing names.
/// Runs under the folder's lock, before anything is asked or answered.

import AuditLog
import CanonicalJSON
import Foundation
import SetIntersection
import Sodium
import Vault

enum TidyFolder {
    /// Erases evaluation seeds of epochs that are over: a crash between the switch and the erasure would keep them alive.
    static func eraseEndedSeeds(_ keyring: Keyring, published: [StoredManifest]) throws {
        let current = published.map { SecretName.epochSeed(agreement: $0.agreement, asker: $0.asker, epoch: $0.epoch) }
        let ended = keyring.names.filter { name in
            guard let (index, epoch) = SecretName.epoch(of: name) else { return false }
            // A later one belongs to a rotation that did not come to its end; it is taken up again.
            return current.contains { SecretName.epoch(of: $0).map { $0.index == index && $0.epoch > epoch } ?? false }
        }
        if !ended.isEmpty { try keyring.update(set: [:], remove: ended) }
    }

    /// Removes what a killed test of a backup left.
    static func removeTrial(_ folder: NodeFolder) {
        try? FileManager.default.removeItem(at: RestoreFolder.staging(of: folder.trial))
    }

    /// Forgets what is kept of long queries that were never asked or are over.
    static func forgetIdleBatches(_ transaction: VaultTransaction) throws -> [AuditDraft] {
        try transaction.forgetIdleBatches(goesOn: LongQuery.outcomesThatGoOn)
        return []
    }

    /// Removes segment files that no newest manifest names, ours and each peer's apart. Older versions had all of them in one
    /// folder: what a peer's manifest names there is given to that peer first.
    static func sweepSegments(_ folder: SegmentFolder, newest: [StoredManifest], own agency: String) throws {
        let byHolder = Dictionary(grouping: newest, by: \.holder)
        for (holder, manifests) in byHolder where holder != agency {
            for name in try segments(of: manifests) { try folder.give(name, to: holder) }
        }
        try folder.sweep(keeping: segments(of: byHolder[agency] ?? []))
        for peer in try folder.fetchedPeers() {
            let fetched = folder.fetched(from: peer)
            try fetched.sweep(keeping: segments(of: byHolder[peer] ?? []))
            fetched.removeIfEmpty()
        }
    }

    /// Names of the files that manifests name.
    static func segments(of manifests: [StoredManifest]) throws -> Set<String> {
        Set(
            try manifests.flatMap { stored in
                try Manifest(decoding: stored.bytes).classes.flatMap(\.segments).map { Hex.encode($0.digest) }
            }
        )
    }
}

extension SecretName {
    /// Which index and epoch the name of a seed belongs to; nil for another secret.
    static func epoch(of name: String) -> (index: String, epoch: Int)? {
        guard name.hasPrefix("epoch/"), let slash = name.lastIndex(of: "/"),
            let epoch = Int(name[name.index(after: slash)...])
        else { return nil }
        return (String(name[..<slash]), epoch)
    }
}
