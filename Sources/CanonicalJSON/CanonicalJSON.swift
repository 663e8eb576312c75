// Knows the two directions of restricted RFC 8785 JSON and their limits. Learns nothing of what the values mean.

/// RFC 8785 (JCS) JSON, restricted as in AUDIT section 1: member names `[a-z0-9_]+`, integers 0 … 2^53 - 1, strings,
/// booleans, arrays, objects. One value has one encoding.
public enum CanonicalJSON {
    /// How much of it one accepts, reading and writing.
    public struct Limits: Sendable, Hashable {
        /// Longest encoding, in bytes.
        public var maxBytes: Int
        /// Most containers around a value, itself counted: `{"a":[1]}` has depth 2. Never more than 64.
        public var maxDepth: Int
        /// RFC 8785 itself has no rule for letters in names; AUDIT section 1 allows only lower case.
        public var upperCaseNames: Bool

        public init(maxBytes: Int, maxDepth: Int, upperCaseNames: Bool = false) {
            self.maxBytes = maxBytes
            self.maxDepth = min(maxDepth, 64)
            self.upperCaseNames = upperCaseNames
        }

        /// An audit leaf: 8,192 bytes, depth 6.
        public static let leaf = Limits(maxBytes: 8_192, maxDepth: 6)
    }

    /// The one encoding of `value`: names sorted by byte, no white space, UTF-8, escapes only where RFC 8785 demands.
    public static func encode(_ value: JSONValue, limits: Limits) throws(CanonicalJSONError) -> [UInt8] {
        var writer = CanonicalWriter(limits: limits)
        try writer.write(value, depth: 0)
        return writer.output
    }

    /// The value of a canonical encoding. Valid only if encoding the value again gives the same bytes.
    public static func decode(_ bytes: [UInt8], limits: Limits) throws(CanonicalJSONError) -> JSONValue {
        try read(bytes, limits: limits, strict: true)
    }

    /// Brings JSON of any member order, escapes and inner white space into its one canonical encoding. What the
    /// restricted form cannot carry (floats, null, duplicates, a byte order mark, bytes after the end) is refused.
    public static func canonicalise(_ bytes: [UInt8], limits: Limits) throws(CanonicalJSONError) -> [UInt8] {
        try encode(read(bytes, limits: limits, strict: false), limits: limits)
    }

    private static func read(
        _ bytes: [UInt8],
        limits: Limits,
        strict: Bool
    ) throws(CanonicalJSONError) -> JSONValue {
        guard bytes.count <= limits.maxBytes else {
            throw CanonicalJSONError(.tooLong(limit: limits.maxBytes), at: limits.maxBytes)
        }
        return try bytes.withUnsafeBufferPointer { buffer throws(CanonicalJSONError) in
            var reader = CanonicalReader(buffer, limits: limits, strict: strict)
            return try reader.document()
        }
    }
}

/// Why bytes are not canonical JSON, or a value has no encoding. Never carries a value.
public struct CanonicalJSONError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Reason: Sendable, Hashable {
        case tooLong(limit: Int)
        case tooDeep(limit: Int)
        case unexpectedEnd
        case unexpectedByte
        case byteOrderMark
        case trailingByte
        case memberName
        case duplicateMember
        case memberOrder
        case null
        case notAnInteger
        case negative
        case leadingZero
        case integerTooGreat
        case escape
        case loneSurrogate
        case notUTF8
        case controlCharacter
    }

    public let reason: Reason
    /// Byte at which reading stopped; nil when writing.
    public let offset: Int?

    init(_ reason: Reason, at offset: Int? = nil) {
        self.reason = reason
        self.offset = offset
    }

    public var description: String {
        guard let offset else { return "no canonical JSON: \(reason.text)" }
        return "no canonical JSON at byte \(offset): \(reason.text)"
    }
}

extension CanonicalJSONError.Reason {
    /// The reason in a few words.
    public var text: String {
        switch self {
        case .tooLong(let limit): "longer than \(limit) bytes"
        case .tooDeep(let limit): "deeper than \(limit)"
        case .unexpectedEnd: "it ends too early"
        case .unexpectedByte: "unexpected byte"
        case .byteOrderMark: "byte order mark"
        case .trailingByte: "trailing byte"
        case .memberName: "member names are ASCII [a-z0-9_]"
        case .duplicateMember: "duplicate member"
        case .memberOrder: "members are not sorted by byte"
        case .null: "null"
        case .notAnInteger: "not an integer"
        case .negative: "a negative number"
        case .leadingZero: "leading zero"
        case .integerTooGreat: "above 2^53-1"
        case .escape: "an escape that is not the canonical one"
        case .loneSurrogate: "lone surrogate"
        case .notUTF8: "not UTF-8"
        case .controlCharacter: "a bare control character"
        }
    }
}
