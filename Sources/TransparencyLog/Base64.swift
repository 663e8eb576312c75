// Knows RFC 4648 section 4 as the C2SP formats write it. Never learns what the bytes are.
import Foundation

enum Base64 {
    static func encode(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString()
    }

    /// The bytes; nil unless `text` is exactly what `encode` would write (padding, no unused bits, nothing foreign).
    static func decode(_ text: some StringProtocol) -> [UInt8]? {
        let text = String(text)
        guard let data = Data(base64Encoded: text), data.base64EncodedString() == text else { return nil }
        return [UInt8](data)
    }
}

/// A decimal number of the C2SP formats: no sign, no leading zero, at most 2^53 - 1.
func decimal(_ text: some StringProtocol) -> Int? {
    guard !text.isEmpty, text.utf8.count <= 16, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
        text == "0" || text.utf8.first != 0x30, let number = Int(text), number < 1 << 53
    else { return nil }
    return number
}

/// Names are equal when their bytes are; Swift's `==` also joins what Unicode calls equivalent.
func sameBytes(_ left: String, _ right: String) -> Bool {
    left.utf8.elementsEqual(right.utf8)
}
