/// The wall clock of a jurisdiction at a moment. The only user of time-zone tables.

import Foundation

/// A time zone by its IANA name.
public struct Zone: Sendable, Hashable {
    /// IANA name, as written in the policy file.
    public let name: String
    private let zone: TimeZone

    /// Nil if the name is none of IANA's, or this machine does not know it.
    public init?(_ name: String) {
        // Foundation reads more than that: offsets such as `GMT+3`, and short names that mean one thing here and another
        // there (`IST`).
        guard name.utf8.allSatisfy({ $0 < 0x80 }), ZoneTable.names.contains(name) else { return nil }
        guard !Zone.isUTC(name) else {
            self.name = name
            zone = .gmt
            return
        }
        guard let zone = TimeZone(identifier: name) else { return nil }
        self.name = name
        self.zone = zone
    }

    /// Foundation takes some of IANA's names for UTC itself for something else, or for nothing.
    private static func isUTC(_ name: String) -> Bool {
        switch name {
        case "UTC", "GMT", "GMT0", "GMT+0", "GMT-0": true
        default: false
        }
    }

    public static let utc = Zone(gmt: ())

    private init(gmt: Void) {
        name = "UTC"
        zone = .gmt
    }

    /// How far its wall clock is ahead of UTC at `moment`, daylight saving included.
    public func secondsFromUTC(at moment: Moment) -> Int {
        zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(moment.seconds)))
    }

    /// Weekday and minutes since midnight (0-1439) on the wall clock at `moment`, daylight saving included.
    public func wallClock(at moment: Moment) -> (weekday: Weekday, minutes: Int) {
        let local = moment.seconds + secondsFromUTC(at: moment)
        return (Day(number: Day.floorDivide(local, 86_400)).weekday, Moment.remainder(local, 86_400) / 60)
    }

    /// When the wall clock shows `minutes` (0-1439) on the local day of `moment`; nil if it skips them on that day.
    public func moment(ofClock minutes: Int, onDayOf moment: Moment) -> Moment? {
        let local = moment.seconds + secondsFromUTC(at: moment)
        let wanted = Day.floorDivide(local, 86_400) * 86_400 + minutes * 60
        // The day may begin and end by another offset than it has at `moment`.
        let near = Moment(seconds: wanted - secondsFromUTC(at: moment))
        return [near, Moment(seconds: wanted - secondsFromUTC(at: near))].first { found in
            found.seconds + secondsFromUTC(at: found) == wanted
        }
    }
}
