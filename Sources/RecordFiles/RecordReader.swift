/// Records from a file of any form: renamed columns, defaults, and the problems of single rows.
/// Knows column names and POLICY's closed words; canonical forms and keys are made by MatchKeys.

public import Foundation
public import MatchKeys

/// What a caller may say about a file.
public struct RecordOptions: Sendable, Equatable {
    public var format = RecordFormat.csv
    /// Column name in the file -> column name of CONTRACTS (`--map`).
    public var columnNames: [String: String] = [:]
    /// Column -> cell where the file has none or an empty one (`--default COLUMN=VALUE`).
    public var defaults: [String: String] = [:]
    /// Whether a file without the column `id` is an error; else its rows are numbered.
    public var requiresID = false
    /// Whether an id that stands twice is found here, which holds every id in memory; else the caller finds it.
    public var comparesIDs = true
    /// The most records read; more is an error.
    public var maximumRecords = 50_000_000
    public var limits = CSVLimits()
    public var recordLimits = RecordLimits()
    /// How problems call the file.
    public var fileName: String?

    public init() {}
}

/// The records of a file, in its order, and what is wrong with it.
public struct RecordFile: Sendable {
    public var records: [Record] = []
    /// For each record the number of its row, from 1 (the header is not counted).
    public var rows: [Int] = []
    public var problems: [RowProblem] = []
    /// How many rows the file has, without the header.
    public var rowCount = 0
    /// Columns of the file, renamed, that CONTRACTS does not know: kept and never matched.
    public var unknownColumns: [String] = []
}

/// One row of a file, or one entity, person or object of it.
public struct RecordRow: Sendable {
    /// How the row stands in the file, so that it can be set aside.
    public enum Written: Sendable, Equatable {
        case cells([String], header: [String])
        /// A line of text that could not be read.
        case line([UInt8])
        /// As the record that was made of it, or would have been.
        case record(Record)
    }

    /// Number of the row, from 1.
    public var row: Int
    public var place: CSVPlace
    /// Nil when it gave none.
    public var record: Record?
    public var problems: [RowProblem]
    public var written: Written

    /// A problem that the caller found.
    public func problem(_ field: String, _ words: String, file: String) -> RowProblem {
        RowProblem(file: file, row: row, place: place, field: field, words: words, effect: .noRecord)
    }
}

/// What was read of a file, in numbers.
public struct RecordFileSummary: Sendable, Equatable {
    public var rows = 0
    /// Columns, renamed, that CONTRACTS does not know.
    public var unknownColumns: [String] = []
    /// What the file holds beside records, by name, and how often.
    public var skipped: [String: Int] = [:]

    public init() {}
}

public struct RecordReader: Sendable {
    private let input: RecordInput
    private let options: RecordOptions
    private let name: String

    public init(_ input: RecordInput, options: RecordOptions = RecordOptions()) {
        self.input = input
        self.options = options
        let path: String? = if case .file(let url) = input { url.relativePath } else { nil }
        self.name = options.fileName ?? path ?? "-"
    }

    public init(csv bytes: [UInt8], options: RecordOptions = RecordOptions()) {
        self.init(.bytes(bytes), options: options)
    }

    public init(file: URL, options: RecordOptions = RecordOptions()) { self.init(.file(file), options: options) }

    /// Reads the whole file. A file without the column `id` numbers its records from 1.
    public func read() throws(RecordFileError) -> RecordFile {
        var result = RecordFile()
        let unknown = try forEach { record, row in
            result.records.append(record)
            result.rows.append(row)
        } problem: {
            result.problems.append($0)
        } count: {
            result.rowCount = $0
        }
        result.unknownColumns = unknown
        return result
    }

    /// Reads record by record without holding them; gives the unknown columns.
    @discardableResult
    public func forEach(
        _ body: (Record, _ row: Int) -> Void,
        problem: (RowProblem) -> Void,
        count: (Int) -> Void = { _ in }
    ) throws(RecordFileError) -> [String] {
        let summary = try forEachRow { row in
            row.problems.forEach(problem)
            if let record = row.record { body(record, row.row) }
            return true
        }
        count(summary.rows)
        return summary.unknownColumns
    }

    /// Reads row by row without holding them, until `body` says no.
    @discardableResult
    public func forEachRow(_ body: (RecordRow) -> Bool) throws(RecordFileError) -> RecordFileSummary {
        let checks = RecordChecks(file: name, options: options)
        switch options.format {
        case .csv: return try readCSV(checks, body)
        case .ftm: return try FTMReader(input: input, options: options, checks: checks).forEachRow(body)
        case .umf: return try UMFReader(input: input, options: options, checks: checks).forEachRow(body)
        case .stix: return try STIXReader(input: input, options: options, checks: checks).forEachRow(body)
        }
    }

    /// The names of a CSV file's columns as they are written, without the rows.
    public func header() throws(RecordFileError) -> [String] {
        var reader = try open()
        guard let top = try next(&reader) else { throw .noHeader(file: name) }
        return top.cells.map(RecordHeader.trimmed)
    }

    private func readCSV(
        _ checks: RecordChecks,
        _ body: (RecordRow) -> Bool
    ) throws(RecordFileError) -> RecordFileSummary {
        var reader = try open()
        guard let top = try next(&reader) else { throw .noHeader(file: name) }
        let header = try RecordHeader(top, file: name, options: options)
        let written = top.cells.map(RecordHeader.trimmed)
        let checker = RowChecker(header: header, checks: checks)
        var ids: Set<String>? = options.comparesIDs ? [] : nil
        var summary = RecordFileSummary()
        summary.unknownColumns = header.unknown
        while let cells = try next(&reader) {
            summary.rows += 1
            guard summary.rows <= options.maximumRecords else {
                throw .tooManyRecords(file: name, limit: options.maximumRecords)
            }
            let (record, problems) = checker.record(from: cells, row: summary.rows, ids: &ids)
            let row = RecordRow(
                row: summary.rows,
                place: cells.places.first ?? CSVPlace(line: cells.line, column: 1),
                record: record,
                problems: problems,
                written: .cells(cells.cells, header: written)
            )
            guard body(row) else { break }
        }
        return summary
    }

    private func open() throws(RecordFileError) -> CSVReader {
        switch input {
        case .bytes(let bytes): return CSVReader(bytes: bytes, limits: options.limits)
        case .file(let url):
            do throws(CSVError) {
                return try CSVReader(file: url, limits: options.limits)
            } catch {
                throw .csv(file: name, error)
            }
        }
    }

    private func next(_ reader: inout CSVReader) throws(RecordFileError) -> CSVRow? {
        do throws(CSVError) {
            return try reader.next()
        } catch {
            throw .csv(file: name, error)
        }
    }
}
