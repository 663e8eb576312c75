// Knows the fields that every message between nodes carries: who to whom, digest of the body, receipt of the sender's
// log. Never learns the body.

import Crypto

/// `Comity-Message`: `id="uuid", from="agency", to="agency", nonce=:16 bytes:` (PROTOCOL 6).
public struct ComityMessage: Sendable, Hashable {
    public let id: MessageID
    public let from: AgencyID
    public let to: AgencyID
    /// 16 bytes, fresh for each message.
    public let nonce: [UInt8]

    /// Nil unless the nonce has 16 bytes.
    public init?(id: MessageID, from: AgencyID, to: AgencyID, nonce: [UInt8]) {
        guard nonce.count == 16 else { return nil }
        self.id = id
        self.from = from
        self.to = to
        self.nonce = nonce
    }

    /// Reads a field value; nil for anything but the one spelling of a message.
    public init?(field: String) {
        var scanner = FieldScanner(field)
        guard scanner.takes("id=\""), let id = scanner.text(before: "\"").flatMap({ MessageID($0) }),
            scanner.takes(", from=\""), let from = scanner.text(before: "\"").flatMap({ AgencyID($0) }),
            scanner.takes(", to=\""), let to = scanner.text(before: "\"").flatMap({ AgencyID($0) }),
            scanner.takes(", nonce="), let nonce = scanner.bytes(),
            let read = ComityMessage(id: id, from: from, to: to, nonce: nonce),
            read.field == field
        else { return nil }
        self = read
    }

    public var field: String {
        "id=\"\(id)\", from=\"\(from)\", to=\"\(to)\", nonce=\(StructuredText.quoted(nonce))"
    }
}

/// `Comity-Audit`: `origin="…", index=7, leaf=:32 bytes:`, the receipt of the sender's durable leaf (AUDIT 6).
public struct AuditReceipt: Sendable, Hashable {
    /// `<agency id>/audit/<n>`, 1 to 128 printable ASCII bytes without space, quote or backslash.
    public let origin: String
    /// 0 … 2^53 - 1.
    public let index: Int
    /// Leaf hash, 32 bytes.
    public let leaf: [UInt8]

    /// Nil when a value is outside its range.
    public init?(origin: String, index: Int, leaf: [UInt8]) {
        guard (1...128).contains(origin.utf8.count), (0...9_007_199_254_740_991).contains(index), leaf.count == 32,
            origin.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C })
        else { return nil }
        self.origin = origin
        self.index = index
        self.leaf = leaf
    }

    /// Reads a field value; nil for anything but the one spelling of a receipt.
    public init?(field: String) {
        var scanner = FieldScanner(field)
        guard scanner.takes("origin=\""), let origin = scanner.text(before: "\""),
            scanner.takes(", index="), let index = scanner.number(),
            scanner.takes(", leaf="), let leaf = scanner.bytes(),
            let read = AuditReceipt(origin: origin, index: index, leaf: leaf), read.field == field
        else { return nil }
        self = read
    }

    public var field: String {
        "origin=\"\(origin)\", index=\(index), leaf=\(StructuredText.quoted(leaf))"
    }
}

/// `Content-Digest` (RFC 9530), sha-256 only.
public enum ContentDigest {
    public static func field(of body: [UInt8]) -> String {
        "sha-256=" + StructuredText.quoted(Array(SHA256.hash(data: body)))
    }

    /// Whether a field value is one SHA-256 digest in its one spelling, whatever body it is of.
    public static func isSingle(_ field: String) -> Bool {
        let start = "sha-256=:"
        guard field.hasPrefix(start), field.hasSuffix(":") else { return false }
        return StructuredText.bytes(String(field.dropFirst(start.count).dropLast()))?.count == 32
    }
}
