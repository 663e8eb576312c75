/// How long the log keeps personal values, class by class (AUDIT section 2). Knows words and days, no value.

/// Days for which sealed values are kept after their entry was written; then their month ends and its key is destroyed.
public struct AuditRetention: Sendable, Equatable {
    /// Three years, as for logs of the Schengen Information System.
    public static let usual = 1_096
    /// A bucket is a month: less would destroy a key that is still written under.
    public static let permitted = 31...36_525

    private let days: [String: Int]

    /// - Parameter days: by class; a class that is not in it has `usual`. Numbers outside `permitted` become its nearest.
    public init(_ days: [String: Int] = [:]) {
        self.days = days.mapValues { min(max($0, Self.permitted.lowerBound), Self.permitted.upperBound) }
    }

    public func days(of retentionClass: String) -> Int { days[retentionClass] ?? Self.usual }
}
