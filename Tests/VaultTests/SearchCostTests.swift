// What a search of the log reads costs the same however long the log is, counted in steps of SQLite's own machine, and by going
// further back everything is found.
import AuditLog
import CanonicalJSON
import Foundation
import NodeTesting
import Testing

@testable import Vault

@Suite struct SearchCostTests {
    /// Every thousandth entry is of a rare person and peer, and has a rare purpose.
    private static func fill(_ vault: Vault, from start: Int, to end: Int) async throws {
        for first in stride(from: start, to: end, by: 1_000) {
            let drafts = (first..<min(end, first + 1_000)).map { number in
                let isRare = number % 1_000 == 7
                let actor = AuditActor(role: .analyst, pseudonym: isRare ? "u-rare" : "u-\(number % 5)")
                let purpose: JSONValue = isRare ? "prosecute" : "investigate"
                guard number % 3 > 0 else {
                    return AuditDraft(event: "record.searched", actor: actor, data: ["purpose": purpose, "count": 1])
                }
                return AuditDraft(
                    event: "query.received",
                    actor: actor,
                    data: [
                        "peer": isRare ? "rare" : "often", "agreement": "shared", "purpose": purpose,
                        "query": .string("00000000-0000-4000-8000-\(100_000_000_000 + number)"),
                    ]
                )
            }
            _ = try await vault.commit { _ in ((), drafts) }
        }
    }

    private static func filter(_ change: (inout LeafFilter) -> Void) -> LeafFilter {
        var filter = LeafFilter()
        change(&filter)
        return filter
    }

    private static let searches: [(name: String, filter: LeafFilter)] = [
        ("all", LeafFilter()), ("a rare person", filter { $0.actor = "u-rare" }),
        ("somebody", filter { $0.actor = "u-1" }), ("a rare peer", filter { $0.peer = "rare" }),
        ("a usual peer", filter { $0.peer = "often" }), ("an event", filter { $0.event = "record.searched" }),
        ("a kind of event", filter { $0.event = "query.*" }), ("no such purpose", filter { $0.purpose = "asylum" }),
        ("no such outcome of a peer", filter { ($0.peer, $0.outcome) = ("often", "refused") }),
        ("a person's purpose", filter { ($0.actor, $0.purpose, $0.peer) = ("u-1", "prosecute", "often") }),
        ("one exchange", filter { $0.query = "00000000-0000-4000-8000-100000000001" }),
        ("the time before the log", filter { $0.until = LeafTime(milliseconds: 1_000) }),
        ("the time after it", filter { $0.since = LeafTime(milliseconds: 1_900_000_000_000) }),
    ]

    @Test func aSearchCostsTheSameInALongLog() async throws {
        try await withTemporaryFolder { folder in
            let vault = try await RetentionStore(in: folder).vault
            var costs: [[String: Int]] = []
            for (from, to) in [(0, 4_000), (4_000, 24_000)] {
                try await Self.fill(vault, from: from, to: to)
                var cost: [String: Int] = [:]
                for (name, filter) in Self.searches {
                    cost[name] = try await StepCount.cost(vault) {
                        _ = try $0.auditLines(filter, before: nil, most: 20, looking: 500)
                    }
                    cost["\(name), further back"] = try await StepCount.cost(vault) {
                        _ = try $0.auditLines(filter, before: 1_500, most: 20, looking: 500)
                    }
                }
                costs.append(cost)
            }
            for (name, short) in costs[0].sorted(by: { $0.key < $1.key }) {
                let long = try #require(costs[1][name])
                print("search for \(name): \(short) steps in 4000 entries, \(long) in 24000")
                #expect(long < short * 3 / 2 + 300, "\(name)")
                #expect(short < 20_000, "\(name)")
            }
            await vault.close()
        }
    }

    @Test func goingFurtherBackFindsEverything() async throws {
        try await withTemporaryFolder { folder in
            let store = try await RetentionStore(in: folder)
            let vault = store.vault
            try await Self.fill(vault, from: 0, to: 3_000)
            store.clock.now += 86_400_000
            try await Self.fill(vault, from: 3_000, to: 6_000)
            let day = LeafTime(milliseconds: store.clock.now)
            let last = try await vault.read { try $0.nextLeaf() }
            let all = try await vault.read {
                try $0.auditLines(LeafFilter(), before: nil, most: last + 1, looking: .max)
            }
            #expect(all.lines.count == last && all.reached == nil)
            let halves = [Self.filter { $0.since = day }, Self.filter { $0.until = day }]
            let searches = Self.searches + halves.map { (name: "a day", filter: $0) }
            for (name, filter) in searches {
                let wanted = all.lines.filter { line in
                    let isKind = filter.event.map { wanted in
                        wanted.hasSuffix(".*") ? line.event.hasPrefix(wanted.dropLast()) : line.event == wanted
                    }
                    return isKind != false && filter.actor.map { $0 == line.actor } != false
                        && filter.peer.map { $0 == line.peer } != false
                        && filter.purpose.map { $0 == line.purpose } != false
                        && filter.outcome.map { $0 == line.outcome } != false
                        && filter.query.map { $0 == line.query } != false
                        && filter.since.map { line.time >= $0.description } != false
                        && filter.until.map { line.time < $0.description } != false
                }
                var (found, before, looks): ([Int], Int?, Int) = ([], nil, 0)
                repeat {
                    let place = before
                    let next = try await vault.read {
                        try $0.auditLines(filter, before: place, most: 20, looking: 700)
                    }
                    found += next.lines.map(\.index)
                    (before, looks) = (next.reached, looks + 1)
                } while before != nil && looks < 1_000
                #expect(found == wanted.map(\.index), "\(name)")
            }
            await vault.close()
        }
    }
}
