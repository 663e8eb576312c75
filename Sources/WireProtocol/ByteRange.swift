// Knows how a message names part of a body, or a body that its sender holds (RFC 9110, sections 13 and 14). One spelling
// each; never learns what the bytes are.

public import PeerTrust

/// Which bytes of a representation a request asks for: `Range: bytes=0-1048575`.
public struct ByteRange: Sendable, Hashable {
    public let first: Int
    /// The last one, included.
    public let last: Int

    public var count: Int { last - first + 1 }

    /// Nil unless 0 <= first <= last <= 2^53 - 1.
    public init?(first: Int, last: Int) {
        guard (0...last).contains(first), last <= 9_007_199_254_740_991 else { return nil }
        self.first = first
        self.last = last
    }

    /// Reads a field value: one closed range of bytes, no list, no suffix, no open end.
    public init?(field: String) {
        guard let read = Self(numbers: field, after: "bytes="), read.field == field else { return nil }
        self = read
    }

    public var field: String { "bytes=\(first)-\(last)" }

    fileprivate init?(numbers text: some StringProtocol, after start: String) {
        guard text.utf8.count <= 64, text.hasPrefix(start) else { return nil }
        let parts = text.dropFirst(start.count).split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let first = Int(parts[0]), let last = Int(parts[1]), last >= 0 else { return nil }
        self.init(first: first, last: last)
    }
}

/// Which bytes of how many an answer brings: `Content-Range: bytes 0-1048575/13000000`.
public struct ContentRange: Sendable, Hashable {
    public let range: ByteRange
    /// Bytes of the whole.
    public let total: Int

    /// Nil unless the range lies within the whole.
    public init?(_ range: ByteRange, of total: Int) {
        guard range.last < total else { return nil }
        self.range = range
        self.total = total
    }

    public init?(field: String) {
        let parts = field.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let total = Int(parts[1]), let range = ByteRange(numbers: parts[0], after: "bytes "),
            let read = Self(range, of: total), read.field == field
        else { return nil }
        self = read
    }

    public var field: String { "bytes \(range.first)-\(range.last)/\(total)" }
}

/// A strong validator: the SHA-256 of what it stands for, `"<64 hex digits>"`.
public struct EntityTag: Sendable, Hashable {
    public let digest: [UInt8]

    /// - Parameter digest: 32 bytes.
    public init(digest: [UInt8]) { self.digest = digest }

    public init?(field: String) {
        guard field.utf8.count == 66, field.hasPrefix("\""), field.hasSuffix("\""),
            let digest = Hex.decode(field.dropFirst().dropLast())
        else { return nil }
        self.digest = digest
    }

    public var field: String { "\"\(Hex.encode(digest))\"" }
}

extension Route {
    /// Whether a request for this path may carry these fields, each in its one spelling: a range of a segment, a
    /// manifest unless it is the one held. Others are refused rather than passed over.
    public func takes(_ selection: SelectionFields) -> Bool {
        selection.allSatisfy { component, value in
            switch (self, component) {
            case (.segment, .range): ByteRange(field: value) != nil
            case (.manifest, .heldTag): EntityTag(field: value) != nil
            default: false
            }
        }
    }
}
