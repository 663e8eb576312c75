/// The header of a record file: which column stands where. Knows column names only.

import MatchKeys

struct RecordHeader: Sendable {
    /// Names after renaming, in the file's order.
    var columns: [String]
    /// Where `id` stands.
    var idPosition: Int?
    /// Columns that hold a field of the record.
    var fields: [String]
    /// Names that CONTRACTS does not know.
    var unknown: [String]

    /// Whether the column at this position holds a field: not the id, and not our own words on why a row stayed out.
    func isField(_ position: Int) -> Bool {
        position != idPosition && columns[position] != RejectedRows.column
    }

    init(_ row: CSVRow, file: String, options: RecordOptions) throws(RecordFileError) {
        let written = row.cells.map(Self.trimmed)
        for renamed in options.columnNames.keys.sorted() where !written.contains(renamed) {
            throw .badOption(words: "the map renames column \"\(renamed)\", which the file does not have")
        }
        for column in options.defaults.keys.sorted() where !Record.knownColumns.contains(column) || column == "id" {
            throw .badOption(words: "there is no column \"\(column)\" that could have a default")
        }
        columns = written.map { options.columnNames[$0] ?? $0 }
        var seen: Set<String> = []
        for (name, place) in zip(columns, row.places) {
            guard !name.isEmpty else { throw .badHeader(file: file, place: place, words: "a column has no name") }
            guard seen.insert(name).inserted else {
                throw .badHeader(file: file, place: place, words: "column \"\(name)\" stands twice in the header")
            }
        }
        idPosition = columns.firstIndex(of: "id")
        if options.requiresID, idPosition == nil {
            let words = "the header has no column \"id\", by which a record is found again"
            throw .badHeader(file: file, place: row.places.first ?? CSVPlace(line: 1, column: 1), words: words)
        }
        fields = columns.filter { $0 != "id" && $0 != RejectedRows.column }
        unknown = fields.filter { !Record.knownColumns.contains($0) }
    }

    /// A name without spaces at its ends.
    static func trimmed(_ cell: String) -> String {
        String(cell.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
