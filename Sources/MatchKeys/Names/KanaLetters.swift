/// Katakana and hiragana by the Hepburn system without marks for long vowels. Knows letters only.

enum KanaLetters {
    static func romanise(_ word: [Unicode.Scalar]) -> [UInt8] {
        var result: [UInt8] = []
        var doubles = false
        for scalar in word {
            // Hiragana stand 0x60 below their katakana.
            let value = scalar.value < 0x30A0 ? scalar.value + 0x60 : scalar.value
            guard let kana = Unicode.Scalar(value) else { continue }
            if kana == "ッ" {
                doubles = true
            } else if let vowel = small[kana] {
                combine(vowel, with: &result)
            } else if let letters = table[kana] {
                if doubles, let first = letters.first {
                    result.append(first == UInt8(ascii: "c") ? UInt8(ascii: "t") : first)
                }
                doubles = false
                result += letters
            }
        }
        return result
    }

    /// A small vowel takes the place of the one before: `シ` and small `ヤ` are sha, `フ` and small `ア` are fa.
    private static func combine(_ small: [UInt8], with result: inout [UInt8]) {
        guard let last = result.last, Skeleton.isVowel(last) else {
            result += small
            return
        }
        if small.count == 1, small[0] == last { return }
        let before = result.dropLast().last
        let isGlide = small.count == 2 && small[0] == UInt8(ascii: "y")
        switch (last, before) {
        case (UInt8(ascii: "u"), let before) where before == nil || Skeleton.isVowel(before ?? 0):
            result[result.count - 1] = UInt8(ascii: "w")
            result += small
        case (_, let before?) where !Skeleton.isVowel(before):
            result.removeLast()
            // sh, ch and j hold the glide already.
            let holdsGlide = before == UInt8(ascii: "h") && result.count > 1 || before == UInt8(ascii: "j")
            result += isGlide && holdsGlide && last == UInt8(ascii: "i") ? small.dropFirst() : small[...]
        default:
            result += small
        }
    }

    private static let small = LetterTable.parse("ァ a ィ i ゥ u ェ e ォ o ャ ya ュ yu ョ yo ヮ wa")

    private static let table = LetterTable.parse(
        "ア a イ i ウ u エ e オ o カ ka ガ ga キ ki ギ gi ク ku グ gu ケ ke ゲ ge コ ko ゴ go サ sa ザ za シ shi ジ ji ス su "
            + "ズ zu セ se ゼ ze ソ so ゾ zo タ ta ダ da チ chi ヂ ji ツ tsu ヅ zu テ te デ de ト to ド do ナ na ニ ni ヌ nu "
            + "ネ ne ノ no ハ ha バ ba パ pa ヒ hi ビ bi ピ pi フ fu ブ bu プ pu ヘ he ベ be ペ pe ホ ho ボ bo ポ po マ ma "
            + "ミ mi ム mu メ me モ mo ヤ ya ユ yu ヨ yo ラ ra リ ri ル ru レ re ロ ro ワ wa ヰ i ヱ e ヲ o ン n ヴ vu "
            + "ヵ ka ヶ ke ヷ va ヸ vi ヹ ve ヺ vo"
    )
}
