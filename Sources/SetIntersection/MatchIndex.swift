// One class of a match index as its readers see it: segments and a way to look in them. Stores no output of the PRF.
import Sodium

/// The segments of one class of one epoch.
public struct MatchIndex: Sendable {
    public let id: IndexID
    public private(set) var segments: [IndexSegment]

    public init(id: IndexID, segments: [IndexSegment]) {
        self.id = id
        self.segments = segments
    }

    /// A record's place: which slot of the key, and whose record.
    struct Place: Equatable {
        let slot: Int
        let handle: Handle
    }

    /// The records of one output. Block b+1 is read only after a hit in the last slot of b.
    func places(of output: UnsafeBufferPointer<UInt8>, slots: Slots) throws(IntersectionError) -> [Place] {
        var places: [Place] = []
        for block in 0..<Slots.perKey / Slots.perBlock {
            var lastFound = false
            for (offset, slot) in try slots.block(block, of: output).enumerated() {
                guard let entry = entry(tag: slot.tag) else { continue }
                places.append(Place(slot: block * Slots.perBlock + offset, handle: slot.handle(of: entry)))
                lastFound = offset == Slots.perBlock - 1
            }
            if !lastFound { break }
        }
        return places
    }

    func entry(tag: UInt64) -> Entry? {
        for segment in segments {
            if let entry = segment.entry(tag: tag) { return entry }
        }
        return nil
    }
}
