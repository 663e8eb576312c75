// Where in an index the records of one key stand. Knows one output of the PRF for the length of a call.
import Sodium

/// The slots of an output y in one index (PROTOCOL section 2): X_b = BLAKE2b-512(key: y, "comity/slot/v1" ‖ index id ‖ b)
/// gives slots 4b to 4b+3, each tag (8 bytes) ‖ mask (5 bytes). In an index that is cut, the first bits of every tag are
/// those of slot 0: all slots of a key stand in one bucket.
struct Slots {
    /// How many records one key can have in an index.
    static let perKey = 64
    static let perBlock = 4

    struct Slot: Equatable {
        /// Big-endian, so that numbers sort as bytes do.
        let tag: UInt64
        /// Below 2^40.
        let mask: UInt64

        func entry(of handle: Handle) -> Entry { Entry(tag: tag, masked: handle.bits ^ mask) }
        func handle(of entry: Entry) -> Handle { Handle(bits: entry.masked ^ mask) }
    }

    private let prefix: [UInt8]
    private let cut: BucketCut

    init(index: IndexID, cut: BucketCut = .whole) {
        prefix = Array("comity/slot/v1".utf8) + index.bytes
        self.cut = cut
    }

    /// Four slots that one hash gives.
    struct Block: RandomAccessCollection {
        fileprivate let slots: (Slot, Slot, Slot, Slot)

        let startIndex = 0
        let endIndex = Slots.perBlock

        subscript(offset: Int) -> Slot {
            switch offset {
            case 0: slots.0
            case 1: slots.1
            case 2: slots.2
            default: slots.3
            }
        }
    }

    /// The four slots of block `block`, 0 to 15. Done for every key of an index: nothing is allocated.
    func block(_ block: Int, of output: UnsafeBufferPointer<UInt8>) throws(IntersectionError) -> Block {
        let own = try uncut(block, of: output)
        guard cut.bits > 0 else { return own }
        let home = block == 0 ? own.slots.0.tag : try uncut(0, of: output).slots.0.tag
        func moved(_ slot: Slot) -> Slot { Slot(tag: cut.tag(slot.tag, beside: home), mask: slot.mask) }
        return Block(slots: (moved(own.slots.0), moved(own.slots.1), moved(own.slots.2), moved(own.slots.3)))
    }

    /// The slots as the hash gives them.
    private func uncut(_ block: Int, of output: UnsafeBufferPointer<UInt8>) throws(IntersectionError) -> Block {
        let length = prefix.count
        let found: Result<Block, SodiumError> = withUnsafeTemporaryAllocation(of: UInt8.self, capacity: length + 4 + 64)
        { scratch in
            let message = UnsafeMutableBufferPointer(rebasing: scratch[..<(length + 4)])
            let digest = UnsafeMutableBufferPointer(rebasing: scratch[(length + 4)...])
            _ = message.initialize(from: prefix)
            for position in 0..<4 {
                message[length + position] = UInt8(truncatingIfNeeded: block >> (24 - 8 * position))
            }
            defer { Memory.wipe(UnsafeMutableRawBufferPointer(digest)) }
            func slot(_ number: Int) -> Slot {
                let entry = Entry(reading: UnsafeBufferPointer(digest), at: number)
                return Slot(tag: entry.tag, mask: entry.masked)
            }
            if let failure = BLAKE2b.hash(UnsafeBufferPointer(message), key: output, into: digest) {
                return .failure(failure)
            }
            return .success(Block(slots: (slot(0), slot(1), slot(2), slot(3))))
        }
        return try wrapping { () throws(SodiumError) in try found.get() }
    }
}

/// One entry of an index: tag ‖ (handle XOR mask), 13 bytes.
struct Entry: Hashable, Comparable {
    static let length = 13

    let tag: UInt64
    /// Below 2^40.
    let masked: UInt64

    init(tag: UInt64, masked: UInt64) {
        self.tag = tag
        self.masked = masked & 0xff_ffff_ffff
    }

    /// The entry at a position of concatenated entries.
    init(reading bytes: UnsafeBufferPointer<UInt8>, at position: Int) {
        let start = Self.length * position
        tag = Self.tag(reading: bytes, at: position)
        var masked: UInt64 = 0
        for offset in 8..<13 { masked = masked << 8 | UInt64(bytes[start + offset]) }
        self.masked = masked
    }

    static func tag(reading bytes: UnsafeBufferPointer<UInt8>, at position: Int) -> UInt64 {
        UInt64(
            bigEndian: UnsafeRawBufferPointer(bytes).loadUnaligned(
                fromByteOffset: length * position,
                as: UInt64.self
            )
        )
    }

    func append(to bytes: inout [UInt8]) {
        withUnsafeBytes(of: tag.bigEndian) { bytes.append(contentsOf: $0) }
        withUnsafeBytes(of: masked.bigEndian) { bytes.append(contentsOf: $0[3...]) }
    }

    static func < (left: Entry, right: Entry) -> Bool { (left.tag, left.masked) < (right.tag, right.masked) }
}
