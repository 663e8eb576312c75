/// Countries: any code or name to ISO 3166-1 alpha-3 (IDENTIFIERS, `country`).
/// Knows codes and names; never learns of whom they are said.

import Foundation

enum CountryForm {
    static func canonicalise(_ text: String) -> Canonical {
        if let code = code(text) ?? CountryIndex.shared.byName[fold(text)] { return .canonical(code) }
        return .invalid(reason: "unknown country")
    }

    /// Reads a code only: alpha-2, alpha-3, three digits, or a code of ICAO Doc 9303-3.
    static func code(_ text: String) -> String? {
        guard (1...3).contains(text.utf8.count) else { return nil }
        return CountryIndex.shared.byCode[text.uppercased()]
    }

    /// True if `text` is an alpha-2 code in any case (or `UK`, `EL`, `XK`).
    static func isRegion(_ text: String) -> Bool {
        text.utf8.count == 2 && code(text) != nil
    }

    /// The alpha-2 code of an alpha-3 code of ISO 3166-1.
    static func alpha2(of alpha3: String) -> String? { CountryIndex.shared.alpha2[alpha3] }

    /// Letters and digits in lower case without marks, words parted by one blank.
    static func fold(_ text: String) -> String {
        let lower = text.lowercased()
        let source = lower.utf8.allSatisfy { $0 < 0x80 } ? lower : lower.decomposedStringWithCompatibilityMapping
        var result = String.UnicodeScalarView()
        var pendingBlank = false
        for scalar in source.unicodeScalars {
            let properties = scalar.properties
            switch properties.generalCategory {
            case .nonspacingMark, .enclosingMark, .format: continue
            case _ where properties.isAlphabetic || properties.numericType == .decimal:
                if pendingBlank, !result.isEmpty { result.append(" ") }
                pendingBlank = false
                result.append(plain[scalar] ?? scalar)
            default: pendingBlank = true
            }
        }
        return String(result)
    }

    /// Letters that keyboards of neighbours write differently.
    private static let plain: [Unicode.Scalar: Unicode.Scalar] = [
        "ي": "ی", "ى": "ی", "ك": "ک", "ة": "ه", "ı": "i", "ø": "o", "ł": "l", "đ": "d",
    ]
}

/// The table, read once.
private struct CountryIndex: Sendable {
    static let shared = CountryIndex()

    var byCode: [String: String] = [:]
    var byName: [String: String] = [:]
    var alpha2: [String: String] = [:]

    private init() {
        for line in CountryTable.text.split(separator: "\n") {
            let cells = line.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
            guard cells.count >= 3 else { continue }
            for code in cells[0..<3] where !code.isEmpty { byCode[code] = cells[0] }
            alpha2[cells[0]] = cells[1]
            for name in cells[3...] {
                byName[CountryForm.fold(Preparation.prepare(name))] = cells[0]
            }
        }
        // ICAO Doc 9303-3 section 5 and former states; `UK` and `EL` as the European Union writes them.
        let others = [
            "D": "DEU", "GBD": "GBR", "GBN": "GBR", "GBO": "GBR", "GBP": "GBR", "GBS": "GBR", "RKS": "XKX",
            "UNK": "XKX", "UK": "GBR", "EL": "GRC",
        ]
        byCode.merge(others) { _, new in new }
        for code in "UTO UNO UNA XOM XPO XXA XXB XXC XXX EUE SUN YUG SCG CSK DDR".split(separator: " ") {
            byCode[String(code)] = String(code)
        }
    }
}
