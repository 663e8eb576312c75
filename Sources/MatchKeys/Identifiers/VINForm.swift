/// Vehicle identification numbers: 17 characters of ISO 3779 (IDENTIFIERS, `vin`).
/// Knows the check digit of 49 CFR 565.15; never learns the vehicle.

enum VINForm {
    static func canonicalise(_ text: String) -> Canonical {
        var kept: [UInt8] = []
        for scalar in text.unicodeScalars {
            switch scalar {
            case " ", "-", ".": continue
            default:
                switch LookAlike.capital(scalar) {
                case UInt8(ascii: "I"): kept.append(0x31)
                case UInt8(ascii: "O"), UInt8(ascii: "Q"): kept.append(0x30)
                case let byte?: kept.append(byte)
                case nil: return .invalid(reason: "unexpected character")
                }
            }
        }
        guard kept.count == 17 else { return .invalid(reason: "length") }
        // Mandatory in North America (1-5) and China (L) only.
        let isChecked = (0x31...0x35).contains(kept[0]) || kept[0] == UInt8(ascii: "L")
        guard !isChecked || kept[8] == checkDigit(kept) else { return .invalid(reason: "check digit") }
        return .canonical(String(decoding: kept, as: UTF8.self))
    }

    private static let weights = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2]
    /// Values of A to Z; I, O and Q do not occur.
    private static let values = [1, 2, 3, 4, 5, 6, 7, 8, 0, 1, 2, 3, 4, 5, 0, 7, 0, 9, 2, 3, 4, 5, 6, 7, 8, 9]

    private static func checkDigit(_ vin: [UInt8]) -> UInt8 {
        var sum = 0
        for (byte, weight) in zip(vin, weights) {
            sum += weight * (ASCII.isDigit(byte) ? Int(byte) - 0x30 : values[Int(byte) - 0x41])
        }
        let rest = sum % 11
        return rest == 10 ? UInt8(ascii: "X") : UInt8(0x30 + rest)
    }
}
