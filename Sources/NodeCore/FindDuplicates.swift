/// Use case: records of one vault that are likely the same, found by the keys that peers are matched by. Memory is bounded:
/// keys are compared share by share, and pairs of as many records at a time as the bound allows.

import Accounts
import AuditLog
import CanonicalJSON
import MatchKeys
import Vault

public struct DuplicatesReport: Codable, Sendable, Equatable {
    /// A record by its place.
    public struct Place: Codable, Sendable, Equatable, Hashable {
        public var dataset: String
        public var id: String
    }

    public struct Pair: Codable, Sendable, Equatable {
        public var a: Place
        public var b: Place
        public var score: Int
        public var band: String?
        /// Ids of kinds.
        public var kinds: [String]
        /// What agrees, in words.
        public var reasons: [String]
        /// Pairs that hang together have one number, from 1.
        public var group: Int
    }

    /// A kind of key that so many records share that it says nothing.
    public struct LeftOut: Codable, Sendable, Equatable {
        public var kind: String
        public var keys: Int
    }

    public var records: Int
    /// How many pairs there are; `pairs` holds the best of them.
    public var found: Int
    public var groups: Int
    public var pairs: [Pair]
    public var leftOut: [LeftOut]

    private enum CodingKeys: String, CodingKey {
        case records, found, groups, pairs
        case leftOut = "left_out"
    }
}

extension Node {
    /// - Parameter dataset: only records of it; nil: all.
    public func findDuplicates(
        in dataset: String?,
        by account: String?,
        say: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws(NodeProblem) -> DuplicatesReport {
        if let dataset { try DatasetName.check(dataset) }
        let person = try await person(account, for: .compareRecords)
        do {
            let search = DuplicateSearch(
                vault: vault,
                recipe: recipe,
                effort: .full(engine.prf),
                dataset: dataset,
                say: say
            )
            let report = try await search.run()
            _ = try await vault.commit { transaction in
                let draft = try self.draft(
                    "record.searched",
                    by: .person(person),
                    data: ["purpose": "duplicates", "count": .integer(report.found)],
                    in: transaction
                )
                return ((), [draft])
            }
            return report
        } catch {
            throw NodeProblem(fault: error, doing: "looking for duplicates")
        }
    }
}

/// One search through a vault.
struct DuplicateSearch {
    let vault: Vault
    var recipe = KeyRecipe.current
    let effort: BuildEffort
    let dataset: String?
    let say: @Sendable (String) -> Void
    var limits = Limits()

    struct Limits {
        /// Keys held at once, 16 bytes each.
        var keys = 4 << 20
        /// Pairs held at once, about 80 bytes each.
        var pairs = 1 << 20
        /// Records that share a key; more, and the key pairs none of them.
        var block = 64
        /// Most promising pairs that are opened and scored.
        var scored = 100_000
        /// Pairs that a report lists.
        var listed = 10_000
    }

    func run() async throws -> DuplicatesReport {
        var shares = 1
        var rounds = 1
        while true {
            do {
                return try await search(shares: shares, rounds: rounds)
            } catch let overflow as DuplicatePairs.Overflow {
                switch overflow {
                case .keys: shares *= 2
                case .pairs: rounds *= 2
                }
                say("  comparing in \(shares * rounds) parts")
            }
        }
    }

    private func search(shares: Int, rounds: Int) async throws -> DuplicatesReport {
        var best = BestPairs(most: limits.scored)
        var leftOut: [KeyKind: Int] = [:]
        var records = 0
        for round in 0..<rounds {
            var pairs = DuplicatePairs(limits: limits, round: round, of: rounds)
            for share in 0..<shares {
                var keys = SharedKeys(limit: limits.keys, share: share, of: shares)
                records = try await forEachRecord { try keys.add($1, of: $0) }
                let found = try keys.pairs(block: limits.block, into: &pairs)
                if round == 0 { leftOut.merge(found, uniquingKeysWith: +) }
                try Task.checkCancellation()
            }
            // Hashes do not tell which names agree: what may be enough is opened and scored in the report.
            pairs.eachPair { first, second, counts in
                let promise = counts.reduce(0) { $0 + Self.promise($1.key) * $1.value }
                if promise >= Self.leastPromise { best.add(.init(first: first, second: second, score: promise)) }
            }
        }
        return try await report(best, records: records, leftOut: leftOut)
    }

    /// How much an agreeing key of a kind promises, before the keys themselves are compared: identifiers most.
    private static func promise(_ kind: KeyKind) -> Int {
        switch kind.keyClass {
        case .identifiers: 4
        case .names: 2
        case .weak: 1
        }
    }

