// Likely duplicates in one's own vault: found, given reasons, kept to a bound.
import AuditLog
import CanonicalJSON
import Foundation
import MatchKeys
import NodeTesting
import Testing

@testable import NodeCore

@Suite struct DuplicateTests {
    private static let header = "id,full_name,birth_date,document_number,phone\n"

    private func with(_ rows: String, _ body: (TestNode) async throws -> Void) async throws {
        try await withTemporaryFolder { folder in
            let node = try await TestNode.make("bravo", in: folder, clock: SettableClock.inForce)
            _ = try await node.node.importRecords(
                csv: Array((Self.header + rows).utf8),
                fileName: "rows.csv",
                dataset: "main",
                renames: [:],
                defaults: [:],
                by: "operator"
            )
            try await body(node)
            await node.node.close()
        }
    }

    private static let rows = """
        a,Youssef Chahine,1988-02-11,A24710140,
        b,YUSUF SAHIN,1988-11-02,A24710140,
        c,Chahine Youssef,1988-02-11,,+491512441001
        d,Eva Roth,1970-05-06,,+491512441001
        e,Otto Stein,1961-07-08,X99887766,

        """

    @Test func pairsComeWithScoreReasonsAndGroups() async throws {
        try await with(Self.rows) { node in
            let report = try await node.node.findDuplicates(in: nil, by: "operator")
            #expect(report.records == 5 && report.found == 4 && report.groups == 1)
            let best = try #require(report.pairs.first)
            #expect(Set([best.a.id, best.b.id]) == ["a", "b"] && best.score == 100 && best.band == "strong")
            #expect(best.kinds.contains("docfold") && best.reasons.contains("document number"))
            #expect(Set(report.pairs.map { "\($0.a.id)\($0.b.id)" }) == ["ab", "ac", "bc", "cd"])
            #expect(try await node.node.findDuplicates(in: "none", by: "operator").records == 0)
            let leaf = try #require(try await node.closedLeaves().last { $0.event == "record.searched" })
            #expect(leaf.data == ["purpose": "duplicates", "count": 0])
        }
    }

    @Test func tightBoundsChangeTheNumberOfPassesAndNotTheResult() async throws {
        var rows = Self.rows
        for number in 0..<300 {
            rows += "n\(number),Person Nr\(number % 150),1950-0\(1 + number % 9)-1\(number % 10),,\n"
        }
        // Half of these share name and date with another.
        for number in 0..<100 { rows += "t\(number),Twin Brother\(number),1960-04-17,,\n" }
        try await with(rows) { node in
            let node = node.node
            func search(_ change: (inout DuplicateSearch.Limits) -> Void) async throws -> DuplicatesReport {
                var search = DuplicateSearch(
                    vault: node.vault,
                    effort: .full(node.engine.prf),
                    dataset: nil,
                    say: { _ in }
                )
                change(&search.limits)
                return try await search.run()
            }
            let plain = try await search { _ in }
            #expect(plain.found > 4)
            let tight = try await search {
                $0.keys = 700
                $0.pairs = 1_500
            }
            #expect(tight == plain)
            let few = try await search { $0.listed = 2 }
            #expect(few.found == plain.found && few.pairs == Array(plain.pairs.prefix(2)))
        }
    }

    @Test func aKeyOfTooManyRecordsPairsNoneAndIsCounted() async throws {
        let rows = (0..<65).map { "r\($0),Nobody Of\($0),19\(10 + $0)-0\(1 + $0 % 9)-13,,+491512441001\n" }.joined()
        try await with(rows) { node in
            let report = try await node.node.findDuplicates(in: nil, by: "operator")
            #expect(report.leftOut.contains(.init(kind: "phone", keys: 1)))
            #expect(report.pairs.count < 65 * 64 / 2, "the phone alone pairs nobody")
            #expect(report.pairs.allSatisfy { $0.kinds != ["phone"] })
        }
    }

    @Test func twoRecordsOfTheVaultAreExplainedAndTheLookIsInTheLog() async throws {
        try await with(Self.rows) { node in
            let report = try await node.node.explainPair(holder: "a", asker: "main/b", by: "operator")
            #expect(report.score == 100 && report.agreeing.contains { $0.kind == "docfold" })
            await #expect(throws: NodeProblem.self) {
                try await node.node.explainPair(holder: "a", asker: "zz", by: "operator")
            }
            let leaves = try await node.closedLeaves().filter { $0.event == "record.viewed" }
            #expect(leaves.count == 1 && leaves[0].data == ["purpose": "explain-pair", "count": 2])
        }
    }
}
