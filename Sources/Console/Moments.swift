/// Times as the console writes them: `24 Nov 2026, 13:05 UTC`. Reads no clock.

enum Moments {
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// - Parameter seconds: since 1970.
    static func text(_ seconds: Int) -> String {
        let (day, rest) = (floor(seconds, 86_400), ((seconds % 86_400) + 86_400) % 86_400)
        // Days are counted from 0000-03-01, so that leap days come last (Hinnant, civil_from_days).
        let shifted = day + 719_468
        let era = floor(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let year = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * year + year / 4 - year / 100)
        let month = (5 * dayOfYear + 2) / 153
        let number = dayOfYear - (153 * month + 2) / 5 + 1
        let index = month < 10 ? month + 2 : month - 10
        let civil = year + era * 400 + (index < 2 ? 1 : 0)
        return apart("\(number) \(months[index]) \(civil), \(two(rest / 3_600)):\(two(rest / 60 % 60)) UTC")
    }

    /// An RFC 3339 time of ours in the same words; the text itself if it is none.
    static func text(_ text: String) -> String {
        let parts = text.split { "-T:.Z".contains($0) }.map { Int($0) }
        guard parts.count >= 5, let year = parts[0], let month = parts[1], let day = parts[2], let hour = parts[3],
            let minute = parts[4], (1...12).contains(month)
        else { return text }
        return apart("\(day) \(months[month - 1]) \(year), \(two(hour)):\(two(minute)) UTC")
    }

    /// Seconds since 1970 of an RFC 3339 time of ours, as `2026-11-24T13:05:58Z`; nil for anything else.
    static func seconds(_ text: String) -> Int? {
        let parts = text.split(separator: "T", omittingEmptySubsequences: false)
        guard parts.count == 2, let day = dayStart(String(parts[0])) else { return nil }
        let clock = parts[1].prefix(8).split(separator: ":").map { Int($0) }
        guard clock.count == 3, let hour = clock[0], let minute = clock[1], let second = clock[2] else { return nil }
        return day / 1_000 + hour * 3_600 + minute * 60 + second
    }

    /// A day alone, as it is meant: `24 Nov 2026`.
    static func day(_ seconds: Int) -> String { String(text(seconds).prefix { $0 != "," }) + end }

    /// A time begins with a number, which words of a language that runs from right to left would take to their own side.
    private static func apart(_ time: String) -> String { "\u{2066}\(time)\(end)" }
    private static let end = "\u{2069}"

    /// Milliseconds since 1970 at the start of a day written `2026-11-24`; nil for anything else.
    static func dayStart(_ text: String) -> Int? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard text.utf8.count == 10, parts.count == 3, let year = parts[0], let month = parts[1], let day = parts[2],
            (1970...9999).contains(year), (1...12).contains(month), (1...days(month, year)).contains(day)
        else { return nil }
        let shifted = month <= 2 ? year - 1 : year
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        let since = shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
        return since * 86_400_000
    }

    private static func days(_ month: Int, _ year: Int) -> Int {
        let isLeap = year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
        return month == 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
    }

    private static func floor(_ number: Int, _ divisor: Int) -> Int {
        number >= 0 ? number / divisor : -((-number + divisor - 1) / divisor)
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
}
