/// What is wrong with a row, in words that hold no value of it.

/// One problem of one row: `file:line:column  field: words`.
public struct RowProblem: Sendable, Equatable, CustomStringConvertible {
    /// What the problem means for the row.
    public enum Effect: Sendable, Equatable {
        /// The row gave no record.
        case noRecord
        /// The row gave a record, but no policy could be applied to it: an import refuses it.
        case noPolicy
    }

    /// The file as the reader was told to call it.
    public var file: String
    /// Number of the row among the records, from 1 (the header is not counted).
    public var row: Int
    /// Line and column in characters, from 1.
    public var place: CSVPlace
    /// The column's name, or `row` when the whole row is meant.
    public var field: String
    public var words: String
    public var effect: Effect

    public var description: String { "\(file):\(place.line):\(place.column)  \(field): \(words)" }
}

/// Why a file as a whole gave no records.
public enum RecordFileError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The file is no CSV; rows before the place were read and are not returned.
    case csv(file: String, CSVError)
    /// There is no header row.
    case noHeader(file: String)
    /// A column name stands twice in the header, or is empty.
    case badHeader(file: String, place: CSVPlace, words: String)
    /// A column of the options is not in the file, or not of CONTRACTS.
    case badOption(words: String)
    /// More records than the options allow.
    case tooManyRecords(file: String, limit: Int)
    /// The file is none of the form it should have; rows before the place were read.
    case broken(file: String, place: CSVPlace?, words: String, remedy: String?)

    /// The file, with line and column where there are any.
    public var location: String? {
        switch self {
        case .csv(let file, let error):
            error.reason == .unreadable ? file : "\(file):\(error.place.line):\(error.place.column)"
        case .noHeader(let file), .tooManyRecords(let file, _), .broken(let file, nil, _, _): file
        case .broken(let file, let place?, _, _): "\(file):\(place.line):\(place.column)"
        case .badHeader(let file, let place, _): "\(file):\(place.line):\(place.column)"
        case .badOption: nil
        }
    }

    /// What mends the file, where that is more than its place.
    public var remedy: String? {
        switch self {
        case .csv(_, let error): error.remedy
        case .broken(_, _, _, let remedy): remedy
        default: nil
        }
    }

    public var description: String {
        switch self {
        case .csv(_, let error): error.reason.rawValue
        case .noHeader: "the file has no header row"
        case .badHeader(_, _, let words), .badOption(let words), .broken(_, _, let words, _): words
        case .tooManyRecords(_, let limit): "the file has more than \(limit) records"
        }
    }
}
