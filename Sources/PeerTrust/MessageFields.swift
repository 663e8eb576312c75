// Knows the fields that every message between nodes carries: who to whom, digest of the body, receipt of the sender's
// log. Never learns the body.

import Crypto
import RawStructuredFieldValues

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
        guard let members = StructuredText.dictionary(field),
            let id = members.string("id").flatMap({ MessageID($0) }),
            let from = members.string("from").flatMap({ AgencyID($0) }),
            let to = members.string("to").flatMap({ AgencyID($0) }),
            let nonce = members.bytes("nonce"),
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
        guard let members = StructuredText.dictionary(field),
            let origin = members.string("origin"), let index = members.integer("index"),
            let leaf = members.bytes("leaf"),
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

extension OrderedMap<String, ItemOrInnerList> {
    fileprivate func bare(_ key: String) -> RFC9651BareItem? {
        guard case .item(let item)? = self[key], item.rfc9651Parameters.isEmpty else { return nil }
        return item.rfc9651BareItem
    }

    fileprivate func string(_ key: String) -> String? {
        if case .string(let text)? = bare(key) { text } else { nil }
    }

    fileprivate func integer(_ key: String) -> Int? {
        if case .integer(let number)? = bare(key) { Int(exactly: number) } else { nil }
    }

    fileprivate func bytes(_ key: String) -> [UInt8]? {
        if case .undecodedByteSequence(let text)? = bare(key) { StructuredText.bytes(text) } else { nil }
    }
}
