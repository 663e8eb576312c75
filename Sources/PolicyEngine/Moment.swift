/// A moment in whole seconds UTC, and its reading and writing by RFC 3339. Knows no clock: a moment is always handed in.

public struct Moment: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Seconds since 1970-01-01T00:00:00Z, leap seconds not counted; from year 0 to year 9999.
    public let seconds: Int

    /// - Parameter seconds: clamped to the years 0 to 9999, which is what RFC 3339 can write.
    public init(seconds: Int) {
        self.seconds = min(max(seconds, -62_167_219_200), 253_402_300_799)
    }

    /// Reads an RFC 3339 date-time (section 5.6), with any offset; fractions of a second are cut. Nil for anything else.
    /// A leap second is read as the second before it, so that it stays in its day.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, let day = Day(String(text.prefix(10))), bytes[10] == 0x54 || bytes[10] == 0x74,
            bytes[13] == 0x3A, bytes[16] == 0x3A, let hour = Day.digits(bytes[11..<13]), hour <= 23,
            let minute = Day.digits(bytes[14..<16]), minute <= 59, let second = Day.digits(bytes[17..<19]), second <= 60
        else { return nil }
        var next = 19
        if bytes[next] == 0x2E {
            next += 1
            let start = next
            while next < bytes.count, bytes[next] >= 0x30, bytes[next] <= 0x39 { next += 1 }
            if next == start { return nil }
        }
        guard let offset = Moment.offset(bytes[next...]) else { return nil }
        let total = day.number * 86_400 + hour * 3600 + minute * 60 + min(second, 59) - offset
        if second == 60, Moment.remainder(total, 86_400) != 86_399 { return nil }
        guard (-62_167_219_200...253_402_300_799).contains(total) else { return nil }
        seconds = total
    }

    /// The UTC day.
    public var day: Day { Day(number: Day.floorDivide(seconds, 86_400)) }

    /// `YYYY-MM-DDTHH:MM:SSZ`.
    public var description: String {
        let rest = Moment.remainder(seconds, 86_400)
        return "\(day)T\(Day.padded(rest / 3600, 2)):\(Day.padded(rest / 60 % 60, 2)):\(Day.padded(rest % 60, 2))Z"
    }

    public static func < (left: Moment, right: Moment) -> Bool { left.seconds < right.seconds }

    static func remainder(_ value: Int, _ divisor: Int) -> Int { ((value % divisor) + divisor) % divisor }

    /// Seconds east of UTC: `Z`, `z` or `+hh:mm`, `-hh:mm`.
    private static func offset(_ bytes: ArraySlice<UInt8>) -> Int? {
        let bytes = Array(bytes)
        if bytes == [0x5A] || bytes == [0x7A] { return 0 }
        guard bytes.count == 6, bytes[0] == 0x2B || bytes[0] == 0x2D, bytes[3] == 0x3A,
            let hours = Day.digits(bytes[1..<3]), hours <= 23, let minutes = Day.digits(bytes[4..<6]), minutes <= 59
        else { return nil }
        return (bytes[0] == 0x2D ? -1 : 1) * (hours * 3600 + minutes * 60)
    }
}
