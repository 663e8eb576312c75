/// Base64 with padding (RFC 4648, section 4), as browsers decode it.

enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")

    static func encode(_ bytes: [UInt8]) -> String {
        var text = ""
        var place = 0
        while place < bytes.count {
            let rest = min(3, bytes.count - place)
            var group = 0
            for offset in 0..<3 { group = group << 8 | (offset < rest ? Int(bytes[place + offset]) : 0) }
            for digit in 0..<4 {
                text.append(digit <= rest ? alphabet[group >> (18 - 6 * digit) & 63] : "=")
            }
            place += 3
        }
        return text
    }
}