    private static let leastPromise = 2

    /// Calls `body` with the keys of each record; gives how many records there were.
    private func forEachRecord(_ body: (_ number: Int, _ keys: RecordKeys) throws -> Void) async throws -> Int {
        let (sealer, recipe) = (vault.sealer, recipe)
        let made = PolicyCells.recipe(with: recipe)
        var count = 0
        var last = 0
        while true {
            let after = last
            let all = try await vault.read { try $0.keyed(after: after, limit: effort.page) }
            guard let end = all.last else { return count }
            last = end.number
            let page = all.filter { dataset == nil || $0.dataset == dataset }
            let opened = try await effort.map(page) { record -> RecordKeys? in
                guard let keys = sealer.openKeys(record), keys.isMade(by: made) else { return nil }
                return keys
            }
            // Records from before there were keys, or with such of another recipe.
            let without = zip(page, opened).filter { $1 == nil }.map(\.0.number)
            let boxes = without.isEmpty ? [] : try await vault.read { try $0.records(without) }
            let anew = try await effort.map(boxes) {
                ($0.number, RecordKeys.made(of: try sealer.open($0), by: recipe))
            }
            let late = Dictionary(anew, uniquingKeysWith: { first, _ in first })
            for (record, keys) in zip(page, opened) {
                if let keys = keys ?? late[record.number] ?? nil { try body(record.number, keys) }
            }
            count += page.count
        }
    }

    /// Opens the records of the best pairs and compares their keys themselves, not their hashes.
    private func report(
        _ best: BestPairs,
        records: Int,
        leftOut: [KeyKind: Int]
    ) async throws -> DuplicatesReport {
        let (sealer, recipe) = (vault.sealer, recipe)
        var pairs: [DuplicatesReport.Pair] = []
        for start in stride(from: 0, to: best.sorted.count, by: 1_000) {
            let part = best.sorted[start..<min(start + 1_000, best.sorted.count)]
            let numbers = Array(Set(part.flatMap { [$0.first, $0.second] }))
            let boxes = try await vault.read { try $0.records(numbers) }
            let opened = try await effort.map(boxes) {
                ($0.number, $0, recipe.keys(of: try sealer.open($0)))
            }
            let byNumber = Dictionary(opened.map { ($0.0, ($0.1, $0.2)) }, uniquingKeysWith: { first, _ in first })
            for pair in part {
                guard let (a, aKeys) = byNumber[pair.first], let (b, bKeys) = byNumber[pair.second] else { continue }
                let explanation = PairExplanation(
                    holder: aKeys,
                    asker: bKeys,
                    holderRecords: records,
                    recipe: recipe
                )
                guard explanation.score.isShown else { continue }
                pairs.append(
                    DuplicatesReport.Pair(
                        a: .init(dataset: a.dataset, id: a.id),
                        b: .init(dataset: b.dataset, id: b.id),
                        score: explanation.score.score,
                        band: explanation.score.band?.rawValue,
                        kinds: explanation.score.kinds.map(\.rawValue),
                        reasons: explanation.score.kinds.map(\.words),
                        group: 0
                    )
                )
            }
        }
        let found = pairs.count
        // The order of equals is that in which they were found.
        pairs = Array(
            pairs.enumerated().sorted { ($1.element.score, $0.offset) < ($0.element.score, $1.offset) }
                .map(\.element).prefix(limits.listed)
        )
        let groups = Self.number(&pairs)
        return DuplicatesReport(
            records: records,
            found: found,
            groups: groups,
            pairs: pairs,
            leftOut: leftOut.sorted { $0.key < $1.key }.map { .init(kind: $0.key.rawValue, keys: $0.value) }
        )
    }

    /// Gives pairs that hang together one number, in the order in which they stand; gives how many numbers.
    private static func number(_ pairs: inout [DuplicatesReport.Pair]) -> Int {
        var parents: [DuplicatesReport.Place: DuplicatesReport.Place] = [:]
        func root(_ place: DuplicatesReport.Place) -> DuplicatesReport.Place {
            var place = place
            while let parent = parents[place], parent != place {
                parents[place] = parents[parent] ?? parent
                place = parent
            }
            return place
        }
        for pair in pairs { parents[root(pair.b)] = root(pair.a) }
        var numbers: [DuplicatesReport.Place: Int] = [:]
        for index in pairs.indices {
            let top = root(pairs[index].a)
            if numbers[top] == nil { numbers[top] = numbers.count + 1 }
            pairs[index].group = numbers[top] ?? 0
        }
        return numbers.count
    }
}
