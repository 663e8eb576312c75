/// The wall clock of a jurisdiction at a moment. The only user of time-zone tables.

import Foundation

/// A time zone by its IANA name.
public struct Zone: Sendable, Hashable {
    /// IANA name, as written in the policy file.
    public let name: String
    private let zone: TimeZone

    /// Nil if the name is not in the IANA tables of this machine.
    public init?(_ name: String) {
        if name == "UTC" {
            self.name = name
            zone = .gmt
            return
        }
        // Foundation also reads made-up offsets such as `GMT+3`; those are no IANA names.
        let isOffset = name.hasPrefix("GMT") && name.utf8.count > 3
        guard !isOffset, let zone = TimeZone(identifier: name) else { return nil }
        self.name = name
        self.zone = zone
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
