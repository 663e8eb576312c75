/// Machine-readable zones of travel documents: TD1, TD2 and TD3 (ICAO Doc 9303 parts 4 to 6).
/// Knows places and check digits; never keeps a name or a birth date.

struct MachineReadableZone {
    /// ISO 3166-1 alpha-3 of the issuer, by the country rule.
    var issuer: String
    /// The number, read on into the optional field where it is long; may still hold fillers.
    var number: String

    enum Refusal: Error {
        case lineLength, number, birth, expiry, optional, composite, issuer, character

        var reason: String {
            switch self {
            case .lineLength: "line length"
            case .number: "document number check digit"
            case .birth: "birth date check digit"
            case .expiry: "expiry date check digit"
            case .optional: "optional data check digit"
            case .composite: "composite check digit"
            case .issuer: "unknown issuer"
            case .character: "unexpected character"
            }
        }
    }

    static let filler: UInt8 = 0x3C

    /// `text`: two or three lines, joined by a line feed or by the two characters `\n`.
    static func read(_ text: String) -> Result<MachineReadableZone, Refusal> {
        let lines = lines(of: text)
        for line in lines where !line.allSatisfy({ $0 == filler || ASCII.isDigit($0) || ASCII.isUpper($0) }) {
            return .failure(.character)
        }
        switch lines.map(\.count) {
        case [30, 30, 30]: return readTD1(lines)
        case [36, 36]: return readTwoLines(lines, optional: 28..<35, optionalCheck: nil)
        case [44, 44]: return readTwoLines(lines, optional: 28..<42, optionalCheck: 42)
        default: return .failure(.lineLength)
        }
    }

    /// In capitals, without blanks at their ends.
    static func lines(of text: String) -> [[UInt8]] {
        let joined = text.replacing("\r\n", with: "\n")
            .split(separator: "\\n", omittingEmptySubsequences: false).joined(separator: "\n")
        var lines = joined.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            Preparation.trim(line).utf8.map(ASCII.upper)
        }
        while lines.last?.isEmpty == true { lines.removeLast() }
        return lines
    }

    private static func readTD1(_ lines: [[UInt8]]) -> Result<MachineReadableZone, Refusal> {
        let upper = lines[0]
        var lower = lines[1]
        for place in [0..<7, 8..<15, 29..<30].joined() { lower[place] = asDigit(lower[place]) }
        guard let number = number(upper[5..<14], check: upper[14], optional: upper[15..<30]) else {
            return .failure(.number)
        }
        guard isDate(lower[0..<6], check: lower[6]) else { return .failure(.birth) }
        guard isDate(lower[8..<14], check: lower[14]) else { return .failure(.expiry) }
        // A check digit that scanners read as a letter counts as the digit here too.
        var first = Array(upper[5..<30])
        first[9] = asDigit(first[9])
        let composite = first + lower[0..<7] + lower[8..<15] + lower[18..<29]
        guard checkDigit(composite[...]) == lower[29] else { return .failure(.composite) }
        return finish(issuer: upper[2..<5], number: number)
    }

    private static func readTwoLines(
        _ lines: [[UInt8]],
        optional: Range<Int>,
        optionalCheck: Int?
    ) -> Result<MachineReadableZone, Refusal> {
        var lower = lines[1]
        let last = lower.count - 1
        for place in [9..<10, 13..<20, 21..<28, last..<(last + 1)].joined() { lower[place] = asDigit(lower[place]) }
        guard let number = number(lower[0..<9], check: lower[9], optional: optionalCheck == nil ? lower[optional] : [])
        else { return .failure(.number) }
        guard isDate(lower[13..<19], check: lower[19]) else { return .failure(.birth) }
        guard isDate(lower[21..<27], check: lower[27]) else { return .failure(.expiry) }
        if let optionalCheck {
            lower[optionalCheck] = asDigit(lower[optionalCheck])
            let isEmpty = lower[optional].allSatisfy { $0 == filler }
            guard checkDigit(lower[optional]) == lower[optionalCheck] || (isEmpty && lower[optionalCheck] == filler)
            else {
                return .failure(.optional)
            }
        }
        let composite = lower[0..<10] + lower[13..<20] + lower[21..<last]
        guard checkDigit(composite) == lower[last] else { return .failure(.composite) }
        return finish(issuer: lines[0][2..<5], number: number)
    }

    /// Six digits, or fillers where a part is unknown, and their check digit.
    private static func isDate(_ field: ArraySlice<UInt8>, check: UInt8) -> Bool {
        field.allSatisfy { ASCII.isDigit($0) || $0 == filler } && checkDigit(field) == check
    }

    private static func finish(issuer: ArraySlice<UInt8>, number: [UInt8]) -> Result<MachineReadableZone, Refusal> {
        let code = String(decoding: issuer.filter { $0 != filler }, as: UTF8.self)
        guard let country = CountryForm.code(code) else { return .failure(.issuer) }
        return .success(MachineReadableZone(issuer: country, number: String(decoding: number, as: UTF8.self)))
    }

    /// The number, if its check digit holds. `<` in the check digit's place says that the number goes on in the optional
    /// field, whose last character before the first filler is then the check digit (Doc 9303-5 section 4.2.2).
    private static func number(
        _ field: ArraySlice<UInt8>,
        check: UInt8,
        optional: ArraySlice<UInt8>
    ) -> [UInt8]? {
        if check == filler, !optional.isEmpty {
            let rest = optional.prefix { $0 != filler }
            guard let digit = rest.last else { return nil }
            let whole = Array(field) + rest.dropLast()
            return checkDigit(whole[...]) == asDigit(digit) ? whole : nil
        }
        return checkDigit(field) == asDigit(check) ? Array(field) : nil
    }

    /// Weights 7, 3, 1; digits count as themselves, letters from A = 10, the filler 0; sum modulo 10, as a character.
    private static func checkDigit(_ field: ArraySlice<UInt8>) -> UInt8 {
        var sum = 0
        for (index, byte) in field.enumerated() {
            let value = ASCII.isDigit(byte) ? Int(byte) - 0x30 : byte == filler ? 0 : Int(byte) - 0x41 + 10
            sum += value * [7, 3, 1][index % 3]
        }
        return UInt8(0x30 + sum % 10)
    }

    /// Letters that scanners read for digits, in fields that hold digits only.
    static func asDigit(_ byte: UInt8) -> UInt8 {
        switch byte {
        case UInt8(ascii: "O"), UInt8(ascii: "Q"): 0x30
        case UInt8(ascii: "I"): 0x31
        case UInt8(ascii: "Z"): 0x32
        case UInt8(ascii: "S"): 0x35
        case UInt8(ascii: "G"): 0x36
        case UInt8(ascii: "B"): 0x38
        default: byte
        }
    }
}
