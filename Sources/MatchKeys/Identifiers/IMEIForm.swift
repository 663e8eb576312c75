/// Mobile equipment: the 14 digits of type and serial of an IMEI (IDENTIFIERS, `imei`; 3GPP TS 23.003 section 6).
/// Knows the check digit; never learns the phone.

enum IMEIForm {
    static func canonicalise(_ text: String) -> Canonical {
        let separators: Set<UInt8> = [0x20, 0x2D, 0x2F, 0x2E]
        let bytes = ASCII.dropPrefixWord("IMEI", from: text).utf8.filter { !separators.contains($0) }
        guard bytes.allSatisfy(ASCII.isDigit) else { return .invalid(reason: "unexpected character") }
        guard (14...16).contains(bytes.count) else { return .invalid(reason: "length") }
        let base = bytes.prefix(14)
        guard base.contains(where: { $0 != 0x30 }) else { return .invalid(reason: "all zero") }
        if bytes.count == 15, bytes[14] != 0x30, bytes[14] != luhnDigit(base) { return .invalid(reason: "check digit") }
        return .canonical(String(decoding: base, as: UTF8.self))
    }

    private static func luhnDigit(_ digits: ArraySlice<UInt8>) -> UInt8 {
        var sum = 0
        for (index, byte) in digits.enumerated() {
            let value = Int(byte) - 0x30
            let doubled = index % 2 == 1 ? value * 2 : value
            sum += doubled > 9 ? doubled - 9 : doubled
        }
        return UInt8(0x30 + (10 - sum % 10) % 10)
    }
}
