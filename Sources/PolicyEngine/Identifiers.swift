/// The shapes of the identifiers in policy files (POLICY section 1). Knows spelling only, never what is declared.

public enum Identifiers {
    /// Agency, agreement, offence, rule: `[a-z0-9]+([-_][a-z0-9]+)*`, at most 64 bytes.
    public static func isIdentifier(_ text: String) -> Bool {
        text.utf8.count <= 64 && isWords(text, joiners: [0x2D, 0x5F])
    }

    /// Extra field: `[a-z0-9]+(_[a-z0-9]+)*`.
    public static func isField(_ text: String) -> Bool { isWords(text, joiners: [0x5F]) }

    /// Jurisdiction or country: two capital letters.
    public static func isCountry(_ text: String) -> Bool {
        text.utf8.count == 2 && text.utf8.allSatisfy { isUpper($0) }
    }

    /// Group: `[A-Z][A-Z0-9_]*`.
    public static func isGroup(_ text: String) -> Bool {
        guard let first = text.utf8.first, isUpper(first) else { return false }
        return text.utf8.allSatisfy { isUpper($0) || isDigit($0) || $0 == 0x5F }
    }

    /// Instrument: `[A-Za-z0-9][A-Za-z0-9./-]*`.
    public static func isInstrument(_ text: String) -> Bool {
        guard let first = text.utf8.first, isAlphanumeric(first) else { return false }
        return text.utf8.allSatisfy { isAlphanumeric($0) || $0 == 0x2E || $0 == 0x2F || $0 == 0x2D }
    }

    /// Language: two small letters.
    public static func isLanguage(_ text: String) -> Bool {
        text.utf8.count == 2 && text.utf8.allSatisfy { isLower($0) }
    }

    /// A whole number in decimal digits with an optional minus sign: `012` is twelve. Nil if it is none or does not fit.
    public static func wholeNumber(_ text: String) -> Int? {
        let digits = text.utf8.first == 0x2D ? text.utf8.dropFirst() : text.utf8[...]
        guard !digits.isEmpty, digits.allSatisfy(isDigit) else { return nil }
        return Int(text)
    }

    private static func isWords(_ text: String, joiners: [UInt8]) -> Bool {
        var afterLetter = false
        for byte in text.utf8 {
            if isLower(byte) || isDigit(byte) {
                afterLetter = true
            } else if joiners.contains(byte), afterLetter {
                afterLetter = false
            } else {
                return false
            }
        }
        return afterLetter
    }

    private static func isUpper(_ byte: UInt8) -> Bool { byte >= 0x41 && byte <= 0x5A }
    private static func isLower(_ byte: UInt8) -> Bool { byte >= 0x61 && byte <= 0x7A }
    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
    private static func isAlphanumeric(_ byte: UInt8) -> Bool { isUpper(byte) || isLower(byte) || isDigit(byte) }
}
