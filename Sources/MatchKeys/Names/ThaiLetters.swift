/// Thai by the Royal Thai General System of 1999 as far as letters alone tell: the vowel written in front is put after its
/// consonant, a mark of silence takes its consonant away, finals change their sound. Knows letters only.

enum ThaiLetters {
    static func romanise(_ word: [Unicode.Scalar]) -> [UInt8] {
        let letters = spoken(word)
        var result: [UInt8] = []
        // What the syllable has so far: a first sound without its vowel, or a vowel that a bare consonant may close.
        var isOpen = false
        var hasVowel = false
        var isImplied = false
        var index = 0
        while index < letters.count {
            let letter = letters[index]
            let rest = letters[(index + 1)...]
            let next = rest.first
            let isBare = next.map { vowels[$0] == nil && $0 != "อ" } ?? true
            let isFirst = index == 0
            index += 1
            if let vowel = vowels[letter] {
                result += vowel
                isImplied = false
                (isOpen, hasVowel) = (false, true)
            } else if letter == "อ" {
                // The silent carrier of a vowel, or itself the vowel o.
                if isBare, !hasVowel { result.append(UInt8(ascii: isFirst ? "a" : "o")) }
                (isOpen, hasVowel) = (false, true)
            } else if startsDoubleR(letters[(index - 1)...]) {
                result += Array((rest.count == 1 ? "an" : "a").utf8)
                (isOpen, hasVowel) = (false, true)
                index += 1
            } else if letter == "ว", isOpen, isBare, next != nil, !startsDoubleR(rest) {
                result += Array("ua".utf8)
                (isOpen, hasVowel) = (false, true)
            } else if letter == "ห", !hasVowel || isFirst, let next, sonorants.contains(next) {
                continue
            } else if hasVowel, isBare, !startsDoubleR(rest), !startsLast(letter, rest, after: letters[index - 2]) {
                if let next, letter == "ษ", dentals.contains(next) {
                    result.append(UInt8(ascii: "t"))
                } else if letter == "ร", isImplied {
                    result += Array("rn".utf8)
                } else if letter == "ล", isImplied || letters[index - 2] == "ุ" || letters[index - 2] == "ู" {
                    result.append(UInt8(ascii: "l"))
                } else {
                    result += (next == nil ? finals : middles)[letter] ?? consonants[letter] ?? []
                }
                // `เขียว`: the second half of a long vowel may be closed like the first.
                (isOpen, hasVowel) = (false, letter == "ย" && letters[index - 2] == "ี")
                // `มิตร`, `จักร`: an r behind the last sound is written only.
                if rest.count == 1, next == "ร", silentBeforeR.contains(letter) { index += 1 }
            } else {
                var sound = consonants[letter] ?? []
                if isFirst, letter == "ท", next == "ร", rest.count > 1 {
                    sound = [UInt8(ascii: "s")]
                    index += 1
                }
                if let last = result.last, !Skeleton.isVowel(last) {
                    let isChR = last == UInt8(ascii: "h") && (letter == "ร" || letter == "ล")
                    if sound.first == UInt8(ascii: "h") || isChR { result.append(UInt8(ascii: "a")) }
                }
                result += sound
                (isOpen, hasVowel) = (true, false)
                guard index < letters.count, vowels[letters[index]] == nil else { continue }
                let after = index + 1 < letters.count ? letters[index + 1] : nil
                let second = letters[index]
                if second == "อ" || second == "ว" || startsDoubleR(letters[index...]) { continue }
                if second == "ร" || second == "ล", let after {
                    // A cluster before a vowel, written or not (`กรม`); else the end of the syllable (`พรชัย`).
                    let isCluster =
                        vowels[after] != nil || index + 2 == letters.count || vowels[letters[index + 2]] == nil
                    if isCluster { continue }
                }
                // A vowel that is not written: o before the consonant that closes the syllable, else a.
                let closes = after.map { vowels[$0] == nil } ?? true
                isImplied = closes
                result.append(UInt8(ascii: closes ? "o" : "a"))
                (isOpen, hasVowel) = (false, closes)
            }
        }
        return result
    }

