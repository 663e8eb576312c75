/// Whose travel document it is, by the lines of its machine-readable zone (ICAO Doc 9303 parts 3 to 6), as columns of a record.
/// The check digits are `MachineReadableZone`'s. Names in a zone are romanised and may be cut off: whoever asks sees them first.

public enum DocumentHolder {
    public enum Reading: Sendable, Equatable {
        /// `given_name`, `family_name`, `birth_date`, `sex`, `nationality`, `document_number`, `document_country`, each only where
        /// the lines say it.
        case columns([String: String])
        /// Why they cannot be read; never quotes them.
        case refused(reason: String)
    }

    /// - Parameters:
    ///   - text: two or three lines.
    ///   - year: of today. Zones have two digits of a birth year: nobody is born after it, or a hundred years before.
    public static func read(_ text: String, year: Int) -> Reading {
        guard text.utf8.count <= IdentifierKind.maximumInputBytes else { return .refused(reason: "too long") }
        switch MachineReadableZone.read(text) {
        case .failure(let refusal): return .refused(reason: refusal.reason)
        case .success(let zone):
            let lines = MachineReadableZone.lines(of: text)
            let places = lines.count == 3 ? Places.threeLines : .twoLines
            let lower = lines[1]
            var columns = names(lines[places.names.line][places.names.from...])
            columns["birth_date"] = date(lower[places.birth], year: year)
            columns["sex"] = sex(lower[places.sex])
            columns["nationality"] = CountryForm.code(words(of: lower[places.nationality], gap: ""))
            columns["document_number"] = zone.number.filter { $0 != "<" }
            columns["document_country"] = zone.issuer
            return .columns(columns)
        }
    }

    /// Where the parts stand, by the number of lines.
    private struct Places {
        let names: (line: Int, from: Int)
        let birth: Range<Int>
        let sex: Int
        let nationality: Range<Int>

        static let threeLines = Places(names: (2, 0), birth: 0..<6, sex: 7, nationality: 15..<18)
        static let twoLines = Places(names: (0, 5), birth: 13..<19, sex: 20, nationality: 10..<13)
    }

    /// The primary identifier up to two fillers, the secondary after them.
    private static func names(_ field: ArraySlice<UInt8>) -> [String: String] {
        let filler = MachineReadableZone.filler
        let end = field.indices.first { $0 + 1 < field.endIndex && field[$0] == filler && field[$0 + 1] == filler }
        var columns: [String: String] = [:]
        let family = words(of: field[..<(end ?? field.endIndex)], gap: " ")
        let given = end.map { words(of: field[($0 + 2)...], gap: " ") } ?? ""
        // Who has one name alone has it whole.
        if given.isEmpty {
            columns["full_name"] = family.isEmpty ? nil : family
        } else {
            (columns["family_name"], columns["given_name"]) = (family.isEmpty ? nil : family, given)
        }
        return columns
    }

    /// Nil where a part is unknown.
    private static func date(_ field: ArraySlice<UInt8>, year: Int) -> String? {
        let digits = field.map(MachineReadableZone.asDigit)
        guard digits.allSatisfy(ASCII.isDigit) else { return nil }
        func number(_ place: Int) -> Int { Int(digits[place] - 0x30) * 10 + Int(digits[place + 1] - 0x30) }
        let past = number(0) + year / 100 * 100
        return "\(past > year ? past - 100 : past)-\(DateForm.two(number(2)))-\(DateForm.two(number(4)))"
    }

    private static func sex(_ letter: UInt8) -> String? {
        switch letter {
        case UInt8(ascii: "M"): "M"
        case UInt8(ascii: "F"): "F"
        default: nil
        }
    }

    private static func words(of field: ArraySlice<UInt8>, gap: String) -> String {
        field.split(separator: MachineReadableZone.filler).map { String(decoding: $0, as: UTF8.self) }
            .joined(separator: gap)
    }
}
