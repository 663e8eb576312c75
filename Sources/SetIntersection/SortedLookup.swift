// Many outputs looked up at once: their tags sorted, each segment walked from its first entry to its last. What is known
// of an output here is wiped before the call ends.
import ObliviousPRF
import Sodium

extension MatchIndex {
    /// One of many outputs' records.
    struct BatchPlace {
        /// Which output.
        let position: Int
        let slot: Int
        let handle: Handle
    }

    /// A tag to look for, and what its entry means.
    private struct Wanted {
        let tag: UInt64
        let mask: UInt64
        let position: Int32
        let offset: Int32
    }

    /// The records of the first `own` outputs, in their order. Block b+1 is read only after a hit in the last slot of b.
    func places(of outputs: PRFOutputs, own: Int) throws(IntersectionError) -> [BatchPlace] {
        let slots = self.slots
        var places: [BatchPlace] = []
        var pending = Array(0..<own)
        for number in 0..<Slots.perKey / Slots.perBlock where !pending.isEmpty {
            var wanted: [Wanted] = []
            wanted.reserveCapacity(pending.count * Slots.perBlock)
            defer { wanted.withUnsafeMutableBytes { Memory.wipe($0) } }
            for position in pending {
                let block = try outputs.withOutput(position) { output throws(IntersectionError) in
                    try slots.block(number, of: output)
                }
                for offset in 0..<Slots.perBlock {
                    let slot = block[offset]
                    wanted.append(
                        Wanted(tag: slot.tag, mask: slot.mask, position: Int32(position), offset: Int32(offset))
                    )
                }
            }
            wanted.sort { $0.tag < $1.tag }
            pending = walk(wanted, block: number, into: &places)
        }
        return places.sorted { ($0.position, $0.slot) < ($1.position, $1.slot) }
    }

    /// Looks for sorted tags in every segment; gives the outputs whose last slot of the block was found.
    private func walk(_ wanted: [Wanted], block: Int, into places: inout [BatchPlace]) -> [Int] {
        var last: [Int] = []
        for segment in segments {
            segment.withUnsafeBytes { bytes in
                var cursor = SegmentCursor(bytes, count: segment.count)
                for one in wanted {
                    guard let entry = cursor.entry(tag: one.tag) else { continue }
                    places.append(
                        BatchPlace(
                            position: Int(one.position),
                            slot: block * Slots.perBlock + Int(one.offset),
                            handle: Slots.Slot(tag: one.tag, mask: one.mask).handle(of: entry)
                        )
                    )
                    if Int(one.offset) == Slots.perBlock - 1 { last.append(Int(one.position)) }
                }
            }
        }
        return last
    }
}
