/// What an index needs of a record, made once when the record is stored: its match keys and the cells that policy reads.
/// Sealed beside the record; knows bytes and kinds, never which index they are for.

public import MatchKeys
import Sodium

/// Keys and cells of one record, and the recipe they were made by: another recipe means making them anew.
///
/// `01 ‖ recipe (32) ‖ UInt32 length, cells ‖ (kind ‖ UInt16 length, key)…`, numbers big-endian, a kind as its place in the
/// recipe's order, a key as it goes into the PRF.
public struct RecordKeys: Sendable {
    private let bytes: [UInt8]

    private static let version: UInt8 = 1
    private static let headLength = 37
    private static let kinds = KeyKind.allCases

    /// - Parameters:
    ///   - recipe: 32 bytes that say how keys and cells were made.
    ///   - cells: what policy reads of the record, as its user encodes it.
    /// - Returns: nil for more bytes than the lengths can say; no recipe makes such keys.
    public init?(recipe: [UInt8], cells: [UInt8], keys: [MatchKey]) {
        guard recipe.count == 32, let length = UInt32(exactly: cells.count) else { return nil }
        var bytes = [Self.version]
        bytes.reserveCapacity(64 + cells.count + 40 * keys.count)
        bytes += recipe
        withUnsafeBytes(of: length.bigEndian) { bytes.append(contentsOf: $0) }
        bytes += cells
        for key in keys {
            let input = key.prfInput
            guard let length = UInt16(exactly: input.count) else { return nil }
            bytes.append(UInt8(key.kind.ordinal))
            bytes.append(contentsOf: [UInt8(length >> 8), UInt8(truncatingIfNeeded: length)])
            bytes += input
        }
        self.bytes = bytes
    }

    /// Reads the plain form; nil for anything else.
    init?(decoding bytes: [UInt8]) {
        guard bytes.count >= Self.headLength, bytes[0] == Self.version else { return nil }
        self.bytes = bytes
        var position = end
        guard position <= bytes.count else { return nil }
        while position < bytes.count {
            guard position + 3 <= bytes.count, bytes[position] < Self.kinds.count else { return nil }
            position += 3 + length(at: position + 1)
        }
        guard position == bytes.count else { return nil }
    }

    /// Whether they were made by this recipe.
    public func isMade(by recipe: [UInt8]) -> Bool { bytes[1..<33].elementsEqual(recipe) }

    public var cells: ArraySlice<UInt8> { bytes[Self.headLength..<end] }

    /// Calls `body` with each key, as it goes into the PRF.
    public func forEachKey(_ body: (KeyKind, UnsafeBufferPointer<UInt8>) -> Void) {
        bytes.withUnsafeBufferPointer { buffer in
            var position = end
            while position < buffer.count {
                let (kind, length) = (Self.kinds[Int(buffer[position])], length(at: position + 1))
                position += 3
                body(kind, UnsafeBufferPointer(rebasing: buffer[position..<position + length]))
                position += length
            }
        }
    }

    /// Where the cells end.
    private var end: Int { Self.headLength + length(at: 33) << 16 + length(at: 35) }

    private func length(at position: Int) -> Int { Int(bytes[position]) << 8 | Int(bytes[position + 1]) }

    fileprivate var plain: [UInt8] { bytes }
}

extension RecordKeys: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "RecordKeys(redacted)" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}

/// A record in its place as an index needs it: whose keys, still sealed.
public struct KeyedRecord: Sendable {
    public var number: Int
    /// Where the log stood when it last changed.
    public var change: Int
    public var dataset: String
    public var digest: [UInt8]
    /// Sealed keys; nil for a record that was stored before there were any.
    public var keys: [UInt8]?
    /// Whether an earlier version of it stands in the index that was asked about.
    public var stands: Bool
}

extension RecordSealer {
    /// Bound to the record's content and data set, so that boxes cannot change places or outlive a change.
    public func seal(_ keys: RecordKeys, dataset: String, digest: [UInt8]) throws(SodiumError) -> [UInt8] {
        try XChaCha20Poly1305.seal(keys.plain, key: key, associatedData: Self.binding(dataset, digest))
    }

    /// The keys of a record; nil where there are none, or none that can be read.
    public func openKeys(_ record: KeyedRecord) -> RecordKeys? {
        guard let box = record.keys,
            let plain = try? XChaCha20Poly1305.open(
                box,
                key: key,
                associatedData: Self.binding(record.dataset, record.digest)
            )
        else { return nil }
        return RecordKeys(decoding: plain)
    }

    private static let label = Array("comity/record-keys/v1".utf8) + [0]

    private static func binding(_ dataset: String, _ digest: [UInt8]) -> [UInt8] {
        label + Array(dataset.utf8) + [0] + digest
    }
}
