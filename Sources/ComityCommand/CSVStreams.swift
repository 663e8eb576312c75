/// CSV in and out of commands: a file or standard input, and buffered lines to standard output.
/// Turns the errors of readers into failures with a place; never shows a cell.

import Foundation
import MatchKeys
import RecordFiles

/// A CSV file given on the command line; `-` or nothing is standard input.
struct CSVInput: ~Copyable {
    let name: String
    private var reader: CSVReader

    init(_ file: String?) throws {
        name = file ?? "-"
        do throws(CSVError) {
            if let file, file != "-" {
                reader = try CSVReader(file: URL(fileURLWithPath: file))
            } else {
                let bytes = (try? FileHandle.standardInput.readToEnd()) ?? Data()
                reader = CSVReader(bytes: Array(bytes))
            }
        } catch {
            throw CommandFailure(.csv(file: name, error))
        }
    }

    mutating func next() throws -> CSVRow? {
        do throws(CSVError) {
            return try reader.next()
        } catch {
            throw CommandFailure(.csv(file: name, error))
        }
    }
}

/// Lines to standard output, written in large pieces.
struct LineSink {
    /// False drops every line (the result goes out as JSON).
    let isOpen: Bool
    private var buffer: [UInt8] = []

    init(isOpen: Bool) { self.isOpen = isOpen }

    mutating func write(_ line: String) {
        guard isOpen else { return }
        buffer += line.utf8
        buffer.append(0x0A)
        if buffer.count > 65_536 { flush() }
    }

    mutating func flush() {
        if !buffer.isEmpty { Voice.output(buffer) }
        buffer.removeAll(keepingCapacity: true)
    }
}

extension MatchProfile {
    /// The profile of a `--profile` option.
    static func named(_ name: String) throws -> MatchProfile {
        if let profile = MatchProfile(rawValue: name) { return profile }
        let known = allCases.map(\.rawValue).joined(separator: ", ")
        throw CommandFailure(
            Exit.usage,
            "there is no profile \"\(name)\"",
            try: "--profile with one of: \(known)"
        )
    }
}

extension CommandFailure {
    /// A file of records that could not be read.
    init(_ error: RecordFileError) {
        let isMissing = if case .csv(_, let inner) = error { inner.reason == .unreadable } else { false }
        self.init(
            Exit.data,
            error.description,
            at: error.location,
            try: isMissing ? "check the name and the rights of the file" : error.remedy
        )
    }

    /// Rows that gave no record: counted in the text, listed as the reason, at most 20 unless `showsAll`.
    init(_ problems: [RowProblem], of count: Int, showsAll: Bool) {
        let shown = showsAll ? problems : Array(problems.prefix(20))
        for problem in shown { Voice.say("  \(problem)") }
        if shown.count < problems.count { Voice.say("  and \(problems.count - shown.count) more (--all)") }
        self.init(
            Exit.data,
            "\(problems.count) of \(count) rows gave no record",
            at: problems.first?.file,
            try: "mend these rows and run it again; the other rows were read"
        )
    }
}
