// Knows how our own spelling of a field is taken apart. Never learns what the values mean.

/// Reads a field that has one spelling, part by part. Whoever reads writes the result again and compares: what is
/// written otherwise is refused there, so that this needs no grammar of structured fields.
struct FieldScanner {
    private var rest: Substring.UTF8View

    init(_ text: String) { rest = text[...].utf8 }

    /// Whether the field goes on with `literal`, which is then behind.
    mutating func takes(_ literal: String) -> Bool {
        guard rest.starts(with: literal.utf8) else { return false }
        rest = rest.dropFirst(literal.utf8.count)
        return true
    }

    /// The text before `end`, both of which are then behind; nil where there is none.
    mutating func text(before end: Unicode.Scalar) -> String? {
        guard let place = rest.firstIndex(of: UInt8(ascii: end)) else { return nil }
        defer { rest = rest[rest.index(after: place)...] }
        return String(rest[..<place])
    }

    /// A number without sign, of 15 digits at most as structured fields have them.
    mutating func number() -> Int? {
        let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard (1...15).contains(digits.count), let text = String(digits) else { return nil }
        rest = rest.dropFirst(digits.count)
        return Int(text)
    }

    /// `:base64:`.
    mutating func bytes() -> [UInt8]? {
        guard takes(":"), let encoded = text(before: ":") else { return nil }
        return StructuredText.bytes(encoded)
    }
}
