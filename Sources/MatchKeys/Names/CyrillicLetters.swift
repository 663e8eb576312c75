/// Cyrillic letters as travel documents write them (ICAO Doc 9303-3 section 6 B). Knows letters only.

enum CyrillicLetters {
    /// The Latin letters of a lower-case one (none for the signs), or nil if it is not Cyrillic.
    static func latin(_ scalar: Unicode.Scalar, isUkrainian: Bool) -> [UInt8]? {
        guard (0x0400...0x052F).contains(scalar.value) else { return nil }
        if isUkrainian, let letters = ukrainian[scalar] { return letters }
        return table[scalar]
    }

    /// True if a letter occurs that only Ukrainian has; its `г` is h.
    static func isUkrainian(_ text: String) -> Bool {
        // Their first bytes in UTF-8; most names have neither.
        guard text.utf8.contains(where: { (0xD0...0xD2).contains($0) }) else { return false }
        return text.unicodeScalars.contains { scalar in
            switch scalar {
            case "ї", "Ї", "є", "Є", "ґ", "Ґ", "і", "І": true
            default: false
            }
        }
    }

    private static let ukrainian: [Unicode.Scalar: [UInt8]] = ["г": Array("h".utf8), "и": Array("y".utf8)]

    private static let table = LetterTable.parse(
        "а a б b в v г g д d е e ё e ж zh з z и i й i к k л l м m н n о o п p р r с s т t у u ф f х kh ц ts ч ch ш sh "
            + "щ shch ъ - ы y ь - э e ю iu я ia ґ g є ie і i ї i ў u ђ d ѓ g ѕ dz ј j ќ k љ lj њ nj ћ c џ dz "
            + "ә a ғ g қ k ң n ө o ұ u ү u һ h җ j ҡ k ҙ z ҫ s ӑ a ӗ e ӳ u ӣ i ӯ u ҳ h ҷ j ѳ f ѣ e ѵ i"
    )
}
