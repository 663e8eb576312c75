/// Words whose letters are of several scripts, one of which looks like the other: `Раypal` with a Cyrillic beginning. Knows
/// letters by their Unicode names; never changes them.

struct MixedWords {
    private var scripts: Set<Substring> = []

    /// Scripts with letters that look alike.
    private static let alike: Set<Substring> = ["LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC"]

    /// - Returns: the scripts of the word that ends before this scalar, where they are several.
    mutating func end(before scalar: Unicode.Scalar) -> String? {
        if scalar.isASCII {
            guard scalar.properties.isAlphabetic else { return end() }
            scripts.insert("LATIN")
            return nil
        }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark: return nil
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .otherLetter:
            let script = (scalar.properties.name ?? "").prefix { $0 != " " }
            if Self.alike.contains(script) { scripts.insert(script) }
            return nil
        default: return end()
        }
    }

    /// The same at the end of a text.
    mutating func end() -> String? {
        defer { scripts.removeAll(keepingCapacity: true) }
        return scripts.count > 1 ? scripts.sorted().joined(separator: "+") : nil
    }
}
