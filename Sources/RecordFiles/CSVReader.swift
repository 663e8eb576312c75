/// Comma-separated values, read strictly and as a stream (RFC 4180).
/// Knows quotes and line ends; never learns what the cells mean, and no error of it quotes one.

import Foundation

/// One row of cells.
public struct CSVRow: Sendable, Equatable {
    public var cells: [String]
    /// Line on which the row begins, from 1.
    public var line: Int
    /// Line and column (in characters, from 1) at which each cell begins; as many as cells.
    public var places: [CSVPlace]
}

/// A place in a file: line and column in characters, both from 1.
public struct CSVPlace: Sendable, Equatable {
    public var line: Int
    public var column: Int

    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }
}

/// Why a file is no CSV, and where.
public struct CSVError: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Reason: String, Sendable {
        case quoteInPlainCell = "a quotation mark inside a cell that does not begin with one"
        case textAfterQuote = "text after the closing quotation mark"
        case unclosedQuote = "a quotation mark that is never closed"
        case loneCarriageReturn = "a carriage return without line feed"
        case controlCharacter = "a control character"
        case notUTF8 = "bytes that are not UTF-8"
        case foreignEncoding = "text in UTF-16 or UTF-32"
        case longCell = "a cell over the limit"
        case manyCells = "more cells in a row than the limit"
        case longRow = "a row over the limit"
        case unreadable = "the file cannot be read"
    }

    public var reason: Reason
    /// Number of the row, the header being 1.
    public var row: Int
    public var place: CSVPlace

    /// What mends the whole file; nil where only the place can be mended.
    public var remedy: String? {
        switch reason {
        case .notUTF8: TextEncoding.latinRemedy
        case .foreignEncoding: TextEncoding.wideRemedy
        default: nil
        }
    }

    /// `line:column  words`
    public var description: String { "\(place.line):\(place.column)  \(reason.rawValue)" }
}

/// What a reader refuses to hold in memory.
public struct CSVLimits: Sendable, Equatable {
    /// Bytes of one cell.
    public var cellBytes = 65_536
    /// Bytes of one row.
    public var rowBytes = 1_048_576
    /// Cells of one row.
    public var cells = 512

    public init() {}
}

/// Reads rows one by one: comma, quotes doubled inside quotes, LF or CRLF, a byte order mark allowed, blank lines skipped.
public struct CSVReader: ~Copyable {
    private var source: ByteSource
    private let limits: CSVLimits
    private var line = 1
    private var column = 1
    private var row = 0
    private var isDone = false
    /// The cell in work.
    private var scratch: [UInt8] = []

    /// Reads from memory.
    public init(bytes: [UInt8], limits: CSVLimits = CSVLimits()) {
        self.source = ByteSource(bytes: bytes)
        self.limits = limits
    }

    /// Reads from a file, a piece at a time.
    public init(file: URL, limits: CSVLimits = CSVLimits()) throws(CSVError) {
        guard let handle = try? FileHandle(forReadingFrom: file) else {
            throw CSVError(reason: .unreadable, row: 0, place: CSVPlace(line: 1, column: 1))
        }
        self.source = ByteSource(handle: handle)
        self.limits = limits
    }

    /// The next row, or nil at the end. After an error the reader is at its end.
    public mutating func next() throws(CSVError) -> CSVRow? {
        guard !isDone else { return nil }
        do throws(CSVError) {
            if row == 0, line == 1, column == 1 {
                if TextEncoding.isWide(source.first(4)) { throw failure(.foreignEncoding) }
                try skipByteOrderMark()
            }
            while let byte = try peek(), byte == 0x0A || byte == 0x0D { try endLine(byte) }
            if let row = try readRow() { return row }
            isDone = true
            return nil
        } catch {
            isDone = true
            throw error
        }
    }

    private mutating func skipByteOrderMark() throws(CSVError) {
        guard try peek() == 0xEF else { return }
        for expected in [0xEF, 0xBB, 0xBF] as [UInt8] {
            guard try peek() == expected else { throw failure(.notUTF8) }
            source.advance()
        }
    }

