/// Hebrew letters as names are spoken: `ו` and `י` inside a word are vowels, `ה` at its end is silent (letters of ISO 259-2,
/// values of the BGN/PCGN table of 1962 without its marks). Vowel points, which few files write, are passed over. Knows letters only.

enum HebrewLetters {
    static func romanise(_ word: [Unicode.Scalar]) -> [UInt8] {
        let letters = word.filter { !isPoint($0) }.flatMap { ligatures[$0] ?? [$0] }
        let plain = String.UnicodeScalarView(letters.filter { $0 != geresh })
        if let whole = whole[String(plain)] { return Array(whole.utf8) }
        var result: [UInt8] = []
        var index = 0
        while index < letters.count {
            let letter = letters[index]
            let next = index + 1 < letters.count ? letters[index + 1] : nil
            if next == geresh, let latin = marked[letter] {
                result += latin
                index += 2
                // `chr`, `chl` would be read as in Christ.
                if index < letters.count, letters[index] == "ר" || letters[index] == "ל" {
                    result.append(UInt8(ascii: "a"))
                }
                continue
            }
            let isFirst = index == 0
            let isLast = index == letters.count - 1
            index += 1
            switch letter {
            case "א", "ע":
                result.append(UInt8(ascii: "a"))
            case "ה":
                result += isFirst ? [UInt8(ascii: "h")] : isLast ? [UInt8(ascii: "a")] : Array("ah".utf8)
            case "ו":
                if next == "ו" {
                    result.append(UInt8(ascii: "v"))
                    index += 1
                } else {
                    let isBeforeFinalHe = next == "ה" && index == letters.count - 1
                    result.append(UInt8(ascii: isFirst || isBeforeFinalHe ? "v" : "u"))
                }
            case "י":
                result.append(UInt8(ascii: isFirst ? "y" : "i"))
            case "ב":
                result.append(UInt8(ascii: isLast && !isFirst ? "v" : "b"))
            case "פ":
                // Hard at the start, and at the end where it is not written `ף`.
                result.append(UInt8(ascii: isFirst || isLast ? "p" : "f"))
            default:
                result += table[letter] ?? []
            }
        }
        return result
    }

    /// The mark that makes a foreign sound of a letter; apostrophes after a Hebrew letter are read as it.
    static let geresh: Unicode.Scalar = "׳"

    /// The mark inside an abbreviation.
    static let gershayim: Unicode.Scalar = "״"

    private static func isPoint(_ scalar: Unicode.Scalar) -> Bool { (0x0591...0x05CF).contains(scalar.value) }

    /// Names written without the vowels that the rules look for.
    private static let whole = [
        "דוד": "david", "בן": "ben", "בת": "bat", "בר": "bar", "אבן": "ibn", "אבו": "abu", "לוי": "levi",
    ]

    private static let ligatures: [Unicode.Scalar: [Unicode.Scalar]] = [
        "װ": ["ו", "ו"], "ױ": ["ו", "י"], "ײ": ["י", "י"],
    ]

    private static let marked = LetterTable.parse("ג j ז zh צ ch ץ ch ת th")

    private static let table = LetterTable.parse(
        "ג g ד d ז z ח kh ט t כ k ך kh ל l מ m ם m נ n ן n ס s ף f צ ts ץ ts ק k ר r ש sh ת t"
    )
}
