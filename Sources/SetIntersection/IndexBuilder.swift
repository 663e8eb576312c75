// The holder's making of index entries: keys and handles in, a sorted segment out. Sees outputs for a chunk, keeps none.
import ObliviousPRF
import Sodium
import Synchronization

/// Builds one segment of one class: a whole index for a new epoch, or a delta for a running one.
///
/// A delta needs to know which slots of a key are taken. Nothing is stored for that: the builder evaluates the new
/// records' keys, looks into the published segments exactly as an asker does, and goes on at the first free slots.
/// So the published index is the only state, a delta made twice adds nothing twice (a handle that stands already under
/// its key is skipped), and the rare entry of another key under a colliding tag counts as taken, as the asker sees it.
public struct IndexBuilder: Sendable {
    private let prf: VOPRF
    private let key: EvaluationKey
    private let published: MatchIndex
    /// Distinct keys in the order they came, and where each stands.
    private var keys: [[UInt8]] = []
    private var places: [KeyBytes: Int] = [:]
    /// The first handle of each key; most keys have no other.
    private var first: [Handle] = []
    /// Its further distinct handles, at most one more than fit; beyond that only the number goes on.
    private var more: [Int: [Handle]] = [:]
    private var beyond: [Int: Int] = [:]

    /// - Parameters:
    ///   - index: which index; for a new epoch without segments.
    ///   - key: the evaluation key of this index.
    public init(adding index: MatchIndex, key: EvaluationKey, prf: VOPRF = VOPRF()) {
        published = index
        self.key = key
        self.prf = prf
    }

    /// Takes match keys with the handle of their record. A pair given twice counts once.
    /// Memory grows by the keys' own bytes; a class of more keys than fit is built in several segments.
    public mutating func add(_ records: some Sequence<(key: [UInt8], handle: Handle)>) {
        let expected = keys.count + records.underestimatedCount
        keys.reserveCapacity(expected)
        first.reserveCapacity(expected)
        places.reserveCapacity(expected)
        for record in records {
            let key = KeyBytes(bytes: record.key)
            guard let place = places[key] else {
                places[key] = keys.count
                keys.append(record.key)
                first.append(record.handle)
                continue
            }
            if first[place] == record.handle { continue }
            let further = more[place] ?? []
            if further.contains(record.handle) { continue }
            if further.count < Slots.perKey {
                more[place, default: []].append(record.handle)
            } else {
                beyond[place, default: 0] += 1
            }
        }
    }

    /// What was built.
    public struct Built: Sendable {
        /// Sorted entries, chaff included.
        public let segment: IndexSegment
        /// Entries that stand for a record under a key.
        public let entries: Int
        /// Entries that stand for nothing.
        public let chaff: Int
        /// Keys left out, shared by more than 64 records.
        public let leftOutKeys: Int
        /// Pairs of key and record left out with them.
        public let leftOutEntries: Int
    }

    /// Evaluates the keys on all cores, places the records, adds chaff to a multiple of 64 entries (64 at least, so that
    /// a segment without records looks like any other) and sorts.
    ///
    /// A key whose records exceed its 64 slots is left out whole in a new index; in a delta its published entries stay
    /// until the next rotation and the new ones are left out.
    /// - Parameter random: for the chaff.
    /// - Throws: `.prf` for a key longer than 65,535 bytes; `.malformedSegment` if two keys show a common tag, one
    ///   chance in 400,000 for ten million entries: build again under a new seed.
    public consuming func finish(random: RandomBytes) throws(IntersectionError) -> Built {
        let slots = Slots(index: published.id)
        let found = Mutex(Placed())
        let (keys, first, more, beyond, published) = (keys, first, more, beyond, published)
        for start in stride(from: 0, to: keys.count, by: Self.chunk) {
            let chunk = Array(keys[start..<min(start + Self.chunk, keys.count)])
            let outputs = try wrappingPRF { () throws(PRFError) in try prf.outputs(chunk, key: key) }
            prf.engine.runner.run(count: chunk.count) { range in
                var placed = Placed()
                placed.entries.reserveCapacity(range.count)
                for position in range {
                    let number = start + position
                    do throws(IntersectionError) {
                        try outputs.withOutput(position) { output throws(IntersectionError) in
                            try placed.place(
                                first[number],
                                more: more[number] ?? [],
                                beyond: beyond[number] ?? 0,
                                output: output,
                                slots: slots,
                                published: published
                            )
                        }
                    } catch {
                        placed.failure = error
                    }
                }
                let done = placed
                found.withLock { $0.take(done) }
            }
        }
        let placed = found.withLock { $0 }
        if let failure = placed.failure { throw failure }
        return try segment(placed, random: random)
    }

