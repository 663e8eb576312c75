/// `comity records export`: a data set of the vault as a file, in clear.

import ArgumentParser
import NodeCore
import RecordFiles

struct RecordsExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write a data set into a new file, in clear, for its owner alone.",
        usage: "comity records export DIR FILE --format csv|ftm|umf|stix [--dataset NAME] [--purpose WORD]",
        discussion: """
            Every field that the form has no place for is listed by name and in numbers. The file is personal data in
            clear: mode 0600, and never in place of another. The log has an entry before the file has its name.

            Examples:
              comity records export north persons.csv --format csv
              comity records export north vessels.jsonl --format ftm --dataset vessels --purpose hand-over

            Exit codes: 0 done, 1 refused, 64 bad usage, 65 no such data set, or the file cannot be written, 70 our fault.
            """
    )
    @OptionGroup var node: NodeOptions
    @Argument(help: ArgumentHelp("The file to write, which is not there yet.", valueName: "FILE"))
    var file: String
    @Option(help: ArgumentHelp("csv, ftm, umf or stix.", valueName: "FORM"), transform: FormatWord.read)
    var format: RecordFormat
    @Option(help: ArgumentHelp("The data set.", valueName: "NAME"))
    var dataset = "main"
    @Option(help: ArgumentHelp("A word for the log on what the file is for.", valueName: "WORD"))
    var purpose = "export"
    @OptionGroup var actor: ActorOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let report = try await node.access.perform(
            ExportRecords(
                path: RecordPath.absolute(file),
                format: format,
                dataset: dataset,
                purpose: purpose,
                account: actor.account
            )
        )
        if output.json { return try Voice.json(report) }
        Voice.result(
            "dataset \(report.dataset): \(report.records) records in \(report.file) (\(report.format.rawValue))"
        )
        if report.left > 0 { Voice.say("\(report.left) records stayed here: the form has no entity for them") }
        guard !report.notCarried.isEmpty else { return }
        Voice.say("fields that \(report.format.rawValue) could not carry, and of how many records:")
        for loss in report.notCarried { Voice.say("  \(loss.field)  \(loss.records)") }
    }
}

struct ExportRecords: Operation {
    static let name = "records-export"
    var path: String
    var format: RecordFormat
    var dataset: String
    var purpose: String
    var account: String?

    func run(_ context: OperationContext) async throws(NodeProblem) -> ExportReport {
        try await context.node.exportRecords(
            to: path,
            format: format,
            dataset: dataset,
            purpose: purpose,
            by: account
        )
    }
}
