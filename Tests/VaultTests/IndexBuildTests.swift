// Builds of an index through real files: whatever goes in and however little memory there is, the asker finds exactly
// the records that share its key, and nothing is left behind.
import Foundation
import NodeTesting
import ObliviousPRF
import Sodium
import Synchronization
import TestSupport
import Testing
import Vault

@testable import SetIntersection

@Suite struct IndexBuildTests {
    private static let isLong = ProcessInfo.processInfo.environment["COMITY_LONG_TESTS"] == "1"

    /// What an index was built of, and what it must therefore hold.
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        /// How many records share the keys, by the keys' numbers.
        let records: [Int]

        var testDescription: String { name }

        static var all: [Case] {
            [
                Case(name: "nothing", records: []),
                Case(name: "none equal", records: [Int](repeating: 1, count: 3_000)),
                Case(name: "all equal", records: [2_000]),
                Case(name: "64 and 65", records: [64, 65, 1, 63]),
                Case(
                    name: "a few shared by many",
                    records: (0..<400).map { $0 % 37 == 0 ? 5 * ($0 % 30) : 1 + $0 % 3 }
                ),
            ]
        }

        var entries: Int { records.filter { $0 <= Slots.perKey }.reduce(0, +) }
        var leftOut: [Int] { records.filter { $0 > Slots.perKey } }
    }

    private static func key(_ number: Int) -> [UInt8] { Array("phone".utf8) + [0] + Array("+4915100\(number)".utf8) }

    /// Every pair once or twice, in an order of its own.
    private static func pairs(_ records: [Int], seed: UInt64) -> [(key: [UInt8], handle: Handle)] {
        var random = SplitMix64(seed: seed)
        var pairs: [(key: [UInt8], handle: Handle)] = []
        for (number, count) in records.enumerated() {
            for record in 0..<count {
                let pair = (key: key(number), handle: Handle(number: UInt64(number << 16 | record)))
                pairs.append(pair)
                // What was only counted cannot be told apart: beyond 64 a pair comes once.
                if count <= Slots.perKey, record % 7 == 0 { pairs.append(pair) }
            }
        }
        return pairs.shuffled(using: &random)
    }

    private struct Scene {
        let index: MatchIndex
        let key: EvaluationKey
        let folder: SegmentFolder

        init(_ folder: URL) throws {
            let scope = try IndexScope(agreement: "a", asker: "b", holder: "c", epoch: 1)
            index = MatchIndex(id: try scope.indexID(of: .names), segments: [])
            key = try EpochSeed(SecretBytes(random: 32)).evaluationKey(of: index.id)
            self.folder = try SegmentFolder(folder.appendingPathComponent("segments"))
        }

        func build(
            _ pairs: [(key: [UInt8], handle: Handle)],
            adding index: MatchIndex? = nil,
            space: BuildSpace
        ) throws -> (segment: IndexSegment, tally: IndexBuilder.Tally) {
            var builder = IndexBuilder(adding: index ?? self.index, key: key, pairs: KeyPairs(space: space))
            builder.add(pairs)
            let writer = try folder.writer()
            let (description, tally) = try builder.write(to: writer, random: .system)
            try writer.finish(as: description)
            return (try read(description), tally)
        }

        func read(_ description: SegmentDescription) throws -> IndexSegment {
            try IndexSegment(data: folder.read(Hex.encode(description.digest)), described: description)
        }

        /// The handles that an asker finds under each key.
        func found(_ keys: [[UInt8]], in segments: [IndexSegment]) throws -> [Set<UInt64>] {
            guard !keys.isEmpty else { return [] }
            let index = MatchIndex(id: index.id, segments: segments)
            let outputs = try VOPRF().outputs(keys, key: key)
            return try keys.indices.map { position in
                try outputs.withOutput(position) {
                    Set(try index.places(of: $0, slots: Slots(index: index.id)).map(\.handle.bits))
                }
            }
        }

        var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: folder.url.path)) ?? [] }
    }

    @Test(arguments: Case.all)
    func anAskerFindsExactlyTheRecordsThatShareItsKey(of it: Case) async throws {
        let pairs = Self.pairs(it.records, seed: Seed.of("index build", fallback: 0x1d3))
        try await withTemporaryFolder { folder in
            let scene = try Scene(folder)
            // In memory, and with room for next to nothing.
            for space in [BuildSpace(), try BuildSpace(memory: 0, file: scene.folder.spillFile(), random: .system)] {
                let (segment, tally) = try scene.build(pairs, space: space)
                #expect(tally.entries == it.entries)
                #expect(tally.leftOutKeys == it.leftOut.count && tally.leftOutEntries == it.leftOut.reduce(0, +))
                #expect(segment.count == tally.entries + tally.chaff && segment.count % 64 == 0 && segment.count >= 64)
                let found = try scene.found(it.records.indices.map(Self.key), in: [segment])
                for (number, count) in it.records.enumerated() {
                    let handles = Set((0..<count).map { UInt64(number << 16 | $0) })
                    #expect(found[number] == (count > Slots.perKey ? [] : handles), "key \(number)")
                }
                #expect(try scene.found([Self.key(9_999_999)], in: [segment]) == [[]])
                #expect(scene.names == [Hex.encode(segment.digest)], "nothing but the segment")
                try scene.folder.remove(Hex.encode(segment.digest))
            }
        }
    }

    /// Keeps what goes into the file.
    private final class WatchedFile: SpillFile {
        private let file: any SpillFile
        let bytes = Mutex<[UInt8]>([])

        init(_ file: any SpillFile) { self.file = file }

        func append(_ bytes: [UInt8]) throws(IntersectionError) -> Int {
            self.bytes.withLock { $0 += bytes }
            return try file.append(bytes)
        }

        func read(at offset: Int, count: Int) throws(IntersectionError) -> [UInt8] {
            try file.read(at: offset, count: count)
        }
    }

    @Test func whatIsSetAsideIsSealed() async throws {
        try await withTemporaryFolder { folder in
            let scene = try Scene(folder)
            let file = WatchedFile(try scene.folder.spillFile())
            let pairs = (0..<4_000).map { (key: Self.key($0), handle: Handle(number: UInt64($0))) }
            let (segment, _) = try scene.build(pairs, space: BuildSpace(memory: 0, file: file, random: .system))
            let data = Data(file.bytes.withLock { $0 })
            #expect(data.count > 4_000 * 30)
            for number in stride(from: 0, to: 4_000, by: 97) {
                #expect(data.range(of: Data(Self.key(number))) == nil)
            }
            #expect(data.range(of: Data("+4915".utf8)) == nil)
            // Nor an entry, which would tell the chaff from the rest.
            segment.withUnsafeBytes { bytes in
                for position in stride(from: 0, to: segment.count, by: 61) {
                    #expect(data.range(of: Data(bytes[13 * position..<13 * position + 8])) == nil)
                }
            }
        }
    }

    @Test func aPieceThatWasAlteredEndsTheBuild() async throws {
        final class LyingFile: SpillFile {
            let file: any SpillFile
            init(_ file: any SpillFile) { self.file = file }
            func append(_ bytes: [UInt8]) throws(IntersectionError) -> Int { try file.append(bytes) }
            func read(at offset: Int, count: Int) throws(IntersectionError) -> [UInt8] {
                var bytes = try file.read(at: offset, count: count)
                bytes[count / 2] ^= 1
                return bytes
            }
        }
        try await withTemporaryFolder { folder in
            let scene = try Scene(folder)
            let space = try BuildSpace(memory: 0, file: LyingFile(scene.folder.spillFile()), random: .system)
            let pairs = (0..<4_000).map { (key: Self.key($0), handle: Handle(number: UInt64($0))) }
            #expect(throws: IntersectionError.sodium(.notAuthentic)) { try scene.build(pairs, space: space) }
            #expect(scene.names.isEmpty, "half a segment does not stay")
        }
    }

    @Test func aBuildThatIsStoppedLeavesNothing() async throws {
        try await withTemporaryFolder { folder in
            let scene = try Scene(folder)
            var builder = IndexBuilder(adding: scene.index, key: scene.key)
            builder.add((0..<9_000).map { (key: Self.key($0), handle: Handle(number: UInt64($0))) })
            let steps = Mutex(0)
            let pace = BuildPace { _ in
                steps.withLock { steps in
                    steps += 1
                    return steps < 3
                }
            }
            let building = builder
            #expect(throws: IntersectionError.stopped) {
                _ = try building.write(to: try scene.folder.writer(), random: .system, pace: pace)
            }
            #expect(scene.names.isEmpty)
        }
    }

    @Test func segmentsThatAreMergedOnDiskAreTheSameAsInMemory() async throws {
        try await withTemporaryFolder { folder in
            let scene = try Scene(folder)
            var segments: [IndexSegment] = []
            for part in 0..<5 {
                let pairs = (0..<100 * (part + 1)).map { number in
                    (key: Self.key(number), handle: Handle(number: UInt64(part << 16 | number)))
                }
                let index = MatchIndex(id: scene.index.id, segments: segments)
                segments.append(try scene.build(pairs, adding: index, space: BuildSpace()).segment)
            }
            let writer = try scene.folder.writer()
            let description = try IndexSegment.merge(segments, to: writer)
            try writer.finish(as: description)
            let merged = try scene.read(description)
            #expect(merged.description == (try IndexSegment.merge(segments)).description)
            #expect(merged.count == segments.reduce(0) { $0 + $1.count })
            let keys = (0..<500).map(Self.key)
            #expect(try scene.found(keys, in: [merged]) == scene.found(keys, in: segments))
            #expect(try scene.found([Self.key(0)], in: [merged])[0].count == 5)
        }
    }

    @Test(.enabled(if: isLong)) func tenMillionKeysAreCountedExactly() async throws {
        try await withTemporaryFolder { folder in
            let scene = try Scene(folder)
            let space = try BuildSpace(memory: 64 << 20, file: scene.folder.spillFile(), random: .system)
            var pairs = KeyPairs(space: space)
            // Every thousandth key is shared by two records, one by a hundred.
            for number in 0..<10_000_000 {
                Self.key(number).withUnsafeBufferPointer { key in
                    pairs.add(key, handle: Handle(number: UInt64(number)))
                    if number % 1_000 == 0 { pairs.add(key, handle: Handle(number: UInt64(1 << 30 | number))) }
                    if number == 77 {
                        for more in 1..<100 { pairs.add(key, handle: Handle(number: UInt64(more << 31))) }
                    }
                }
            }
            let writer = try scene.folder.writer()
            let builder = IndexBuilder(adding: scene.index, key: scene.key, pairs: pairs)
            let (description, tally) = try builder.write(to: writer, random: .system)
            try writer.finish(as: description)
            #expect(tally.entries == 10_000_000 - 1 + 10_000 && tally.leftOutKeys == 1 && tally.leftOutEntries == 100)
            #expect(description.entries == tally.entries + tally.chaff && tally.chaff < 64)
            let segment = try scene.read(description)
            let keys = [0, 1, 77, 5_000, 9_999_999].map(Self.key)
            #expect(try scene.found(keys, in: [segment]).map(\.count) == [2, 1, 0, 2, 1])
        }
    }
}
