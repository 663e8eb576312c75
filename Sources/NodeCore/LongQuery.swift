/// A query of more than one batch as its asker keeps it: what every batch's message needs beside the batch's own keys.
/// With the sealed blind seed and the sealed batches it repeats the query byte by byte.

import CanonicalJSON
import Foundation
import MatchKeys
import PeerTrust
import PolicyEngine
import SetIntersection
import Sodium
import Vault
import WireProtocol

struct LongQuery: Codable, Sendable {
    var epoch: Int
    /// Class to the asker's own keys in it.
    var own: [String: Int]
    var keyKinds: [String]
    /// Hex.
    var agreementDigest: String
    /// Hex.
    var caseReference: String?
    var analyst: String
    /// Ids of those asked about; what a batch found names them by number.
    var subjects: [String]

    init(_ plan: PeerPlan, epoch: Int, agreementDigest: [UInt8]) {
        self.epoch = epoch
        own = Dictionary(uniqueKeysWithValues: plan.keys.map { ($0.key.name, $0.value.count) })
        keyKinds = plan.keyKinds.map(\.rawValue)
        self.agreementDigest = Hex.encode(agreementDigest)
        caseReference = plan.caseReference.map { Hex.encode($0) }
        analyst = plan.analyst
        subjects = plan.subjectIDs
    }

    /// Outcomes after which it can be taken up again; so it can without one.
    static let outcomesThatGoOn = ["held", "unreachable"]

    func layout() throws -> QueryLayout {
        try QueryLayout(
            own: Dictionary(
                uniqueKeysWithValues: own.map { (try SetIntersection.KeyClass($0.key), $0.value) }
            )
        )
    }

    /// The message that carries batch `number`.
    func message(
        _ number: Int,
        of plan: PeerPlan,
        keys: Int,
        points: PointsByClass
    ) throws -> (route: Route, body: [UInt8]) {
        guard let id = MessageID(plan.id), let digest = Hex.decode(agreementDigest) else { throw MalformedBatchFile() }
        guard number == 0 else {
            return (.queryBatches(id), try QueryBatch(query: id, batch: number, points: points).body())
        }
        let query = QueryRequest(
            query: id,
            agreement: plan.terms.agreement.id,
            agreementDigest: digest,
            epoch: epoch,
            purpose: plan.terms.purpose.rawValue,
            offence: plan.terms.question.offence,
            legalBasis: plan.terms.question.legalBasis,
            caseReference: caseReference.flatMap { Hex.decode($0) },
            analyst: analyst,
            urgency: plan.terms.question.urgent ? .urgent : .normal,
            keys: keys,
            keyKinds: keyKinds,
            points: points
        )
        return (.queries, try query.body())
    }
}

extension PeerPlan {
    /// The plan's keys cut into batches, each key with whose it is.
    ///
    /// - Parameter take: gets the batches one after the other, so that only one is held.
    func forEachBatch(of layout: QueryLayout, _ take: (Int, BatchKeys) async throws -> Void) async throws {
        var owned: [SetIntersection.KeyClass: [(key: MatchKey, owner: Int)]] = [:]
        for (number, subject) in subjects.enumerated() {
            for key in subject.keys { owned[key.kind.keyClass.published, default: []].append((key, number)) }
        }
        for keyClass in owned.keys { owned[keyClass]?.sort { ($0.key, $0.owner) < ($1.key, $1.owner) } }
        var next: [SetIntersection.KeyClass: Int] = [:]
        for number in 0..<layout.batchCount {
            var batch = BatchKeys()
            for part in layout.parts(of: number) {
                let keyClass = part.section.keyClass
                let pairs = owned[keyClass] ?? []
                var place = next[keyClass] ?? 0
                batch.keys[keyClass] = (keys[keyClass] ?? [])[part.own].map { key in
                    // Both lists are in the order of keys.
                    var owners: [Int] = []
                    while place < pairs.count, pairs[place].key == key {
                        if owners.last != pairs[place].owner { owners.append(pairs[place].owner) }
                        place += 1
                    }
                    return BatchKeys.Key(key: key, owners: owners)
                }
                next[keyClass] = place
            }
            try await take(number, batch)
        }
    }
}

extension QuestionSealer {
    /// Binds a batch's box to its query and number.
    static func batchName(_ query: String, _ number: Int, found: Bool) -> String {
        "\(query)/\(number)/\(found ? "found" : "keys")"
    }
}

/// What all batches of a query found, put together.
struct FoundKeys {
    private var byHandle: [Handle: [FoundKey]] = [:]

    mutating func add(_ found: [FoundKey]) {
        for one in found { byHandle[one.handle, default: []].append(one) }
    }

    /// Hits at or above the threshold, best first, and what proves them.
    func scored(subjects: [String], by weighing: Weighing) -> (reports: [HitReport], kept: [KeptHit]) {
        var reports: [HitReport] = []
        var kept: [KeptHit] = []
        for (handle, found) in byHandle {
            var agreeing: [Int: [MatchKey]] = [:]
            for one in found {
                for owner in one.owners where subjects.indices.contains(owner) {
                    agreeing[owner, default: []].append(one.key)
                }
            }
            let shown = PeerPlan.reports(handle, agreeing, by: weighing) { subjects[$0] }
            guard !shown.isEmpty else { continue }
            reports += shown
            kept.append(
                KeptHit(
                    handle: handle.description,
                    proofs: found.prefix(KeptHit.greatest).map { KeptHit.Proof(slot: $0.slot, key: Data($0.proof)) }
                )
            )
        }
        return (PeerPlan.sorted(reports), kept.sorted { $0.handle < $1.handle })
    }
}
