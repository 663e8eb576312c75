/// Records from CSV: header, renamed columns, defaults, and the problems of single rows.
/// Knows column names and POLICY's closed words; canonical forms and keys are made by MatchKeys.

import Foundation
import MatchKeys

/// What a caller may say about a file.
public struct RecordOptions: Sendable, Equatable {
    /// Column name in the file -> column name of CONTRACTS (`--map`).
    public var columnNames: [String: String] = [:]
    /// Column -> cell where the file has none or an empty one (`--default COLUMN=VALUE`).
    public var defaults: [String: String] = [:]
    /// Whether a file without the column `id` is an error; else its rows are numbered.
    public var requiresID = false
    /// The most records read; more is an error.
    public var maximumRecords = 50_000_000
    public var limits = CSVLimits()
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

public struct RecordReader: Sendable {
    private enum Source: Sendable {
        case bytes([UInt8])
        case file(URL)
    }

    private let source: Source
    private let options: RecordOptions
    private let name: String

    public init(csv bytes: [UInt8], options: RecordOptions = RecordOptions()) {
        self.source = .bytes(bytes)
        self.options = options
        self.name = options.fileName ?? "-"
    }

    public init(file: URL, options: RecordOptions = RecordOptions()) {
        self.source = .file(file)
        self.options = options
        self.name = options.fileName ?? file.relativePath
    }

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
        var reader = try open()
        guard let top = try next(&reader) else { throw .noHeader(file: name) }
        let header = try RecordHeader(top, file: name, options: options)
        let checker = RowChecker(file: name, header: header, defaults: options.defaults)
        var ids: Set<String> = []
        var row = 0
        while let cells = try next(&reader) {
            row += 1
            guard row <= options.maximumRecords else {
                throw .tooManyRecords(file: name, limit: options.maximumRecords)
            }
            let (record, problems) = checker.record(from: cells, row: row, ids: &ids)
            problems.forEach(problem)
            if let record { body(record, row) }
        }
        count(row)
        return header.unknown
    }

    private func open() throws(RecordFileError) -> CSVReader {
        switch source {
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
