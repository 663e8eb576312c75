/// Use case: what an ended agreement leaves behind goes. The seeds of our indexes are erased, so that nothing can be
/// evaluated under them whoever has a copy; our copies of others' indexes are dropped, and what fetching buckets told is
/// forgotten. Signed manifests stay: they say numbers and digests, and an agreement that comes back must go on from them.

import AuditLog
import CanonicalJSON
import PeerTrust
import PolicyEngine
import SetIntersection
import Sodium
import Vault
import WireProtocol

/// What ended and is still there.
private struct EndedIndexes {
    /// Names in the keyring.
    var seeds: [String] = []
    var manifests: [StoredManifest] = []
    /// Segments here that such manifests name, and no other of the same holder.
    var segments: [(agreement: String, holder: String, name: String)] = []
    /// On their way here, of an agreement that ended or a peer that is trusted no more.
    var partial: [(peer: String, agreement: String)] = []

    /// Whose fetches of buckets are still added up.
    var told: [StoredManifest] = []

    var isEmpty: Bool { seeds.isEmpty && segments.isEmpty && partial.isEmpty && told.isEmpty }
}

extension Node {
    /// Ends the indexes of agreements that are gone, past their last day, or no longer between the two parties. A build
    /// ahead of its time gives way, and only where something ended.
    func endIndexes() async throws {
        guard try await !endedIndexes(by: activePolicies.set).isEmpty else { return }
        try await preparations.givingWay {
            try await turns.run("publish") { try await self.eraseEnded() }
        }
    }

    private func endedIndexes(by policies: PolicySet) async throws -> EndedIndexes {
        let today = clock.moment.day
        var ended = EndedIndexes()
        ended.seeds = keyring.names.filter { name in
            SecretName.scope(ofSeed: name, holder: configuration.agency).map {
                policies.hasEnded($0.agreement, asker: $0.asker, holder: $0.holder, on: today)
            } ?? false
        }
        let newest = try await vault.read { try $0.latestManifests() }
        ended.manifests = newest.filter {
            policies.hasEnded($0.agreement, asker: $0.asker, holder: $0.holder, on: today)
        }
        for manifest in ended.manifests {
            let others = newest.filter { $0.holder == manifest.holder && !ended.manifests.contains($0) }
            let folder = segments(of: manifest.holder)
            let names = try TidyFolder.segments(of: [manifest]).filter { folder.contains($0) }
            // Read only where something is left to remove: this runs each minute.
            guard !names.isEmpty else { continue }
            for name in names.subtracting(try TidyFolder.segments(of: others)) {
                ended.segments.append((manifest.agreement, manifest.holder, name))
            }
        }
        ended.told = try await vault.read { [manifests = ended.manifests] transaction in
            try manifests.filter { try transaction.hasBitsTold(agreement: $0.agreement, holder: $0.holder) }
        }
        ended.partial = try PartialSegments.all(in: vault.segments).filter { sync in
            AgencyID(sync.peer).flatMap { peers.peer(agency: $0) } == nil
                || policies.hasEnded(sync.agreement, asker: configuration.agency, holder: sync.peer, on: today)
        }
        return ended
    }

    private func eraseEnded() async throws {
        let policies = activePolicies
        let today = clock.moment.day
        let ended = try await endedIndexes(by: policies.set)
        guard !ended.isEmpty else { return }
        let scopes = ended.seeds.compactMap { SecretName.scope(ofSeed: $0, holder: configuration.agency) }
        // The activation that took an agreement away, or changed its parties, has its entry; a last day has none yet.
        let gone = scopes.map(\.agreement) + ended.segments.map(\.agreement) + ended.told.map(\.agreement)
        let lapsed = Set(gone).sorted().filter {
            policies.set.agreements[$0].map { $0.valid.isOver(on: today) } ?? false
        }
        _ = try await vault.commit { transaction in
            for stored in ended.told {
                try transaction.forgetBitsTold(agreement: stored.agreement, holder: stored.holder)
            }
            let drafts = try lapsed.map { agreement in
                try self.draft(
                    "agreement.ended",
                    by: .system,
                    data: [
                        "agreement": .string(agreement),
                        "old_digest": policies.agreementDigests[agreement].map { .string(Hex.encode($0)) },
                    ],
                    in: transaction
                )
            }
            return ((), drafts)
        }
        // Rows before seeds: from the seeds that are left the next start knows whose rows are left.
        for scope in scopes { try await eraseEntries(of: scope) }
        if !ended.seeds.isEmpty { try keyring.update(set: [:], remove: ended.seeds) }
        engine.forgetHolders()
        for scope in scopes { try discardPrepared(scope) }
        // After the files: what is mapped from then on was there from then on.
        defer { engine.forgetIndexes() }
        for segment in ended.segments { try segments(of: segment.holder).remove(segment.name) }
        for sync in ended.partial {
            try PartialSegments.discard(in: vault.segments, of: sync.peer, agreement: sync.agreement)
        }
    }
}

extension PolicySet {
    /// Whether nothing holds up an index any more. A suspension passes, and so does a first day that is still to come.
    fileprivate func hasEnded(_ agreement: String, asker: String, holder: String, on today: Day) -> Bool {
        guard let terms = agreements[agreement] else { return true }
        return !terms.askers.contains(asker) || !terms.holders.contains(holder) || terms.valid.isOver(on: today)
    }
}

extension Period {
    fileprivate func isOver(on today: Day) -> Bool { until.map { today > $0 } ?? false }
}
