// A number that many records share does not stand out: no two entries look alike, and beyond 64 records it says nothing.
import ObliviousPRF
import Sodium
import Testing

@testable import SetIntersection

@Suite("No frequency")
struct NoFrequencyTests {
    private static let shared = Scene.key("+4915100000")
    private var published: Scene.Published

    init() throws {
        published = try Scene.Published(
            .identifiers,
            seed: EpochSeed(SecretBytes(random: 32)),
            scope: Scene.scope()
        )
    }

    private static func handle(_ number: Int) throws -> Handle {
        try Handle(bytes: [0, 0, 0, UInt8(number >> 8), UInt8(number & 255)])
    }

    /// The records' own key, and the one they share.
    private static func records(_ numbers: Range<Int>) throws -> [(key: [UInt8], handle: Handle)] {
        try numbers.flatMap {
            let handle = try Self.handle($0)
            return [(key: Scene.key("own \($0)"), handle: handle), (key: shared, handle: handle)]
        }
    }

    private func expectNothingAlike(_ segment: IndexSegment) {
        let entries = segment.withUnsafeBytes { bytes in (0..<segment.count).map { Entry(reading: bytes, at: $0) } }
        #expect(Set(entries.map(\.tag)).count == segment.count)
        #expect(Set(entries.map(\.masked)).count == segment.count)
    }

    @Test("1,000 records of one phone: their entries are all different, and the phone has none")
    mutating func thousand() throws {
        let built = try published.publish(Self.records(0..<1_000))
        #expect(built.entries == 1_000 && built.leftOutKeys == 1 && built.leftOutEntries == 1_000)
        #expect(built.segment.count == 1_024)
        expectNothingAlike(built.segment)
        #expect(try places(of: Self.shared).isEmpty)
    }

    @Test("64 records of one phone have 64 entries that nothing shows to belong together")
    mutating func sixtyFour() throws {
        let built = try published.publish(Self.records(0..<64))
        #expect(built.entries == 128 && built.leftOutKeys == 0)
        expectNothingAlike(built.segment)
        let handles = try places(of: Self.shared)
        #expect(handles.count == 64 && Set(handles).count == 64)
    }

    @Test("coming in hour by hour they are never more than 64")
    mutating func deltas() throws {
        for start in stride(from: 0, to: 200, by: 20) { try published.publish(Self.records(start..<start + 20)) }
        #expect(try places(of: Self.shared).count == 60)
        for segment in published.index.segments { expectNothingAlike(segment) }
    }

    /// The handles under a key, as an asker finds them.
    private func places(of key: [UInt8]) throws -> [Handle] {
        let outputs = try VOPRF().outputs([key], key: published.key)
        return try outputs.withOutput(0) {
            try published.index.places(of: $0, slots: Slots(index: published.index.id)).map(\.handle)
        }
    }
}
