/// Reads the letter tables of this folder, and tells which of them a scalar belongs to. Knows alphabets only.

enum LetterTable {
    /// `"а a б b ъ -"` as a table: each letter, then its Latin letters (`-` for none).
    static func parse(_ pairs: String) -> [Unicode.Scalar: [UInt8]] {
        var table: [Unicode.Scalar: [UInt8]] = [:]
        // Scalar by scalar: a mark in a cell of its own would else join the blank before it.
        let cells = pairs.unicodeScalars.split(separator: " ")
        for index in stride(from: 0, to: cells.count - 1, by: 2) {
            guard let letter = cells[index].first else { continue }
            table[letter] = cells[index + 1].filter { $0 != "-" }.map { UInt8($0.value) }
        }
        return table
    }
}

/// A writing system as far as it has a way of its own into Latin letters.
enum Script {
    case latin, cyrillic, greek, georgian, armenian, hebrew, arabic, thai, indic, ethiopic, kana, hangul
    /// Through ICU: Han and all that is not listed.
    case other

    static func of(_ scalar: Unicode.Scalar) -> Script {
        switch scalar.value {
        case 0..<0x0250, 0x1E00...0x1EFF: return .latin
        case 0x0370...0x03FF, 0x1F00...0x1FFF: return GreekLetters.base[scalar] == nil ? .other : .greek
        case 0x0400...0x052F: return CyrillicLetters.latin(scalar, isUkrainian: false) == nil ? .other : .cyrillic
        case 0x0530...0x058F: return .armenian
        case 0x0591...0x05F4: return .hebrew
        case 0x0620...0x06FF, 0x0750...0x077F: return .arabic
        case 0x0900...0x0D7F: return .indic
        case 0x0E01...0x0E4E: return .thai
        case 0x10D0...0x10FF: return .georgian
        case 0x1200...0x135A: return .ethiopic
        case 0x3041...0x3096, 0x30A1...0x30FA, 0x30FC: return .kana
        case 0xAC00...0xD7A3: return .hangul
        default: return LatinLetters.plain[scalar] == nil ? .other : .latin
        }
    }
}
