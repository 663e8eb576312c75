/// HTML that was written here, apart from text that was not: what is put between the words of a literal is escaped, whoever
/// wrote it. Knows no page.

struct Markup: Sendable, ExpressibleByStringInterpolation {
    /// HTML.
    fileprivate(set) var html: String

    init(stringLiteral literal: String) { html = literal }

    init(stringInterpolation: Pieces) { html = stringInterpolation.html }

    /// Nothing.
    static let empty: Markup = ""

    static func + (left: Markup, right: Markup) -> Markup {
        var sum = left
        sum.html += right.html
        return sum
    }

    static func += (left: inout Markup, right: Markup) { left.html += right.html }

    struct Pieces: StringInterpolationProtocol {
        fileprivate var html: String

        init(literalCapacity: Int, interpolationCount: Int) {
            html = ""
            html.reserveCapacity(literalCapacity + interpolationCount * 16)
        }

        /// Words of the literal: HTML as it stands in the source.
        mutating func appendLiteral(_ literal: String) { html += literal }

        mutating func appendInterpolation(_ markup: Markup) { html += markup.html }

        mutating func appendInterpolation(_ markups: [Markup]) { for markup in markups { html += markup.html } }

        /// Text of ours or somebody's: between tags, or in an attribute within double quotes.
        mutating func appendInterpolation(_ text: String) { html += Escape.text(text) }

        mutating func appendInterpolation(_ number: Int) { html += String(number) }

        /// Text of another agency: apart from the direction of the words around it, with what cannot be seen made visible.
        mutating func appendInterpolation(foreign text: String) { html += Escape.foreign(text) }

        /// An identifier: left to right in every language.
        mutating func appendInterpolation(id text: String) {
            html += "<code dir=\"ltr\">" + Escape.marked(text) + "</code>"
        }
    }
}

extension Sequence<Markup> {
    func joined() -> Markup { reduce(into: .empty) { $0 += $1 } }
}

enum Escape {
    static func text(_ text: String) -> String {
        var html = ""
        html.reserveCapacity(text.utf8.count + 16)
        for scalar in text.unicodeScalars { append(scalar, to: &html) }
        return html
    }

    static func foreign(_ text: String) -> String { "<bdi>" + marked(text) + "</bdi>" }

    /// Controls that turn or hide text become words that can be read, as `⟨U+202E⟩`; behind a word of several scripts stands
    /// which, as `⟨CYRILLIC+LATIN⟩`.
    static func marked(_ text: String) -> String {
        var html = ""
        html.reserveCapacity(text.utf8.count + 16)
        var words = MixedWords()
        func mark(_ scripts: String?) { if let scripts { html += "<span class=\"control\">⟨\(scripts)⟩</span>" } }
        for scalar in text.unicodeScalars {
            mark(words.end(before: scalar))
            if isHidden(scalar) {
                html += "<span class=\"control\">" + word(for: scalar) + "</span>"
            } else {
                append(scalar, to: &html)
            }
        }
        mark(words.end())
        return html
    }

    /// The same as plain text, for a page's title: no HTML yet.
    static func shown(_ text: String) -> String {
        text.unicodeScalars.map { isHidden($0) ? word(for: $0) : String($0) }.joined()
    }

    private static func word(for scalar: Unicode.Scalar) -> String {
        let number = String(scalar.value, radix: 16, uppercase: true)
        return "⟨U+" + String(repeating: "0", count: max(0, 4 - number.count)) + number + "⟩"
    }

    private static func append(_ scalar: Unicode.Scalar, to html: inout String) {
        switch scalar {
        case "&": html += "&amp;"
        case "<": html += "&lt;"
        case ">": html += "&gt;"
        case "\"": html += "&quot;"
        case "'": html += "&#39;"
        // What HTML has no character for.
        case "\0"..<"\t", "\u{0B}"..."\u{0C}", "\u{0E}"..<" ", "\u{7F}"..."\u{9F}": html += "\u{FFFD}"
        default: html.unicodeScalars.append(scalar)
        }
    }

    /// Whether a scalar changes how text around it looks without being seen: bidi and zero-width controls, tags, fillers.
    static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned: true
        case .control: scalar != "\n" && scalar != "\t"
        // Letters and marks that show nothing.
        default: scalar.properties.isDefaultIgnorableCodePoint
        }
    }
}
