/// Records as a file of any form, piece by piece, and what the form could not carry. Knows columns; never learns where
/// records come from.

public import MatchKeys

public struct RecordWriter: Sendable {
    private enum Form: Sendable {
        case csv([String])
        case ftm(FTMWriter)
        case umf(UMFWriter)
        case stix(STIXWriter)
    }

    private var form: Form
    private var lost = NotCarried()
    private let limits = CSVLimits()
    private let uuid: @Sendable (String) throws -> String

    /// - Parameters:
    ///   - columns: those of the records, which CSV names first; other forms do not ask.
    ///   - time: of the export, as `2026-11-24T12:35:58.123Z`.
    ///   - uuid: a UUID for a record's id, the same each time; STIX asks, and who writes a note.
    public init(
        _ format: RecordFormat,
        columns: Set<String>,
        time: String,
        uuid: @escaping @Sendable (String) throws -> String
    ) {
        self.uuid = uuid
        switch format {
        case .csv:
            let known = Record.knownColumns.filter { $0 == "id" || columns.contains($0) }
            let others = columns.filter { !Record.knownColumns.contains($0) && $0 != RejectedRows.column }.sorted()
            form = .csv(Array((known + others).prefix(limits.cells)))
        case .ftm: form = .ftm(FTMWriter())
        case .umf: form = .umf(UMFWriter())
        case .stix: form = .stix(STIXWriter(time: time, uuid: uuid))
        }
    }

    /// What stands before the first record.
    public func begin() throws -> [UInt8] {
        switch form {
        case .csv(let columns): Array((CSVWriter.line(columns) + "\n").utf8)
        case .ftm: []
        case .umf(let writer): Array(writer.begin().utf8)
        case .stix(let writer): Array(try writer.begin().utf8)
        }
    }

    /// - Parameter terms: what binds whoever reads it; CSV has no place for them.
    public mutating func bytes(of record: Record, under terms: RecordTerms? = nil) throws -> [UInt8] {
        switch form {
        case .csv(let columns): return csv(record, columns)
        case .ftm(var writer):
            let bytes = try writer.lines(of: record, under: terms)
            form = .ftm(writer)
            return bytes
        case .umf(var writer):
            let text = writer.person(of: record, under: terms)
            form = .umf(writer)
            return Array(text.utf8)
        case .stix(var writer):
            let bytes = try writer.objects(of: record, under: terms)
            form = .stix(writer)
            return bytes
        }
    }

    /// What stands after the last record.
    ///
    /// - Parameter note: what the file says of itself; CSV has no place for it.
    public func end(saying note: FileNote? = nil) throws -> [UInt8] {
        switch form {
        case .csv: []
        case .ftm(let writer): try note.map { try writer.line(of: $0, id: uuid("note")) } ?? []
        case .umf(let writer): Array(writer.end(saying: note).utf8)
        case .stix(let writer): try writer.end(saying: note)
        }
    }

    /// What was left behind until now.
    public var notCarried: NotCarried {
        switch form {
        case .csv: lost
        case .ftm(let writer): writer.lost
        case .umf(let writer): writer.lost
        case .stix(let writer): writer.lost
        }
    }

    private mutating func csv(_ record: Record, _ columns: [String]) -> [UInt8] {
        for column in record.columns.keys where !columns.contains(column) { lost.lose(column) }
        let cells = columns.map { SpreadsheetGuard.written(record.cell($0)) }
        return Array((CSVWriter.line(cells, isForSpreadsheets: true) + "\n").utf8)
    }
}
