// What a holder refuses of a batch, before and while decoding.
import ObliviousPRF
import Sodium
import TestSupport
import Testing

@testable import SetIntersection

@Suite("Point batches")
struct PointBatchTests {
    let good: [(keyClass: KeyClass, points: [UInt8])]

    init() throws {
        let question = try BlindedQuestion(
            query: Scene.queryID(),
            keys: [.names: [[1]], .weak: [[2]]],
            seed: Scene.blindSeed()
        )
        good = question.batches[0].classes.map { ($0.keyClass, $0.points.bytes) }
    }

    private func decode(
        announced: Int = 16,
        _ change: (inout [(keyClass: KeyClass, points: [UInt8])]) -> Void
    ) throws -> PointBatch {
        var classes = good
        change(&classes)
        return try PointBatch(decoding: classes, announced: announced, engine: GroupEngine())
    }

    @Test("every wrong batch is refused with its reason")
    func refusals() throws {
        #expect(try decode { _ in }.count == 16)
        #expect(throws: IntersectionError.classOrder) { try decode { $0.reverse() } }
        #expect(throws: IntersectionError.classOrder) { try decode { $0[1].keyClass = .names } }
        #expect(throws: IntersectionError.noKeys) { try decode { $0 = [] } }
        #expect(throws: IntersectionError.noKeys) { try decode { $0[0].points = [] } }
        #expect(throws: IntersectionError.wrongCount(expected: 17, actual: 16)) { try decode(announced: 17) { _ in } }
        #expect(throws: IntersectionError.points(.weak, .partialElement(byteCount: 255))) {
            try decode { $0[1].points.removeLast() }
        }
        #expect(throws: IntersectionError.tooManyKeys(limit: 8_192, actual: 8_200)) {
            try decode(announced: 8_200) { $0[0].points = [UInt8](repeating: 0, count: 32 * 8_192) }
        }
        #expect(throws: IntersectionError.points(.names, .identityElement(position: 0))) {
            try decode { $0[0].points.replaceSubrange(0..<32, with: [UInt8](repeating: 0, count: 32)) }
        }
        #expect(throws: IntersectionError.points(.weak, .notAnElement(position: 7))) {
            try decode { $0[1].points[255] |= 0x80 }
        }
        #expect(throws: IntersectionError.points(.weak, .duplicateElement(position: 1))) {
            try decode { $0[1].points.replaceSubrange(32..<64, with: $0[1].points[0..<32]) }
        }
        #expect(throws: IntersectionError.points(.weak, .duplicateElement(position: 3))) {
            try decode { $0[1].points.replaceSubrange(96..<128, with: $0[0].points[0..<32]) }
        }
    }

    @Test("random bytes are refused or decode to themselves")
    func hostile() throws {
        var random = SplitMix64.announced("point batches", fallback: 0x5EED)
        for _ in 0..<200 {
            let points = random.bytes(32 * Int.random(in: 1...2, using: &random))
            guard
                let batch = try? PointBatch(
                    decoding: [(.names, points)],
                    announced: points.count / 32,
                    engine: GroupEngine()
                )
            else { continue }
            #expect(batch.classes[0].points.bytes == points)
        }
    }
}
