/// Dates: from the ways people write them to `YYYY-MM-DD`, `YYYY-MM` or `YYYY` (IDENTIFIERS, `date`).
/// Knows the Gregorian calendar and English month names; never guesses between two readings.

/// The numbers somebody wrote down as a date, before the calendar is asked.
struct WrittenDate: Sendable, Equatable {
    /// Which of `first` and `second` is the day.
    enum Order: Sendable, Equatable { case monthFirst, dayFirst, unsaid }

    var year: Int
    /// 0 = unknown, in the order written.
    var first: Int
    var second: Int
    var order: Order

    /// The smaller and the larger of day and month when both were written, whatever their order.
    var sortedPair: (Int, Int)? {
        guard first > 0, second > 0 else { return nil }
        return (min(first, second), max(first, second))
    }
}

enum DateForm {
    static let years = 1880...2100

    private static let months = [
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
        "december",
    ]

    static func canonicalise(_ text: String) -> Canonical {
        switch read(text) {
        case .failure(let refusal): return .invalid(reason: refusal.rawValue)
        case .success(let written):
            switch settle(written) {
            case .failure(let refusal): return .invalid(reason: refusal.rawValue)
            case .success(let date): return .canonical(format(date))
            }
        }
    }

    /// Why a text is no date.
    enum Refusal: String, Error {
        case notADate = "not a date"
        case twoDigitYear = "two-digit year"
        case yearOutside = "year outside 1880-2100"
        case notInCalendar = "not in the calendar"
        case dayWithoutMonth = "day without month"
        case ambiguous = "ambiguous: day and month"
    }

    /// The numbers as written, for keys that do not need the calendar's consent (KEY_RECIPE, dob).
    static func written(_ prepared: String) -> WrittenDate? {
        guard case .success(let written) = read(prepared), years.contains(written.year) else { return nil }
        return written
    }

    /// Year, month (0 unknown), day (0 unknown).
    static func settle(_ written: WrittenDate) -> Result<(Int, Int, Int), Refusal> {
        guard years.contains(written.year) else { return .failure(.yearOutside) }
        let monthFirst = check(written.year, written.first, written.second)
        let dayFirst = check(written.year, written.second, written.first)
        switch written.order {
        case .monthFirst: return monthFirst
        case .dayFirst: return dayFirst
        case .unsaid:
            guard case .success(let a) = monthFirst else { return dayFirst }
            guard case .success(let b) = dayFirst else { return monthFirst }
            return a == b ? monthFirst : .failure(.ambiguous)
        }
    }

    private static func check(_ year: Int, _ month: Int, _ day: Int) -> Result<(Int, Int, Int), Refusal> {
        if month == 0 { return day == 0 ? .success((year, 0, 0)) : .failure(.dayWithoutMonth) }
        guard month <= 12, day <= days(in: month, of: year) else { return .failure(.notInCalendar) }
        return .success((year, month, day))
    }

    private static func days(in month: Int, of year: Int) -> Int {
        if month == 2 { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28 }
        return [4, 6, 9, 11].contains(month) ? 30 : 31
    }

    private static func format(_ date: (Int, Int, Int)) -> String {
        let (year, month, day) = date
        if month == 0 { return "\(year)" }
        return day == 0 ? "\(year)-\(two(month))" : "\(year)-\(two(month))-\(two(day))"
    }

    static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

    // MARK: Reading

    private static func read(_ text: String) -> Result<WrittenDate, Refusal> {
        let bytes = withoutTime(Array(text.utf8))
        guard bytes.count <= 32, bytes.allSatisfy({ $0 < 0x80 }) else { return .failure(.notADate) }
        if bytes.allSatisfy(ASCII.isDigit) { return readDigits(bytes) }
        if bytes.count == 8, bytes.prefix(4).allSatisfy(ASCII.isDigit) {
            let parts = [part(bytes[4..<6]), part(bytes[6..<8])].compactMap(\.self)
            if parts.count == 2 {
                let year = number(bytes[0..<4])
                return .success(
                    WrittenDate(year: year, first: parts[0].value, second: parts[1].value, order: .monthFirst)
                )
            }
        }
        let hasName = bytes.contains { ASCII.isLetter($0) && ($0 & 0xDF) != 0x58 }
        return hasName ? readWords(bytes) : readNumbers(bytes)
    }

    private static func readDigits(_ bytes: [UInt8]) -> Result<WrittenDate, Refusal> {
        switch bytes.count {
        case 4: return .success(WrittenDate(year: number(bytes[...]), first: 0, second: 0, order: .monthFirst))
        case 8:
            return .success(
                WrittenDate(
                    year: number(bytes[0..<4]),
                    first: number(bytes[4..<6]),
                    second: number(bytes[6..<8]),
                    order: .monthFirst
                )
            )
        default: return .failure(.notADate)
        }
    }

