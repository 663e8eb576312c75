/// `comity normalize`: canonical forms of identifiers, row by row. Knows files and columns; the forms are MatchKeys'.

import ArgumentParser
import Foundation
import MatchKeys
import RecordFiles

struct NormalizeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "normalize",
        abstract: "Print the canonical form of identifiers, row by row.",
        discussion: """
            Reads CSV with the columns kind and input (others are ignored) and prints CSV with the columns
            kind, input, canonical, reason in the same order. Where canonical is empty, reason says why: that is a
            result, not an error.

            Examples:
              comity normalize identifiers.csv
              printf 'kind,input\\nphone,030 901820 @DE\\n' | comity normalize

            Exit codes: 0 done, 64 bad usage, 65 the file is no such CSV.
            """
    )

    @Argument(help: "A CSV file; - or nothing reads standard input.")
    var file: String?

    @Flag(help: "List the kinds, one a line, and end.")
    var kinds = false

    @OptionGroup var output: OutputOptions

    func run() throws {
        if kinds { return try listKinds() }
        var input = try CSVInput(file)
        guard let header = try input.next() else {
            throw CommandFailure(
                Exit.data,
                "the file has no header row",
                at: input.name,
                try: "begin it with the line: kind,input"
            )
        }
        guard let kindColumn = header.cells.firstIndex(of: "kind"),
            let inputColumn = header.cells.firstIndex(of: "input")
        else {
            throw CommandFailure(
                Exit.data,
                "the header does not name the columns kind and input",
                at: "\(input.name):1:1",
                try: "begin the file with the line: kind,input"
            )
        }
        var rows: [NormalizedRow] = []
        var sink = LineSink(isOpen: !output.json)
        sink.write(CSVWriter.line(["kind", "input", "canonical", "reason"]))
        while let row = try input.next() {
            guard row.cells.count == header.cells.count else {
                sink.flush()
                throw CommandFailure(
                    Exit.data,
                    "a row of \(row.cells.count) cells where the header has \(header.cells.count)",
                    at: "\(input.name):\(row.line):1"
                )
            }
            let result = NormalizedRow(kind: row.cells[kindColumn], input: row.cells[inputColumn])
            if output.json { rows.append(result) } else { sink.write(CSVWriter.line(result.cells)) }
        }
        sink.flush()
        if output.json { try Voice.json(["rows": rows]) }
    }

    private func listKinds() throws {
        let names = IdentifierKind.allCases.map(\.rawValue)
        if output.json { return try Voice.json(["kinds": names]) }
        for name in names { Voice.result(name) }
    }
}

private struct NormalizedRow: Encodable {
    var kind: String
    var input: String
    var canonical = ""
    var reason = ""

    init(kind: String, input: String) {
        self.kind = kind
        self.input = input
        switch IdentifierKind(rawValue: kind)?.canonicalise(input) {
        case .canonical(let form)?: canonical = form
        case .invalid(let why)?: reason = why
        case nil: reason = "unknown kind"
        }
    }

    var cells: [String] { [kind, input, canonical, reason] }
}
