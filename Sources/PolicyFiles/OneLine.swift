/// Names from a folder as they are printed. A file's name may hold a line break or an escape of the terminal, and with it
/// a line that this program never wrote. Knows letters, no meaning.

public enum OneLine {
    /// The text with what moves the cursor, breaks a line or turns its direction written as `\u{1b}`.
    public static func text(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isHidden) else { return text }
        return text.unicodeScalars.reduce(into: "") { shown, scalar in
            if isHidden(scalar) {
                shown += "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                shown.unicodeScalars.append(scalar)
            }
        }
    }

    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}
