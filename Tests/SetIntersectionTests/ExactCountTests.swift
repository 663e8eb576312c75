// How many of an asker's keys stand in an index, and for how many records: exact, whatever the two sets look like, through
// the batches that a long query is made of.
import Foundation
import ObliviousPRF
import Sodium
import Testing

@testable import SetIntersection

@Suite("Counts of long queries")
struct ExactCountTests {
    /// Keys are numbers. `COMITY_LONG_TESTS=1` asks for a million of ten million held keys, and `COMITY_LONG_KEYS` for
    /// another number of them.
    private static let long = ProcessInfo.processInfo.environment["COMITY_LONG_TESTS"] == "1"
    private static let longKeys =
        ProcessInfo.processInfo.environment["COMITY_LONG_KEYS"].flatMap { Int($0) } ?? 10_000_000

    enum Shape: String, CaseIterable {
        case duplicates, nothingHeld, askerLarger, holderLarger, allEqual, noneEqual

        /// More than one batch, by the rest.
        static let asked = 8_300

        /// Whose keys are held, in how many records each, and whose are asked.
        var sets: (held: Range<Int>, records: Int, asked: Range<Int>) {
            switch self {
            case .duplicates: (0..<300, 3, 200..<200 + Self.asked)
            case .nothingHeld: (0..<0, 1, 0..<Self.asked)
            case .askerLarger: (0..<300, 1, 200..<200 + Self.asked)
            case .holderLarger: (0..<2 * Self.asked, 1, Self.asked / 2..<Self.asked / 2 + Self.asked)
            case .allEqual: (0..<Self.asked, 1, 0..<Self.asked)
            case .noneEqual: (0..<300, 1, 300..<300 + Self.asked)
            }
        }
    }

    @Test("are exact for every shape of the two sets", arguments: Shape.allCases)
    func shapes(_ shape: Shape) throws {
        let (held, records, asked) = shape.sets
        let index = try Held(held, records: records)
        try index.check(asked, through: Array(asked), "\(shape)")
    }

    @Test("are exact for ten million keys, a million of them asked", .enabled(if: long))
    func tenMillion() throws {
        let held = Self.longKeys
        let index = try Held(0..<held, records: 1)
        // Half of them are held.
        let asked = held - min(held, 1 << 19)..<held + (1 << 19)
        try index.check(asked, through: asked.reversed(), "\(held) held")
    }
}

/// An index of numbers, and who answers for it.
private struct Held {
    let numbers: Range<Int>
    /// How many records have each key.
    let records: Int
    private var published: Scene.Published

    init(_ numbers: Range<Int>, records: Int) throws {
        (self.numbers, self.records) = (numbers, records)
        published = try Scene.Published(
            .identifiers,
            seed: EpochSeed(SecretBytes(random: 32)),
            scope: try Scene.scope()
        )
        var builder = IndexBuilder(adding: published.index, key: published.key)
        builder.add(
            numbers.lazy.flatMap { number in
                (0..<records).lazy.map { (key: Self.key(number), handle: Self.handle(number, of: records, $0)) }
            }
        )
        let built = try builder.finish(random: Scene.random)
        #expect(built.entries == numbers.count * records && built.leftOutKeys == 0)
        published.index = MatchIndex(id: published.index.id, segments: [built.segment])
    }

    private static func key(_ number: Int) -> [UInt8] { Scene.key("+\(number)") }

    private static func handle(_ number: Int, of records: Int, _ record: Int) -> Handle {
        Handle(number: UInt64(number * records + record))
    }

    /// Asks for keys batch by batch, as the asker's node does, and counts.
    func check(_ asked: Range<Int>, through order: [Int], _ shape: String) throws {
        let layout = try QueryLayout(own: [.identifiers: order.count])
        let (query, seed) = (try Scene.queryID(), try Scene.blindSeed())
        let holder = HolderAnswer(keys: [.identifiers: published.key])
        let publicKeys = [KeyClass.identifiers: published.key.publicKey]
        var found: [Int: Int] = [:]
        var handles: Set<Handle> = []
        for number in 0..<layout.batchCount {
            let part = try #require(layout.parts(of: number).first)
            let batch = try BlindedBatch(
                number,
                of: layout,
                keys: [.identifiers: order[part.own].map(Self.key)],
                query: query,
                seed: seed
            )
            let answer = try holder.answer(batch.points, random: Scene.random)
            let outputs = try batch.finalise(answer, publicKeys: publicKeys)
            try outputs.forEachAgreeing(in: [.identifiers: published.index]) { agreeing, handle, _ in
                let key = order[agreeing.offset]
                found[key, default: 0] += 1
                handles.insert(handle)
                #expect((0..<records).contains { Self.handle(key, of: records, $0) == handle }, "\(shape)")
            }
        }
        let both = numbers.clamped(to: asked)
        #expect(found.count == both.count && found.keys.allSatisfy(both.contains), "\(shape)")
        #expect(found.values.allSatisfy { $0 == records }, "\(shape): every record of a key, and each once")
        #expect(handles.count == both.count * records, "\(shape)")
    }
}

extension ExactCountTests {
    @Test("the proof handed over with a key is that of its hit")
    func proofs() throws {
        let held = try Scene.Published(
            .identifiers,
            seed: EpochSeed(SecretBytes(random: 32)),
            scope: try Scene.scope()
        )
        var published = held
        try published.publish([(Scene.key("+1"), Scene.handle(1)), (Scene.key("+2"), Scene.handle(2))])
        let layout = try QueryLayout(own: [.identifiers: 2])
        let batch = try BlindedBatch(
            0,
            of: layout,
            keys: [.identifiers: [Scene.key("+2"), Scene.key("+3")]],
            query: Scene.queryID(),
            seed: Scene.blindSeed()
        )
        let holder = HolderAnswer(keys: [.identifiers: published.key])
        let answer = try holder.answer(batch.points, random: Scene.random)
        let outputs = try batch.finalise(answer, publicKeys: [.identifiers: published.key.publicKey])
        let indexes = [KeyClass.identifiers: published.index]
        #expect(outputs.ownCount == 2)
        var proofs: [[UInt8]] = []
        try outputs.forEachAgreeing(in: indexes) { agreeing, handle, proof in
            #expect(agreeing.offset == 0 && handle == (try? Scene.handle(2)))
            proofs.append(Array(proof))
        }
        let hit = try #require(try outputs.lookUp(in: indexes).first)
        let hitKey = try outputs.hitKey(of: try #require(hit.keys.first), in: indexes)
        #expect(proofs == [hitKey.secret.withUnsafeBytes { Array($0) }])
        #expect(throws: IntersectionError.unknownClass(.identifiers)) {
            try outputs.forEachAgreeing(in: [:]) { _, _, _ in }
        }
    }
}
