/// What an address gives to keys: house number, street, postcode, city. Knows how they are written; never who lives there.

import Foundation

struct PostalAddress: Sendable {
    /// The first run of digits.
    let house: String?
    /// The skeleton of the first word.
    let street: String?

    init(_ address: String) {
        guard address.utf8.count <= IdentifierKind.maximumInputBytes else {
            (house, street) = (nil, nil)
            return
        }
        let text = Preparation.prepare(address)
        let digits = text.utf8.drop { !ASCII.isDigit($0) }.prefix { ASCII.isDigit($0) }
        house = digits.isEmpty ? nil : String(Substring(digits))
        let letters = text.unicodeScalars.drop { !Self.isLetter($0) }.prefix { Self.isLetter($0) }
        let skeleton = Self.skeleton(String(letters))
        street = skeleton.isEmpty ? nil : skeleton
    }

    /// Letters and digits, upper case; empty for none.
    static func postcode(_ input: String) -> String {
        // Scalars, not characters: one character may carry any number of marks.
        let start = String(String.UnicodeScalarView(input.unicodeScalars.prefix(64)))
        let scalars = Preparation.prepare(start).uppercased().unicodeScalars
        var kept = String.UnicodeScalarView()
        for scalar in scalars where scalar.properties.isAlphabetic || scalar.properties.numericType == .decimal {
            kept.append(LookAlike.latin(scalar))
        }
        return String(kept)
    }

    /// The skeleton of the whole city, its words glued; empty for none.
    static func city(_ input: String) -> String {
        guard input.utf8.count <= IdentifierKind.maximumInputBytes else { return "" }
        return skeleton(Preparation.prepare(input))
    }

    private static func skeleton(_ text: String) -> String {
        let words = NameFolding.words(of: NameField(text: text, isWhole: false), isUkrainian: false)
        // By the rule alone: the known spellings are those of persons' names.
        return SkeletonRule.second.skeleton(of: String(decoding: words.joined(), as: UTF8.self))
    }

    private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return ASCII.isLetter(UInt8(scalar.value)) }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .spacingMark: return true
        default: return scalar.properties.isAlphabetic
        }
    }
}
