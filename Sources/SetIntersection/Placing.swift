// Records under one evaluated key get their slots. Knows an output for the length of a call.

/// Entries placed so far, by one thread or by all.
struct Placed: Sendable {
    var entries: [Entry] = []
    var leftOutKeys = 0
    var leftOutEntries = 0

    /// Places the records of one key in its first free slots.
    ///
    /// - Parameters:
    ///   - first: the key's first record.
    ///   - more: its other records, each once.
    ///   - beyond: how many further ones were only counted.
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
