// Checks the numbers of a report against entries counted by hand, and that small numbers are withheld.
import AuditLog
import CanonicalJSON
import Testing

@Suite("Log report")
struct ReportTests {
    private static let start = 1_800_000_000_000

    private static func sample() throws -> SampleLog {
        var log = try SampleLog()
        func add(_ event: String, _ data: [String: JSONValue], at seconds: Int) throws {
            try log.draft(AuditDraft(event: event, actor: .system, data: data), milliseconds: start + seconds * 1_000)
        }
        func question(_ number: Int, _ outcome: String, failure: String? = nil) throws {
            let id = JSONValue.string("00000000-0000-4000-8000-00000000000\(number)")
            try add(
                "query.asked",
                ["query": id, "peer": "coast", "agreement": "ab", "purpose": "investigate", "keys": 10],
                at: number * 10
            )
            var data: [String: JSONValue] = ["query": id, "peer": "coast", "outcome": .string(outcome)]
            if let failure { data["failure"] = .string(failure) }
            try add("query.outcome", data, at: number * 10 + 1)
        }
        try question(1, "hits")
        try question(2, "no-hit")
        try question(3, "hits")
        try question(4, "refused", failure: "ab/no")
        let request = JSONValue.string("00000000-0000-4000-8000-0000000000aa")
        let deadline = JSONValue.integer(start / 1_000 + 100)
        try add("disclosure.request_received", ["request": request, "agreement": "ab", "deadline": deadline], at: 50)
        try add("disclosure.overdue", ["request": request, "late_ms": 1_000], at: 101)
        try add("disclosure.refused", ["request": request, "ground": "investigation"], at: 150)
        try add("login.failed", ["method": "password", "count": 7], at: 160)
        try add("audit.read", ["count": 1], at: 161)
        try log.publish()
        return log
    }

    private static func report(since: Int? = nil, until: Int? = nil, suppress: Int = 0) throws -> LogReport {
        func time(_ seconds: Int?) -> LeafTime? { seconds.map { LeafTime(milliseconds: start + $0 * 1_000) } }
        var builder = ReportBuilder(since: time(since), until: time(until), suppress: suppress)
        try LogReader(sample().memory).forEachEntry { _, bytes in
            builder.add(try Leaf(bytes))
            return true
        }
        return builder.close()
    }

    @Test func questionsRequestsAndOversightAreCounted() throws {
        let report = try Self.report()
        let row = try need(report.queries.first)
        #expect(report.queries.count == 1)
        #expect((row.direction, row.peer, row.agreement, row.purpose) == (.asked, "coast", "ab", "investigate"))
        #expect(row.queries == 4 && row.keys == 40 && row.hitRate == 66)
        #expect(row.outcomes.map(\.outcome) == ["hits", "no-hit", "refused"])
        #expect(row.outcomes.map(\.queries) == [2, 1, 1])
        #expect(row.outcomes.last?.ground == "ab/no")
        let request = try need(report.disclosures.first)
        #expect(request.requested == 1 && request.refused == 1 && request.approved == 0 && request.overdue == 1)
        #expect(request.grounds.first?.ground == "investigation")
        #expect(request.response?.median == 100_000 && request.response?.max == 100_000)
        #expect(request.response?.late == 1 && request.response?.withDeadline == 1)
        #expect(report.oversight.failedLogins == 7 && report.oversight.auditReads == 1)
        #expect(report.oversight.entries == 13)
    }

    @Test func aPeerThatUsesOurIdChangesNoRowOfOurs() throws {
        var log = try SampleLog()
        let id = JSONValue.string("00000000-0000-4000-8000-000000000001")
        func add(_ event: String, _ data: [String: JSONValue]) throws {
            let members = data.merging(["query": id, "peer": "coast", "agreement": "ab", "purpose": "p"]) { $1 }
            try log.draft(AuditDraft(event: event, actor: .system, data: members))
        }
        try add("query.asked", ["keys": 10])
        try add("query.outcome", ["outcome": "hits"])
        try add("query.received", ["keys_declared": 5])
        try add("query.answered", ["keys": 5, "milliseconds": 3])
        try add("query.refused", ["keys": 5, "ground": "replayed"])
        try log.publish()
        var builder = ReportBuilder()
        try LogReader(log.memory).forEachEntry { _, bytes in
            builder.add(try Leaf(bytes))
            return true
        }
        let rows = builder.close().queries
        #expect(rows.map(\.direction) == [.asked, .received] && rows.map(\.queries) == [1, 1])
        #expect(rows[0].hitRate == 100)
        #expect(rows[1].outcomes.map(\.outcome) == ["answered"])
    }

    @Test func aSpanHoldsWhatBeganInIt() throws {
        #expect(try Self.report(since: 20, until: 40).queries.first?.queries == 2)
        #expect(try Self.report(since: 20, until: 40).disclosures == [])
        #expect(try Self.report(since: 161).queries == [])
    }

    @Test func smallNumbersAreWithheldAndSoIsWhatTheyWouldTell() throws {
        let report = try Self.report(suppress: 5)
        let row = try need(report.queries.first)
        #expect(row.queries == nil && row.keys == nil && row.hitRate == nil)
        #expect(row.outcomes.allSatisfy { $0.queries == nil })
        #expect(report.disclosures.first?.response == nil)
        #expect(report.disclosures.first?.approved == 0)
        #expect(report.oversight.failedLogins == 7 && report.oversight.auditReads == nil)
    }
}
