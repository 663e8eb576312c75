// Entries on their way out, in order: checked, digested and counted as they go. Holds a few kilobytes of them.
import Sodium

/// Writes a segment's bytes to a sink.
struct SegmentOutput {
    private let sink: any SegmentSink
    private var digest = SHA256Stream()
    private var buffer: [UInt8] = []
    private var last: UInt64?
    private(set) var count = 0

    private static let room = 5_000 * Entry.length

    init(to sink: any SegmentSink) {
        self.sink = sink
        buffer.reserveCapacity(Self.room)
    }

    /// - Throws: `.malformedSegment` unless the tag is above that of the entry before.
    mutating func append(_ entry: Entry) throws(IntersectionError) {
        if let last, entry.tag <= last { throw .malformedSegment(entry: count) }
        last = entry.tag
        entry.append(to: &buffer)
        count += 1
        if buffer.count >= Self.room { try flush() }
    }

    private mutating func flush() throws(IntersectionError) {
        try buffer.withUnsafeBufferPointer { bytes throws(IntersectionError) in
            digest.update(bytes)
            try sink.append(bytes)
        }
        buffer.removeAll(keepingCapacity: true)
    }

    mutating func finish() throws(IntersectionError) -> SegmentDescription {
        try flush()
        return SegmentDescription(digest: digest.finish(), entries: count)
    }
}

/// A segment in memory: for deltas of a few records, measurements and tests.
final class SegmentMemory: SegmentSink {
    private(set) var bytes: [UInt8] = []

    func append(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes += bytes }
}

/// How a build goes along: told after every few thousand keys, and asked whether to go on.
public struct BuildPace: Sendable {
    /// Takes how many keys were evaluated since the last call. May wait; false ends the build.
    let step: @Sendable (Int) -> Bool

    public init(step: @escaping @Sendable (Int) -> Bool) { self.step = step }

    /// As fast as it goes, to the end.
    public static let full = BuildPace { _ in true }
}
