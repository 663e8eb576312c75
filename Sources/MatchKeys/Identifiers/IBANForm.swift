/// International bank account numbers (IDENTIFIERS, `iban`; ISO 13616, check digits of ISO 7064 MOD 97-10).
/// Knows each country's structure; never learns the account.

enum IBANForm {
    static func canonicalise(_ text: String) -> Canonical {
        let separators: Set<UInt8> = [0x20, 0x2D, 0x2E]
        let bytes = ASCII.dropPrefixWord("IBAN", from: text).utf8.map(ASCII.upper).filter { !separators.contains($0) }
        guard bytes.allSatisfy({ ASCII.isDigit($0) || ASCII.isUpper($0) }) else {
            return .invalid(reason: "unexpected character")
        }
        guard bytes.count > 4, let structure = structures[String(decoding: bytes.prefix(2), as: UTF8.self)] else {
            return .invalid(reason: "not an IBAN country")
        }
        guard bytes.count == structure.count + 4 else { return .invalid(reason: "length") }
        guard ASCII.isDigit(bytes[2]), ASCII.isDigit(bytes[3]), zip(bytes.dropFirst(4), structure).allSatisfy(fits)
        else {
            return .invalid(reason: "structure")
        }
        guard isChecked(Array(bytes)) else { return .invalid(reason: "check digits") }
        return .canonical(String(decoding: bytes, as: UTF8.self))
    }

    private static func fits(_ byte: UInt8, _ type: UInt8) -> Bool {
        switch type {
        case UInt8(ascii: "n"): ASCII.isDigit(byte)
        case UInt8(ascii: "a"): ASCII.isUpper(byte)
        default: true
        }
    }

    /// The rest is 1, and the digits are among those a bank can compute (02 to 98).
    private static func isChecked(_ iban: [UInt8]) -> Bool {
        var rest = 0
        for byte in iban[4...] + iban[..<4] {
            rest = ASCII.isDigit(byte) ? rest * 10 + Int(byte) - 0x30 : rest * 100 + Int(byte) - 0x41 + 10
            rest %= 97
        }
        let digits = (Int(iban[2]) - 0x30) * 10 + Int(iban[3]) - 0x30
        return rest == 1 && (2...98).contains(digits)
    }

    /// Country -> type of every character after the check digits.
    private static let structures: [String: [UInt8]] = {
        var result: [String: [UInt8]] = [:]
        for line in IBANTable.text.split(separator: "\n") {
            let cells = line.split(separator: " ")
            guard cells.count == 2 else { continue }
            var types: [UInt8] = []
            var length = 0
            for byte in cells[1].utf8 {
                if ASCII.isDigit(byte) {
                    length = length * 10 + Int(byte) - 0x30
                } else {
                    types += Array(repeating: byte, count: length)
                    length = 0
                }
            }
            result[String(cells[0])] = types
        }
        return result
    }()
}
