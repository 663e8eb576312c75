// The holder's making of index entries: keys and handles in, a sorted segment out. Sees outputs for a chunk, keeps none.
import ObliviousPRF
import Sodium
import Synchronization

/// Builds one segment of one class: a whole index for a new epoch, or a delta for a running one.
///
/// Pairs of key and handle wait in buckets, so that equal keys are in one bucket. A few buckets at a time they are
/// brought together and evaluated; the entries wait in buckets by their tags' first byte, which are sorted one by one and
/// written in order. Memory is that of `BuildSpace` and a few buckets, however many keys there are.
///
/// A delta needs to know which slots of a key are taken. Nothing is stored for that: the builder evaluates the new
/// records' keys, looks into the published segments exactly as an asker does, and goes on at the first free slots.
/// So the published index is the only state, a delta made twice adds nothing twice (a handle that stands already under
/// its key is skipped), and the rare entry of another key under a colliding tag counts as taken, as the asker sees it.
public struct IndexBuilder: Sendable {
    private let prf: VOPRF
    private let key: EvaluationKey
    private let published: MatchIndex
    private var pairs: KeyPairs

    /// - Parameters:
    ///   - index: which index; for a new epoch without segments.
    ///   - key: the evaluation key of this index.
    ///   - pairs: what the segment is made of, as far as it is known already.
    public init(
        adding index: MatchIndex,
        key: EvaluationKey,
        prf: VOPRF = VOPRF(),
        pairs: KeyPairs = KeyPairs()
    ) {
        published = index
        self.key = key
        self.prf = prf
        self.pairs = pairs
    }

    /// Takes match keys with the handle of their record. A pair given twice counts once.
    public mutating func add(_ records: some Sequence<(key: [UInt8], handle: Handle)>) {
        for record in records {
            record.key.withUnsafeBufferPointer { pairs.add($0, handle: record.handle) }
        }
    }

    /// What was built, in numbers.
    public struct Tally: Sendable, Equatable {
        /// Entries that stand for a record under a key.
        public fileprivate(set) var entries = 0
        /// Entries that stand for nothing.
        public fileprivate(set) var chaff = 0
        /// Keys left out, shared by more than 64 records.
        public fileprivate(set) var leftOutKeys = 0
        /// Pairs of key and record left out with them.
        public fileprivate(set) var leftOutEntries = 0
    }

    /// A segment that was built in memory.
    @dynamicMemberLookup
    public struct Built: Sendable {
        /// Sorted entries, chaff included.
        public let segment: IndexSegment
        public let tally: Tally

        public subscript(dynamicMember member: KeyPath<Tally, Int>) -> Int { tally[keyPath: member] }
    }

    /// Builds in memory what `write` writes.
    public consuming func finish(random: RandomBytes) throws(IntersectionError) -> Built {
        let memory = SegmentMemory()
        let (description, tally) = try write(to: memory, random: random)
        return Built(segment: IndexSegment(made: memory.bytes, description), tally: tally)
    }

    /// Evaluates the keys on all cores, places the records, adds chaff to a multiple of 64 entries (64 at least, so that
    /// a segment without records looks like any other), sorts and writes.
    ///
    /// A key whose records exceed its 64 slots is left out whole in a new index; in a delta its published entries stay
    /// until the next rotation and the new ones are left out.
    /// - Parameters:
    ///   - sink: takes the segment's bytes in order; after a throw they are worthless.
    ///   - random: for the chaff.
    ///   - pace: is told of progress and may hold the build up or end it.
    /// - Throws: `.prf` for a key longer than 65,535 bytes; `.malformedSegment` if two keys show a common tag, one
    ///   chance in 400,000 for ten million entries: build again under a new seed; `.stopped`; `.storage`.
    public consuming func write(
        to sink: any SegmentSink,
        random: RandomBytes,
        pace: BuildPace = .full
    ) throws(IntersectionError) -> (SegmentDescription, Tally) {
        if let failure = pairs.failure { throw failure }
        let evaluation = Evaluation(
            prf: prf,
            key: key,
            published: published,
            pairs: pairs.buckets,
            pace: pace
        )
        var sorter = EntrySorter(space: pairs.space, runner: prf.engine.runner)
        var tally = Tally()
        (sorter, tally.leftOutKeys, tally.leftOutEntries) = try evaluation.run(into: sorter)
        pairs.buckets.empty()
        tally.entries = sorter.count
        tally.chaff = max(64, (tally.entries + 63) / 64 * 64) - tally.entries
        for tag in try chaff(tally.chaff, random: random) { try sorter.add(tag) }
        return (try sorter.write(to: sink), tally)
    }

    /// Entries of random bytes, none like another or like a published one. That one equals an entry of this segment is
    /// seen when it is written, as for any two entries.
    private func chaff(_ count: Int, random: RandomBytes) throws(IntersectionError) -> [Entry] {
        var chaff: [Entry] = []
        var tries = 0
        while chaff.count < count {
            let entry = random.bytes(Entry.length).withUnsafeBufferPointer { Entry(reading: $0, at: 0) }
            tries += 1
            guard tries < 1_000 else { throw .exhausted }
            if published.entry(tag: entry.tag) == nil, !chaff.contains(where: { $0.tag == entry.tag }) {
                chaff.append(entry)
            }
        }
        return chaff
    }
}

extension IndexBuilder: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "IndexBuilder(\(pairs.count) pairs, redacted)" }
    public var debugDescription: String { description }
    /// Without children: the keys are personal data.
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}

/// The part of a build that works on all cores: buckets of pairs to entries.
private struct Evaluation: Sendable {
    let prf: VOPRF
    let key: EvaluationKey
    let published: MatchIndex
    let pairs: Buckets
    let pace: BuildPace

