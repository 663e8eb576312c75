/// CBOR as security keys write it: CTAP2's canonical form of RFC 8949, in which a value has one encoding. What is read may be
/// hostile: every length is held against what is there, nesting ends early, and what keys never write is refused. Knows
/// nothing of what it means.

enum CBOR: Sendable, Equatable {
    case integer(Int)
    case bytes([UInt8])
    case text(String)
    case array([CBOR])
    case map([Entry])
    case bool(Bool)
    case null

    struct Entry: Sendable, Equatable {
        /// An integer or a text.
        let key: CBOR
        let value: CBOR
    }

    enum Defect: Error, Equatable {
        case endsEarly
        /// Another encoding of a value, a map out of order, or a key twice.
        case notCanonical
        case tooDeep
        /// Lengths without a number, tags, floating point: no key writes them here.
        case notSupported
        case notText
    }

    /// How far values may lie in each other: CTAP2's own bound.
    static let deepest = 4

    /// The first value, and what stands behind it.
    static func first(of bytes: ArraySlice<UInt8>) throws(Defect) -> (value: CBOR, rest: ArraySlice<UInt8>) {
        var reader = Reader(rest: bytes)
        let value = try reader.value(depth: 0)
        return (value, reader.rest)
    }

    /// The one value that the bytes are; nil if they are none, or more.
    static func only(_ bytes: [UInt8]) -> CBOR? {
        guard let (value, rest) = try? first(of: bytes[...]), rest.isEmpty else { return nil }
        return value
    }

    // MARK: Looking into a map

    subscript(name: String) -> CBOR? { self[.text(name)] }

    subscript(number: Int) -> CBOR? { self[.integer(number)] }

    private subscript(key: CBOR) -> CBOR? {
        guard case .map(let entries) = self else { return nil }
        return entries.first { $0.key == key }?.value
    }

    /// How many entries a map has; nil for anything else.
    var entryCount: Int? {
        guard case .map(let entries) = self else { return nil }
        return entries.count
    }

    var integer: Int? {
        guard case .integer(let number) = self else { return nil }
        return number
    }

    var bytes: [UInt8]? {
        guard case .bytes(let bytes) = self else { return nil }
        return bytes
    }

    var text: String? {
        guard case .text(let text) = self else { return nil }
        return text
    }
}

private struct Reader {
    var rest: ArraySlice<UInt8>

    mutating func value(depth: Int) throws(CBOR.Defect) -> CBOR {
        guard let first = rest.popFirst() else { throw .endsEarly }
        let (kind, detail) = (first >> 5, first & 31)
        if kind == 7 {
            switch detail {
            case 20: return .bool(false)
            case 21: return .bool(true)
            case 22: return .null
            default: throw .notSupported
            }
        }
        let number = try number(detail)
        switch kind {
        case 0: return .integer(number)
        case 1: return .integer(-1 - number)
        case 2: return .bytes(Array(try take(number)))
        case 3:
            guard let text = String(validating: try take(number), as: UTF8.self) else { throw .notText }
            return .text(text)
        case 4: return .array(try array(number, depth: depth))
        case 5: return .map(try map(number, depth: depth))
        default: throw .notSupported
        }
    }

    private mutating func array(_ count: Int, depth: Int) throws(CBOR.Defect) -> [CBOR] {
        // Each element takes a byte: no room is made for more than can be there.
        guard count <= rest.count else { throw .endsEarly }
        guard depth < CBOR.deepest else { throw .tooDeep }
        var elements: [CBOR] = []
        elements.reserveCapacity(count)
        for _ in 0..<count { elements.append(try value(depth: depth + 1)) }
        return elements
    }

    private mutating func map(_ count: Int, depth: Int) throws(CBOR.Defect) -> [CBOR.Entry] {
        guard count <= rest.count / 2 else { throw .endsEarly }
        guard depth < CBOR.deepest else { throw .tooDeep }
        var entries: [CBOR.Entry] = []
        entries.reserveCapacity(count)
        var before: ArraySlice<UInt8>?
        for _ in 0..<count {
            let start = rest
            let key = try value(depth: depth + 1)
            switch key {
            case .integer, .text: break
            default: throw .notSupported
            }
            let encoded = start[start.startIndex..<rest.startIndex]
            if let before, !Self.isInOrder(before, encoded) { throw .notCanonical }
            before = encoded
            entries.append(CBOR.Entry(key: key, value: try value(depth: depth + 1)))
        }
        return entries
    }

    /// CTAP2's order of keys: kind, then length, then bytes. No two are the same.
    private static func isInOrder(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) -> Bool {
        guard let one = left.first, let other = right.first else { return false }
        if one >> 5 != other >> 5 { return one >> 5 < other >> 5 }
        if left.count != right.count { return left.count < right.count }
        return left.lexicographicallyPrecedes(right)
    }

    /// The number that stands with a kind, in as few bytes as it takes.
    private mutating func number(_ detail: UInt8) throws(CBOR.Defect) -> Int {
        guard detail >= 24 else { return Int(detail) }
        let (width, least): (Int, UInt64)
        switch detail {
        case 24: (width, least) = (1, 24)
        case 25: (width, least) = (2, 0x100)
        case 26: (width, least) = (4, 0x1_0000)
        case 27: (width, least) = (8, 0x1_0000_0000)
        default: throw .notSupported
        }
        let number = try take(width).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard number >= least else { throw .notCanonical }
        guard number <= UInt64(Int.max) else { throw .notSupported }
        return Int(number)
    }

    private mutating func take(_ count: Int) throws(CBOR.Defect) -> ArraySlice<UInt8> {
        guard count <= rest.count else { throw .endsEarly }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }
}
