/// From a handle to the record it stands for, while that record may still be spoken of. An entry stays in an index until
/// the epoch ends; what lies behind it falls silent at once. Never says why there is nothing.

import MatchKeys
import PolicyEngine
import SetIntersection
import Vault

/// The record behind a live handle.
struct LiveRecord: Sendable {
    /// Its row in the vault.
    let number: Int
    let dataset: String
    /// As it is now, not as it was when it was indexed.
    let record: MatchKeys.Record
    /// Its keys in the agreement's scope.
    let keys: [MatchKey]
}

extension Node {
    /// The record behind `handle` in our index of `scope`.
    ///
    /// Nil for a handle that names nothing, an epoch that is over, an agreement that is not in force, and a record that
    /// was erased or that policy would not let into the index today: withdrawn, expired, now protected. Policy is asked
    /// again for each call, about the record's present version.
    func liveRecord(_ scope: IndexScope, handle: Handle) async throws -> LiveRecord? {
        let holder = configuration.agency
        let policies = activePolicies.set
        guard scope.holder == holder, let terms = policies.agreements[scope.agreement] else { return nil }
        let boxed = try await vault.read { transaction -> BoxedRecord? in
            let current = try transaction.latestManifest(agreement: scope.agreement, holder: holder, asker: scope.asker)
            guard current?.epoch == scope.epoch else { return nil }
            return try transaction.record(behind: handle.bytes, in: scope)
        }
        guard let boxed else { return nil }
        let admission = IndexAdmission(
            policies: policies,
            agreement: terms,
            asker: scope.asker,
            holder: holder,
            at: clock.moment
        )
        let record = try vault.sealer.open(boxed)
        guard admission.closed() == nil, case .enters(let keys) = admission.verdict(on: record) else { return nil }
        return LiveRecord(number: boxed.number, dataset: boxed.dataset, record: record, keys: keys)
    }
}
