/// Days, moments and wall clocks.

import Foundation
import PolicyEngine
import Testing

@Suite struct TimeTests {
    @Test(arguments: [
        ("1970-01-01", 0), ("1969-12-31", -1), ("2000-02-29", 11_016), ("2024-02-29", 19_782), ("2026-03-02", 20_514),
        ("0000-03-01", -719_468), ("9999-12-31", 2_932_896),
    ])
    func `days are counted from 1970`(text: String, number: Int) throws {
        let day = try #require(Day(text))
        #expect(day.number == number)
        #expect(day.description == text)
        #expect(Day(number: number) == day)
    }

    @Test(arguments: [
        "2026-02-29", "2100-02-29", "2026-04-31", "2026-13-01", "2026-00-10", "2026-01-00", "2026-1-1", "26-01-01",
        "2026-01-01T00:00:00Z", "2026/01/01", "", "２０２６-01-01", "+026-01-01", " 2026-01-01",
    ])
    func `what is no day is refused`(text: String) {
        #expect(Day(text) == nil)
    }

    @Test(arguments: [
        ("2026-03-02T09:00:00Z", "2026-03-02T09:00:00Z"), ("2026-03-02t09:00:00z", "2026-03-02T09:00:00Z"),
        ("2026-03-02T10:00:00+01:00", "2026-03-02T09:00:00Z"), ("2026-03-01T23:30:00-09:30", "2026-03-02T09:00:00Z"),
        ("2026-03-02T09:00:00.999Z", "2026-03-02T09:00:00Z"), ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59Z"),
        ("2017-01-01T00:59:60+01:00", "2016-12-31T23:59:59Z"), ("1969-12-31T23:59:59-00:00", "1969-12-31T23:59:59Z"),
        ("0000-01-01T00:00:00Z", "0000-01-01T00:00:00Z"), ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"),
    ])
    func `times are read by RFC 3339`(text: String, utc: String) throws {
        #expect(try #require(Moment(text)).description == utc)
    }

    @Test(arguments: [
        "2026-03-02 09:00:00Z", "2026-03-02T09:00Z", "2026-03-02T09:00:00", "2026-03-02T24:00:00Z",
        "2026-03-02T09:60:00Z", "2026-03-02T09:00:61Z", "2026-03-02T12:00:60Z", "2026-03-02T09:00:00.Z",
        "2026-03-02T09:00:00+0100", "2026-03-02T09:00:00+24:00", "2026-02-30T09:00:00Z", "2026-03-02T09:00:00ZZ",
        "2026-03-02", "0000-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01", "", "2026-03-02T09:00:00 Z",
    ])
    func `what is no time is refused`(text: String) {
        #expect(Moment(text) == nil)
    }

    @Test(arguments: [
        ("Europe/Oslo", "2026-03-02T17:30:00Z", Weekday.monday, 18 * 60 + 30),
        ("Europe/Oslo", "2026-07-01T17:30:00Z", .wednesday, 19 * 60 + 30),
        ("Europe/Oslo", "2026-03-29T00:59:59Z", .sunday, 119), ("Europe/Oslo", "2026-03-29T01:00:00Z", .sunday, 180),
        ("Europe/Athens", "2026-03-01T22:30:00Z", .monday, 30), ("Asia/Kathmandu", "2026-03-01T18:15:00Z", .monday, 0),
        ("America/New_York", "2026-03-02T04:59:00Z", .sunday, 23 * 60 + 59),
        ("UTC", "1969-12-31T23:59:59Z", .wednesday, 1439),
    ])
    func `the wall clock follows the zone`(zone: String, at: String, weekday: Weekday, minutes: Int) throws {
        let clock = try #require(Zone(zone)).wallClock(at: try #require(Moment(at)))
        #expect(clock.weekday == weekday)
        #expect(clock.minutes == minutes)
    }

    @Test(
        arguments: [
            ("Europe/Oslo", "2026-03-04T12:00:00Z", 17 * 60 + 59, "2026-03-04T16:59:00Z"),
            ("Europe/Oslo", "2026-07-01T12:00:00Z", 0, "2026-06-30T22:00:00Z"),
            ("Pacific/Kiritimati", "2026-03-04T12:00:00Z", 30, "2026-03-04T10:30:00Z"),
            // The clock goes forward at 02:00 and back at 03:00; before that the day has another offset.
            ("Europe/Oslo", "2026-03-29T12:00:00Z", 60, "2026-03-29T00:00:00Z"),
            ("Europe/Oslo", "2026-03-29T12:00:00Z", 150, nil),
            ("Europe/Oslo", "2026-10-25T12:00:00Z", 60, "2026-10-24T23:00:00Z"),
        ] as [(String, String, Int, String?)]
    )
    func `a clock of a local day is found`(zone: String, at: String, minutes: Int, utc: String?) throws {
        let moment = try #require(Moment(at))
        #expect(try #require(Zone(zone)).moment(ofClock: minutes, onDayOf: moment)?.description == utc)
    }

    /// Every name that IANA lists, the older ones too, and its meaning for one of each kind.
    @Test(arguments: [
        ("GMT0", 0), ("GMT+0", 0), ("GMT-0", 0), ("Etc/GMT+3", -3), ("EST", -5), ("HST", -10), ("US/Pacific", -8),
        ("Asia/Calcutta", 5), ("America/Argentina/Buenos_Aires", -3), ("Zulu", 0), ("Factory", 0), ("PST8PDT", -8),
    ])
    func `an IANA name is a zone`(name: String, hours: Int) throws {
        let zone = try #require(Zone(name))
        let seconds = zone.secondsFromUTC(at: try #require(Moment("2026-01-15T12:00:00Z")))
        #expect(seconds / 3_600 == hours)
    }

    /// Against the system's own copy of the database, where it is of the same version.
    @Test func `the table is the database's`() throws {
        guard let text = try? String(contentsOfFile: "/usr/share/zoneinfo/tzdata.zi", encoding: .ascii) else { return }
        let lines = text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        let named = lines.compactMap { words -> String? in
            switch words.first {
            case "Z": words[1]
            case "L": words[2]
            default: nil
            }
        }
        let unknown = named.filter { Zone($0) == nil }
        let isOurs = text.hasPrefix("# version 2025b\n")
        #expect(unknown.isEmpty || !isOurs, "\(unknown)")
        #expect(named.count > 400)
    }

    @Test(arguments: [
        "Mars/Base", "GMT+3", "", "europe/oslo", "../etc/passwd", "PST", "CST", "IST", "JST", "BST", "ACT",
        "SystemV/EST5", "US/Pacific-New", "Europe/", "/", "UTC+1", "Etc/Unknown", "RO\u{212A}",
    ])
    func `what is no IANA name is no zone`(name: String) {
        #expect(Zone(name) == nil)
    }
}
