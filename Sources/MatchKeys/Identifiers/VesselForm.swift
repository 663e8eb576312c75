/// Ships and their radio stations: IMO numbers and MMSI (IDENTIFIERS, `imo`, `mmsi`; ITU-R M.585).
/// Knows prefixes and the check digit; never learns the ship.

enum VesselForm {
    static func canonicaliseIMO(_ text: String) -> Canonical {
        var rest = ASCII.dropPrefixWord("IMO", from: text)
        for word in ["NUMBER", "NO"] {
            let shorter = ASCII.dropPrefixWord(word, from: rest)
            if shorter != rest {
                rest = String(shorter.drop { $0 == "." || $0 == ":" || $0 == " " })
                break
            }
        }
        let bytes = rest.utf8.filter { $0 != 0x20 }
        guard !bytes.isEmpty, bytes.contains(where: ASCII.isDigit) else { return .invalid(reason: "no number") }
        guard bytes.allSatisfy(ASCII.isDigit) else { return .invalid(reason: "unexpected character") }
        guard bytes.count == 7 else { return .invalid(reason: "length") }
        guard bytes.contains(where: { $0 != 0x30 }) else { return .invalid(reason: "no number") }
        var sum = 0
        for (index, byte) in bytes.prefix(6).enumerated() { sum += (7 - index) * (Int(byte) - 0x30) }
        guard sum % 10 == Int(bytes[6]) - 0x30 else { return .invalid(reason: "check digit") }
        return .canonical(String(decoding: bytes, as: UTF8.self))
    }

    static func canonicaliseMMSI(_ text: String) -> Canonical {
        let bytes = ASCII.dropPrefixWord("MMSI", from: text).utf8.filter { $0 != 0x20 && $0 != 0x2D }
        guard bytes.allSatisfy(ASCII.isDigit) else { return .invalid(reason: "unexpected character") }
        guard bytes.count == 9 else { return .invalid(reason: "length") }
        guard bytes.contains(where: { $0 != bytes[0] }) else { return .invalid(reason: "nine equal digits") }
        guard isStation(bytes.map { Int($0) - 0x30 }) else { return .invalid(reason: "not a station prefix") }
        return .canonical(String(decoding: bytes, as: UTF8.self))
    }

    /// A MID (country code of ITU) begins with 2 to 7.
    private static func isStation(_ digits: [Int]) -> Bool {
        let middle = 2...7
        switch (digits[0], digits[1], digits[2]) {
        case (2...7, _, _): return true
        case (0, 0, let mid), (0, let mid, _), (8, let mid, _): return middle.contains(mid)
        case (1, 1, 1): return middle.contains(digits[3])
        case (9, 8, let mid), (9, 9, let mid): return middle.contains(mid)
        case (9, 7, 0), (9, 7, 2), (9, 7, 4): return true
        default: return false
        }
    }
}
