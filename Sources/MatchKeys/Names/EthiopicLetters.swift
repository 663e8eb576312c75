/// Ethiopic syllables, Amharic values, by the BGN/PCGN table of 1967 without its marks. Knows letters only.

enum EthiopicLetters {
    static func romanise(_ word: [Unicode.Scalar]) -> [UInt8] {
        var result: [UInt8] = []
        for (index, scalar) in word.enumerated() {
            guard let (row, order) = place(of: scalar) else { continue }
            result += consonants[row]
            let isOpen = openRows.contains(row)
            switch order {
            case 0: result.append(UInt8(ascii: isOpen ? "a" : "e"))
            case 5:
                // The sixth order is a short vowel or none: written where its lack would join two sounds into another.
                let after = index + 1 < word.count ? place(of: word[index + 1]).map { consonants[$0.row] } : nil
                if index == 0 || consonants[row].isEmpty || joins(consonants[row].last, after?.first) {
                    result.append(UInt8(ascii: "i"))
                }
            default: result += vowels[order]
            }
        }
        return result
    }

    private static func joins(_ sound: UInt8?, _ next: UInt8?) -> Bool {
        guard let sound, let next else { return false }
        let isStop = [UInt8(ascii: "t"), UInt8(ascii: "d")].contains(sound)
        return next == UInt8(ascii: "h") || isStop && (next == UInt8(ascii: "s") || next == UInt8(ascii: "z"))
    }

    private static func place(of scalar: Unicode.Scalar) -> (row: Int, order: Int)? {
        guard (0x1200...0x1357).contains(scalar.value) else { return nil }
        let offset = Int(scalar.value) - 0x1200
        return (offset / 8, offset % 8)
    }

    private static let vowels = ["e", "u", "i", "a", "e", "", "o", "wa"].map { Array($0.utf8) }

    /// Rows of eight from U+1200.
    private static let consonants: [[UInt8]] =
        ("h l h m s r s sh k kw k kw b v t ch h hw n ny - k kw kh kw w - z zh y d d j g gw ng t ch p ts ts f p")
        .split(separator: " ").map { $0 == "-" ? [] : Array($0.utf8) }

    /// Rows whose first order is read as the fourth: h three times, and the two carriers of a vowel.
    private static let openRows: Set<Int> = [0, 2, 16, 20, 26]
}
