/// Base58Check: bitcoin's alphabet and its doubled SHA-256 checksum. Knows bytes only.

import Crypto

enum Base58 {
    private static let digits: [UInt8: UInt8] = Dictionary(
        uniqueKeysWithValues: zip("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz".utf8, 0...57)
    )

    /// The bytes of `text` (at most 64 characters), or nil if a character is outside the alphabet.
    static func decode(_ text: String) -> [UInt8]? {
        guard text.utf8.count <= 64 else { return nil }
        var bytes: [UInt8] = []
        for character in text.utf8 {
            guard let digit = digits[character] else { return nil }
            var carry = Int(digit)
            for index in bytes.indices.reversed() {
                carry += Int(bytes[index]) * 58
                bytes[index] = UInt8(carry & 0xFF)
                carry >>= 8
            }
            while carry > 0 {
                bytes.insert(UInt8(carry & 0xFF), at: 0)
                carry >>= 8
            }
        }
        return Array(repeating: 0, count: text.utf8.prefix { $0 == 0x31 }.count) + bytes
    }

    /// True if the last four bytes are the first four of SHA-256(SHA-256(the rest)).
    static func isChecked(_ bytes: [UInt8]) -> Bool {
        guard bytes.count > 4 else { return false }
        let hash = SHA256.hash(data: Array(SHA256.hash(data: bytes.dropLast(4))))
        return Array(hash.prefix(4)) == Array(bytes.suffix(4))
    }
}
