/// Arabic and Persian letters by consonants, long vowels as vowels (KEY_RECIPE, tokens). Knows letters only.

enum ArabicLetters {
    /// The words of one written word: an article in front becomes a word of its own.
    static func romanise(_ word: [Unicode.Scalar]) -> [[UInt8]] {
        let letters = word.filter { $0.value != 0x0640 && $0.value != 0x0621 }
        if let whole = whole[String(String.UnicodeScalarView(letters))] { return [Array(whole.utf8)] }
        for (servant, count) in [("عبدال", 5)] where letters.count > count + 1 {
            if letters.starts(with: servant.unicodeScalars) {
                return [Array("abd".utf8), Array("al".utf8), spell(letters[count...])]
            }
        }
        if letters.count > 3, letters[0] == "ا", letters[1] == "ل" {
            return [Array("al".utf8), spell(letters[2...])]
        }
        let spelled = spell(letters[...])
        return spelled.isEmpty ? [] : [spelled]
    }

    private static func spell(_ letters: ArraySlice<Unicode.Scalar>) -> [UInt8] {
        var result: [UInt8] = []
        for (offset, scalar) in letters.enumerated() {
            let place = letters.startIndex + offset
            switch scalar {
            case "ع":
                if offset == 0 { result.append(UInt8(ascii: "a")) }
            case "و", "ۆ", "ۇ":
                let before = offset > 0 ? letters[place - 1] : nil
                let after = place + 1 < letters.endIndex ? letters[place + 1] : nil
                let isConsonant = before == nil || after == "ا" || before == "ا" || after == "ی" || after == "ي"
                result.append(UInt8(ascii: isConsonant ? "w" : "u"))
            case "ئ" where offset == 0:
                // In Kurdish and Uyghur the silent bearer of a first vowel.
                continue
            case "ي", "ی", "ئ", "ې", "ى":
                result.append(UInt8(ascii: offset == 0 ? "y" : "i"))
            default:
                if let latin = table[scalar] {
                    result += latin
                } else if scalar.isASCII {
                    result.append(UInt8(scalar.value))
                }
            }
        }
        return result
    }

    /// Short words whose vowels are not written.
    private static let whole = [
        "بن": "bin", "ابن": "ibn", "بنت": "bint", "ال": "al", "آل": "al", "عبد": "abd", "ابو": "abu", "أبو": "abu",
    ]

    private static let table = LetterTable.parse(
        "ا a أ a إ i آ a ٱ a ب b پ p ت t ٹ t ث th ج j چ ch ح h خ kh د d ڈ d ذ dh ر r ڑ r ز z ژ zh س s ش sh ص s ض d ط t ظ z "
            + "غ gh ف f ڤ v ق q ك k ک k گ g ڭ g ل l م m ن n ں n ه h ہ h ھ h ة a ۀ a ؤ u ے e ە a ێ e ګ g ڵ l ڕ r ښ sh ږ zh ټ t ډ d ړ r ڼ n څ ts ځ dz ۍ i ۈ u ۋ v"
    )
}
