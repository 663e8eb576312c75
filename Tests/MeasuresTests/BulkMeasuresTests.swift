// A long question is measured between two real nodes; its figures fit together.
import Measures
import Testing

@Suite("Bulk measures")
struct BulkMeasuresTests {
    @Test("a long question, a small change after it and the index's bytes are measured")
    func figures() async throws {
        let results = try await BulkMeasures(threads: 2, count: 9_000).run()
        #expect(results.map(\.name) == BulkMeasures.names)
        for result in results { #expect(result.value > 0 && result.value.isFinite) }
        #expect(results.map { $0.ratio != nil } == [true, false, false, false])
        let transfer = try #require(results.last)
        // Thirteen bytes an entry, and the chaff of three classes.
        #expect(transfer.value >= 13 && transfer.value < 13.5)
        #expect(try await BulkMeasures(threads: 2, count: 9_000).run(only: "audit").isEmpty)
    }
}
