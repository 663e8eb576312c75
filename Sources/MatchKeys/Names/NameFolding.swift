/// From one written name to words of the letters a-z: lower case, transliterated, without marks.
/// Knows alphabets; never learns who bears the name.

import Foundation

enum NameFolding {
    /// Words read of one field; no name has so many.
    static let maximumWords = 64

    /// The words of `field`, each of letters a-z and not empty. The text must be prepared (`Preparation.prepare`).
    static func words(of field: NameField, isUkrainian: Bool) -> [[UInt8]] {
        var copy = field.text
        let plain: [[UInt8]]? = copy.withUTF8 { bytes in
            bytes.allSatisfy { $0 < 0x80 } ? asciiWords(bytes) : nil
        }
        if let plain { return Array(plain.prefix(maximumWords)) }
        var words: [[Unicode.Scalar]] = []
        var current: [Unicode.Scalar] = []
        func finish() {
            if !current.isEmpty { words.append(current) }
            current.removeAll(keepingCapacity: true)
        }
        // A capital dotted I would leave a loose dot when lowered; Turkish dotless i is folded below.
        for scalar in MixedScripts.settle(field.text).lowercased().unicodeScalars {
            if isGeresh(scalar), let last = current.last, Script.of(last) == .hebrew {
                current.append(HebrewLetters.geresh)
                continue
            }
            switch kind(of: scalar) {
            case .letter: current.append(scalar)
            case .dropped: continue
            case .separator: finish()
            }
        }
        finish()
        // Only a name without blanks may hold family and given name in one word.
        let isWhole = field.isWhole && words.count == 1
        return words.prefix(maximumWords).flatMap { word in
            fold(Array(word.prefix(NameTokens.longest)), isWhole: isWhole, isUkrainian: isUkrainian)
        }
    }

    private enum Kind { case letter, dropped, separator }

    private static func kind(of scalar: Unicode.Scalar) -> Kind {
        if scalar.isASCII {
            if ASCII.isLower(UInt8(scalar.value)) { return .letter }
            return isSilent(UInt8(scalar.value)) ? .dropped : .separator
        }
        switch scalar.properties.generalCategory {
        case .lowercaseLetter, .uppercaseLetter, .titlecaseLetter, .otherLetter, .spacingMark: return .letter
        case .nonspacingMark: return isLatinMark(scalar) || isArabicMark(scalar) ? .dropped : .letter
        case .modifierLetter: return scalar.value == 0x30FC || scalar.value == 0x3005 ? .letter : .dropped
        case .otherPunctuation: return scalar == HebrewLetters.gershayim ? .dropped : .separator
        case .initialPunctuation, .finalPunctuation, .modifierSymbol, .format, .enclosingMark: return .dropped
        default: return .separator
        }
    }

    /// Apostrophes and full stops, which stand inside a word without parting it.
    private static func isSilent(_ byte: UInt8) -> Bool {
        byte == 0x27 || byte == 0x60 || byte == 0x2E || byte == 0x22
    }

    /// The apostrophe after a Hebrew letter that makes a foreign sound of it.
    private static func isGeresh(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "'" || scalar == "\u{2019}" || scalar == HebrewLetters.geresh
    }

    private static func isLatinMark(_ scalar: Unicode.Scalar) -> Bool { (0x0300...0x036F).contains(scalar.value) }

    private static func isArabicMark(_ scalar: Unicode.Scalar) -> Bool {
        (0x0610...0x061A).contains(scalar.value) || (0x064B...0x0670).contains(scalar.value)
            || (0x06D6...0x06ED).contains(scalar.value)
    }

    private static func asciiWords(_ bytes: UnsafeBufferPointer<UInt8>) -> [[UInt8]] {
        var words: [[UInt8]] = []
        var current: [UInt8] = []
        for byte in bytes {
            if ASCII.isLetter(byte) {
                current.append(byte | 0x20)
            } else if !isSilent(byte), !current.isEmpty {
                words.append(current)
                current.removeAll(keepingCapacity: true)
            }
        }
        if !current.isEmpty { words.append(current) }
        return words
    }

    /// One word of letters in any script; a word of several is read run by run and stays one.
    private static func fold(_ word: [Unicode.Scalar], isWhole: Bool, isUkrainian: Bool) -> [[UInt8]] {
        var words: [[UInt8]] = []
        var isFirst = true
        func add(_ run: [Unicode.Scalar], _ script: Script) {
            let spelled = romanise(run, script, isWhole: isWhole, isUkrainian: isUkrainian)
            if !isFirst, let last = words.popLast() {
                words.append(last + (spelled.first ?? []))
                words += spelled.dropFirst()
            } else {
                words += spelled
            }
            isFirst = false
        }
        var run: [Unicode.Scalar] = []
        var current: Script?
        for scalar in word {
            let script = Script.of(scalar)
            if let before = current, before != script {
                add(run, before)
                run.removeAll(keepingCapacity: true)
            }
            current = script
            run.append(scalar)
        }
        if let current { add(run, current) }
        return words.filter { !$0.isEmpty }
    }

    private static func romanise(
        _ run: [Unicode.Scalar],
        _ script: Script,
        isWhole: Bool,
        isUkrainian: Bool
    ) -> [[UInt8]] {
        switch script {
        case .latin:
            return [run.flatMap { $0.isASCII ? [UInt8($0.value)] : LatinLetters.plain[$0] ?? [] }]
        case .cyrillic:
            return [run.flatMap { CyrillicLetters.latin($0, isUkrainian: isUkrainian) ?? [] }]
        case .greek: return [GreekLetters.romanise(run.compactMap { GreekLetters.base[$0] })]
        case .georgian: return [run.flatMap { GeorgianLetters.latin($0) ?? [] }]
        case .armenian: return [ArmenianLetters.romanise(run)]
        case .hebrew: return [HebrewLetters.romanise(run)]
        case .arabic: return ArabicLetters.romanise(run)
        case .thai: return [ThaiLetters.romanise(run)]
        case .indic: return [IndicLetters.romanise(run)]
        case .ethiopic: return [EthiopicLetters.romanise(run)]
        case .kana: return [KanaLetters.romanise(run)]
        case .hangul: return (isWhole ? HangulLetters.parts(of: run) : [run]).map(HangulLetters.romanise)
        case .other: return OtherScripts.romanise(run, isWhole: isWhole)
        }
    }
}
