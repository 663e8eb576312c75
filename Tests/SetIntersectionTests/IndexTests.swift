// The match index: slots, deltas, chaff, order, and what is refused.
import Foundation
import ObliviousPRF
import Sodium
import TestSupport
import Testing

@testable import SetIntersection

@Suite("Match index")
struct IndexTests {
    let scope: IndexScope
    var published: Scene.Published

    init() throws {
        scope = try Scene.scope()
        published = try Scene.Published(.identifiers, seed: EpochSeed(SecretBytes(random: 32)), scope: scope)
    }

    /// The handles under a key, as an asker finds them.
    private func handles(_ key: [UInt8], in index: MatchIndex? = nil) throws -> [Handle] {
        let outputs = try VOPRF().outputs([key], key: published.key)
        return try outputs.withOutput(0) {
            try (index ?? published.index).places(of: $0, slots: Slots(index: published.index.id)).map(\.handle)
        }
    }

    private func records(_ key: String, _ numbers: Range<UInt8>) throws -> [(key: [UInt8], handle: Handle)] {
        try numbers.map { (Scene.key(key), try Scene.handle($0)) }
    }

    @Test("segments are sorted, show no tag twice, and are padded with chaff to multiples of 64")
    mutating func segments() throws {
        let built = try published.publish(records("+1", 0..<5) + records("+2", 5..<70))
        // +2 has 65 records: left out.
        #expect(built.entries == 5 && built.chaff == 59 && built.segment.count == 64)
        #expect(built.leftOutKeys == 1 && built.leftOutEntries == 65)
        let entries = built.segment.withUnsafeBytes { bytes in (0..<64).map { Entry(reading: bytes, at: $0) } }
        #expect(entries == entries.sorted() && Set(entries.map(\.tag)).count == 64)
        #expect(built.segment.digest == built.segment.withUnsafeBytes { SHA2.sha256($0) })
        let more = try published.publish(records("+3", 0..<64) + records("+4", 0..<1))
        #expect(more.entries == 65 && more.segment.count == 128 && more.leftOutKeys == 0)
        #expect(try Set(handles(Scene.key("+3"))).count == 64)
        #expect(try handles(Scene.key("+2")).isEmpty)
        // Nothing to say looks like something.
        let silent = try published.publish([])
        #expect(silent.entries == 0 && silent.segment.count == 64)
    }

    @Test("a pair given twice counts once")
    mutating func pairs() throws {
        let built = try published.publish(records("+1", 0..<3) + records("+1", 1..<3))
        #expect(built.entries == 3)
    }

    @Test("a delta goes on at the first free slot and adds nothing twice")
    mutating func deltas() throws {
        try published.publish(records("+1", 0..<3))
        let second = try published.publish(records("+1", 3..<6) + records("+9", 0..<1))
        #expect(second.entries == 4)
        let firstSix = try (0..<6).map { try Scene.handle($0) }
        #expect(try handles(Scene.key("+1")) == firstSix)
        let again = try published.publish(records("+1", 0..<6))
        #expect(again.entries == 0)
        // Up to 64 and no further: what is published stays, what is new stays out.
        let third = try published.publish(records("+1", 6..<64))
        #expect(third.entries == 58)
        let fourth = try published.publish(records("+1", 64..<66))
        #expect(fourth.entries == 0 && fourth.leftOutKeys == 1 && fourth.leftOutEntries == 2)
        let everyHandle = try (0..<64).map { try Scene.handle($0) }
        #expect(try handles(Scene.key("+1")) == everyHandle)
    }

    @Test("merging segments changes no look-up")
    mutating func merge() throws {
        try published.publish(records("+1", 0..<7))
        try published.publish(records("+1", 7..<12) + records("+2", 0..<1))
        let merged = try IndexSegment.merge(published.index.segments)
        let one = MatchIndex(id: published.index.id, segments: [merged])
        #expect(merged.count == 128)
        for key in ["+1", "+2", "+3"] {
            #expect(try handles(Scene.key(key)) == handles(Scene.key(key), in: one))
        }
        #expect(try handles(Scene.key("+1"), in: one).count == 12)
    }

