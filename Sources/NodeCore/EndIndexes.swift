/// Use case: what an ended agreement leaves behind goes. The seeds of our indexes are erased, so that nothing can be
/// evaluated under them whoever has a copy; our copies of others' indexes are dropped, and what fetching buckets told is
/// forgotten. Signed manifests stay: they say numbers and digests, and an agreement that comes back must go on from them.

import AuditLog
import CanonicalJSON
import PolicyEngine
import SetIntersection
import Sodium
import Vault

extension Node {
    /// Ends the indexes of agreements that are gone, past their last day, or no longer between the two parties.
    func endIndexes() async throws {
        preparations.stop()
        try await turns.run("publish") { try await self.eraseEnded() }
    }

    private func eraseEnded() async throws {
        let policies = activePolicies
        let today = clock.moment.day
        let seeds = keyring.names.filter { name in
            SecretName.scope(ofSeed: name, holder: configuration.agency).map {
                policies.set.hasEnded($0.agreement, asker: $0.asker, holder: $0.holder, on: today)
            } ?? false
        }
        let manifests = try await vault.read { try $0.latestManifests() }.filter {
            policies.set.hasEnded($0.agreement, asker: $0.asker, holder: $0.holder, on: today)
        }
        let segments = try manifests.flatMap { stored in
            try Manifest(decoding: stored.bytes).classes.flatMap(\.segments).map {
                (agreement: stored.agreement, name: Hex.encode($0.digest))
            }
        }.filter { vault.segments.contains($0.name) }
        let told = try await vault.read { transaction in
            try manifests.filter { try transaction.hasBitsTold(agreement: $0.agreement, holder: $0.holder) }
        }
        guard !seeds.isEmpty || !segments.isEmpty || !told.isEmpty else { return }
        let scopes = seeds.compactMap { SecretName.scope(ofSeed: $0, holder: configuration.agency) }
        // The activation that took an agreement away, or changed its parties, has its entry; a last day has none yet.
        let ended = scopes.map(\.agreement) + segments.map(\.agreement) + told.map(\.agreement)
        let lapsed = Set(ended).sorted().filter {
            policies.set.agreements[$0].map { $0.valid.isOver(on: today) } ?? false
        }
        _ = try await vault.commit { transaction in
            for stored in told {
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
        if !seeds.isEmpty { try keyring.update(set: [:], remove: seeds) }
        engine.forgetHolders()
        for scope in scopes { try discardPrepared(scope) }
        // After the files: what is mapped from then on was there from then on.
        defer { engine.forgetIndexes() }
        for segment in segments { try vault.segments.remove(segment.name) }
        for ended in manifests {
            try PartialSegments.discard(in: vault.segments, sync: "\(ended.holder).\(ended.agreement)")
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
