/// What happens to every input before its kind is looked at (IDENTIFIERS, second paragraph).
/// Knows Unicode; never learns what the text means.

import Foundation

enum Preparation {
    /// NFKC, without zero-width and bidi marks; every decimal digit 0-9, every dash `-`, every blank a space; trimmed.
    static func prepare(_ input: String) -> String {
        if let plain = prepareASCII(input) ?? prepareLetters(input) { return plain }
        var once = String.UnicodeScalarView()
        for scalar in input.unicodeScalars where !isInvisible(scalar) { once.append(scalar) }
        // Compatibility forms may hold invisible marks of their own, hence the second look.
        // Apart first, then composed: Foundation's NFKC in one step leaves half-width kana and Hangul apart.
        let composed = String(once).decomposedStringWithCompatibilityMapping.precomposedStringWithCanonicalMapping
        var result = String.UnicodeScalarView()
        for scalar in composed.unicodeScalars where !isInvisible(scalar) {
            result.append(scalar.isASCII ? asciiBlank(scalar) : plainForm(of: scalar))
        }
        return trim(String(result))
    }

    /// Without spaces at either end.
    static func trim(_ text: some StringProtocol) -> String {
        var rest = Substring(text).utf8
        while rest.first == 0x20 { rest.removeFirst() }
        while rest.last == 0x20 { rest.removeLast() }
        return String(Substring(rest))
    }

    private static func prepareASCII(_ input: String) -> String? {
        var copy = input
        return copy.withUTF8 { bytes in
            var needsBlanks = false
            for byte in bytes {
                if byte >= 0x80 { return nil }
                if byte < 0x20 || byte == 0x7F { needsBlanks = true }
            }
            if needsBlanks {
                let mapped = bytes.map { (0x09...0x0D).contains($0) && $0 != 0x0A ? 0x20 : $0 }
                return trim(String(decoding: mapped, as: UTF8.self))
            }
            return trim(String(decoding: bytes, as: UTF8.self))
        }
    }

    /// Text of ASCII and letters that no step here changes, alone or beside each other: most names of most scripts.
    private static func prepareLetters(_ input: String) -> String? {
        var needsBlanks = false
        for scalar in input.unicodeScalars {
            if scalar.isASCII {
                if asciiBlank(scalar) != scalar { needsBlanks = true }
            } else if !isSettled(scalar) {
                return nil
            }
        }
        guard needsBlanks else { return trim(input) }
        return trim(String(String.UnicodeScalarView(input.unicodeScalars.map(asciiBlank))))
    }

    /// Letters that are their own NFKC and compose with nothing; each range is checked by a test.
    private static func isSettled(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x00C0...0x0131, 0x0134...0x013E, 0x0141...0x0148, 0x014A...0x017E, 0x0180...0x01C3, 0x01F4...0x024F,
            0x0388...0x03CE, 0x0400...0x0482, 0x048A...0x052F, 0x0531...0x0556, 0x0561...0x0586, 0x05D0...0x05EA,
            0x0620...0x063F, 0x0641...0x064A, 0x10D0...0x10FA, 0x3041...0x3096, 0x30A1...0x30FA, 0x4E00...0x9FFF,
            0xAC00...0xD7A3:
            true
        default: false
        }
    }

    private static func asciiBlank(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        (0x09...0x0D).contains(scalar.value) && scalar.value != 0x0A ? " " : scalar
    }

    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        guard !scalar.isASCII else { return false }
        let properties = scalar.properties
        return properties.isDefaultIgnorableCodePoint || properties.generalCategory == .format
    }

    private static func plainForm(of scalar: Unicode.Scalar) -> Unicode.Scalar {
        let properties = scalar.properties
        if properties.numericType == .decimal, let value = properties.numericValue, (0...9).contains(value) {
            return Unicode.Scalar(UInt8(0x30 + Int(value)))
        }
        if properties.isDash { return "-" }
        if properties.isWhitespace { return " " }
        return scalar
    }
}

/// Capital Cyrillic and Greek letters that look like a Latin one (IDENTIFIERS, second paragraph).
enum LookAlike {
    private static let table: [Unicode.Scalar: Unicode.Scalar] = {
        let other = "АВЕКМНОРСТУХІЈЅΑΒΕΖΗΙΚΜΝΟΡΤΥΧ"
        let latin = "ABEKMHOPCTYXIJSABEZHIKMNOPTYX"
        return Dictionary(uniqueKeysWithValues: zip(other.unicodeScalars, latin.unicodeScalars))
    }()

    /// The capital Latin letter or digit (ASCII) that `scalar` is read as, or nil.
    ///
    /// Letter by letter: a whole text in upper case would turn `ß` into two letters that nobody wrote.
    static func capital(_ scalar: Unicode.Scalar) -> UInt8? {
        if scalar.isASCII {
            let byte = ASCII.upper(UInt8(scalar.value))
            return ASCII.isUpper(byte) || ASCII.isDigit(byte) ? byte : nil
        }
        let upper = scalar.properties.uppercaseMapping.unicodeScalars
        guard upper.count == 1, let letter = upper.first.map(latin), letter.isASCII else { return nil }
        return capital(letter)
    }

    /// The Latin letter of the same shape, or the scalar itself.
    static func latin(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        scalar.isASCII ? scalar : table[scalar] ?? scalar
    }
}

/// Small tests on bytes that every form needs.
enum ASCII {
    static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
    static func isUpper(_ byte: UInt8) -> Bool { byte >= 0x41 && byte <= 0x5A }
    static func isLower(_ byte: UInt8) -> Bool { byte >= 0x61 && byte <= 0x7A }
    static func isLetter(_ byte: UInt8) -> Bool { isUpper(byte) || isLower(byte) }
    static func upper(_ byte: UInt8) -> UInt8 { isLower(byte) ? byte & 0xDF : byte }

    /// `text` without the prefix word `word` (upper case, ASCII) in any case, a colon after it, and blanks.
    static func dropPrefixWord(_ word: String, from text: String) -> String {
        let bytes = Array(text.utf8)
        let prefix = Array(word.utf8)
        guard bytes.count >= prefix.count, zip(bytes, prefix).allSatisfy({ ($0 & 0xDF) == $1 }) else { return text }
        var rest = bytes[prefix.count...]
        while let first = rest.first, first == 0x20 || first == 0x3A { rest = rest.dropFirst() }
        return String(decoding: rest, as: UTF8.self)
    }
}
