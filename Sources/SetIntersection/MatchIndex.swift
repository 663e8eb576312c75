// One class of a match index as its readers see it: segments and a way to look in them. Stores no output of the PRF.
import Sodium

/// The segments of one class of one epoch.
public struct MatchIndex: Sendable {
    public let id: IndexID
    public private(set) var segments: [IndexSegment]
    /// How its tags are made.
    public let cut: BucketCut

    /// - Parameter segments: of an index that is cut, the buckets there are: all in order, or those that were fetched.
    public init(id: IndexID, segments: [IndexSegment], cut: BucketCut = .whole) {
        self.id = id
        self.segments = segments
        self.cut = cut
    }

    var slots: Slots { Slots(index: id, cut: cut) }

    /// A record's place: which slot of the key, and whose record.
    struct Place: Equatable {
        let slot: Int
        let handle: Handle
    }

    /// The records of one output. Block b+1 is read only after a hit in the last slot of b.
    func places(of output: UnsafeBufferPointer<UInt8>, slots: Slots) throws(IntersectionError) -> [Place] {
        var places: [Place] = []
        for number in 0..<Slots.perKey / Slots.perBlock {
            var lastFound = false
            let block = try slots.block(number, of: output)
            for offset in 0..<Slots.perBlock {
                let slot = block[offset]
                guard let entry = entry(tag: slot.tag) else { continue }
                places.append(Place(slot: number * Slots.perBlock + offset, handle: slot.handle(of: entry)))
                lastFound = offset == Slots.perBlock - 1
            }
            if !lastFound { break }
        }
        return places
    }

    func entry(tag: UInt64) -> Entry? {
        // All buckets are there: the tag says which.
        if cut.bits > 0, segments.count == cut.count { return segments[cut.bucket(of: tag)].entry(tag: tag) }
        for segment in segments {
            if let entry = segment.entry(tag: tag) { return entry }
        }
        return nil
    }
}
