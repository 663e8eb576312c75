/// Rows that stayed out, written so that they can be corrected and read again. Holds what the file held; the reason beside
/// it holds no value.

import MatchKeys

/// Text of one file of rejected rows: CSV with the file's own header, or lines of text with a remark before each.
public struct RejectedRows: Sendable {
    /// The first column, which readers pass over.
    public static let column = "rejected_because"
    /// A line that begins so is a remark in a file of lines.
    static let remark = UInt8(ascii: "#")

    private var header: [String]?

    public init() {}

    /// Whether the row has no field that the header, once there is one, does not name.
    public func fits(_ row: RecordRow) -> Bool {
        guard let header, case .record(let record) = row.written else { return true }
        return Set(Self.otherColumns(of: record)).isSubset(of: header)
    }

    private static func otherColumns(of record: Record) -> [String] {
        record.columns.keys.filter { !Record.knownColumns.contains($0) }.sorted()
    }

    /// The row as CSV, with the header before the first; nil for a line, which is no row.
    public mutating func csv(_ row: RecordRow, because problems: [RowProblem]) -> String? {
        let reason = Self.words(problems)
        let cells: [String]
        let names: [String]
        switch row.written {
        case .cells(let written, let top):
            // A corrected file that goes wrong again does not gather reasons.
            let old = top.firstIndex(of: Self.column)
            func kept(_ list: [String]) -> [String] {
                list.enumerated().filter { $0.offset != old }.map(\.element)
            }
            (cells, names) = (kept(written), kept(top))
        case .record(let record):
            names = header ?? Record.knownColumns + Self.otherColumns(of: record)
            cells = names.map { record.cell($0) }
        case .line: return nil
        }
        var text = ""
        if header == nil {
            header = names
            text = CSVWriter.line([Self.column] + names) + "\n"
        }
        return text + CSVWriter.line([reason] + cells) + "\n"
    }

    /// A line that could not be read, with a remark before it.
    public static func line(_ bytes: [UInt8], because problems: [RowProblem]) -> [UInt8] {
        [remark] + Array(" \(words(problems))\n".utf8) + bytes + [0x0A]
    }

    private static func words(_ problems: [RowProblem]) -> String {
        problems.map { "\($0.field): \($0.words)" }.joined(separator: " | ")
    }
}
