/// Codes of six digits that an authenticator app shows (RFC 6238 over HMAC-SHA-1, 30 seconds, as every such app has it).
/// Knows the shared secret for the length of a call; the time is handed in.

import Crypto

public enum TimeCode {
    /// Seconds that a code stands.
    public static let step = 30
    /// Bytes of a new secret (RFC 4226 section 4).
    public static let secretLength = 20

    /// The number of the 30 seconds in which `seconds` (since 1970) lies.
    public static func step(at seconds: Int) -> Int { seconds / step }

    /// The code of one step.
    public static func code(_ secret: [UInt8], step: Int, digits: Int = 6) -> String {
        let counter = withUnsafeBytes(of: UInt64(truncatingIfNeeded: step).bigEndian) { Array($0) }
        let tag = Array(HMAC<Insecure.SHA1>.authenticationCode(for: counter, using: SymmetricKey(data: secret)))
        let offset = Int(tag[tag.count - 1] & 0x0F)
        var number = Int(tag[offset] & 0x7F)
        for byte in tag[(offset + 1)...(offset + 3)] { number = number << 8 | Int(byte) }
        var text = ""
        for _ in 0..<digits {
            text = String(number % 10) + text
            number /= 10
        }
        return text
    }

    /// The step whose code `text` is: that of `seconds`, or the one before or after; never one up to `last`, so that each
    /// code serves once. Nil if it is none of them.
    public static func matchingStep(_ text: String, secret: [UInt8], at seconds: Int, after last: Int) -> Int? {
        let now = step(at: seconds)
        let given = SHA256.hash(data: Array(text.utf8))
        var found: Int?
        // All three are computed, whichever fits; digests are compared, so that time tells nothing of a code.
        for candidate in (now - 1)...(now + 1) {
            let isEqual = SHA256.hash(data: Array(code(secret, step: candidate).utf8)) == given
            if isEqual, candidate > last, found == nil { found = candidate }
        }
        return found
    }
}

/// RFC 4648 base32 without padding: how a secret is typed into an app, and how one-time codes are written.
public enum Base32 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")

    public static func encode(_ bytes: [UInt8]) -> String {
        var text = ""
        var (pending, count) = (0, 0)
        for byte in bytes {
            (pending, count) = ((pending << 8 | Int(byte)) & 0xFFFF, count + 8)
            while count >= 5 {
                text.append(alphabet[pending >> (count - 5) & 31])
                count -= 5
            }
        }
        if count > 0 { text.append(alphabet[pending << (5 - count) & 31]) }
        return text
    }

    /// What a person may have typed, made comparable: capitals; without spaces and hyphens; 0, 1 and 8 read as the letters
    /// they are mistaken for.
    public static func canonical(_ typed: String) -> String {
        let mistaken: [Character: Character] = ["0": "O", "1": "I", "8": "B"]
        return String(
            typed.uppercased().filter { !$0.isWhitespace && $0 != "-" }.map { mistaken[$0] ?? $0 }
        )
    }

    /// Groups of four, for a person who types them.
    public static func grouped(_ text: String) -> String {
        var groups = ""
        for (place, character) in text.enumerated() {
            if place > 0, place.isMultiple(of: 4) { groups.append("-") }
            groups.append(character)
        }
        return groups
    }
}
