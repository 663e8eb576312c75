/// Number plates: letters and digits without region (IDENTIFIERS, `plate`).
/// Knows shapes of letters; never learns the vehicle.

import Foundation

enum PlateForm {
    static func canonicalise(_ text: String) -> Canonical {
        var plate = text
        if let at = text.lastIndex(of: "@") {
            guard CountryForm.isRegion(Preparation.trim(text[text.index(after: at)...])) else {
                return .invalid(reason: "unknown region")
            }
            plate = String(text[..<at])
        }
        var kept = String.UnicodeScalarView()
        for scalar in fold(plate).unicodeScalars {
            switch scalar {
            case " ", "-", ".", "\u{B7}", ":", "/", "|", "_": continue
            default:
                let properties = scalar.properties
                guard properties.numericType == .decimal || isLetter(properties.generalCategory) else {
                    return .invalid(reason: "unexpected character")
                }
                kept.append(LookAlike.latin(scalar))
            }
        }
        if kept.isEmpty { return .invalid(reason: "no letter or digit") }
        if kept.count < 2 { return .invalid(reason: "too short") }
        if kept.count > 10 { return .invalid(reason: "too long") }
        return .canonical(String(kept))
    }

    /// Upper case; marks dropped from Latin letters and kept on others, composed.
    private static func fold(_ text: String) -> String {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.uppercased() }
        var result = String.UnicodeScalarView()
        var afterLatin = false
        for scalar in text.uppercased().decomposedStringWithCanonicalMapping.unicodeScalars {
            if scalar.properties.generalCategory == .nonspacingMark {
                if !afterLatin { result.append(scalar) }
                continue
            }
            afterLatin = scalar.isASCII
            result.append(scalar)
        }
        // Scripts without Latin letters keep their marks only inside composed letters; loose ones go.
        let composed = String(result).precomposedStringWithCompatibilityMapping.unicodeScalars
        var kept = String.UnicodeScalarView()
        kept.append(contentsOf: composed.filter { $0.properties.generalCategory != .nonspacingMark })
        return String(kept)
    }

    private static func isLetter(_ category: Unicode.GeneralCategory) -> Bool {
        switch category {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
        default: false
        }
    }
}
