/// A query of more than one batch as its asker keeps it: what every batch's message needs beside the batch's own keys.
/// With the sealed blind seed and the sealed batches it repeats the query byte by byte.

import CanonicalJSON
import Foundation
import MatchKeys
import ObliviousPRF
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
    var subjects: SubjectIDs
    /// A letter for each of them: what its record says of a person (`AskedParts`). Nil in a query of an older version.
    var asked: String?
    /// Of its first batch, as far as it came: what the entry of the outcome speaks of. Nil in a query of an older version.
    var exchange: QueryExchange?

    init(_ plan: PeerPlan, epoch: Int, agreementDigest: [UInt8], recipe: KeyRecipe) {
        self.epoch = epoch
        own = Dictionary(uniqueKeysWithValues: plan.keys.map { ($0.key.name, $0.value.count) })
        keyKinds = plan.keyKinds.map(\.rawValue)
        self.agreementDigest = Hex.encode(agreementDigest)
        caseReference = plan.caseReference.map { Hex.encode($0) }
        analyst = plan.analyst
        subjects = SubjectIDs(plan.subjectIDs)
        asked = String(plan.subjects.map { AskedParts($0.keys, recipe: recipe).letter })
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

extension QuestionSealer {
    /// Binds a batch's box to its query and number.
    static func batchName(_ query: String, _ number: Int, found: Bool) -> String {
        "\(query)/\(number)/\(found ? "found" : "keys")"
    }
}

/// What all batches of a query found, put together: whose keys of which kind agree with which handle.
struct FoundKeys: Sendable {
    /// One key of one subject. There may be a million, so no more than this.
    private struct Agreement: Sendable {
        let handle: Handle
        let owner: Int32
        let kind: MatchKeys.KeyKind
        /// Where its value stands among `values`.
        let start: Int32
        let count: Int32

        static func < (left: Agreement, right: Agreement) -> Bool {
            if left.handle != right.handle { return left.handle < right.handle }
            return left.owner == right.owner ? left.kind < right.kind : left.owner < right.owner
        }
    }

    private var agreements: [Agreement] = []
    private var values: [UInt8] = []

    /// - Parameter file: what one batch found.
    mutating func add(_ file: [UInt8]) throws {
        try FoundKey.forEach(in: file) { found in
            let start = Int32(clamping: values.count)
            values += file[found.value]
            let count = Int32(found.value.count)
            for owner in found.owners(in: file) {
                agreements.append(
                    Agreement(
                        handle: found.handle,
                        owner: Int32(owner),
                        kind: found.kind,
                        start: start,
                        count: count
                    )
                )
            }
        }
    }

    /// Hits at or above the threshold, best first.
    ///
    /// - Parameters:
    ///   - asked: a letter for each subject, what its record says.
    ///   - runner: shares the pairs of record and subject out. Blocks its caller.
    func scored(
        subjects: [String],
        asked: String?,
        by weighing: Weighing,
        on runner: BatchRunner
    ) throws -> [HitReport] {
        let sorted = agreements.sorted(by: <)
        let asked = asked.map { $0.map(AskedParts.init(letter:)) } ?? []
        let sharing = weighing.sharing(handlesByKey)
        var pairs: [Range<Int>] = []
        var start = 0
        while start < sorted.count {
            let first = sorted[start]
            var end = start + 1
            while end < sorted.count, sorted[end].handle == first.handle, sorted[end].owner == first.owner { end += 1 }
            pairs.append(start..<end)
            start = end
        }
        let reports = try runner.spread(pairs.count) { [pairs] part in
            pairs[part].compactMap { pair -> HitReport? in
                let (handle, owner) = (sorted[pair.lowerBound].handle, Int(sorted[pair.lowerBound].owner))
                guard subjects.indices.contains(owner) else { return nil }
                return PeerPlan.report(
                    handle,
                    sorted[pair].map(key),
                    asked: asked.indices.contains(owner) ? asked[owner] : nil,
                    sharing: sharing,
                    by: weighing,
                    of: subjects[owner]
                )
            }
        }
        return PeerPlan.sorted(reports)
    }

    /// With how many records each key agrees. A key that several subjects have stands in the files once for each handle.
    private var handlesByKey: [MatchKey: Int] {
        var counts: [MatchKey: Int] = [:]
        var places: Set<Int32> = []
        for agreement in agreements where places.insert(agreement.start).inserted {
            counts[key(agreement), default: 0] += 1
        }
        return counts
    }

    private func key(_ agreement: Agreement) -> MatchKey {
        let value = values[Int(agreement.start)..<Int(agreement.start) + Int(agreement.count)]
        return MatchKey(kind: agreement.kind, value: String(decoding: value, as: UTF8.self))
    }
}

/// What proves the hits that are shown.
struct FoundProofs {
    private var byHandle: [Handle: [KeptHit.Proof]] = [:]

    init(of reports: [HitReport]) {
        for report in reports {
            if let handle = try? Handle(text: report.handle) { byHandle[handle] = [] }
        }
    }

    /// - Parameter file: what one batch found.
    mutating func add(_ file: [UInt8]) throws {
        try FoundKey.forEach(in: file) { found in
            guard let known = byHandle[found.handle], known.count < KeptHit.greatest else { return }
            let proof = KeptHit.Proof(slot: found.slot, key: Data(file[found.proof]))
            byHandle[found.handle, default: []].append(proof)
        }
    }

    var kept: [KeptHit] {
        byHandle.map { KeptHit(handle: $0.key.description, proofs: $0.value) }.sorted { $0.handle < $1.handle }
    }
}