    private mutating func readRow() throws(CSVError) -> CSVRow? {
        guard try peek() != nil else { return nil }
        row += 1
        var cells: [String] = []
        var places: [CSVPlace] = []
        let start = line
        var bytes = 0
        while true {
            places.append(CSVPlace(line: line, column: column))
            let cell = try readCell()
            bytes += cell.utf8.count
            cells.append(cell)
            if bytes > limits.rowBytes { throw failure(.longRow) }
            if cells.count > limits.cells { throw failure(.manyCells) }
            guard let byte = try peek() else { break }
            if byte == 0x2C {
                step(byte)
                continue
            }
            try endLine(byte)
            break
        }
        return CSVRow(cells: cells, line: start, places: places)
    }

    /// Takes LF or CRLF.
    private mutating func endLine(_ byte: UInt8) throws(CSVError) {
        if byte == 0x0D {
            source.advance()
            guard try peek() == 0x0A else { throw failure(.loneCarriageReturn) }
        }
        source.advance()
        line += 1
        column = 1
    }

    private mutating func readCell() throws(CSVError) -> String {
        let place = CSVPlace(line: line, column: column)
        guard try peek() == 0x22 else { return try readPlain(from: place) }
        return try readQuoted(from: place)
    }

    private mutating func readPlain(from place: CSVPlace) throws(CSVError) -> String {
        scratch.removeAll(keepingCapacity: true)
        while let byte = try peek() {
            if let run = source.takeRun(into: &scratch, isQuoted: false, limit: limits.cellBytes) {
                column += run
                continue
            }
            if byte == 0x2C || byte == 0x0A || byte == 0x0D { break }
            if byte == 0x22 { throw failure(.quoteInPlainCell) }
            try keep(byte)
        }
        return try text(at: place)
    }

    private mutating func readQuoted(from place: CSVPlace) throws(CSVError) -> String {
        scratch.removeAll(keepingCapacity: true)
        step(0x22)
        while let byte = try peek() {
            if let run = source.takeRun(into: &scratch, isQuoted: true, limit: limits.cellBytes) {
                column += run
                continue
            }
            if byte == 0x22 {
                step(byte)
                guard let after = try peek() else { return try text(at: place) }
                switch after {
                case 0x22: try keep(after)
                case 0x2C, 0x0A, 0x0D: return try text(at: place)
                default: throw failure(.textAfterQuote)
                }
            } else if byte == 0x0A {
                scratch.append(byte)
                source.advance()
                line += 1
                column = 1
                if scratch.count > limits.cellBytes { throw failure(.longCell) }
            } else if byte == 0x0D {
                scratch.append(byte)
                source.advance()
                if scratch.count > limits.cellBytes { throw failure(.longCell) }
            } else {
                try keep(byte)
            }
        }
        throw CSVError(reason: .unclosedQuote, row: row, place: place)
    }

    private mutating func keep(_ byte: UInt8) throws(CSVError) {
        if (byte < 0x20 && byte != 0x09) || byte == 0x7F { throw failure(.controlCharacter) }
        guard scratch.count < limits.cellBytes else { throw failure(.longCell) }
        scratch.append(byte)
        step(byte)
    }

    private func text(at place: CSVPlace) throws(CSVError) -> String {
        guard let text = String(validating: scratch, as: UTF8.self) else {
            throw CSVError(reason: .notUTF8, row: row, place: place)
        }
        return text
    }

    private mutating func step(_ byte: UInt8) {
        source.advance()
        if byte & 0xC0 != 0x80 { column += 1 }
    }

    private mutating func peek() throws(CSVError) -> UInt8? {
        switch source.peek() {
        case .byte(let byte): return byte
        case .end: return nil
        case .failed: throw failure(.unreadable)
        }
    }

    private func failure(_ reason: CSVError.Reason) -> CSVError {
        CSVError(reason: reason, row: row, place: CSVPlace(line: line, column: column))
    }
}
