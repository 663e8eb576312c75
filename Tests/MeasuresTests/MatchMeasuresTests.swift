// The measurements run, and their figures fit together.
import Foundation
import Measures
import ObliviousPRF
import Testing

@Suite("Match measures")
struct MatchMeasuresTests {
    @Test("every measurement of the contract is there, with its reference and ratio")
    func figures() throws {
        let results = try MatchMeasures(threads: 2, seconds: 0, batch: 70, entries: 1_000).run()
        let backends = GroupBackendChoice.runnable.map(\.name).filter { $0 != "libsodium" }
        #expect(
            results.map(\.name) == [
                "group.evaluate", "group.index_key", "group.blind", "group.unblind", "dleq.prove", "dleq.verify",
            ] + backends.flatMap { ["\($0).evaluate", "\($0).index_key"] } + [
                "index.build.memory", "index.lookup",
            ]
        )
        for result in results {
            #expect(result.value > 0 && result.value.isFinite && result.unit == "keys/s")
            #expect((result.reference == nil) == (result.ratio == nil))
            #expect((result.referenceName == nil) == (result.name == "index.lookup"))
        }
        let encoded =
            try JSONSerialization.jsonObject(with: JSONEncoder().encode(results[results.count - 1])) as? [String: Any]
        #expect(
            encoded.map { Set($0.keys) } == ["name", "unit", "value", "reference", "reference_name", "ratio"]
        )
    }
}
