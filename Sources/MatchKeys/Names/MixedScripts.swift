/// Words of Latin letters with a few Cyrillic or Greek ones of the same shape, or the other way round: a slip of the keyboard,
/// a scan, or a way to hide. Knows shapes of letters only.

enum MixedScripts {
    /// `text` with each such word in the script of most of its letters; a word whose letters have no double stays as it is.
    static func settle(_ text: String) -> String {
        var hasLatin = false
        var hasOther = false
        for scalar in text.unicodeScalars {
            if scalar.isASCII {
                hasLatin = hasLatin || ASCII.isLetter(UInt8(scalar.value))
            } else if isGreekOrCyrillic(scalar) {
                hasOther = true
            }
        }
        guard hasLatin, hasOther else { return text }
        var result = String.UnicodeScalarView()
        var word: [Unicode.Scalar] = []
        for scalar in text.unicodeScalars {
            if isGreekOrCyrillic(scalar) || scalar.isASCII && ASCII.isLetter(UInt8(scalar.value)) {
                word.append(scalar)
                continue
            }
            result.append(contentsOf: settled(word))
            word.removeAll(keepingCapacity: true)
            result.append(scalar)
        }
        result.append(contentsOf: settled(word))
        return String(result)
    }

    private static func settled(_ word: [Unicode.Scalar]) -> [Unicode.Scalar] {
        let latin = word.filter(\.isASCII)
        let others = word.filter { !$0.isASCII }
        guard !latin.isEmpty, !others.isEmpty else { return word }
        let canBeLatin = others.allSatisfy { toLatin[$0] != nil }
        let canBeOther = others.allSatisfy { $0.value >= 0x0400 } && latin.allSatisfy { toCyrillic[$0] != nil }
        if canBeLatin, latin.count >= others.count || !canBeOther { return word.map { toLatin[$0] ?? $0 } }
        return canBeOther ? word.map { toCyrillic[$0] ?? $0 } : word
    }

    private static func isGreekOrCyrillic(_ scalar: Unicode.Scalar) -> Bool { (0x0370...0x052F).contains(scalar.value) }

    private static let cyrillic = zip(
        "АВЕКМНОРСТУХІЈЅаеорсухіјѕԁһԛԝ".unicodeScalars,
        "ABEKMHOPCTYXIJSaeopcyxijsdhqw".unicodeScalars
    )
    private static let greek = zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧοαινρυ".unicodeScalars, "ABEZHIKMNOPTYXoaivpu".unicodeScalars)

    private static let toLatin = Dictionary(Array(cyrillic) + Array(greek)) { first, _ in first }
    private static let toCyrillic = Dictionary(cyrillic.map { ($1, $0) }) { first, _ in first }
}
