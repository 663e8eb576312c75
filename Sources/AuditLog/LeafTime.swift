// Knows the one way a leaf writes its time. Reads no clock.

/// A moment in milliseconds since 1970-01-01T00:00:00Z, written as `2026-11-24T12:35:58.123Z`.
public struct LeafTime: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// 0 … 253,402,300,799,999 (the end of the year 9999).
    public let milliseconds: Int

    private static let greatest = 253_402_300_799_999

    /// Moments outside the years 1970 … 9999 become the nearest one inside.
    public init(milliseconds: Int) {
        self.milliseconds = min(max(milliseconds, 0), Self.greatest)
    }

    /// Reads a time; nil unless it is exactly what `description` writes.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 24 else { return nil }
        func number(_ range: Range<Int>) -> Int? {
            var number = 0
            for byte in bytes[range] {
                guard (0x30...0x39).contains(byte) else { return nil }
                number = number * 10 + Int(byte - 0x30)
            }
            return number
        }
        guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10), let hour = number(11..<13),
            let minute = number(14..<16), let second = number(17..<19), let fraction = number(20..<23), year >= 1970,
            (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second < 60
        else { return nil }
        let days = Self.days(year: year, month: month, day: day)
        milliseconds = (((days * 24 + hour) * 60 + minute) * 60 + second) * 1_000 + fraction
        // Settles the separators and days that their month does not have.
        guard description.utf8.elementsEqual(bytes) else { return nil }
    }

    public static func < (left: LeafTime, right: LeafTime) -> Bool {
        left.milliseconds < right.milliseconds
    }

    public var description: String { String(decoding: ascii, as: UTF8.self) }

    /// The 24 bytes of `description`.
    var ascii: [UInt8] {
        let (days, rest) = milliseconds.quotientAndRemainder(dividingBy: 86_400_000)
        let (year, month, day) = Self.date(days: days)
        var bytes = Array("0000-00-00T00:00:00.000Z".utf8)
        func write(_ number: Int, endingAt end: Int) {
            var (number, place) = (number, end)
            while number > 0 {
                bytes[place] += UInt8(number % 10)
                number /= 10
                place -= 1
            }
        }
        write(year, endingAt: 3)
        write(month, endingAt: 6)
        write(day, endingAt: 9)
        write(rest / 3_600_000, endingAt: 12)
        write(rest / 60_000 % 60, endingAt: 15)
        write(rest / 1_000 % 60, endingAt: 18)
        write(rest % 1_000, endingAt: 22)
        return bytes
    }

    /// Days since 1970-01-01 in the Gregorian calendar; years are counted from March, so that leap days come last.
    private static func days(year: Int, month: Int, day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let monthFromMarch = (month + 9) % 12
        let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
        return shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
    }

    private static func date(days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
    }
}
