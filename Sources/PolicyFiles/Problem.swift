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
        // Warnings.
        case neverFires = "never-fires"
        case contradicts
        case shadowed
        case expired
        case leaks
    }

    /// Path relative to the folder.
    public let file: String
    public let place: Place
    public let severity: Severity
    public let code: Code
    /// Names the culprit.
    public let text: String
    /// Where it is in a JSON document (RFC 6901); nil in YAML, and where no document could be read.
    public let pointer: String?

    public init(
        file: String,
        place: Place,
        severity: Severity = .error,
        code: Code,
        text: String,
        pointer: String? = nil
    ) {
        self.file = file
        self.place = place
        self.severity = severity
        self.code = code
        self.text = text
        self.pointer = pointer
    }

    /// `FILE:LINE:COLUMN`, on one line whatever the file is called.
    public var location: String { "\(OneLine.text(file)):\(place.line):\(place.column)" }

    /// `FILE:LINE:COLUMN: error|warning: CODE: words`.
    public var description: String { "\(location): \(severity.rawValue): \(code.rawValue): \(text)" }

    /// By path (bytes), line, column, then code and words; each once.
    static func sorted(_ problems: [Problem]) -> [Problem] {
        let sorted = problems.sorted { left, right in
            if !left.isInSameFile(right) { return left.file.utf8.lexicographicallyPrecedes(right.file.utf8) }
            if left.place != right.place { return left.place < right.place }
            return (left.code.rawValue, left.text) < (right.code.rawValue, right.text)
        }
        return sorted.reduce(into: []) { kept, problem in
            if let last = kept.last, last == problem, last.isInSameFile(problem) { return }
            kept.append(problem)
        }
    }

    private func isInSameFile(_ other: Problem) -> Bool { ByteText(file) == ByteText(other.file) }
}

/// Collects the problems of one file while it is read.
final class ProblemLog {
    let file: String
    /// Most problems told of one file: a hostile one must not fill memory with its mistakes.
    static let most = 10_000

    private(set) var problems: [Problem] = []
    /// Places of a document's parts, where it is JSON.
    var pointers: [Place: String] = [:]

    init(file: String) { self.file = file }

    /// - Parameter missing: the key that is not there, in the mapping whose first key is at `place`.
    func add(_ code: Problem.Code, _ place: Place, _ text: String, missing: String? = nil) {
        if problems.count == ProblemLog.most { return }
        var pointer = pointers[place]
        if let missing, let key = pointer {
            // The mapping's first key stands at the place; an empty mapping stands there itself.
            let parent = firstKeys.contains(place) ? String(key[..<(key.lastIndex(of: "/") ?? key.startIndex)]) : key
            pointer = parent + "/" + Tree.pointerStep(missing)
        }
        problems.append(Problem(file: file, place: place, code: code, text: text, pointer: pointer))
    }

    private var firstKeys: Set<Place> = []

    /// Tells where each part of a document is, so that problems name it.
    func follow(_ tree: Tree, pointer: String = "") {
        pointers[tree.place] = pointer
        switch tree.content {
        case .list(let items):
            for (index, item) in items.enumerated() { follow(item, pointer: "\(pointer)/\(index)") }
        case .mapping(let entries):
            if let first = entries.first { firstKeys.insert(first.keyPlace) }
            for entry in entries {
                let inner = pointer + "/" + Tree.pointerStep(entry.key)
                pointers[entry.keyPlace] = inner
                follow(entry.value, pointer: inner)
            }
        case .scalar, .broken: break
        }
    }
}

/// A text from a file, shortened and on one line, for use inside a problem's words.
func quoted(_ text: String) -> String {
    let start = String(String.UnicodeScalarView(text.unicodeScalars.prefix(60).map { $0.value < 0x20 ? " " : $0 }))
    return "\"" + OneLine.text(start) + (text.unicodeScalars.count > 60 ? "…" : "") + "\""
}