    /// Keys evaluated at once by a thread: 64 bytes of output each are held in locked memory.
    private static let chunk = 2_048

    private struct State: Sendable {
        var sorter: EntrySorter
        var leftOutKeys = 0
        var leftOutEntries = 0
        var failure: IntersectionError?
    }

    func run(into sorter: EntrySorter) throws(IntersectionError) -> (EntrySorter, keys: Int, entries: Int) {
        let state = Mutex(State(sorter: sorter))
        let runner = prf.engine.runner
        let parts = parts(threads: runner.threads)
        // Each thread takes a part at a time and works on it alone: nobody waits for anybody.
        let alone = VOPRF(
            engine: GroupEngine(
                backend: prf.engine.backend,
                runner: BatchRunner(threads: 1, chunk: Self.chunk)
            )
        )
        BatchRunner(threads: runner.threads, chunk: 1).run(count: parts.count) { range in
            for number in range {
                guard state.withLock({ $0.failure == nil }) else { return }
                do throws(IntersectionError) {
                    try work(on: parts[number], prf: alone, state: state)
                } catch {
                    state.withLock { $0.failure = $0.failure ?? error }
                }
            }
        }
        let done = state.withLock { $0 }
        if let failure = done.failure { throw failure }
        return (done.sorter, done.leftOutKeys, done.leftOutEntries)
    }

    /// Buckets in a row that make enough work together, and leave some for every thread.
    private func parts(threads: Int) -> [Range<Int>] {
        let total = pairs.items.reduce(0, +)
        let wanted = max(min(Self.chunk, total / (2 * threads)), 64)
        var parts: [Range<Int>] = []
        var (start, items) = (0, 0)
        for bucket in 0..<Buckets.count {
            items += pairs.items[bucket]
            if items >= wanted || bucket == Buckets.count - 1 {
                if items > 0 { parts.append(start..<bucket + 1) }
                (start, items) = (bucket + 1, 0)
            }
        }
        return parts
    }

    private func work(on part: Range<Int>, prf: VOPRF, state: borrowing Mutex<State>) throws(IntersectionError) {
        let slots = published.slots
        var group = KeyGroup(expecting: pairs.items[part].reduce(0, +))
        defer { group.wipe() }
        for bucket in part {
            try pairs.read(bucket) { (bytes) throws(IntersectionError) in group.add(packed: bytes) }
        }
        for start in stride(from: 0, to: group.count, by: Self.chunk) {
            let places = start..<min(start + Self.chunk, group.count)
            guard pace.step(places.count) else { throw .stopped }
            let outputs = try wrappingPRF { () throws(PRFError) in try prf.outputs(group.keys(places), key: key) }
            var placed = Placed()
            placed.entries.reserveCapacity(places.count)
            for place in places {
                try outputs.withOutput(place - start) { output throws(IntersectionError) in
                    try placed.place(
                        group.first[place],
                        more: group.more[place] ?? [],
                        beyond: group.beyond[place] ?? 0,
                        output: output,
                        slots: slots,
                        published: published
                    )
                }
            }
            let done = placed
            let failure: IntersectionError? = state.withLock { state in
                state.leftOutKeys += done.leftOutKeys
                state.leftOutEntries += done.leftOutEntries
                do throws(IntersectionError) {
                    for entry in done.entries { try state.sorter.add(entry) }
                    return nil
                } catch {
                    return error
                }
            }
            if let failure { throw failure }
        }
    }
}

/// Entries by their tags' first byte. Tags are even over their range, so the buckets are about as long as each other.
private struct EntrySorter: Sendable {
    private let runner: BatchRunner
    private var buckets: Buckets
    private(set) var count = 0

    init(space: BuildSpace, runner: BatchRunner) {
        buckets = Buckets(space: space)
        self.runner = runner
    }

    mutating func add(_ entry: Entry) throws(IntersectionError) {
        try buckets.append(to: Int(entry.tag >> 56), length: Entry.length) { entry.append(to: &$0) }
        count += 1
    }

    /// Sorts a few buckets at a time, one a thread, and writes them in order.
    mutating func write(to sink: any SegmentSink) throws(IntersectionError) -> SegmentDescription {
        var output = SegmentOutput(to: sink)
        let buckets = buckets
        let several = 2 * runner.threads
        for start in stride(from: 0, to: Buckets.count, by: several) {
            let numbers = start..<min(start + several, Buckets.count)
            let sorted = Mutex([Result<[Entry], IntersectionError>](repeating: .success([]), count: numbers.count))
            BatchRunner(threads: runner.threads, chunk: 1).run(count: numbers.count) { range in
                for offset in range {
                    let result = Self.sorted(numbers.lowerBound + offset, of: buckets)
                    sorted.withLock { $0[offset] = result }
                }
            }
            for result in sorted.withLock({ $0 }) {
                for entry in try result.get() { try output.append(entry) }
            }
        }
        self.buckets.empty()
        return try output.finish()
    }

    private static func sorted(_ bucket: Int, of buckets: Buckets) -> Result<[Entry], IntersectionError> {
        var entries: [Entry] = []
        entries.reserveCapacity(buckets.items[bucket])
        do throws(IntersectionError) {
            try buckets.read(bucket) { (bytes) throws(IntersectionError) in
                bytes.withUnsafeBufferPointer { bytes in
                    for position in 0..<bytes.count / Entry.length {
                        entries.append(Entry(reading: bytes, at: position))
                    }
                }
            }
        } catch {
            return .failure(error)
        }
        entries.sort()
        return .success(entries)
    }
}
