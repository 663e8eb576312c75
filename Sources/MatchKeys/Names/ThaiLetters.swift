/// Thai by the Royal Thai General System of 1999 as far as letters alone tell: the vowel written in front is put after its
/// consonant, a mark of silence takes its consonant away, finals change their sound. Where half of all bearers leave the h of
/// ph and kh out, so does the table. Knows letters only.

enum ThaiLetters {
    static func romanise(_ word: [Unicode.Scalar]) -> [UInt8] {
        var speller = Speller(letters: spoken(word))
        return speller.spell()
    }

    /// Goes through the letters of one word, syllable by syllable.
    private struct Speller {
        /// What the syllable has so far.
        enum Syllable {
            case none
            /// A first sound whose vowel is still to come.
            case onset
            /// A vowel, which a bare consonant may close; written or only spoken.
            case vowel(isWritten: Bool)
        }

        let letters: [Unicode.Scalar]
        private var place = 0
        private var syllable = Syllable.none
        private var result: [UInt8] = []

        init(letters: [Unicode.Scalar]) { self.letters = letters }

        mutating func spell() -> [UInt8] {
            while place < letters.count { step() }
            return result
        }

        private mutating func step() {
            let letter = letters[place]
            if let vowel = vowels[letter] {
                add(vowel, then: .vowel(isWritten: true))
            } else if letter == "อ" {
                // The silent bearer of a vowel, or itself the vowel o.
                let isVowel = isBare(at: place) && !hasVowel
                let sound = place == 0 ? UInt8(ascii: "a") : UInt8(ascii: "o")
                add(isVowel ? [sound] : [], then: .vowel(isWritten: true))
            } else if isDoubleR(at: place) {
                // The vowel of `ธรรม` (tham) and `วรรณ` (wan).
                add(Array((place + 2 == letters.count ? "an" : "a").utf8), then: .vowel(isWritten: true))
                place += 1
            } else if letter == "ว", case .onset = syllable, isBare(at: place), place + 1 < letters.count,
                !isDoubleR(at: place + 1)
            {
                add(Array("ua".utf8), then: .vowel(isWritten: true))
            } else if letter == "ห", place == 0 || !hasVowel, let next = at(place + 1), sonorants.contains(next) {
                place += 1
            } else if hasVowel, isBare(at: place), !isDoubleR(at: place + 1), !startsLast(at: place) {
                close(with: letter)
            } else {
                open(letter)
            }
        }

        /// The last sound of a syllable.
        private mutating func close(with letter: Unicode.Scalar) {
            let (before, next) = (letters[place - 1], at(place + 1))
            var isSpoken = false
            if case .vowel(isWritten: false) = syllable { isSpoken = true }
            let sound: [UInt8]
            if letter == "ษ", let next, dentals.contains(next) {
                sound = [UInt8(ascii: "t")]
            } else if letter == "ร", isSpoken {
                sound = Array("rn".utf8)
            } else if letter == "ล", isSpoken || before == "ุ" || before == "ู" {
                sound = [UInt8(ascii: "l")]
            } else {
                sound = (next == nil ? finals : middles)[letter] ?? consonants[letter] ?? []
            }
            // `เขียว`: the second half of a long vowel may be closed like the first.
            add(sound, then: letter == "ย" && before == "ี" ? .vowel(isWritten: true) : .none)
            // `มิตร`, `จักร`: an r behind the last sound is written only.
            if next == "ร", place + 1 == letters.count, silentBeforeR.contains(letter) { place += 1 }
        }

        /// The first sound of a syllable, and its vowel where none is written.
        private mutating func open(_ letter: Unicode.Scalar) {
            var sound = consonants[letter] ?? []
            if place == 0, letter == "ท", at(1) == "ร", letters.count > 2 {
                sound = [UInt8(ascii: "s")]
                place += 1
            }
            if let last = result.last, !Skeleton.isVowel(last) {
                // Not to be read with the sound before as one: `ph`, `chr`.
                let joins = last == UInt8(ascii: "h") && (letter == "ร" || letter == "ล")
                if joins || sound.first == UInt8(ascii: "h") { result.append(UInt8(ascii: "a")) }
            }
            add(sound, then: .onset)
            guard let second = at(place), vowels[second] == nil, second != "อ", second != "ว", !isDoubleR(at: place),
                !isCluster
            else { return }
            // A vowel that is not written: o before the consonant that closes the syllable, else a.
            let closes = at(place + 1).map { vowels[$0] == nil } ?? true
            result.append(UInt8(ascii: closes ? "o" : "a"))
            syllable = closes ? .vowel(isWritten: false) : .none
        }

        private mutating func add(_ sound: [UInt8], then next: Syllable) {
            result += sound
            syllable = next
            place += 1
        }

        private var hasVowel: Bool {
            if case .vowel = syllable { return true }
            return false
        }

        private func at(_ index: Int) -> Unicode.Scalar? { index < letters.count ? letters[index] : nil }

        /// True if no vowel is written after the letter at `index`.
        private func isBare(at index: Int) -> Bool {
            at(index + 1).map { vowels[$0] == nil && $0 != "อ" } ?? true
        }

        /// `รร`, unless the second has a vowel of its own.
        private func isDoubleR(at index: Int) -> Bool {
            guard at(index) == "ร", at(index + 1) == "ร" else { return false }
            return at(index + 2).map { vowels[$0] == nil } ?? true
        }

        /// An r or l here that belongs to the first sound: a vowel follows, written or not (`กรม`); else it ends the
        /// syllable (`พรชัย`).
        private var isCluster: Bool {
            guard at(place) == "ร" || at(place) == "ล", let after = at(place + 1) else { return false }
            return vowels[after] != nil || at(place + 2).map { vowels[$0] == nil } ?? true
        }

        /// True if the letter and an r or l behind it are a syllable (`คุณากร`), not the end of one (`จักร`).
        private func startsLast(at index: Int) -> Bool {
            guard let next = at(index + 1), next == "ร" || next == "ล" else { return false }
            if let after = at(index + 2) { return letters[index] == "พ" && vowels[after] == nil }
            let isSilent = next == "ร" && silentBeforeR.contains(letters[index])
            return !(isSilent && shortVowels.contains(letters[index - 1]))
        }
    }

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

    private static let shortVowels: Set<Unicode.Scalar> = ["ั", "ิ", "ุ", "เ"]
    private static let dentals: Set<Unicode.Scalar> = ["ฎ", "ฏ", "ฐ"]
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
