/// How a person is described on the command line: `KIND=VALUE`, kinds as `comity normalize` has them.
/// Knows kinds and columns; what is found by them, the node knows.

import ArgumentParser
import MatchKeys

struct SubjectWords: ParsableArguments {
    @Argument(help: ArgumentHelp("What the person says of themselves.", valueName: "KIND=VALUE"))
    var description: [String] = []

    /// Kinds of `comity normalize` and the columns of records they are written in.
    private static let columnOfKind: [String: String] = [
        "name": "full_name", "date": "birth_date", "country": "nationality", "document": "document_number",
    ]

    /// By column; values of one column joined by `;`.
    func columns() throws -> [String: String] {
        guard !description.isEmpty else { throw ValidationError("Say who it is: KIND=VALUE.") }
        return try Self.columns(description)
    }

    static func columns(_ words: [String]) throws -> [String: String] {
        var columns: [String: String] = [:]
        for word in words {
            guard let equals = word.firstIndex(of: "="), let kind = IdentifierKind(rawValue: String(word[..<equals]))
            else {
                let kinds = IdentifierKind.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("KIND=VALUE takes one of the kinds \(kinds).")
            }
            let value = String(word[word.index(after: equals)...])
            if case .invalid(let reason) = kind.canonicalise(value) {
                throw ValidationError("the \(kind.rawValue) has no canonical form: \(reason).")
            }
            let column = columnOfKind[kind.rawValue] ?? kind.rawValue
            columns[column] = columns[column].map { "\($0);\(value)" } ?? value
        }
        return columns
    }
}
