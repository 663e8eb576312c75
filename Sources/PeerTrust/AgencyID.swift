// Knows how an agency is named on the wire. Never learns which agencies exist.

/// The id of an agency: `[a-z0-9]+([-_][a-z0-9]+)*`, 1 to 64 bytes (POLICY, IDs).
///
/// It stands in log origins, key names and file names, so nothing in it may need an escape.
public struct AgencyID: Hashable, Sendable, Comparable, CustomStringConvertible {
    public let text: String

    /// Nil when `text` has another form.
    public init?(_ text: String) {
        guard (1...64).contains(text.utf8.count) else { return nil }
        var afterSeparator = true
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): afterSeparator = false
            case UInt8(ascii: "-"), UInt8(ascii: "_"):
                guard !afterSeparator else { return nil }
                afterSeparator = true
            default: return nil
            }
        }
        guard !afterSeparator else { return nil }
        self.text = text
    }

    public var description: String { text }

    public static func < (left: AgencyID, right: AgencyID) -> Bool { left.text < right.text }
}
