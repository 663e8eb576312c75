/// When indexes are published and when an epoch ends. Pure: knows times and a seed handed in, no clock and no index.

import PolicyEngine
import Sodium

enum PublishSchedule {
    /// Seconds from one publication to the next: each full hour of UTC, whenever a record came. So the time of a
    /// publication says nothing of the time of a change.
    static let period = 3_600

    /// Hours after which an epoch ends: from one day to thirteen, seven in the mean.
    static let epochHours = 24...312

    /// What a publication looked at: as long as all of it is the same, another would find nothing new; as long as rules
    /// and day are, it need look at changed records alone. A day is part of it, since rules and records have last days.
    struct Sight: Sendable, Equatable {
        let recordChange: Int?
        /// By which its records are decided.
        let rules: [UInt8]
        let day: Day
        /// Length of the log when records were looked at.
        var looked: Int
    }

    /// The first time of publication after `seconds`.
    static func next(after seconds: Int) -> Int {
        let (hours, rest) = seconds.quotientAndRemainder(dividingBy: period)
        return (rest < 0 ? hours : hours + 1) * period
    }

    /// The time of publication at which an epoch ends. It follows from the epoch's seed: nobody else can foresee it, a
    /// restart does not draw again, and nothing is stored.
    ///
    /// - Parameters:
    ///   - began: seconds since 1970.
    ///   - seed: 32 bytes.
    static func rotation(began: Int, seed: SecretBytes) throws(SodiumError) -> Int {
        let digest = try BLAKE2b.hash(Array("comity/rotation/v1".utf8), key: seed, length: 16)
        let number = digest.prefix(8).reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
        let hours = epochHours.lowerBound + Int(number % UInt64(epochHours.count))
        return next(after: began + hours * period - 1)
    }
}