    private static func readNumbers(_ bytes: [UInt8]) -> Result<WrittenDate, Refusal> {
        guard let separator = bytes.first(where: { $0 == 0x2D || $0 == 0x2E || $0 == 0x2F }) else {
            return .failure(.notADate)
        }
        let cells = bytes.split(separator: separator, omittingEmptySubsequences: false).map(trimmed)
        let parts = cells.compactMap(part)
        guard parts.count == cells.count else { return .failure(.notADate) }
        if parts.count == 2 {
            if parts[0].isYear, !parts[1].isYear {
                return .success(WrittenDate(year: parts[0].value, first: parts[1].value, second: 0, order: .monthFirst))
            }
            guard parts[1].isYear, !parts[0].isYear else { return .failure(.notADate) }
            return .success(WrittenDate(year: parts[1].value, first: parts[0].value, second: 0, order: .monthFirst))
        }
        guard parts.count == 3, !parts[1].isYear else { return .failure(.notADate) }
        if parts[0].isYear, !parts[2].isYear {
            return .success(
                WrittenDate(year: parts[0].value, first: parts[1].value, second: parts[2].value, order: .monthFirst)
            )
        }
        guard !parts[0].isYear else { return .failure(.notADate) }
        guard parts[2].isYear else { return .failure(.twoDigitYear) }
        return .success(
            WrittenDate(
                year: parts[2].value,
                first: parts[0].value,
                second: parts[1].value,
                order: separator == 0x2E ? .dayFirst : .unsaid
            )
        )
    }

    /// `7 October 1937`, `07-OCT-1937`, `October 7, 1937`.
    private static func readWords(_ bytes: [UInt8]) -> Result<WrittenDate, Refusal> {
        let cells = bytes.split(whereSeparator: { $0 == 0x20 || $0 == 0x2D || $0 == 0x2C || $0 == 0x2E }).map { $0 }
        guard cells.count == 2 || cells.count == 3 else { return .failure(.notADate) }
        guard let place = cells.firstIndex(where: { monthNumber($0) != nil }), place < 2,
            let month = monthNumber(cells[place])
        else { return .failure(.notADate) }
        let others = cells.enumerated().filter { $0.offset != place }.compactMap { part($0.element) }
        guard others.count == cells.count - 1, let year = others.last else { return .failure(.notADate) }
        if others.count == 1 {
            guard place == 0, year.isYear else { return .failure(.notADate) }
            return .success(WrittenDate(year: year.value, first: month, second: 0, order: .monthFirst))
        }
        guard !others[0].isYear else { return .failure(.notADate) }
        guard year.isYear else { return .failure(.twoDigitYear) }
        return .success(WrittenDate(year: year.value, first: month, second: others[0].value, order: .monthFirst))
    }

    private static func monthNumber(_ cell: ArraySlice<UInt8>) -> Int? {
        guard cell.count >= 3, cell.allSatisfy(ASCII.isLetter) else { return nil }
        let word = String(decoding: cell.map { $0 | 0x20 }, as: UTF8.self)
        return months.firstIndex { $0 == word || $0.prefix(3) == word }.map { $0 + 1 }
    }

    /// A number of one or two digits (or `XX`, unknown), or a year of four.
    private static func part(_ cell: ArraySlice<UInt8>) -> (value: Int, isYear: Bool)? {
        if cell.count == 2, cell.allSatisfy({ ($0 & 0xDF) == 0x58 }) { return (0, false) }
        guard cell.allSatisfy(ASCII.isDigit) else { return nil }
        switch cell.count {
        case 1, 2: return (number(cell), false)
        case 4: return (number(cell), true)
        default: return nil
        }
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int {
        digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    private static func trimmed(_ cell: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var cell = cell
        while cell.first == 0x20 { cell = cell.dropFirst() }
        while cell.last == 0x20 { cell = cell.dropLast() }
        return cell
    }

    /// Drops `T00:00:00`, ` 13:45`, `T134500Z`, with fractions and zone, from the end.
    private static func withoutTime(_ bytes: [UInt8]) -> [UInt8] {
        if let letter = bytes.lastIndex(where: { $0 & 0xDF == 0x54 }), letter >= 8 {
            let digits = bytes[(letter + 1)...].prefix(while: ASCII.isDigit)
            let zone = bytes[(letter + 1 + digits.count)...]
            let isZone =
                zone.allSatisfy { ASCII.isDigit($0) || [0x2B, 0x2D, 0x3A].contains($0) }
                || zone.map { $0 & 0xDF } == [0x5A]
            if [2, 4, 6].contains(digits.count), isZone, zone.first != 0x3A { return Array(bytes[..<letter]) }
        }
        guard let colon = bytes.firstIndex(of: 0x3A) else { return bytes }
        var start = colon
        while start > 0, ASCII.isDigit(bytes[start - 1]) { start -= 1 }
        guard (1...2).contains(colon - start), start >= 2, bytes[start - 1] == 0x20 || bytes[start - 1] & 0xDF == 0x54
        else { return bytes }
        let allowed = Set("0123456789:.,+-zZ utcUTCampmAMP".utf8)
        guard colon + 1 < bytes.count, ASCII.isDigit(bytes[colon + 1]), bytes[colon...].allSatisfy(allowed.contains)
        else { return bytes }
        return Array(trimmed(bytes[..<(start - 1)]))
    }
}
