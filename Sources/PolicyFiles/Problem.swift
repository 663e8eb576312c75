/// What is wrong with a policy file, and where exactly (POLICY section 6). Holds places and words, no files.

public struct Place: Sendable, Hashable, Comparable {
    /// From 1.
    public let line: Int
    /// From 1, counted in Unicode scalars.
    public let column: Int

    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    /// Stands for a whole file.
    public static let start = Place(line: 1, column: 1)

    public static func < (left: Place, right: Place) -> Bool { (left.line, left.column) < (right.line, right.column) }
}

public struct Problem: Sendable, Hashable, CustomStringConvertible {
    public enum Severity: String, Sendable { case error, warning }

    public enum Code: String, Sendable, CaseIterable {
        case unknownFile = "unknown-file"
        case syntax
        case duplicateKey = "duplicate-key"
        case unknownKey = "unknown-key"
        case missingKey = "missing-key"
        case wrongType = "wrong-type"
        case badValue = "bad-value"
        case unknownName = "unknown-name"
        case duplicateID = "duplicate-id"
        case idMismatch = "id-mismatch"
        case misplaced
        case stageAttribute = "stage-attribute"
    }

    /// Path relative to the folder.
    public let file: String
    public let place: Place
    public let severity: Severity
    public let code: Code
    /// Names the culprit.
    public let text: String

    public init(file: String, place: Place, severity: Severity = .error, code: Code, text: String) {
        self.file = file
        self.place = place
        self.severity = severity
        self.code = code
        self.text = text
    }

    /// `FILE:LINE:COLUMN`.
    public var location: String { "\(file):\(place.line):\(place.column)" }

    /// `FILE:LINE:COLUMN: error|warning: CODE: words`.
    public var description: String { "\(location): \(severity.rawValue): \(code.rawValue): \(text)" }

    /// By path (bytes), line, column, then code and words; each once.
    static func sorted(_ problems: [Problem]) -> [Problem] {
        Set(problems).sorted { left, right in
            if left.file != right.file { return left.file.utf8.lexicographicallyPrecedes(right.file.utf8) }
            if left.place != right.place { return left.place < right.place }
            return (left.code.rawValue, left.text) < (right.code.rawValue, right.text)
        }
    }
}

/// Collects the problems of one file while it is read.
final class ProblemLog {
    let file: String
    private(set) var problems: [Problem] = []

    init(file: String) { self.file = file }

    func add(_ code: Problem.Code, _ place: Place, _ text: String) {
        problems.append(Problem(file: file, place: place, code: code, text: text))
    }
}

/// A text from a file, shortened and on one line, for use inside a problem's words.
func quoted(_ text: String) -> String {
    let shown = String(String.UnicodeScalarView(text.unicodeScalars.prefix(60).map { $0.value < 0x20 ? " " : $0 }))
    return "\"" + shown + (text.unicodeScalars.count > 60 ? "…" : "") + "\""
}
