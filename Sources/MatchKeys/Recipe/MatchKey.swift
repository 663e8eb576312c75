/// A match key: a kind and canonical bytes. Two records are compared only by which keys they share.
/// Its description shows the kind, never the value.

public struct MatchKey: Hashable, Sendable {
    public var kind: KeyKind
    /// Canonical text, in clear: personal data.
    public var value: String

    public init(kind: KeyKind, value: String) {
        self.kind = kind
        self.value = value
    }

    /// What goes into the PRF: kind id in UTF-8, one zero byte, value in UTF-8 (PROTOCOL, first paragraph).
    public var prfInput: [UInt8] { Array(kind.rawValue.utf8) + [0] + Array(value.utf8) }
}

extension MatchKey: Comparable {
    /// By kind in the recipe's order, then by bytes.
    public static func < (left: MatchKey, right: MatchKey) -> Bool {
        if left.kind != right.kind { return left.kind < right.kind }
        return isBefore(left.value.utf8, right.value.utf8)
    }

    /// Keys are sorted in every question and index: on the bytes as they lie, where the strings have them so.
    private static func isBefore(_ left: String.UTF8View, _ right: String.UTF8View) -> Bool {
        let known = left.withContiguousStorageIfAvailable { left in
            right.withContiguousStorageIfAvailable { right in left.lexicographicallyPrecedes(right) }
        }
        return (known ?? nil) ?? left.lexicographicallyPrecedes(right)
    }
}

extension MatchKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "\(kind.rawValue) key" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