    @Test("segments of an hourly index stay few, and settling them changes no look-up")
    mutating func settled() throws {
        var settled: [IndexSegment] = []
        for number in 0..<21 {
            let built = try published.publish(records("+\(number)", 0..<1))
            settled = try IndexSegment.settled(settled + [built.segment])
            #expect(settled.map(\.count) == settled.map(\.count).sorted(by: >))
        }
        // 21 = 16 + 4 + 1.
        #expect(settled.map(\.count) == [16 * 64, 4 * 64, 64])
        let index = MatchIndex(id: published.index.id, segments: settled)
        for number in 0..<21 { #expect(try handles(Scene.key("+\(number)"), in: index).count == 1) }
    }

    @Test("block b+1 is read only after a hit in the last slot of b")
    func blocks() throws {
        let key = Scene.key("+1")
        let outputs = try VOPRF().outputs([key], key: published.key)
        let slots = Slots(index: published.index.id)
        let all = try outputs.withOutput(0) { y in try (0..<16).flatMap { try slots.block($0, of: y) } }
        func found(_ occupied: [Int]) throws -> Int {
            let entries = try occupied.map { all[$0].entry(of: try Scene.handle(UInt8($0))) }
            let index = MatchIndex(id: published.index.id, segments: [try IndexSegment(sorting: entries)])
            return try handles(key, in: index).count
        }
        #expect(try found([]) == 0)
        #expect(try found([0, 1]) == 2)
        #expect(try found([0, 1, 2, 4]) == 3)
        #expect(try found([3, 4, 7, 8]) == 4)
        #expect(try found(Array(0..<64)) == 64)
    }

    @Test("a mapped file reads like an array, and one that is not the manifest's is refused")
    mutating func files() throws {
        let built = try published.publish(records("+1", 0..<3))
        let bytes = built.segment.withUnsafeBytes { Array($0) }
        let url = FileManager.default.temporaryDirectory.appending(path: "segment-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: url) }
        try Data(bytes).write(to: url)
        let data = try Data(contentsOf: url, options: .alwaysMapped)
        let mapped = try IndexSegment(data: data, described: built.segment.description)
        let index = MatchIndex(id: published.index.id, segments: [mapped])
        #expect(try handles(Scene.key("+1"), in: index).count == 3)
        let description = built.segment.description
        for (data, description) in [
            (Data(bytes.dropLast(13)), description),
            (data, SegmentDescription(digest: SHA2.sha256([]), entries: 64)),
            (data, SegmentDescription(digest: description.digest, entries: 63)),
        ] {
            #expect(throws: IntersectionError.segmentDiffers) { try IndexSegment(data: data, described: description) }
        }
    }

    @Test("segments that are cut, unsorted, repeated or invented are refused, and nothing is found in noise")
    mutating func hostile() throws {
        let built = try published.publish(records("+1", 0..<3))
        let good = built.segment.withUnsafeBytes { Array($0) }
        #expect(throws: IntersectionError.malformedSegment(entry: 63)) {
            try IndexSegment(bytes: Array(good.dropLast(1)))
        }
        #expect(throws: IntersectionError.malformedSegment(entry: 1)) {
            try IndexSegment(bytes: Array(good[..<13] + good[..<13]))
        }
        #expect(try IndexSegment(bytes: []).count == 0)
        var random = SplitMix64.announced("segments", fallback: 0x5EED)
        for _ in 0..<300 {
            let bytes = random.bytes(Int.random(in: 0...80, using: &random))
            guard let segment = try? IndexSegment(bytes: bytes) else { continue }
            #expect(segment.count * 13 == bytes.count)
            #expect(try handles(Scene.key("+1"), in: MatchIndex(id: published.index.id, segments: [segment])).isEmpty)
        }
        let stuck = RandomBytes { for index in $0.indices { $0[index] = 3 } }
        let builder = IndexBuilder(adding: published.index, key: published.key)
        #expect(throws: IntersectionError.exhausted) { try builder.finish(random: stuck) }
        #expect(throws: IntersectionError.exhausted) {
            try Handle(random: stuck, avoiding: [Handle(bytes: [3, 3, 3, 3, 3])])
        }
    }

    @Test("another epoch, class, asker or agreement is another index and another key")
    func separation() throws {
        let seed = try EpochSeed(SecretBytes(random: 32))
        var ids: Set<IndexID> = []
        var keys: Set<EvaluationPublicKey> = []
        for (agreement, asker, epoch) in [("a", "b", 1), ("x", "b", 1), ("a", "c", 1), ("a", "b", 2)] {
            let scope = try IndexScope(agreement: agreement, asker: asker, holder: "h", epoch: epoch)
            for keyClass in [KeyClass.names, .weak] {
                let id = try scope.indexID(of: keyClass)
                ids.insert(id)
                keys.insert(try seed.evaluationKey(of: id).publicKey)
            }
        }
        #expect(ids.count == 8 && keys.count == 8)
    }

    @Test("texts and lengths of ids are strict")
    func texts() throws {
        #expect(try Handle(text: "00a1b2c3d4").description == "00a1b2c3d4")
        for text in ["", "00a1b2c3d", "00A1B2C3D4", "00a1b2c3d4e", "00a1b2c3dg", "0x00a1b2c3"] {
            #expect(throws: IntersectionError.malformedHandle) { try Handle(text: text) }
        }
        #expect(throws: IntersectionError.malformedHandle) { try Handle(bytes: [1]) }
        let uuid = "7b1c1f0e-5a43-4c0b-9d0c-2f6c3f0f7a11"
        #expect(try QueryID(text: uuid).description == uuid)
        for text in ["", uuid.uppercased(), String(uuid.dropLast()), uuid + "-", uuid.replacing("-", with: "")] {
            #expect(throws: IntersectionError.malformedQueryID) { try QueryID(text: text) }
        }
        for name in ["", "Names", "na mes", "namés", String(repeating: "a", count: 33)] {
            #expect(throws: IntersectionError.malformedClass) { try KeyClass(name) }
        }
        for agreement in ["", "a b", "é", String(repeating: "a", count: 256)] {
            #expect(throws: IntersectionError.malformedIdentifier) {
                try IndexScope(agreement: agreement, asker: "a", holder: "h", epoch: 0)
            }
        }
        #expect(throws: IntersectionError.epochOutOfRange) {
            try IndexScope(agreement: "a", asker: "a", holder: "h", epoch: -1)
        }
        #expect(throws: IntersectionError.self) { try EpochSeed(SecretBytes(random: 31)) }
        #expect(throws: IntersectionError.self) { try BlindSeed(SecretBytes(random: 33)) }
        #expect(throws: IntersectionError.self) { try HitKey(SecretBytes(random: 31)) }
    }
}
