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

    /// One segment with all entries of several. Segments of one index share no tag.
    /// - Throws: `.malformedSegment` where they do.
    public static func merge(_ segments: [IndexSegment]) throws(IntersectionError) -> IndexSegment {
        var entries: [Entry] = []
        entries.reserveCapacity(segments.reduce(0) { $0 + $1.count })
        for segment in segments {
            segment.withUnsafeBytes { bytes in
                for position in 0..<segment.count { entries.append(Entry(reading: bytes, at: position)) }
            }
        }
        return try IndexSegment(sorting: entries)
    }

    /// The same entries in few segments: as long as the newest one is no shorter than the one before it, the two become
    /// one. A segment is made anew only after as much again has come, so that an hourly index has as many segments as
    /// its length has binary digits, and an asker fetches each entry that often at most.
    public static func settled(_ segments: [IndexSegment]) throws(IntersectionError) -> [IndexSegment] {
        var settled = segments
        while let newest = settled.last, let before = settled.dropLast().last, newest.count >= before.count {
            settled.removeLast(2)
            settled.append(try merge([before, newest]))
        }
        return settled
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
