/// Which form of a word goes with a whole number (CLDR plural rules, cardinals). Knows rules, no words.

enum Plural: Sendable, Equatable {
    case zero, one, two, few, many, other

    static func english(_ count: Int) -> Plural { count == 1 ? .one : .other }

    /// Millions take "de" and a form of their own.
    static func french(_ count: Int) -> Plural {
        if count == 0 || count == 1 { return .one }
        return count.isMultiple(of: 1_000_000) ? .many : .other
    }

    static func arabic(_ count: Int) -> Plural {
        switch (count, count % 100) {
        case (0, _): .zero
        case (1, _): .one
        case (2, _): .two
        case (_, 3...10): .few
        case (_, 11...99): .many
        default: .other
        }
    }
}
