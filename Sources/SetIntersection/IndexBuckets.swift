// Buckets of a cut index: written by the holder, checked by the asker. A bucket is a segment: entries in order, named by
// the digest that stands in the manifest. What stands for a record and what is chaff, nobody can tell.
import ObliviousPRF
public import Sodium

extension IndexSegment {
    /// Writes one bucket: the entries of several segments that belong to it, and chaff up to the minimum.
    /// - Parameters:
    ///   - number: 0 to `cut.count` - 1.
    ///   - segments: of one index, without a common tag; what lies in other buckets is passed over.
    ///   - minimum: entries it has at least.
    /// - Throws: `.malformedSegment` where two show a common tag; `.exhausted`; `.storage`.
    public static func bucket(
        _ number: Int,
        of cut: BucketCut,
        from segments: [IndexSegment],
        minimum: Int,
        random: RandomBytes,
        to sink: any SegmentSink
    ) throws(IntersectionError) -> SegmentDescription {
        guard let start = cut.start(of: number) else { throw .exhausted }
        let ranges = segments.map { segment in
            segment.place(of: start)..<(cut.start(of: number + 1).map { segment.place(of: $0) } ?? segment.count)
        }
        let missing = minimum - ranges.reduce(0) { $0 + $1.count }
        guard missing > 0 else { return try merge(segments, each: ranges, to: sink) }
        var chaff: [UInt64: Entry] = [:]
        var tries = 0
        while chaff.count < missing {
            tries += 1
            guard tries < 2 * missing + 1_000 else { throw .exhausted }
            let drawn = random.bytes(Entry.length).withUnsafeBufferPointer { Entry(reading: $0, at: 0) }
            let entry = Entry(tag: cut.tag(drawn.tag, beside: start), masked: drawn.masked)
            if segments.allSatisfy({ $0.entry(tag: entry.tag) == nil }) { chaff[entry.tag] = entry }
        }
        let filling = try IndexSegment(sorting: Array(chaff.values))
        return try merge(segments + [filling], each: ranges + [0..<filling.count], to: sink)
    }

    /// Whether all entries lie in one bucket: a holder that puts a key's entries elsewhere hides them.
    public func isBucket(_ number: Int, of cut: BucketCut) -> Bool {
        guard let start = cut.start(of: number), place(of: start) == 0 else { return false }
        return cut.start(of: number + 1).map { place(of: $0) == count } ?? true
    }

    /// How many entries have smaller tags.
    private func place(of tag: UInt64) -> Int {
        withUnsafeBytes { bytes in
            var (low, high) = (0, count)
            while low < high {
                let middle = low + (high - low) / 2
                if Entry.tag(reading: bytes, at: middle) < tag { low = middle + 1 } else { high = middle }
            }
            return low
        }
    }
}

/// Which buckets of one class are fetched, and in which order.
public enum BucketWindow {
    /// The buckets that are wanted, in an order that says nothing; with `covering`, others beside them until it is half of
    /// all.
    ///
    /// Everything follows from the key and what is wanted: who asks for the same again fetches the same again, and two
    /// windows laid over each other show no more than one.
    /// - Parameter key: the asker's, 32 bytes, known to nobody else.
    public static func numbers(
        wanted: Set<Int>,
        covering: Bool,
        of cut: BucketCut,
        index: IndexID,
        key: SecretBytes
    ) throws(IntersectionError) -> [Int] {
        let wanted = wanted.sorted()
        let prefix = Array("comity/window/v1".utf8) + index.bytes + wanted.flatMap(fourBytes) + [0xff]
        var ranks: [(rank: [UInt8], number: Int)] = []
        for number in 0..<cut.count {
            let rank = try wrapping { () throws(SodiumError) in
                try BLAKE2b.hash(prefix + fourBytes(number), key: key, length: 32)
            }
            ranks.append((rank, number))
        }
        ranks.sort { $0.rank.lexicographicallyPrecedes($1.rank) }
        let others = covering ? max(0, cut.half - wanted.count) : 0
        let beside = ranks.lazy.map(\.number).filter { !wanted.contains($0) }.prefix(others)
        let chosen = Set(wanted).union(beside)
        // Another order than the one that chose: the first of it are not the dummies.
        let order = Dictionary(uniqueKeysWithValues: ranks.map { ($0.number, Array($0.rank.reversed())) })
        return chosen.sorted { left, right in
            (order[left] ?? []).lexicographicallyPrecedes(order[right] ?? [])
        }
    }
}

extension QuestionOutputs {
    /// The buckets in which the asker's own keys stand, if they stand anywhere. Padding is not looked up.
    /// - Throws: `.unknownClass` for a class that was asked and is not there.
    public func buckets(
        in indexes: [KeyClass: (id: IndexID, cut: BucketCut)]
    ) throws(IntersectionError) -> [KeyClass: Set<Int>] {
        var wanted: [KeyClass: Set<Int>] = [:]
        for part in parts {
            guard let index = indexes[part.keyClass] else { throw .unknownClass(part.keyClass) }
            let slots = Slots(index: index.id)
            for position in 0..<part.own {
                let home = try part.outputs.withOutput(position) { output throws(IntersectionError) in
                    try slots.block(0, of: output)[0].tag
                }
                wanted[part.keyClass, default: []].insert(index.cut.bucket(of: home))
            }
        }
        return wanted
    }
}
