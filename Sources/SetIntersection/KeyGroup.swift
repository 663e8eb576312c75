// Equal keys brought together: each key once, with the handles of its records. Knows keys as bytes, while one part of a
// class is worked on.
import ObliviousPRF
import Sodium

/// Pairs of match key and handle of one class, on their way into a segment.
public struct KeyPairs: Sendable {
    let space: BuildSpace
    var buckets: Buckets
    /// What `add` could not do; told when the segment is built.
    private(set) var failure: IntersectionError?

    /// - Parameter space: room for them; the pairs of all classes share one.
    public init(space: BuildSpace = BuildSpace()) {
        self.space = space
        buckets = Buckets(space: space)
    }

    /// How many were added.
    public var count: Int { buckets.items.reduce(0, +) }

    /// Takes one key of a record, at most 65,535 bytes.
    public mutating func add(_ key: UnsafeBufferPointer<UInt8>, handle: Handle) {
        guard failure == nil else { return }
        guard key.count <= PackedPair.greatestKey else {
            failure = .prf(.inputTooLong(position: count))
            return
        }
        do throws(IntersectionError) {
            // Equal keys are in one bucket.
            let bucket = Int(KeyGroup.hash(UnsafeRawBufferPointer(key)) >> 56)
            try buckets.append(to: bucket, length: PackedPair.overhead + key.count) {
                PackedPair.append(key, handle, to: &$0)
            }
        } catch {
            failure = error
        }
    }
}

extension KeyPairs: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "KeyPairs(\(count), redacted)" }
    public var debugDescription: String { description }
    /// Without children: the keys are personal data.
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}

/// A pair of key and handle as it waits in a bucket: UInt16 length ‖ UInt64 handle ‖ key, in this machine's order.
enum PackedPair {
    static let overhead = 10
    static let greatestKey = 65_535

    static func append(_ key: UnsafeBufferPointer<UInt8>, _ handle: Handle, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: UInt16(truncatingIfNeeded: key.count)) { bytes.append(contentsOf: $0) }
        withUnsafeBytes(of: handle.bits) { bytes.append(contentsOf: $0) }
        bytes.append(contentsOf: key)
    }
}

/// The distinct keys of some buckets in the order they came. Memory grows by distinct keys, not by records: of a key that
/// very many records share at most one handle more than fits is kept, and the number of the rest.
struct KeyGroup {
    private var bytes: [UInt8] = []
    /// Where each key ends in `bytes`; the one before ends where it begins.
    private var ends: [Int] = []
    /// The first handle of each key; most keys have no other.
    private(set) var first: [Handle] = []
    /// Its further distinct handles, at most one more than fit; beyond that only the number goes on.
    private(set) var more: [Int: [Handle]] = [:]
    private(set) var beyond: [Int: Int] = [:]
    /// Open addressing by the key's hash: one more than the key's place, 0 for none. Its length is a power of two.
    private var table: [UInt32]

    /// - Parameter expected: about how many pairs will come.
    init(expecting expected: Int) {
        table = [UInt32](repeating: 0, count: 64)
        grow(to: min(expected, 1 << 22))
        ends.reserveCapacity(expected)
        first.reserveCapacity(expected)
    }

    var count: Int { ends.count }

    /// Whatever the process's seed, equal keys have equal hashes; it is never stored.
    static func hash(_ key: UnsafeRawBufferPointer) -> UInt64 {
        var hasher = Hasher()
        hasher.combine(bytes: key)
        return UInt64(bitPattern: Int64(hasher.finalize()))
    }

    /// Takes pairs one after the other.
    mutating func add(packed: [UInt8]) {
        packed.withUnsafeBytes { packed in
            var position = 0
            while position + PackedPair.overhead <= packed.count {
                let length = Int(packed.loadUnaligned(fromByteOffset: position, as: UInt16.self))
                let bits = packed.loadUnaligned(fromByteOffset: position + 2, as: UInt64.self)
                position += PackedPair.overhead
                guard position + length <= packed.count else { return }
                add(UnsafeRawBufferPointer(rebasing: packed[position..<position + length]), Handle(bits: bits))
                position += length
            }
        }
    }

    private mutating func add(_ key: UnsafeRawBufferPointer, _ handle: Handle) {
        let mask = table.count - 1
        var slot = Int(truncatingIfNeeded: Self.hash(key)) & mask
        while table[slot] != 0 {
            let place = Int(table[slot]) - 1
            if isEqual(place, key) { return add(handle, to: place) }
            slot = (slot + 1) & mask
        }
        bytes.append(contentsOf: key)
        ends.append(bytes.count)
        first.append(handle)
        table[slot] = UInt32(ends.count)
        if 2 * ends.count > table.count { grow(to: 2 * ends.count) }
    }

    private mutating func add(_ handle: Handle, to place: Int) {
        if first[place] == handle { return }
        let further = more[place] ?? []
        if further.contains(handle) { return }
        if further.count < Slots.perKey {
            more[place, default: []].append(handle)
        } else {
            beyond[place, default: 0] += 1
        }
    }

    private func range(_ place: Int) -> Range<Int> { (place == 0 ? 0 : ends[place - 1])..<ends[place] }

    private func isEqual(_ place: Int, _ key: UnsafeRawBufferPointer) -> Bool {
        let range = range(place)
        guard range.count == key.count else { return false }
        return bytes.withUnsafeBytes { UnsafeRawBufferPointer(rebasing: $0[range]).elementsEqual(key) }
    }

    private mutating func grow(to keys: Int) {
        var length = table.count
        while length < 2 * keys { length *= 2 }
        guard length > table.count else { return }
        table = [UInt32](repeating: 0, count: length)
        let mask = length - 1
        bytes.withUnsafeBytes { bytes in
            for place in ends.indices {
                var slot = Int(truncatingIfNeeded: Self.hash(.init(rebasing: bytes[range(place)]))) & mask
                while table[slot] != 0 { slot = (slot + 1) & mask }
                table[slot] = UInt32(place + 1)
            }
        }
    }

    /// Copies of some keys, to be evaluated.
    func keys(_ places: Range<Int>) -> [[UInt8]] { places.map { Array(bytes[range($0)]) } }

    /// Overwrites the keys: they are personal data.
    mutating func wipe() { Memory.wipe(&bytes) }
}
