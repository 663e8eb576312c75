/// What differs between two keys of one kind, in words. Reads the parts of a key by their shape; never learns whose it is.

struct KeyDifference {
    let words: String
    let isSlip: Bool

    /// Nil when more than one part differs, or a key of one part by more than a slip.
    init?(_ kind: KeyKind, _ left: String, _ right: String) {
        let ours = left.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
        let theirs = right.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
        guard ours.count == theirs.count else { return nil }
        let places = ours.indices.filter { ours[$0] != theirs[$0] }
        guard places.count == 1, let place = places.first else { return nil }
        let (one, other) = (ours[place], theirs[place])
        let slip = Slip(one, other)
        if ours.count == 1, slip == nil { return nil }
        isSlip = slip != nil
        let names = Self.parts(of: kind)
        let name = names.count == ours.count ? Self.name(names[place], one, other) : kind.words
        let how = slip.map { " (\($0.rawValue))" } ?? ""
        words = "\(name): \(one) and \(other)\(how)"
    }

    /// What the parts of such a key are, in their order: its id says so.
    private static func parts(of kind: KeyKind) -> [String] {
        kind.rawValue.split(separator: "-").flatMap { word -> [String] in
            switch word {
            case "skeleton": ["name, by its sound"]
            case "skeletons": ["name, by its sound", "name, by its sound"]
            case "initials": ["initials", "initials"]
            case "prefixes": ["beginning of a name", "beginning of a name"]
            case "dob": ["birth date"]
            case "year": ["birth year"]
            case "month": ["birth month"]
            case "monthday": ["birthday"]
            case "nat": ["nationality"]
            case "house": ["house number"]
            default: [word == Substring(kind.rawValue) ? kind.words : String(word)]
            }
        }
    }

    private static func name(_ name: String, _ one: String, _ other: String) -> String {
        guard name == "birth date" else { return name }
        let parts = zip(one.split(separator: "-"), other.split(separator: "-")).filter { $0 != $1 }
        guard parts.count == 1 else { return name }
        return one.prefix(4) == other.prefix(4) ? "birth date, day or month" : "birth date, year"
    }
}

/// A slip of the hand between two texts.
enum Slip: String {
    case changed = "one character is another"
    case missing = "one character more"
    case swapped = "two characters changed places"

    /// Nil for equal texts, and for those more than a slip apart.
    init?(_ left: String, _ right: String) {
        var (one, other) = (Array(left.unicodeScalars)[...], Array(right.unicodeScalars)[...])
        while let first = one.first, first == other.first {
            one.removeFirst()
            other.removeFirst()
        }
        while let last = one.last, last == other.last {
            one.removeLast()
            other.removeLast()
        }
        switch (one.count, other.count) {
        case (1, 1): self = .changed
        case (1, 0), (0, 1): self = .missing
        case (2, 2) where one.first == other.last && one.last == other.first: self = .swapped
        default: return nil
        }
    }
}
