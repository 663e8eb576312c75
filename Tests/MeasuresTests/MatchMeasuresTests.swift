// The measurements run, and their figures fit together.
import Foundation
import Measures
import Testing

@Suite("Match measures")
struct MatchMeasuresTests {
    @Test("every measurement of the contract is there, with its reference and ratio")
    func figures() throws {
        let results = try MatchMeasures(threads: 2, seconds: 0, batch: 70, entries: 1_000).run()
        #expect(
            results.map(\.name) == [
                "group.evaluate", "group.index_key", "group.blind", "group.unblind", "dleq.prove", "dleq.verify",
                "index.build.memory", "index.lookup",
            ]
        )
        for result in results {
            #expect(result.value > 0 && result.value.isFinite && result.unit == "keys/s")
            #expect((result.reference == nil) == (result.ratio == nil))
            #expect((result.referenceName == nil) == (result.name == "index.lookup"))
        }
        let encoded = try JSONSerialization.jsonObject(with: JSONEncoder().encode(results[7])) as? [String: Any]
        #expect(
            encoded.map { Set($0.keys) } == ["name", "unit", "value", "reference", "reference_name", "ratio"]
        )
    }
}
