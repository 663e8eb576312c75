// Knows the shapes of single values inside messages. Never learns what they stand for.

import CanonicalJSON
import PeerTrust

extension ObjectReader {
    mutating func messageID(_ name: String) throws -> MessageID {
        guard let id = MessageID(try string(name, bytes: 36...36)) else { throw MemberError(name, .outOfRange) }
        return id
    }

    /// `[a-z0-9]+([-_][a-z0-9]+)*`, at most 64 bytes (POLICY, IDs).
    mutating func policyID(_ name: String) throws -> String {
        let text = try string(name, bytes: 1...64)
        guard AgencyID(text) != nil else { throw MemberError(name, .outOfRange) }
        return text
    }

    mutating func optionalPolicyID(_ name: String) throws -> String? {
        contains(name) ? try policyID(name) : nil
    }

    /// Printable text without control characters.
    mutating func words(_ name: String, bytes: ClosedRange<Int>) throws(MemberError) -> String {
        let text = try string(name, bytes: bytes)
        guard text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F }) else {
            throw MemberError(name, .outOfRange)
        }
        return text
    }

    mutating func optionalWords(_ name: String, bytes: ClosedRange<Int>) throws(MemberError) -> String? {
        contains(name) ? try words(name, bytes: bytes) : nil
    }

    /// Lower-case hex of exactly `count` bytes.
    mutating func hex(_ name: String, count: Int) throws -> [UInt8] {
        guard let bytes = Hex.decode(try string(name, bytes: count * 2...count * 2)) else {
            throw MemberError(name, .outOfRange)
        }
        return bytes
    }

    mutating func optionalHex(_ name: String, count: Int) throws -> [UInt8]? {
        contains(name) ? try hex(name, count: count) : nil
    }
}

/// Lower-case hexadecimal text.
enum Hex {
    public static func encode(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    /// Nil for an odd count, upper case, or anything else that is no hex digit.
    public static func decode(_ text: some StringProtocol) -> [UInt8]? {
        var digits: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digits.append(byte - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digits.append(byte - UInt8(ascii: "a") + 10)
            default: return nil
            }
        }
        guard digits.count % 2 == 0 else { return nil }
        return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
}
