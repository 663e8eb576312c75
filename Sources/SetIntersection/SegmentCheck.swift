// Whether bytes that come in parts are the segment that a manifest names. Holds one entry at a time, whatever the length.
import Sodium

/// Digest, length and order of a segment, checked part by part.
public struct SegmentCheck: Sendable {
    private let described: SegmentDescription
    private var hash = SHA256Stream()
    private var count = 0
    /// Bytes of an entry whose end comes with the next part.
    private var begun: [UInt8] = []
    private var last: UInt64?
    private var disorder: Int?

    public init(_ described: SegmentDescription) {
        self.described = described
        begun.reserveCapacity(2 * Entry.length)
    }

    /// Takes the next bytes.
    public mutating func update(_ part: UnsafeBufferPointer<UInt8>) {
        hash.update(part)
        var rest = part[...]
        if !begun.isEmpty {
            let missing = rest.prefix(Entry.length - begun.count)
            begun.append(contentsOf: missing)
            rest = rest.dropFirst(missing.count)
            guard begun.count == Entry.length else { return }
            begun.withUnsafeBufferPointer { take($0) }
            begun.removeAll(keepingCapacity: true)
        }
        let whole = rest.count / Entry.length * Entry.length
        take(UnsafeBufferPointer(rebasing: rest.prefix(whole)))
        begun.append(contentsOf: rest.dropFirst(whole))
    }

    /// - Throws: `.segmentDiffers` for other bytes or another number of entries than the manifest names,
    ///   `.malformedSegment` for entries out of order.
    public mutating func finish() throws(IntersectionError) {
        guard begun.isEmpty, count == described.entries, hash.finish() == described.digest else {
            throw .segmentDiffers
        }
        if let disorder { throw .malformedSegment(entry: disorder) }
    }

    private mutating func take(_ entries: UnsafeBufferPointer<UInt8>) {
        for position in 0..<entries.count / Entry.length {
            let tag = Entry.tag(reading: entries, at: position)
            if let last, last >= tag, disorder == nil { disorder = count }
            last = tag
            count += 1
        }
    }
}
