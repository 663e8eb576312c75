/// Armenian letters by the BGN/PCGN table of 1981 (Eastern pronunciation), without its apostrophes. Knows letters only.

enum ArmenianLetters {
    static func romanise(_ word: [Unicode.Scalar]) -> [UInt8] {
        var result: [UInt8] = []
        for (index, letter) in word.enumerated() {
            let before = index > 0 ? word[index - 1] : nil
            let after = index + 1 < word.count ? word[index + 1] : nil
            switch letter {
            // `ու` is one vowel; alone `ւ` is the v of the old spelling.
            case "ւ":
                result.append(UInt8(ascii: before == "ո" ? "u" : "v"))
            case "ո":
                if after == "ւ" { continue }
                result += before == nil && after != "վ" ? Array("vo".utf8) : [UInt8(ascii: "o")]
            case "ե":
                result += before == nil ? Array("ye".utf8) : [UInt8(ascii: "e")]
            default:
                result += table[letter] ?? []
            }
        }
        return result
    }

    private static let table = LetterTable.parse(
        "ա a բ b գ g դ d զ z է e ը y թ t ժ zh ի i լ l խ kh ծ ts կ k հ h ձ dz ղ gh ճ ch մ m յ y ն n շ sh չ ch պ p ջ j "
            + "ռ r ս s վ v տ t ր r ց ts փ p ք k և ev օ o ֆ f"
    )
}
