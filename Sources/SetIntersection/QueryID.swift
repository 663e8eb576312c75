// The id of one query to one peer. Chosen by the asker; says nothing.
import Sodium

/// A UUID: 16 bytes, in text 8-4-4-4-12 lower-case hexadecimal digits.
public struct QueryID: Hashable, Sendable, CustomStringConvertible {
    public let bytes: [UInt8]

    /// - Throws: `.malformedQueryID` unless 16 bytes.
    public init(bytes: [UInt8]) throws(IntersectionError) {
        guard bytes.count == 16 else { throw .malformedQueryID }
        self.bytes = bytes
    }

    /// - Throws: `.malformedQueryID` for anything but the canonical text, upper case included.
    public init(text: String) throws(IntersectionError) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.utf8.count) == [8, 4, 4, 4, 12], let bytes = Hex.decode(parts.joined()) else {
            throw .malformedQueryID
        }
        self.bytes = bytes
    }

    public var description: String {
        let digits = Hex.encode(bytes)
        var text = ""
        for (index, digit) in digits.enumerated() {
            if [8, 12, 16, 20].contains(index) { text.append("-") }
            text.append(digit)
        }
        return text
    }
}
