// Knows SHA-256 digests as two people compare them. Never learns what was digested.

import Crypto

/// SHA-256 of a node card's bytes (PROTOCOL 1, Keys): what two people read to each other before a peer is pinned.
public struct Fingerprint: Hashable, Sendable, CustomStringConvertible {
    /// 32 bytes.
    public let bytes: [UInt8]

    /// Nil unless there are 32 bytes.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        self.bytes = bytes
    }

    /// The fingerprint of `content`.
    public init(of content: [UInt8]) {
        self.bytes = Array(SHA256.hash(data: content))
    }

    /// 64 hex digits; spaces, line breaks, dashes and colons between them, and either case, are accepted.
    public init?(text: String) {
        var digits: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digits.append(byte - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digits.append(byte - UInt8(ascii: "a") + 10)
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digits.append(byte - UInt8(ascii: "A") + 10)
            case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "-"), UInt8(ascii: ":"): continue
            default: return nil
            }
        }
        guard digits.count == 64 else { return nil }
        self.bytes = stride(from: 0, to: 64, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }

    /// 64 lower-case hex digits.
    public var hex: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    /// Sixteen groups of four hex digits, for reading aloud: `3f2a 91bc …`.
    public var groups: String {
        let digits = Array(hex)
        return stride(from: 0, to: 64, by: 4).map { String(digits[$0..<($0 + 4)]) }.joined(separator: " ")
    }

    public var description: String { groups }
}
