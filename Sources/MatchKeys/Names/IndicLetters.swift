/// Devanagari by the Hunterian system without marks, and the scripts whose blocks stand in the same order
/// (Bengali, Gurmukhi, Gujarati, Odia, Tamil, Telugu, Kannada, Malayalam). Knows letters only.

enum IndicLetters {
    static func romanise(_ word: [Unicode.Scalar]) -> [UInt8] {
        if let whole = whole[String(String.UnicodeScalarView(word))] { return Array(whole.utf8) }
        var parts: [Part] = []
        for scalar in word { read(scalar, into: &parts) }
        if let first = word.first, first.value < 0x0B00 { dropSilent(&parts) }
        var result: [UInt8] = []
        for (index, part) in parts.enumerated() {
            result += part.consonant + part.vowel
            guard part.isNasal else { continue }
            let next = index + 1 < parts.count ? parts[index + 1].consonant.first : nil
            result.append(UInt8(ascii: next.map { labials.contains($0) } ?? false ? "m" : "n"))
        }
        return result
    }

    /// A consonant and the vowel after it; an unwritten one is a schwa until it is known to be silent.
    private struct Part {
        var consonant: [UInt8]
        var vowel: [UInt8]
        var isSchwa = false
        var isNasal = false
    }

    private static func read(_ scalar: Unicode.Scalar, into parts: inout [Part]) {
        let letter = others[scalar] ?? Unicode.Scalar(0x0900 + (scalar.value & 0x7F)) ?? scalar
        let last = parts.count - 1
        if let vowel = vowels[letter] {
            parts.append(Part(consonant: [], vowel: vowel))
        } else if let consonant = consonants[letter] {
            // Joined to `ज`, `ञ` makes both gy (`ज्ञान`, Gyan).
            let isJoined = last >= 0 && parts[last].vowel.isEmpty && parts[last].consonant == [UInt8(ascii: "j")]
            if letter == "ञ", isJoined { parts[last].consonant = [UInt8(ascii: "g")] }
            let spoken = letter == "ञ" && isJoined ? [UInt8(ascii: "y")] : consonant
            let isChillu = (0x0D7A...0x0D7F).contains(scalar.value)
            parts.append(Part(consonant: spoken, vowel: isChillu ? [] : [UInt8(ascii: "a")], isSchwa: !isChillu))
        } else if last < 0 {
            return
        } else if let vowel = signs[letter] {
            guard parts[last].isSchwa else { return }
            parts[last].vowel = vowel
            parts[last].isSchwa = false
        } else if letter == "़", let letters = dotted[String(decoding: parts[last].consonant, as: UTF8.self)] {
            parts[last].consonant = Array(letters.utf8)
        } else if letter == "ं" || letter == "ँ" || scalar == "ੰ" {
            parts[last].isNasal = true
        }
    }

    /// A schwa at the end is silent, and so is one between a vowel and a consonant with its own (`राजकुमार`, Rajkumar).
    private static func dropSilent(_ parts: inout [Part]) {
        for index in parts.indices.reversed() where index > 0 && parts[index].isSchwa && !parts[index].isNasal {
            guard !parts[index - 1].vowel.isEmpty else { continue }
            if index + 1 < parts.count {
                // Before h it stays: the two would be read as one sound.
                let next = parts[index + 1]
                guard !next.vowel.isEmpty, let sound = next.consonant.first, sound != UInt8(ascii: "h") else {
                    continue
                }
            }
            parts[index].vowel = []
        }
    }

    private static let whole = ["सिंह": "singh"]

    private static let labials = Array("bmp".utf8)

    private static let consonants = LetterTable.parse(
        "क k ख kh ग g घ gh ङ n च ch छ chh ज j झ jh ञ n ट t ठ th ड d ढ dh ण n त t थ th द d ध dh न n ऩ n प p फ ph "
            + "ब b भ bh म m य y र r ऱ r ल l ळ l ऴ zh व v श sh ष sh स s ह h"
    )

    /// Consonants with a dot below, written apart after compatibility folding.
    private static let dotted = ["k": "q", "g": "gh", "j": "z", "d": "r", "dh": "rh", "ph": "f", "n": "n", "r": "r"]

    private static let vowels = LetterTable.parse(
        "अ a आ a इ i ई i उ u ऊ u ऋ ri ऌ li ऍ e ऎ e ए e ऐ ai ऑ o ऒ o ओ o औ au ॠ ri"
    )

    private static let signs = LetterTable.parse(
        "ा a ि i ी i ु u ू u ृ ri ॄ ri ॅ e ॆ e े e ै ai ॉ o ॊ o ो o ौ au ् -"
    )

    /// Where a block leaves the order.
    private static let others: [Unicode.Scalar: Unicode.Scalar] = [
        "ৎ": "त", "ୟ": "य", "ୱ": "व", "ੜ": "र", "ৰ": "र", "ৱ": "व", "ൺ": "ण", "ൻ": "न", "ർ": "र", "ൽ": "ल", "ൾ": "ळ",
        "ൿ": "क",
    ]
}
