// Where in an index the records of one key stand. Knows one output of the PRF for the length of a call.
import Sodium

/// The slots of an output y in one index (PROTOCOL section 2): X_b = BLAKE2b-512(key: y, "comity/slot/v1" ‖ index id ‖ b)
/// gives slots 4b to 4b+3, each tag (8 bytes) ‖ mask (5 bytes).
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

    init(index: IndexID) {
        prefix = Array("comity/slot/v1".utf8) + index.bytes
    }

    /// The four slots of block `block`, 0 to 15.
    func block(_ block: Int, of output: UnsafeBufferPointer<UInt8>) throws(IntersectionError) -> [Slot] {
        let message = prefix + fourBytes(block)
        var digest = [UInt8](repeating: 0, count: 64)
        let failure = message.withUnsafeBufferPointer { message in
            digest.withUnsafeMutableBufferPointer { BLAKE2b.hash(message, key: output, into: $0) }
        }
        if let failure { throw .sodium(failure) }
        defer { Memory.wipe(&digest) }
        var slots: [Slot] = []
        slots.reserveCapacity(Self.perBlock)
        for slot in 0..<Self.perBlock {
            let entry = digest.withUnsafeBufferPointer { Entry(reading: $0, at: slot) }
            slots.append(Slot(tag: entry.tag, mask: entry.masked))
        }
        return slots
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
        for shift in stride(from: UInt64(56), through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: tag >> shift))
        }
        for shift in stride(from: UInt64(32), through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: masked >> shift))
        }
    }

    static func < (left: Entry, right: Entry) -> Bool { (left.tag, left.masked) < (right.tag, right.masked) }
}
