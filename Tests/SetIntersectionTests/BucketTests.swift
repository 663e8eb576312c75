// Buckets: how an index is cut, what stands in a bucket, which of them are fetched, and manifests that lie about them.
import CanonicalJSON
import ObliviousPRF
import Sodium
import TestSupport
import Testing

@testable import SetIntersection

@Suite("Buckets")
struct BucketTests {
    private let scope: IndexScope
    private let id: IndexID
    private let key: EvaluationKey

    init() throws {
        scope = try Scene.scope()
        id = try scope.indexID(of: .identifiers)
        key = try EpochSeed(SecretBytes(random: 32)).evaluationKey(of: id)
    }

    private static func cut(_ bits: Int) throws -> BucketCut { try #require(BucketCut(bits: bits)) }

    /// Writes the buckets of an index to which `records` come, as its holder does.
    private func publish(
        _ records: [(key: [UInt8], handle: Handle)],
        to buckets: [IndexSegment] = [],
        cut: BucketCut,
        minimum: Int
    ) throws -> [IndexSegment] {
        var builder = IndexBuilder(adding: MatchIndex(id: id, segments: buckets, cut: cut), key: key)
        builder.add(records)
        let fresh = try builder.finish(random: Scene.random).segment
        return try (0..<cut.count).map { number in
            let memory = SegmentMemory()
            let description = try IndexSegment.bucket(
                number,
                of: cut,
                from: (buckets.isEmpty ? [] : [buckets[number]]) + [fresh],
                minimum: minimum,
                random: Scene.random,
                to: memory
            )
            let bucket = try IndexSegment(bytes: memory.bytes)
            #expect(bucket.description == description)
            return bucket
        }
    }

    /// The bucket that the key calls for, and the handles that are found in it alone.
    private func found(_ text: String, in buckets: [IndexSegment], cut: BucketCut) throws -> (Int, Set<Handle>) {
        let outputs = try VOPRF().outputs([Scene.key(text)], key: key)
        return try outputs.withOutput(0) { output in
            let number = cut.bucket(of: try Slots(index: id).block(0, of: output)[0].tag)
            let index = MatchIndex(id: id, segments: [buckets[number]], cut: cut)
            return (number, Set(try index.places(of: output, slots: index.slots).map(\.handle)))
        }
    }

    @Test("an index is cut as finely as leaves buckets twice the minimum, and never above eight bits")
    func cuts() throws {
        #expect(BucketCut(pairs: 0, minimum: 2).bits == 0)
        #expect(BucketCut(pairs: 7, minimum: 2).bits == 0 && BucketCut(pairs: 8, minimum: 2).bits == 1)
        #expect(BucketCut(pairs: 4_095, minimum: 1_024).bits == 0 && BucketCut(pairs: 4_096, minimum: 1_024).bits == 1)
        #expect(BucketCut(pairs: 10_000_000, minimum: 1_024).bits == BucketCut.greatestBits)
        #expect(BucketCut(bits: 9) == nil && BucketCut(bits: -1) == nil)
        for bits in 0...8 {
            let cut = try Self.cut(bits)
            let starts = try (0..<cut.count).map { try #require(cut.start(of: $0)) }
            #expect(starts == starts.sorted() && starts.map(cut.bucket) == Array(0..<cut.count))
            #expect(cut.start(of: cut.count) == nil && cut.bucket(of: .max) == cut.count - 1)
            #expect(starts.dropFirst().allSatisfy { cut.bucket(of: $0 - 1) == cut.bucket(of: $0) - 1 })
        }
    }

    @Test("all slots of a key stand in one bucket, with tags of their own; without a cut nothing is moved")
    func slots() throws {
        let outputs = try VOPRF().outputs([Scene.key("+1"), Scene.key("+2")], key: key)
        for position in 0..<2 {
            try outputs.withOutput(position) { output in
                let whole = try (0..<16).flatMap { try Slots(index: id).block($0, of: output) }
                for bits in 1...8 {
                    let cut = try Self.cut(bits)
                    let moved = try (0..<16).flatMap { try Slots(index: id, cut: cut).block($0, of: output) }
                    #expect(Set(moved.map { cut.bucket(of: $0.tag) }) == [cut.bucket(of: whole[0].tag)])
                    #expect(Set(moved.map(\.tag)).count == 64 && moved.map(\.mask) == whole.map(\.mask))
                    #expect(moved[0] == whole[0])
                }
            }
        }
    }

    @Test("one bucket answers for a key, its sharers and what later deltas bring; none is shorter than the minimum")
    func lookUps() throws {
        let cut = try Self.cut(4)
        func records(_ keys: Range<Int>) throws -> [(key: [UInt8], handle: Handle)] {
            try keys.flatMap { number in
                // Every seventh key has sixty records: more than a block of slots.
                try (0..<(number % 7 == 0 ? 60 : 1)).map { sharer in
                    (
                        Scene.key("+\(number)"),
                        try Handle(bytes: [0, 1, UInt8(number >> 8), UInt8(number & 255), sharer])
                    )
                }
            }
        }
        let first = try publish(records(0..<300), cut: cut, minimum: 150)
        let second = try publish(
            records(300..<320) + [(Scene.key("+7"), Scene.handle(9))],
            to: first,
            cut: cut,
            minimum: 150
        )
        for (buckets, keys) in [(first, 0..<300), (second, 0..<320)] {
            #expect(buckets.count == 16 && buckets.allSatisfy { $0.count >= 150 })
            for (number, bucket) in buckets.enumerated() {
                #expect(bucket.isBucket(number, of: cut) && !bucket.isBucket((number + 1) % 16, of: cut))
            }
            for number in keys {
                let (_, handles) = try found("+\(number)", in: buckets, cut: cut)
                var expected = Set(try records(number..<number + 1).map(\.handle))
                if number == 7, keys.count == 320 { expected.insert(try Scene.handle(9)) }
                #expect(handles == expected, "+\(number)")
            }
            for number in 0..<50 { #expect(try found("-\(number)", in: buckets, cut: cut).1 == []) }
        }
        // Buckets only grow.
        for (old, new) in zip(first, second) { #expect(new.count >= old.count) }
    }

    @Test("buckets without keys are filled with chaff")
    func chaff() throws {
        for bits in [0, 1, 8] {
            let cut = try Self.cut(bits)
            let buckets = try publish([(Scene.key("+1"), Scene.handle(1))], cut: cut, minimum: 100)
            #expect(buckets.count == cut.count && buckets.allSatisfy { $0.count >= 100 && $0.count < 200 })
            #expect(try found("+1", in: buckets, cut: cut).1 == [Scene.handle(1)])
        }
    }

    @Test("what is wanted is fetched; covering, so are others until it is half; asking again shows nothing new")
    func windows() throws {
        let cut = try Self.cut(5)
        let secret = try SecretBytes(random: 32)
        func window(_ wanted: Set<Int>, covering: Bool, key: SecretBytes? = nil) throws -> [Int] {
            try BucketWindow.numbers(
                wanted: wanted,
                covering: covering,
                of: cut,
                index: id,
                key: key ?? secret
            )
        }
        #expect(Set(try window([3, 9], covering: false)) == [3, 9])
        let covered = try window([3, 9], covering: true)
        #expect(covered.count == 16 && Set(covered).count == 16 && Set(covered).isSuperset(of: [3, 9]))
        #expect(try window([3, 9], covering: true) == covered)
        #expect(try window([3, 9], covering: true, key: SecretBytes(random: 32)) != covered)
        #expect(try window([3, 10], covering: true) != covered)
        #expect(try window(Set(0..<20), covering: true).count == 20)
        // The wanted one stands anywhere in the order, and each other bucket beside it about as often.
        var places = [Int](repeating: 0, count: 16)
        var beside = [Int](repeating: 0, count: 32)
        for _ in 0..<640 {
            let numbers = try window([17], covering: true, key: SecretBytes(random: 32))
            places[try #require(numbers.firstIndex(of: 17))] += 1
            for number in numbers { beside[number] += 1 }
        }
        #expect(places.allSatisfy { $0 > 10 && $0 < 90 }, "40 on the average: \(places)")
        #expect(beside[17] == 640)
        let others = beside.enumerated().filter { $0.offset != 17 }.map(\.element)
        #expect(others.allSatisfy { $0 > 210 && $0 < 410 }, "310 on the average: \(others)")
    }

    // MARK: Manifests

    private func manifest(
        bits: Int = 2,
        minimum: Int = 64,
        entries: [Int] = [64, 70, 80, 64],
        version: Int = 1,
        after: Manifest? = nil,
        retrieval: Manifest.Retrieval? = nil
    ) throws -> Manifest {
        try Manifest(
            scope: scope,
            version: version,
            predecessor: after?.digest,
            recipe: Manifest.Recipe(version: 1, digest: SHA2.sha256([1])),
            records: 3,
            retrieval: retrieval ?? .bucketed(minimum: minimum),
            classes: [
                try Manifest.ClassIndex(
                    scope: scope,
                    keyClass: .identifiers,
                    publicKey: key.publicKey,
                    segments: entries.enumerated().map {
                        SegmentDescription(digest: SHA2.sha256([UInt8($0.offset)]), entries: $0.element)
                    },
                    cut: try #require(BucketCut(bits: bits)),
                    leftOut: 0
                )
            ]
        )
    }

    @Test("a bucketed manifest reads back, and cannot name buckets that are too few, too many or too short")
    func manifests() throws {
        let good = try manifest()
        let read = try Manifest(decoding: good.bytes)
        #expect(read == good && read.retrieval == .bucketed(minimum: 64) && read.classes[0].cut.bits == 2)
        let bad = IntersectionError.malformedManifest(member: "classes")
        #expect(throws: bad) { try manifest(entries: [64, 63, 80, 64]) }
        #expect(throws: bad) { try manifest(entries: [64, 64, 64]) }
        #expect(throws: bad) { try manifest(bits: 1) }
        #expect(throws: bad) { try manifest(minimum: 1) }
        #expect(throws: bad) { try manifest(retrieval: .synced) }
        func decode(_ change: (inout [String: JSONValue]) -> Void) throws -> Manifest {
            var members = try #require(try CanonicalJSON.decode(good.bytes, limits: .leaf).object)
            change(&members)
            return try Manifest(decoding: CanonicalJSON.encode(.object(members), limits: .leaf))
        }
        func setBits(_ bits: JSONValue?) throws -> Manifest {
            try decode { members in
                guard var part = members["classes"]?[0]?.object else { return }
                part["bits"] = bits
                members["classes"] = [.object(part)]
            }
        }
        #expect(try setBits(2) == good)
        #expect(throws: bad) { try setBits(1) }
        for bits: JSONValue? in [9, 300, "2", nil] {
            #expect(throws: IntersectionError.malformedManifest(member: "classes.bits")) { try setBits(bits) }
        }
        for (member, value): (String, JSONValue?) in [
            ("retrieval", "synced"), ("retrieval", "pir"), ("retrieval", 1), ("bucket_minimum", 1),
            ("bucket_minimum", 2_097_152), ("bucket_minimum", nil),
        ] {
            #expect(throws: IntersectionError.malformedManifest(member: member)) { try decode { $0[member] = value } }
        }
        // Without the word it is a manifest of a copy, which has none of these members.
        #expect(throws: IntersectionError.self) { try decode { $0["retrieval"] = nil } }
    }

    @Test("no altered, cut or invented bucketed manifest is taken for the one it was")
    func hostile() throws {
        var random = SplitMix64.announced("bucketed manifests", fallback: 0x5EED)
        let good = try manifest()
        for _ in 0..<600 {
            var bytes = good.bytes
            switch Int.random(in: 0..<4, using: &random) {
            case 0:
                bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: .min ... .max, using: &random)
            case 1: bytes.removeLast(Int.random(in: 1...bytes.count, using: &random))
            case 2:
                // A digit for a digit: the form holds and the meaning is another.
                let digits = bytes.indices.filter { (0x30...0x39).contains(bytes[$0]) }
                bytes[digits.randomElement(using: &random) ?? 0] = UInt8.random(in: 0x30...0x39, using: &random)
            default: bytes = random.bytes(60)
            }
            guard let read = try? Manifest(decoding: bytes) else { continue }
            #expect(read.bytes == bytes && (read == good) == (bytes == good.bytes))
            guard case .bucketed(let minimum) = read.retrieval else { continue }
            #expect(read.classes.allSatisfy { $0.segments.count == $0.cut.count })
            #expect(read.classes.flatMap(\.segments).allSatisfy { $0.entries >= minimum })
        }
    }

    @Test("within an epoch the mode, the cut and what a bucket holds do not change but by growing")
    func chain() throws {
        let first = try manifest()
        func next(_ change: (Manifest) throws -> Manifest) throws -> ManifestChain.Verdict {
            ManifestChain.check(try change(first), after: first)
        }
        #expect(try next { try manifest(entries: [70, 70, 80, 64], version: 2, after: $0) } == .accepted)
        #expect(try next { try manifest(minimum: 65, entries: [65, 70, 80, 65], version: 2, after: $0) } == .accepted)
        let changed = ManifestChain.Verdict.refused(.retrievalChanged)
        #expect(try next { try manifest(minimum: 60, version: 2, after: $0) } == changed)
        #expect(try next { try manifest(bits: 1, entries: [200, 200], version: 2, after: $0) } == changed)
        #expect(
            try next { try manifest(bits: 0, entries: [400], version: 2, after: $0, retrieval: .synced) } == changed
        )
        #expect(
            try next { try manifest(entries: [64, 70, 79, 200], version: 2, after: $0) }
                == .refused(.shrunk(.identifiers))
        )
    }
}
