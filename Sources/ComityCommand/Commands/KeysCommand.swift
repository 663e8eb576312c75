/// `comity keys`: the match keys of records, in clear. Knows files; the keys are MatchKeys'.

import ArgumentParser
import Foundation
import MatchKeys
import RecordFiles

struct KeysCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "Show the match keys of records, in clear.",
        discussion: """
            Reads CSV of records and prints CSV with the columns id, kind, key: what would be matched. The output is
            personal data.

            Examples:
              comity keys persons.csv
              comity keys - --profile person < persons.csv
              comity keys theirs.csv --map columns.yaml

            Exit codes: 0 done, 64 bad usage, 65 rows or the file could not be read.
            """
    )

    @Argument(help: "A CSV file of records; - or nothing reads standard input.")
    var file: String?

    @Option(
        help:
            "What the records mostly hold; it decides which kinds are built: \(MatchProfile.allCases.map(\.rawValue).joined(separator: ", "))."
    )
    var profile = MatchProfile.person.rawValue

    @Option(
        help: ArgumentHelp("YAML that renames columns, one line each: their_name: our_name.", valueName: "FILE.yaml")
    )
    var map: String?

    @Flag(help: "Print every problem of the file, not only the first 20.")
    var all = false

    @OptionGroup var output: OutputOptions

    func run() throws {
        let recipe = KeyRecipe.newest(try MatchProfile.named(profile))
        var options = RecordOptions()
        if let map { options.columnNames = try ColumnMap.read(map) }
        let reader: RecordReader
        if let file, file != "-" {
            options.fileName = file
            reader = RecordReader(file: URL(fileURLWithPath: file), options: options)
        } else {
            options.fileName = "-"
            let bytes = try FileHandle.standardInput.readToEnd() ?? Data()
            reader = RecordReader(csv: Array(bytes), options: options)
        }
        Voice.say("this output is personal data in clear: keep it as you keep the records")
        var rows: [KeyRow] = []
        var problems: [RowProblem] = []
        var count = 0
        var sink = LineSink(isOpen: !output.json)
        sink.write(CSVWriter.line(["id", "kind", "key"]))
        do {
            try reader.forEach { record, _ in
                for key in recipe.keys(of: record) {
                    if output.json {
                        rows.append(KeyRow(id: record.id, kind: key.kind.rawValue, key: key.value))
                    } else {
                        sink.write(CSVWriter.line([record.id, key.kind.rawValue, key.value]))
                    }
                }
            } problem: {
                // What only a policy would mind does not change a key.
                if $0.effect == .noRecord { problems.append($0) }
            } count: {
                count = $0
            }
        } catch {
            sink.flush()
            throw CommandFailure(error)
        }
        sink.flush()
        if !problems.isEmpty { throw CommandFailure(problems, of: count, showsAll: all) }
        if output.json { try Voice.json(["keys": rows]) }
    }
}

private struct KeyRow: Encodable {
    var id: String
    var kind: String
    var key: String
}
