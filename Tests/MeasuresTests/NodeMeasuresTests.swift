// Two nodes are measured: every figure of the contract is there and fits its reference.
import Foundation
import Measures
import Testing

@Suite("Node measures")
struct NodeMeasuresTests {
    @Test(
        "questions, indexes, audit, decisions and import are measured between two real nodes, and nothing stays behind"
    )
    func figures() async throws {
        let results = try await NodeMeasures(threads: 2, seconds: 0, records: 40, callers: (8, 2)).run()
        #expect(
            results.map(\.name) == [
                "index.build", "query.10", "query.1000", "query.10.rotation", "disclosure.decide", "audit.append",
                "policy.decide",
                "import.records", "import.records.csv", "import.records.keys",
            ]
        )
        for result in results {
            #expect(result.value > 0 && result.value.isFinite)
            #expect(result.unit == (result.name.hasPrefix("query.") ? "ms" : result.unit))
            #expect(result.reference != nil)
            #expect((result.ratio == nil) == (result.reference == nil))
            #expect(result.ratio.map { $0 > 0 && $0.isFinite } ?? true)
        }
        // The ratio counts times as fast: for milliseconds it goes the other way round.
        let query = try #require(results.first { $0.name == "query.10" })
        let reference = try #require(query.reference)
        let ratio = try #require(query.ratio)
        #expect((ratio < 1) == (query.value > reference) || abs(ratio - 1) < 0.2)
    }
}
