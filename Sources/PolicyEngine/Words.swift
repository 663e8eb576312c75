/// Words for people in one or more languages; English is always there. Knows nothing of where they are shown.

public struct Words: Sendable, Equatable {
    public let english: String
    /// The other languages, by their two-letter code.
    public let others: [String: String]

    public init(_ english: String, others: [String: String] = [:]) {
        self.english = english
        self.others = others
    }

    /// The words in `language`, else in English.
    public func text(in language: String) -> String { others[language] ?? english }
}
