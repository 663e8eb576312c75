// An immutable sorted piece of a match index. Tags and masked handles: nothing without an evaluated key.
import FoundationEssentials
import Sodium

/// Concatenated entries of 13 bytes, sorted by tag, no tag twice. There is no header: number and digest stand in the
/// signed manifest. The bytes may be mapped from a file.
public struct IndexSegment: Sendable {
    private enum Storage: Sendable {
        case array([UInt8])
        case data(Data)
    }

    private let storage: Storage
    /// How many entries, chaff included.
    public let count: Int
    /// SHA-256 of the bytes.
    public let digest: [UInt8]

    /// Entries made here or read back from the vault; order and length are checked.
    /// - Throws: `.malformedSegment`.
    public init(bytes: [UInt8]) throws(IntersectionError) {
        try self.init(storage: .array(bytes))
    }

    /// Entries in `Data`, which may be mapped: pages are read when looked at.
    /// - Throws: `.malformedSegment`.
    public init(data: Data) throws(IntersectionError) {
        try self.init(storage: .data(data))
    }

    /// A segment that came from a peer: it must be the one the manifest names.
    /// - Throws: `.segmentDiffers`, `.malformedSegment`.
    public init(data: Data, described: SegmentDescription) throws(IntersectionError) {
        guard data.count == described.entries * Entry.length else { throw .segmentDiffers }
        try self.init(storage: .data(data))
        guard digest == described.digest else { throw .segmentDiffers }
    }

    /// What was written here a moment ago, in order and digested.
    init(made bytes: [UInt8], _ description: SegmentDescription) {
        storage = .array(bytes)
        count = description.entries
        digest = description.digest
    }

    private init(storage: Storage) throws(IntersectionError) {
        self.storage = storage
        let (checked, digest) = Self.withBytes(storage) { bytes in
            (Self.check(bytes), SHA2.sha256(bytes))
        }
        switch checked {
        case .success(let count): self.count = count
        case .failure(let error): throw error
        }
        self.digest = digest
    }

    /// What the manifest says of it.
    public var description: SegmentDescription { SegmentDescription(digest: digest, entries: count) }

    /// The bytes, for the length of the call.
    public func withUnsafeBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        Self.withBytes(storage, body)
    }

    /// One segment with all entries of several, in memory. Segments of one index share no tag.
    /// - Throws: `.malformedSegment` where they do.
    public static func merge(_ segments: [IndexSegment]) throws(IntersectionError) -> IndexSegment {
        let memory = SegmentMemory()
        let description = try merge(segments, to: memory)
        return IndexSegment(made: memory.bytes, description)
    }

    /// The same, written in order; of each segment one entry at a time is looked at.
    public static func merge(
        _ segments: [IndexSegment],
        to sink: any SegmentSink
    ) throws(IntersectionError) -> SegmentDescription {
        try merge(segments, each: segments.map { 0..<$0.count }, to: sink)
    }

    /// Of each segment the entries in one range.
    static func merge(
        _ segments: [IndexSegment],
        each ranges: [Range<Int>],
        to sink: any SegmentSink
    ) throws(IntersectionError) -> SegmentDescription {
        var output = SegmentOutput(to: sink)
        try withBytes(of: segments[...], before: []) { (parts) throws(IntersectionError) in
            var next = ranges.map(\.lowerBound)
            func head(_ part: Int) -> UInt64? {
                next[part] < ranges[part].upperBound ? Entry.tag(reading: parts[part], at: next[part]) : nil
            }
            // Index segments are few: looking at the head of each is as fast as a heap.
            var heads = parts.indices.map(head)
            while true {
                var least: Int?
                for part in heads.indices {
                    guard let tag = heads[part] else { continue }
                    if let other = least, let best = heads[other], best <= tag { continue }
                    least = part
                }
                guard let part = least else { return }
                try output.append(Entry(reading: parts[part], at: next[part]))
                next[part] += 1
                heads[part] = head(part)
            }
        }
        return try output.finish()
    }

    /// How many of these segments, oldest first, stay as they are in an index that is settled; the rest become one.
    ///
    /// As long as the newest one is no shorter than the one before it, the two become one. A segment is made anew only
    /// after as much again has come, so that an hourly index has as many segments as its length has binary digits, and
    /// an asker fetches each entry that often at most.
    public static func staying(_ counts: [Int]) -> Int {
        guard var newest = counts.last else { return 0 }
        var staying = counts.count - 1
        while staying > 0, newest >= counts[staying - 1] {
            newest += counts[staying - 1]
            staying -= 1
        }
        return staying
    }

    /// The same entries in few segments, in memory.
    public static func settled(_ segments: [IndexSegment]) throws(IntersectionError) -> [IndexSegment] {
        let staying = staying(segments.map(\.count))
        guard staying < segments.count - 1 else { return segments }
        return try segments[..<staying] + [merge(Array(segments[staying...]))]
    }

    /// The bytes of several segments at once, for the length of the call.
    private static func withBytes(
        of segments: ArraySlice<IndexSegment>,
        before: [UnsafeBufferPointer<UInt8>],
        _ body: ([UnsafeBufferPointer<UInt8>]) throws(IntersectionError) -> Void
    ) throws(IntersectionError) {
        guard let first = segments.first else { return try body(before) }
        let result: Result<Void, IntersectionError> = first.withUnsafeBytes { bytes in
            do throws(IntersectionError) {
                return .success(try withBytes(of: segments.dropFirst(), before: before + [bytes], body))
            } catch {
                return .failure(error)
            }
        }
        try result.get()
    }

    init(sorting entries: [Entry]) throws(IntersectionError) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Entry.length * entries.count)
        for entry in entries.sorted() { entry.append(to: &bytes) }
        try self.init(bytes: bytes)
    }

    private static func check(_ bytes: UnsafeBufferPointer<UInt8>) -> Result<Int, IntersectionError> {
        let count = bytes.count / Entry.length
        guard bytes.count == count * Entry.length else { return .failure(.malformedSegment(entry: count)) }
        for position in stride(from: 1, to: count, by: 1)
        where Entry.tag(reading: bytes, at: position - 1) >= Entry.tag(reading: bytes, at: position) {
            return .failure(.malformedSegment(entry: position))
        }
        return .success(count)
    }

    private static func withBytes<Result>(
        _ storage: Storage,
        _ body: (UnsafeBufferPointer<UInt8>) -> Result
    ) -> Result {
        switch storage {
        case .array(let bytes): bytes.withUnsafeBufferPointer(body)
        case .data(let data): data.withUnsafeBytes { $0.withMemoryRebound(to: UInt8.self, body) }
        }
    }
}

/// What a manifest says of a segment.
public struct SegmentDescription: Hashable, Sendable {
    /// SHA-256, 32 bytes.
    public let digest: [UInt8]
    /// Entries of 13 bytes.
    public let entries: Int
    public static let entryBytes = Entry.length
    /// Bytes of all entries.
    public var bytes: Int { entries * Self.entryBytes }

    public init(digest: [UInt8], entries: Int) {
        self.digest = digest
        self.entries = entries
    }
}
