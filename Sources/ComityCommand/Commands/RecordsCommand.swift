/// `comity records`: the agency's own records in its vault.

import ArgumentParser
import Foundation
import NodeCore

struct RecordsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "records",
        abstract: "Bring an agency's records into its vault.",
        discussion: """
            Examples:
              comity records import north persons.csv
              comity records import north vessels.csv --dataset vessels
            """,
        subcommands: [Import.self]
    )

    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Import a CSV file of records.",
            usage: "comity records import DIR FILE [--dataset NAME] [--map FILE.yaml] [--default COLUMN=VALUE …]",
            discussion: """
                Rows with an id that the data set holds already replace it. A row that cannot be read is named with its
                place and stays out; the others are imported.

                Examples:
                  comity records import north persons.csv
                  comity records import north vessels.csv --dataset vessels --default handling=H1

                Exit codes: 0 done, 64 bad usage, 65 rows stayed out or bad data, 70 our fault.
                """
        )
        @OptionGroup var node: NodeOptions
        @Argument(help: ArgumentHelp("The CSV file; - is standard input.", valueName: "FILE"))
        var file: String
        @Option(help: ArgumentHelp("The data set the records belong to.", valueName: "NAME"))
        var dataset = "main"
        @Option(help: ArgumentHelp("YAML file that renames columns: `theirs: ours`.", valueName: "FILE.yaml"))
        var map: String?
        @Option(help: ArgumentHelp("Value for a column that is absent or empty.", valueName: "COLUMN=VALUE"))
        var `default`: [String] = []
        @Flag(help: "List every problem, not only the first 20.")
        var all = false
        @OptionGroup var actor: ActorOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            var defaults: [String: String] = [:]
            for text in `default` {
                guard let equals = text.firstIndex(of: "=") else {
                    throw CommandFailure(Exit.usage, "--default is not COLUMN=VALUE", try: "--default handling=H1")
                }
                defaults[String(text[..<equals])] = String(text[text.index(after: equals)...])
            }
            let report = try await node.access.perform(
                ImportRecords(
                    bytes: Data(try readInput(file)),
                    fileName: file == "-" ? "standard input" : (file as NSString).lastPathComponent,
                    dataset: dataset,
                    renames: try map.map { try ColumnMap.read($0) } ?? [:],
                    defaults: defaults,
                    account: actor.account
                )
            )
            if !output.json {
                say(report)
            } else if report.refused == 0 {
                try Voice.json(report)
            } else {
                try Voice.json(
                    report,
                    failing: CommandFailure(
                        Exit.data,
                        "\(report.refused) of \(report.rows) rows were not imported",
                        at: report.file,
                        try: "correct these rows and import the file again; the others are in"
                    )
                )
            }
            if report.refused > 0 { throw ExitCode(Exit.data) }
        }

        private func say(_ report: ImportReport) {
            Voice.result(
                "dataset \(report.dataset): \(report.created) created, \(report.changed) changed, "
                    + "\(report.unchanged) unchanged, \(report.refused) not imported"
            )
            guard !report.problems.isEmpty else { return }
            if report.refused > 0 {
                Voice.say("comity: \(report.refused) of \(report.rows) rows were not imported (\(report.file))")
            }
            let shown = all ? report.problems.count : 20
            for problem in report.problems.prefix(shown) { Voice.say("  \(problem)") }
            if report.problems.count > shown { Voice.say("  and \(report.problems.count - shown) more (--all)") }
        }
    }
}

struct ImportRecords: Operation {
    static let name = "records-import"
    var bytes: Data
    var fileName: String
    var dataset: String
    var renames: [String: String]
    var defaults: [String: String]
    var account: String?

    func run(_ context: OperationContext) async throws(NodeProblem) -> ImportReport {
        try await context.node.importRecords(
            csv: [UInt8](bytes),
            fileName: fileName,
            dataset: dataset,
            renames: renames,
            defaults: defaults,
            by: account
        )
    }
}
