/// Hangul by the Revised Romanisation of 2000, but `ㄱ` is k as names write it (Kim, Kang), and `ㄹ` before a vowel is r.
/// Knows letters only.

enum HangulLetters {
    /// A word; a syllable alone is a family name, written as its bearers do.
    static func romanise(_ word: [Unicode.Scalar]) -> [UInt8] {
        if word.count == 1, let family = families[word[0]] { return family }
        var result: [UInt8] = []
        let syllables = word.map { Int($0.value) - 0xAC00 }
        for (index, syllable) in syllables.enumerated() {
            let before = index > 0 ? syllables[index - 1] % 28 : 0
            let initial = syllable / 588
            // A final before a silent initial is spoken as the next syllable's first sound.
            result += initial == silent ? linked[before] : initials[initial]
            if initial == liquid, before == l { result[result.count - 1] = UInt8(ascii: "l") }
            result += vowels[syllable % 588 / 28]
            let isLinked = index + 1 < syllables.count && syllables[index + 1] / 588 == silent
            let final = syllable % 28
            if !isLinked || final == ng { result += finals[final] }
        }
        return result
    }

    /// Family and given name of a full name written as one word, or that word.
    static func parts(of word: [Unicode.Scalar]) -> [[Unicode.Scalar]] {
        guard (2...4).contains(word.count) else { return [word] }
        let hasLong = word.count > 2 && longFamilies.contains(String(String.UnicodeScalarView(word.prefix(2))))
        let family = hasLong || word.count == 4 ? 2 : 1
        return [Array(word.prefix(family)), Array(word.dropFirst(family))]
    }

    private static let families = LetterTable.parse("이 lee 박 park 오 oh 우 woo 임 lim 노 noh 유 yoo 아 ah 어 eo")
    private static let longFamilies: Set<String> = ["남궁", "황보", "제갈", "사공", "선우", "서문", "독고", "동방"]

    private static let silent = 11
    private static let liquid = 5
    private static let l = 8
    private static let ng = 21

    private static func cells(_ text: String) -> [[UInt8]] {
        text.split(separator: " ").map { $0 == "-" ? [] : Array($0.utf8) }
    }

    private static let initials = cells("k kk n d tt r m b pp s ss - j jj ch k t p h")
    private static let vowels = cells("a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i")
    private static let finals = cells("- k k k n n n t l k m l l l p l m p p t t ng t t k t p t")
    private static let linked = cells("- k kk ks n nj n d r lk lm lb ls lt lp r m b ps s ss - j ch k t p -")
}