    /// `รร` is the vowel of `ธรรม` (tham) and `วรรณ` (wan), unless the second has a vowel of its own.
    private static func startsDoubleR(_ letters: ArraySlice<Unicode.Scalar>) -> Bool {
        guard letters.starts(with: ["ร", "ร"]) else { return false }
        return letters.count == 2 || vowels[letters[letters.startIndex + 2]] == nil
    }

    /// True if `letter` and an r or l at the end are a syllable (`คุณากร`), not the end of one (`จักร`).
    private static func startsLast(
        _ letter: Unicode.Scalar,
        _ rest: ArraySlice<Unicode.Scalar>,
        after vowel: Unicode.Scalar
    ) -> Bool {
        guard let next = rest.first, next == "ร" || next == "ล" else { return false }
        if rest.count > 1 { return letter == "พ" && vowels[rest[rest.startIndex + 1]] == nil }
        return !(silentBeforeR.contains(letter) && next == "ร" && shortVowels.contains(vowel))
    }

    private static let shortVowels: Set<Unicode.Scalar> = ["ั", "ิ", "ุ", "เ"]
    private static let dentals: Set<Unicode.Scalar> = ["ฎ", "ฏ", "ฐ"]

    /// The letters in the order of speech, without tone marks and silenced consonants.
    private static func spoken(_ word: [Unicode.Scalar]) -> [Unicode.Scalar] {
        var letters: [Unicode.Scalar] = []
        var front: Unicode.Scalar?
        for scalar in word {
            switch scalar {
            case "เ", "แ", "โ", "ใ", "ไ":
                front = scalar
            case "์":
                if let last = letters.last, vowels[last] != nil { letters.removeLast() }
                if !letters.isEmpty { silence(&letters) }
            // Compatibility folding parts `ำ` in two.
            case "า" where letters.last == "ํ":
                continue
            case "่", "้", "๊", "๋", "๎", "ฺ", "็":
                continue
            default:
                letters.append(scalar)
                if let vowel = front, consonants[scalar] != nil || scalar == "อ" {
                    letters.append(vowel)
                    front = nil
                }
            }
        }
        return letters
    }

    /// Takes the last consonant away, and the one before it where the two are written for one (`จันทร์`, `ลักษณ์`).
    private static func silence(_ letters: inout [Unicode.Scalar]) {
        let silent = letters.removeLast()
        guard letters.count > 2, let last = letters.last else { return }
        let pairs: [Unicode.Scalar: [Unicode.Scalar]] = ["ร": ["ท", "ต", "ด"], "ณ": ["ษ"], "ม": ["ษ"]]
        if pairs[silent]?.contains(last) == true { letters.removeLast() }
        // `บูรณ์` is bun; without a vowel (`ภรณ์`) r and n are written.
        if silent == "ณ", last == "ร", vowels[letters[letters.count - 2]] != nil { letters[letters.count - 1] = "น" }
    }

    private static let sonorants: Set<Unicode.Scalar> = ["ง", "ญ", "ณ", "น", "ม", "ย", "ร", "ล", "ว"]

    private static let silentBeforeR: Set<Unicode.Scalar> = ["ก", "ช", "ด", "ต", "ท"]

    private static let vowels = LetterTable.parse(
        "ะ a า a ิ i ี i ึ ue ื ue ุ u ู u เ e แ ae โ o ใ ai ไ ai ๅ a ํ am ฤ rue ฦ lue ั a"
    )

    private static let consonants = LetterTable.parse(
        "ก k ข k ฃ k ค k ฅ k ฆ k ง ng จ ch ฉ ch ช ch ซ s ฌ ch ญ y ฎ d ฏ t ฐ th ฑ th ฒ th ณ n ด d ต t ถ th ท th ธ th "
            + "น n บ b ป p ผ p ฝ f พ p ฟ f ภ p ม m ย y ร r ล l ว w ศ s ษ s ส s ห h ฬ l ฮ h"
    )

    /// At the end of a word.
    private static let finals = LetterTable.parse(
        "จ t ช t ซ t ฌ t ญ n ฎ t ฐ t ฑ t ฒ t ด t ถ t ท t ธ t บ p ฟ p ย i ร n ล n ฬ n ว o ศ t ษ t ส t ห -"
    )

    /// At the end of a syllable inside a word, where many letters also begin the next.
    private static let middles = LetterTable.parse("ญ n ถ t ท t ธ t ฟ p ย i ล n ว o ห -")
}
