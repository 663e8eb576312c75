/// The holder's check of a proof of hit: which of the record's keys did the asker have evaluated, and what are they worth?
/// The work is the same for a record, for none and for a wrong proof, so that time tells nothing.

import CanonicalJSON
import MatchKeys
import ObliviousPRF
import PolicyEngine
import SetIntersection
import Sodium
import Vault
import WireProtocol

/// What the proofs of a request show.
struct ProvenHit: Sendable {
    let score: MatchScore
    let facts: RecordFacts?
    let record: MatchKeys.Record
}

struct HitProver: Sendable {
    let engine: MatchEngine
    let random: RandomBytes
    let index: [SetIntersection.KeyClass: MatchIndex]
    let holder: HolderAnswer

    /// Keys of a class are filled up to a multiple of this, none included: nearly every record costs three times sixteen.
    private static let fill = 16

    /// - Parameter keys: of the record, in the agreement's scope.
    /// - Returns: those that are proven.
    func proven(
        _ request: DisclosureRequest,
        keys: [MatchKey]
    ) throws -> [MatchKey] {
        let message = try request.question.provenBytes()
        let handle = try Handle(text: request.question.handle)
        let macs = request.proofs.map(\.mac)
        let checker = HitProofs(prf: engine.prf)
        var proven: [MatchKey] = []
        for keyClass in MatchKeys.KeyClass.allCases {
            let own = keys.filter { $0.kind.keyClass == keyClass }
            let missing = max(1, (own.count + Self.fill - 1) / Self.fill) * Self.fill - own.count
            let inputs = own.map(\.prfInput) + (0..<missing).map { _ in random.bytes(32) }
            guard let key = holder.key(of: keyClass.published), let index = index[keyClass.published] else { continue }
            let found = try checker.proven(
                macs,
                request: message,
                handle: handle,
                keys: inputs,
                key: key,
                index: index
            )
            for position in found where own.indices.contains(position) { proven.append(own[position]) }
        }
        return proven
    }
}
