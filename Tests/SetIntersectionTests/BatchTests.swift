// A long query batch by batch: the same bytes as whole, each batch for itself.
import ObliviousPRF
import Sodium
import Testing

@testable import SetIntersection

@Suite("Batches of a query")
struct BatchTests {
    @Test("a layout counts positions as the query does, and both sides reckon alike")
    func layout() throws {
        let layout = try QueryLayout(own: [.names: 9_000, .identifiers: 5, .weak: 0])
        #expect(layout.keyCount == 8 + 9_216 && layout.batchCount == 2)
        #expect(layout.sections.map(\.keyClass) == [.identifiers, .names])
        #expect(layout.parts(of: 0).map(\.range) == [0..<8, 0..<8_184])
        #expect(layout.parts(of: 0).map(\.own) == [0..<5, 0..<8_184])
        #expect(layout.parts(of: 1).map(\.range) == [8_184..<9_216])
        #expect(layout.parts(of: 1).map(\.own) == [8_184..<9_000])
        #expect(layout.parts(of: 2).isEmpty)
        for number in 0..<2 {
            let count = layout.parts(of: number).reduce(0) { $0 + $1.range.count }
            #expect(QueryLayout.points(in: number, keys: layout.keyCount) == count)
        }
        #expect(QueryLayout.points(in: 2, keys: layout.keyCount) == nil)
        #expect(QueryLayout.points(in: -1, keys: layout.keyCount) == nil)
        #expect(QueryLayout.points(in: 0, keys: 16_384) == 8_192 && QueryLayout.batchCount(keys: 16_384) == 2)
        #expect(throws: IntersectionError.noKeys) { try QueryLayout(own: [:]) }
        #expect(throws: IntersectionError.tooManyKeys(limit: 1 << 20, actual: 1 << 20 | 1_024)) {
            try QueryLayout(own: [.names: (1 << 20) + 1])
        }
    }

    @Test("a batch made alone has the bytes it has in the whole, and its own answer alone opens it")
    func alone() throws {
        let keys = (0..<8_300).map { Scene.key("+\($0)") }
        let (query, seed) = (try Scene.queryID(), try Scene.blindSeed())
        let layout = try QueryLayout(own: [.identifiers: keys.count])
        let whole = try BlindedQuestion(query: query, keys: [.identifiers: keys], seed: seed)
        let second = try BlindedBatch(
            1,
            of: layout,
            keys: [.identifiers: Array(keys[8_192...])],
            query: query,
            seed: seed
        )
        #expect(whole.batches.count == 2 && second.points == whole.batches[1])
        #expect(throws: IntersectionError.wrongCount(expected: 108, actual: 1)) {
            try BlindedBatch(1, of: layout, keys: [.identifiers: [keys[0]]], query: query, seed: seed)
        }

        let published = try Scene.Published(
            .identifiers,
            seed: EpochSeed(SecretBytes(random: 32)),
            scope: try Scene.scope()
        )
        let holder = HolderAnswer(keys: [.identifiers: published.key])
        let publicKeys: [KeyClass: EvaluationPublicKey] = [.identifiers: published.key.publicKey]
        let answer = try holder.answer(second.points, random: Scene.random)
        let outputs = try second.finalise(answer, publicKeys: publicKeys)
        let expected = try VOPRF().outputs([keys[8_192]], key: published.key)
        let first = try #require(outputs.withOutput(at: 8_192) { Array($0) })
        #expect(expected.withOutput(0) { Array($0) } == first)
        let (other, otherSeed) = (try Scene.queryID(), try Scene.blindSeed())
        let stranger = try BlindedBatch(
            1,
            of: layout,
            keys: [.identifiers: Array(keys[8_192...])],
            query: other,
            seed: otherSeed
        )
        #expect(throws: IntersectionError.self) { try stranger.finalise(answer, publicKeys: publicKeys) }
    }
}
