/// From the columns of a record, as CONTRACTS names them, to what policy may know of it.
/// Reads cells; never repeats a cell's text in a problem.

/// A cell whose text is not in its closed list.
public struct ColumnProblem: Error, Sendable, Equatable {
    /// The column's name.
    public let column: String
    /// What the column may hold, in words.
    public let expected: String

    public init(column: String, expected: String) {
        self.column = column
        self.expected = expected
    }

    /// What is wrong, in words that hold no value.
    public var text: String { "\(column) must be \(expected)" }
}

/// Reads record columns. A missing or empty cell is unknown; several values are separated by `;`.
public struct RecordColumns: Sendable {
    /// Words of `subject_category` for things that are no person: subject is the empty set.
    public static let things = ["vessel", "vehicle", "object", "account"]

    /// Columns that `question()` reads.
    public static let questionColumns = ["subject_category", "origin"]

    private let cell: @Sendable (String) -> String?

    /// - Parameter cell: the raw text of a column by its name, nil if the record has no such column.
    public init(_ cell: @escaping @Sendable (String) -> String?) { self.cell = cell }

    public init(_ cells: [String: String]) { self.init { cells[$0] } }

    /// What policy may know of the record.
    public func record() throws(ColumnProblem) -> RecordFacts {
        var information: Int?
        if let text = try single("information", "a number from 1 to 4") {
            guard let number = Identifiers.wholeNumber(text), (1...4).contains(number) else {
                throw ColumnProblem(column: "information", expected: "a number from 1 to 4")
            }
            information = number
        }
        let offence = try single("offence", "one offence")
        if let offence, !Identifiers.isIdentifier(offence) {
            throw ColumnProblem(column: "offence", expected: "the ID of an offence")
        }
        return RecordFacts(
            subject: try subject(),
            origin: try origin(),
            handling: try name("handling"),
            source: try name("source"),
            information: information,
            basis: try name("basis"),
            consent: try name("consent"),
            offence: offence,
            sensitive: try names("sensitive"),
            recorded: try day("recorded"),
            expires: try day("expires"),
            originator: trimmed("originator")
        )
    }

    /// What the asker knows of whom it asks about: `subject_category` and `origin`.
    public func question() throws(ColumnProblem) -> QuestionFacts {
        QuestionFacts(subject: try subject(), origin: try origin())
    }

    private func subject() throws(ColumnProblem) -> [Subject]? {
        guard let values = values("subject_category") else { return nil }
        var result: [Subject] = []
        for value in values where !RecordColumns.things.contains(value) {
            guard let subject = Subject(rawValue: value) else {
                let all = (Subject.names + RecordColumns.things).joined(separator: ", ")
                throw ColumnProblem(column: "subject_category", expected: "of \(all)")
            }
            if !result.contains(subject) { result.append(subject) }
        }
        return result
    }

    private func origin() throws(ColumnProblem) -> [String]? {
        guard let values = values("origin") else { return nil }
        var result: [String] = []
        for value in values {
            guard Identifiers.isCountry(value) else {
                throw ColumnProblem(column: "origin", expected: "countries of two capital letters")
            }
            if !result.contains(value) { result.append(value) }
        }
        return result
    }

    private func name<Name: CaseIterable & RawRepresentable<String>>(_ column: String) throws(ColumnProblem) -> Name? {
        let expected = "one of " + Name.names.joined(separator: ", ")
        guard let text = try single(column, expected) else { return nil }
        guard let name = Name(rawValue: text) else { throw ColumnProblem(column: column, expected: expected) }
        return name
    }

    private func names<Name: CaseIterable & RawRepresentable<String> & Equatable>(
        _ column: String
    ) throws(ColumnProblem) -> [Name]? {
        guard let values = values(column) else { return nil }
        var result: [Name] = []
        for value in values {
            guard let name = Name(rawValue: value) else {
                throw ColumnProblem(column: column, expected: "of " + Name.names.joined(separator: ", "))
            }
            if !result.contains(name) { result.append(name) }
        }
        return result
    }

    private func day(_ column: String) throws(ColumnProblem) -> Day? {
        guard let text = try single(column, "a day YYYY-MM-DD") else { return nil }
        guard let day = Day(text) else { throw ColumnProblem(column: column, expected: "a day YYYY-MM-DD") }
        return day
    }

    private func single(_ column: String, _ expected: String) throws(ColumnProblem) -> String? {
        guard let values = values(column) else { return nil }
        guard values.count == 1 else { throw ColumnProblem(column: column, expected: expected) }
        return values[0]
    }

    private func trimmed(_ column: String) -> String? {
        guard let text = cell(column).map(RecordColumns.trim), !text.isEmpty else { return nil }
        return text
    }

    /// The values of a cell, blanks around them and empty ones dropped; nil if none is left.
    private func values(_ column: String) -> [String]? {
        guard let text = cell(column), !text.isEmpty else { return nil }
        let values = text.split(separator: ";").map { RecordColumns.trim(String($0)) }.filter { !$0.isEmpty }
        return values.isEmpty ? nil : values
    }

    private static func trim(_ text: String) -> String {
        var part = Substring(text)
        while let first = part.first, first == " " || first == "\t" { part.removeFirst() }
        while let last = part.last, last == " " || last == "\t" { part.removeLast() }
        return String(part)
    }
}
