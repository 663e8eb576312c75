/// What a form of file had no place for, by column and in numbers. Holds no value.

import MatchKeys

public struct NotCarried: Sendable, Equatable {
    /// Column -> records of which a value of it was left behind, whole or in part.
    public private(set) var columns: [String: Int] = [:]
    /// Records that the form has no entity for.
    public private(set) var records = 0

    public init() {}

    mutating func lose(_ column: String) { columns[column, default: 0] += 1 }

    mutating func lose(_ record: Record) {
        records += 1
        for column in record.columns.keys { lose(column) }
    }
}
