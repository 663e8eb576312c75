/// Greek letters by ELOT 743 (ISO 843 transcription), as travel documents write them, but for `χ`. Knows letters only.

import Foundation

enum GreekLetters {
    /// Lower-case letter, with or without marks -> the letter without them (final sigma as sigma).
    static let base: [Unicode.Scalar: Unicode.Scalar] = {
        var result: [Unicode.Scalar: Unicode.Scalar] = [:]
        for block in [0x0370...0x03FF, 0x1F00...0x1FFF] as [ClosedRange<UInt32>] {
            for value in block {
                guard let scalar = Unicode.Scalar(value),
                    let first = String(scalar).lowercased().decomposedStringWithCanonicalMapping.unicodeScalars.first,
                    letters[first] != nil || first == "ς"
                else { continue }
                result[scalar] = first == "ς" ? "σ" : first
            }
        }
        return result
    }()

    static func romanise(_ word: [Unicode.Scalar]) -> [UInt8] {
        var result: [UInt8] = []
        var index = 0
        while index < word.count {
            let next = index + 1 < word.count ? word[index + 1] : nil
            if let next, let pair = pairs[Pair(word[index], next)] {
                let startsWord = index == 0
                result += startsWord ? pair.atStart : pair.inside
                index += 2
            } else if let next, next == "υ", word[index] == "α" || word[index] == "ε" || word[index] == "η" {
                let after = index + 2 < word.count ? word[index + 2] : nil
                result += letters[word[index]] ?? []
                result.append(after.map { voiceless.contains($0) } ?? true ? UInt8(ascii: "f") : UInt8(ascii: "v"))
                index += 2
            } else {
                // ELOT writes ch; as a sound it is kh, but in Christ and Chloe.
                let isHard = word[index] == "χ" && next != "ρ" && next != "λ"
                result += isHard ? Array("kh".utf8) : letters[word[index]] ?? []
                index += 1
            }
        }
        return result
    }

    private struct Pair: Hashable {
        var first: Unicode.Scalar
        var second: Unicode.Scalar
        init(_ first: Unicode.Scalar, _ second: Unicode.Scalar) {
            self.first = first
            self.second = second
        }
    }

    private static let pairs: [Pair: (atStart: [UInt8], inside: [UInt8])] = [
        Pair("ο", "υ"): (Array("ou".utf8), Array("ou".utf8)),
        Pair("μ", "π"): (Array("b".utf8), Array("mp".utf8)),
        Pair("ν", "τ"): (Array("d".utf8), Array("nt".utf8)),
        Pair("γ", "κ"): (Array("g".utf8), Array("gk".utf8)),
        Pair("γ", "γ"): (Array("ng".utf8), Array("ng".utf8)),
        Pair("γ", "ξ"): (Array("nx".utf8), Array("nx".utf8)),
        Pair("γ", "χ"): (Array("nch".utf8), Array("nch".utf8)),
    ]

    private static let voiceless: Set<Unicode.Scalar> = ["θ", "κ", "ξ", "π", "σ", "τ", "φ", "χ", "ψ"]

    private static let letters = LetterTable.parse(
        "α a β v γ g δ d ε e ζ z η i θ th ι i κ k λ l μ m ν n ξ x ο o π p ρ r σ s τ t υ y φ f χ ch ψ ps ω o"
    )
}