    private func segment(_ placed: Placed, random: RandomBytes) throws(IntersectionError) -> Built {
        let entries = placed.entries.sorted()
        var chaff: [Entry] = []
        let wanted = max(64, (entries.count + 63) / 64 * 64) - entries.count
        var tries = 0
        while chaff.count < wanted {
            let bytes = random.bytes(Entry.length)
            let entry = bytes.withUnsafeBufferPointer { Entry(reading: $0, at: 0) }
            tries += 1
            guard tries < 1_000 else { throw .exhausted }
            guard published.entry(tag: entry.tag) == nil, !Self.has(entry.tag, among: entries),
                !chaff.contains(where: { $0.tag == entry.tag })
            else { continue }
            chaff.append(entry)
        }
        return Built(
            segment: try IndexSegment(sorting: entries + chaff),
            entries: entries.count,
            chaff: chaff.count,
            leftOutKeys: placed.leftOutKeys,
            leftOutEntries: placed.leftOutEntries
        )
    }

    /// Whether sorted entries show a tag.
    private static func has(_ tag: UInt64, among entries: [Entry]) -> Bool {
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].tag < tag { low = middle + 1 } else { high = middle }
        }
        return low < entries.count && entries[low].tag == tag
    }

    /// Keys evaluated at once: 64 bytes of output each are held in locked memory.
    private static let chunk = 4_096
}

extension IndexBuilder: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "IndexBuilder(\(keys.count) keys, redacted)" }
    public var debugDescription: String { description }
    /// Without children: the keys are personal data.
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}

/// A key in a dictionary. An array hashes itself byte by byte; this hashes all bytes in one go.
private struct KeyBytes: Hashable {
    let bytes: [UInt8]

    func hash(into hasher: inout Hasher) {
        bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
    }
}

/// Entries placed so far, by one thread or by all.
private struct Placed: Sendable {
    var entries: [Entry] = []
    var leftOutKeys = 0
    var leftOutEntries = 0
    var failure: IntersectionError?

    mutating func take(_ other: Placed) {
        entries += other.entries
        leftOutKeys += other.leftOutKeys
        leftOutEntries += other.leftOutEntries
        failure = failure ?? other.failure
    }

    mutating func place(
        _ first: Handle,
        more: [Handle],
        beyond: Int,
        output: UnsafeBufferPointer<UInt8>,
        slots: Slots,
        published: MatchIndex
    ) throws(IntersectionError) {
        let taken = published.segments.isEmpty ? [] : try published.places(of: output, slots: slots)
        if taken.isEmpty, more.isEmpty {
            // Nearly every key: one record, in the first slot.
            entries.append(try slots.block(0, of: output)[0].entry(of: first))
            return
        }
        let present = Set(taken.map(\.handle))
        let new = ([first] + more).filter { !present.contains($0) }
        if new.isEmpty && beyond == 0 { return }
        guard taken.count + new.count + beyond <= Slots.perKey else {
            leftOutKeys += 1
            leftOutEntries += new.count + beyond
            return
        }
        let occupied = Set(taken.map(\.slot))
        var rest = new[...]
        for number in 0..<Slots.perKey / Slots.perBlock {
            let block = try slots.block(number, of: output)
            for offset in 0..<Slots.perBlock where !occupied.contains(number * Slots.perBlock + offset) {
                guard let handle = rest.popFirst() else { return }
                entries.append(block[offset].entry(of: handle))
            }
        }
    }
}
