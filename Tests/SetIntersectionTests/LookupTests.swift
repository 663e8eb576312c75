// Looking up: guessed places, sorted walks and parts read in a stream give what a plain search gives.
import Foundation
import ObliviousPRF
import Sodium
import TestSupport
import Testing

@testable import SetIntersection

@Suite("Look-ups")
struct LookupTests {
    private static func segment(_ tags: some Sequence<UInt64>) throws -> IndexSegment {
        try IndexSegment(sorting: Set(tags).map { Entry(tag: $0, masked: $0 & 0xff) })
    }

    /// Tags as a hash spreads them, and as somebody would who wants guesses to go wrong.
    private static func spreads(_ random: inout SplitMix64) -> [(name: String, tags: [UInt64])] {
        let even = (0..<5_000).map { _ in random.next() }
        return [
            ("none", []), ("one", [7]), ("ends", [0, .max]), ("spread", even), ("low", (0..<4_000).map { $0 }),
            ("high", (0..<4_000).map { UInt64.max - $0 }), ("powers", (0..<64).map { 1 << $0 }),
            ("two heaps", (0..<2_000).flatMap { [$0, UInt64.max - $0] }), ("most low", even + (0..<9_000).map { $0 }),
        ]
    }

    @Test("a tag is found where it is, and nowhere else, however tags are spread")
    func guessed() throws {
        var random = SplitMix64.announced("look-ups", fallback: 0x5EED)
        for (name, tags) in Self.spreads(&random) {
            let segment = try Self.segment(tags)
            let there = Set(tags)
            let wanted = tags.prefix(3_000) + tags.map { $0 &+ 1 } + (0..<2_000).map { _ in random.next() } + [0, .max]
            for tag in wanted {
                #expect(segment.entry(tag: tag)?.tag == (there.contains(tag) ? tag : nil), "\(name): \(tag)")
            }
            let walked = segment.withUnsafeBytes { bytes in
                var cursor = SegmentCursor(bytes, count: segment.count)
                return wanted.sorted().filter { cursor.entry(tag: $0) != nil }
            }
            #expect(walked == wanted.sorted().filter(there.contains), "\(name)")
        }
    }

    @Test("many outputs at once find what each finds alone, over several segments and many records a key")
    func sorted() throws {
        var published = try Scene.Published(
            .identifiers,
            seed: EpochSeed(SecretBytes(random: 32)),
            scope: try Scene.scope()
        )
        var number: UInt8 = 0
        for round in 0..<4 {
            var records: [(key: [UInt8], handle: Handle)] = []
            for key in 0..<20 {
                for _ in 0..<(key % 5 == 0 ? 3 : 1) {
                    number &+= 1
                    let handle = try Handle(bytes: [1, UInt8(round), UInt8(key), 0, number])
                    records.append((Scene.key("+\(key)"), handle))
                }
            }
            try published.publish(records)
        }
        let keys = (0..<60).map { Scene.key("+\($0)") }
        let outputs = try VOPRF().outputs(keys, key: published.key)
        let slots = Slots(index: published.index.id)
        let alone = try keys.indices.flatMap { position in
            try outputs.withOutput(position) { try published.index.places(of: $0, slots: slots) }
                .map { "\(position) \($0.slot) \($0.handle)" }
        }
        let together = try published.index.places(of: outputs, own: keys.count)
            .map { "\($0.position) \($0.slot) \($0.handle)" }
        #expect(together == alone && alone.count == 4 * (16 + 4 * 3))
        #expect(try published.index.places(of: outputs, own: 1).count == 12, "padding is not looked up")
    }

    @Test("a segment read in parts is the one read whole, wherever the parts end")
    func parts() throws {
        var random = SplitMix64.announced("parts", fallback: 0x5EED)
        let segment = try Self.segment((0..<500).map { _ in random.next() })
        let bytes = segment.withUnsafeBytes { [UInt8]($0) }
        func check(_ bytes: [UInt8], _ described: SegmentDescription, part: Int) -> IntersectionError? {
            var check = SegmentCheck(described)
            for start in stride(from: 0, to: bytes.count, by: part) {
                bytes[start..<min(start + part, bytes.count)].withUnsafeBufferPointer { check.update($0) }
            }
            do throws(IntersectionError) {
                try check.finish()
                return nil
            } catch {
                return error
            }
        }
        for part in [1, 5, 12, 13, 14, 26, 100, 4_096, bytes.count] {
            #expect(check(bytes, segment.description, part: part) == nil)
            var altered = bytes
            altered[Int(random.next() % UInt64(bytes.count))] ^= 1 << (random.next() % 8)
            #expect(check(altered, segment.description, part: part) == .segmentDiffers)
            #expect(check(Array(bytes.dropLast()), segment.description, part: part) == .segmentDiffers)
            #expect(check(Array(bytes.dropLast(13)), segment.description, part: part) == .segmentDiffers)
            #expect(check(bytes + [0], segment.description, part: part) == .segmentDiffers)
            // Named by its digest, and still no segment.
            let swapped = Array(bytes[13..<26] + bytes[..<13] + bytes[26...])
            let named = SegmentDescription(digest: SHA2.sha256(swapped), entries: 500)
            #expect(check(swapped, named, part: part) == .malformedSegment(entry: 1))
        }
    }
}
