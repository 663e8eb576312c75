/// From one row to a record, with what is wrong in it. Knows POLICY's closed words; its problems hold no value.

import MatchKeys

/// What every record of a file is held against, whatever the file's form.
struct RecordChecks: Sendable {
    let file: String
    let defaults: [(column: String, cell: String)]
    let limits: RecordLimits

    init(file: String, options: RecordOptions) {
        self.file = file
        defaults = options.defaults.sorted { $0.key < $1.key }.map { (column: $0.key, cell: $0.value) }
        limits = options.recordLimits
    }

    func problem(
        _ field: String,
        _ words: String,
        _ effect: RowProblem.Effect,
        row: Int,
        at place: CSVPlace
    ) -> RowProblem {
        RowProblem(file: file, row: row, place: place, field: field, words: words, effect: effect)
    }

    /// Fills in defaults and names what is wrong. A problem of no record comes alone: the record is none.
    func settle(
        _ record: inout Record,
        columns: [String],
        row: Int,
        start: CSVPlace,
        place: (String) -> CSVPlace
    ) -> [RowProblem] {
        var problems: [RowProblem] = []
        if record.columns.values.contains(where: { $0.count > Record.maximumValues }),
            let column = columns.first(where: { record[$0].count > Record.maximumValues })
        {
            let words = "more than \(Record.maximumValues) values"
            return [problem(column, words, .noRecord, row: row, at: place(column))]
        }
        for column in columns where PolicyWords.checked.contains(column) {
            if let words = PolicyWords.problem(column: column, values: record[column]) {
                problems.append(problem(column, words, .noPolicy, row: row, at: place(column)))
            }
        }
        for (column, cell) in defaults where record[column].isEmpty {
            record[column] = Record.values(of: cell)
            if let words = PolicyWords.problem(column: column, values: record[column]) {
                problems.append(problem(column, "the default: " + words, .noPolicy, row: row, at: start))
            }
        }
        return problems
    }

    /// Why the id cannot be a record's; remembers it otherwise.
    func problem(ofID id: String, seen ids: inout Set<String>?) -> String? {
        guard !id.isEmpty else { return "the row has no id" }
        guard ids?.insert(id).inserted ?? true else { return "an earlier row has the same id" }
        return nil
    }
}

struct RowChecker: Sendable {
    let header: RecordHeader
    let checks: RecordChecks

    /// The record of `row`, unless it has none; `ids` are those of the rows before, nil if nobody asks.
    func record(from cells: CSVRow, row: Int, ids: inout Set<String>?) -> (Record?, [RowProblem]) {
        let start = cells.places.first ?? CSVPlace(line: cells.line, column: 1)
        func none(_ field: String, _ words: String, at place: CSVPlace) -> (Record?, [RowProblem]) {
            (nil, [checks.problem(field, words, .noRecord, row: row, at: place)])
        }
        guard cells.cells.count == header.columns.count else {
            return none("row", "\(cells.cells.count) cells where the header has \(header.columns.count)", at: start)
        }
        var id = "\(row)"
        if let position = header.idPosition {
            id = Record.values(of: SpreadsheetGuard.value(of: cells.cells[position])).joined(separator: ";")
            if let words = checks.problem(ofID: id, seen: &ids) { return none("id", words, at: cells.places[position]) }
        }
        var record = Record(id: id, capacity: header.columns.count)
        for (index, column) in header.columns.enumerated() where header.isField(index) && !cells.cells[index].isEmpty {
            record[column] = Record.values(of: SpreadsheetGuard.value(of: cells.cells[index]))
        }
        let problems = checks.settle(&record, columns: header.fields, row: row, start: start) { column in
            header.columns.firstIndex(of: column).map { cells.places[$0] } ?? start
        }
        return problems.contains { $0.effect == .noRecord } ? (nil, problems) : (record, problems)
    }
}
