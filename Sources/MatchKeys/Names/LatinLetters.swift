/// Latin letters without their marks. Knows letters only.

import Foundation

enum LatinLetters {
    /// Lower-case letter outside ASCII -> letters a-z.
    static let plain: [Unicode.Scalar: [UInt8]] = {
        var table: [Unicode.Scalar: [UInt8]] = [:]
        for block in [0x00C0...0x024F, 0x1E00...0x1EFF] as [ClosedRange<UInt32>] {
            for value in block {
                guard let scalar = Unicode.Scalar(value) else { continue }
                let letters = String(scalar).lowercased().decomposedStringWithCompatibilityMapping.utf8.filter {
                    ASCII.isLower($0)
                }
                if !letters.isEmpty { table[scalar] = Array(letters) }
            }
        }
        // Letters that Unicode does not take apart (KEY_RECIPE, tokens; the rest as ICAO Doc 9303-3 section 6 A).
        let others: [Unicode.Scalar: String] = [
            "ß": "ss", "ø": "o", "ı": "i", "đ": "d", "ə": "a", "ł": "l", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d",
            "ŋ": "n", "ħ": "h", "ŧ": "t", "ĸ": "k", "ƙ": "k", "ɓ": "b", "ɗ": "d", "ƴ": "y", "ɛ": "e", "ɔ": "o",
            "ɣ": "g",
            "ŀ": "l", "ǝ": "a", "ǥ": "g", "ɲ": "n", "ʒ": "z",
        ]
        for (scalar, letters) in others { table[scalar] = Array(letters.utf8) }
        return table
    }()
}
