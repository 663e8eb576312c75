/// Use case: an auditor draws keys of a question that was asked, and is shown those (PROTOCOL section 5). Afterwards the
/// auditor can check, without this node, that they are what both logs hold points of.

import Accounts
import AuditLog
import CanonicalJSON
import Foundation
import MatchKeys
import ObliviousPRF
import SetIntersection
import Sodium
import TransparencyLog
import Vault
import WireProtocol

/// Which keys an auditor draws.
public enum OpeningSample: Codable, Sendable {
    /// Those the auditor names, counting through the whole query from 0.
    case positions([Int])
    /// So many, drawn by this node.
    case random(Int)

    /// Most keys shown at once: the entry lists them, and has at most 8 KiB.
    public static let greatest = 512
}

extension Node {
    /// The sealed keys of a query of one batch.
    func openingKeys(_ plan: PeerPlan) throws -> [UInt8] {
        var bytes = BatchKeys(plan.keys).encoded
        defer { Memory.wipe(&bytes) }
        return try questionSealer.seal(bytes: bytes, id: QuestionSealer.batchName(plan.id, 0, found: false))
    }

    /// The drawn keys, after `query.opened` says who drew which.
    ///
    /// - Parameters:
    ///   - id: of the query to one peer, as the log names it.
    ///   - auditor: who draws; the log commits to it.
    public func openQuery(
        _ id: String,
        sample: OpeningSample,
        auditor: String,
        by account: String?
    ) async throws(NodeProblem) -> OpeningFile {
        guard (1...200).contains(auditor.utf8.count) else {
            throw NodeProblem(.usage, "the auditor's name has 1 to 200 bytes", at: "--auditor")
        }
        let who = try await person(account, for: .openQuery)
        do {
            let kept = try await keptForOpening(id)
            let positions = try drawn(sample, of: kept.layout.keyCount)
            let file = try await runner.offload { [origin = vault.origin] in
                OpeningFile(
                    form: OpeningFile.form,
                    asker: origin,
                    query: id,
                    openings: try kept.open(positions)
                )
            }
            _ = try await vault.commit { transaction in
                let name = PersonalValue(name: "auditor", value: auditor, retentionClass: RetentionClass.access)
                let draft = try self.draft(
                    "query.opened",
                    by: .person(who),
                    data: ["query": .string(id), "sample": .array(positions.map { .integer($0) })],
                    personal: [name],
                    in: transaction
                )
                return ((), [draft])
            }
            return file
        } catch {
            throw NodeProblem(fault: error, doing: "opening a query")
        }
    }

    private func drawn(_ sample: OpeningSample, of count: Int) throws(NodeProblem) -> [Int] {
        let positions: [Int]
        switch sample {
        case .positions(let named): positions = Set(named).sorted()
        case .random(let wanted):
            // A lot for each key; the least win. No key is drawn twice, and none is likelier than another.
            let lots = (0..<count).map { (random.bytes(16), $0) }
            positions = lots.sorted { $0.0.lexicographicallyPrecedes($1.0) }.prefix(max(0, wanted)).map(\.1).sorted()
        }
        guard (1...OpeningSample.greatest).contains(positions.count), positions.allSatisfy((0..<count).contains) else {
            throw NodeProblem(
                .usage,
                "these keys cannot be drawn",
                at: "--sample",
                because:
                    "the query has \(count) keys, counted from 0, and at most \(OpeningSample.greatest) are shown at once"
            )
        }
        return positions
    }

    private func keptForOpening(_ id: String) async throws -> KeptForOpening {
        let (part, batches) = try await vault.read { (try $0.peerQuery(id), try $0.batchesToOpen(ofQuery: id)) }
        guard let part else {
            throw NodeProblem(
                .usage,
                "no query of that id was asked here",
                at: id,
                because: "a query's id is the one sent to a peer, as query.asked in the log names it",
                try: "comity audit list \(folder.path) --event query.asked"
            )
        }
        let kept = try questionSealer.open(SealedPeerQuery.self, part.box, id: id)
        guard let seed = kept.blindSeed, !batches.isEmpty else {
            throw NodeProblem(
                .refused,
                "this query cannot be opened",
                at: id,
                because: "it never left this house, or what it takes was erased when its time was over"
            )
        }
        var keys: [Int: BatchKeys] = [:]
        for batch in batches {
            let name = QuestionSealer.batchName(id, batch.number, found: false)
            var bytes = try questionSealer.open(bytes: batch.box, id: name)
            defer { Memory.wipe(&bytes) }
            keys[batch.number] = try BatchKeys(decoding: bytes)
        }
        return try KeptForOpening(query: id, seed: SecretBytes(copying: seed), batches: keys)
    }

    /// Erases what it takes to open queries whose time is over: their keys and blind seeds (PROTOCOL section 5).
    public func eraseOpenings() async throws {
        var isErased = false
        while true {
            let count = try await vault.commit { transaction -> (Int, [AuditDraft]) in
                guard try !transaction.isAnyHoldPlaced() else { return (0, []) }
                let due = try transaction.queriesPastOpening(
                    at: self.clock.seconds,
                    goesOn: LongQuery.outcomesThatGoOn,
                    limit: Self.openingsErasedAtOnce
                )
                for id in due { try self.eraseOpening(id, in: transaction) }
                guard !due.isEmpty else { return (0, []) }
                let draft = AuditDraft(
                    event: "audit.erased",
                    actor: .system,
                    data: ["fields": [], "count": .integer(due.count), "ground": "retention of openings"]
                )
                return (due.count, [draft])
            }
            .value
            isErased = isErased || count > 0
            guard count == Self.openingsErasedAtOnce else { break }
        }
        if isErased { try await vault.overwriteErased() }
    }

    private static let openingsErasedAtOnce = 256

    /// Erases what it takes to open a query, and the rows behind its hits: at once, or, of one that is not over and goes on with
    /// its keys, when it is.
    ///
    /// - Parameter ofPerson: whether somebody's data are erased: then what people said of the hits goes too.
    func eraseOpening(_ id: String, ofPerson: Bool = false, in transaction: VaultTransaction) throws {
        guard var part = try transaction.peerQuery(id) else { return try transaction.forgetOpening(ofQuery: id) }
        var kept = try questionSealer.open(SealedPeerQuery.self, part.box, id: id)
        for place in (kept.resumable?.subjects ?? []).indices { kept.resumable?.subjects[place].row = nil }
        for place in (kept.hits ?? []).indices { kept.hits?[place].row = nil }
        if ofPerson { for place in kept.report.hits.indices { kept.report.hits[place].judgement = nil } }
        if let outcome = part.outcome, !LongQuery.outcomesThatGoOn.contains(outcome) {
            try transaction.forgetOpening(ofQuery: id)
            try transaction.forgetBatches(ofQuery: id)
            kept.blindSeed = nil
        } else {
            try transaction.endOpening(ofQuery: id)
        }
        part.box = try questionSealer.seal(kept, id: id)
        try transaction.store(part)
    }
}

/// The keys of a query that can be opened.
private struct KeptForOpening: Sendable {
    let query: String
    let seed: SecretBytes
    let batches: [Int: BatchKeys]
    let layout: QueryLayout

    init(query: String, seed: SecretBytes, batches: [Int: BatchKeys]) throws {
        var own: [SetIntersection.KeyClass: Int] = [:]
        for batch in batches.values {
            for (keyClass, part) in batch.parts { own[keyClass, default: 0] += part.count }
        }
        layout = try QueryLayout(own: own)
        self.query = query
        self.seed = seed
        self.batches = batches
    }

    func open(_ positions: [Int]) throws -> [OpeningFile.Key] {
        var keys: [OpeningFile.Key] = []
        let grouped = Dictionary(grouping: positions) { $0 / PointBatch.greatestCount }
        for (number, positions) in grouped.sorted(by: { $0.key < $1.key }) {
            guard let own = batches[number] else { throw MalformedBatchFile() }
            let batch = try BlindedBatch(
                number,
                of: layout,
                keys: own.parts.mapValues(\.inputs),
                query: QueryID(text: query),
                seed: BlindSeed(seed)
            )
            let tree = PointTree(try PointsByClass(batch.points).leaves)
            for position in positions {
                guard let opening = try batch.opening(at: position),
                    let path = tree.path(of: position % PointBatch.greatestCount)
                else { throw MalformedBatchFile() }
                keys.append(
                    OpeningFile.Key(
                        position: position,
                        keyClass: opening.keyClass.name,
                        key: Base64URL.encode(opening.key),
                        blind: Base64URL.encode(opening.blind),
                        path: path.map { Base64URL.encode($0.bytes) }
                    )
                )
            }
        }
        return keys
    }
}

/// The tree over the points of one batch, whole: 8,192 leaves at most.
private struct PointTree {
    /// Hashes of complete subtrees, by level.
    private var levels: [[TreeHash]]

    init(_ leaves: [TreeHash]) {
        levels = [leaves]
        while let last = levels.last, last.count > 1 {
            levels.append(stride(from: 0, to: last.count - 1, by: 2).map { TreeHash.node(last[$0], last[$0 + 1]) })
        }
    }

    func path(of row: Int) -> [TreeHash]? {
        MerkleProof.inclusion(index: row, size: levels[0].count) { levels[$0][$1] }
    }
}
