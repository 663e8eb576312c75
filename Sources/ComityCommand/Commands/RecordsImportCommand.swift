/// `comity records import`: a file of records into the vault.

import ArgumentParser
import Foundation
import NodeCore
import RecordFiles

struct RecordsImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Import a file of records: CSV, FollowTheMoney, UMF or STIX.",
        usage: "comity records import DIR FILE [--dataset NAME] [--map FILE.yaml] [--default COLUMN=VALUE …]",
        discussion: """
            The form is told by the name's ending (.csv; .jsonl, .ndjson, .ftm.json; .xml; .json) or --format; anything
            else is CSV. Rows with an id that the data set holds already replace it. A row that cannot be read is named
            with its place and stays out, and is written to FILE.rejected.csv: correct it there and import that file. A
            CSV file with other column names is asked about on a terminal, or takes --map or --guess. The node reads
            FILE itself, a piece at a time; standard input is held in memory.

            Examples:
              comity records import north persons.csv
              comity records import north vessels.csv --dataset vessels --default handling=H1
              comity records import north personen.csv --guess

            Exit codes: 0 done, 1 refused, 64 bad usage, 65 rows stayed out or bad data, 70 our fault.
            """
    )
    @OptionGroup var node: NodeOptions
    @Argument(help: ArgumentHelp("The file; - is standard input.", valueName: "FILE"))
    var file: String
    @Option(help: ArgumentHelp("The data set the records belong to.", valueName: "NAME"))
    var dataset = "main"
    @Option(
        help: ArgumentHelp("csv, ftm, umf or stix; told by the file's name if not given.", valueName: "FORM"),
        transform: FormatWord.read
    )
    var format: RecordFormat?
    @Option(help: ArgumentHelp("YAML file that renames columns: `theirs: ours`.", valueName: "FILE.yaml"))
    var map: String?
    @Flag(help: "Rename columns by what their names say, and show how.")
    var guess = false
    @Option(help: ArgumentHelp("Value for a column that is absent or empty.", valueName: "COLUMN=VALUE"))
    var `default`: [String] = []
    @Flag(help: "List every problem, not only the first 20.")
    var all = false
    @OptionGroup var actor: ActorOptions
    @OptionGroup var output: OutputOptions

    /// Bytes of standard input that are held in memory.
    private static let greatestInput = 256 << 20

    func run() async throws {
        let form = format ?? RecordFormat(fileName: file) ?? .csv
        let defaults = try defaults()
        guard form == .csv || (map == nil && !guess) else {
            throw CommandFailure(
                Exit.usage,
                "\(map == nil ? "--guess" : "--map") renames columns, and \(form.rawValue) has none",
                try: "leave it out; docs/records.md says which field becomes which column"
            )
        }
        let source = try source()
        var names: [String: String] = [:]
        if let map {
            names = try ColumnMap.read(map)
        } else if form == .csv {
            names = try ColumnGuess(
                file: file,
                isTaken: guess,
                mayAsk: !output.json,
                command: command(defaults)
            ).columnNames(of: source)
        }
        let report = try await node.access.perform(
            ImportRecords(
                order: RecordImport(
                    source,
                    format: form,
                    fileName: file == "-" ? "standard input" : (file as NSString).lastPathComponent,
                    dataset: dataset,
                    renames: names,
                    defaults: defaults,
                    rejectedBeside: file == "-" ? nil : RecordPath.absolute(file)
                ),
                account: actor.account
            )
        )
        try tell(report)
        if report.refused > 0 { throw ExitCode(Exit.data) }
    }

    private func defaults() throws -> [String: String] {
        var defaults: [String: String] = [:]
        for text in `default` {
            guard let equals = text.firstIndex(of: "=") else {
                throw CommandFailure(Exit.usage, "--default is not COLUMN=VALUE", try: "--default handling=H1")
            }
            defaults[String(text[..<equals])] = String(text[text.index(after: equals)...])
        }
        return defaults
    }

    private func source() throws -> RecordImport.Source {
        // What is no file, such as a pipe, can be read once: like standard input it is held in memory.
        if file != "-", RecordPath.isRegular(file), FileManager.default.isReadableFile(atPath: file) {
            return .file(RecordPath.absolute(file))
        }
        let bytes = try readInput(file)
        guard bytes.count <= Self.greatestInput else {
            throw CommandFailure(
                Exit.usage,
                "the input has more than \(Self.greatestInput >> 20) MiB, and is held in memory",
                at: file,
                try: "comity records import \(ShellWord.quoted(node.folder)) FILE, which is read a piece at a time"
            )
        }
        return .bytes(Data(bytes))
    }

    /// This call again, to be repeated with another flag.
    private func command(_ defaults: [String: String]) -> [String] {
        var words = ["comity", "records", "import", node.folder, file]
        if dataset != "main" { words += ["--dataset", dataset] }
        if format != nil { words += ["--format", RecordFormat.csv.rawValue] }
        for (column, value) in defaults.sorted(by: { $0.key < $1.key }) {
            words += ["--default", "\(column)=\(value)"]
        }
        if let account = actor.account { words += ["--as", account] }
        return words
    }

    // MARK: Results

    private func tell(_ report: ImportReport) throws {
        if !output.json { return say(report) }
        guard report.refused > 0 else { return try Voice.json(report) }
        try Voice.json(
            report,
            failing: CommandFailure(
                Exit.data,
                "\(report.refused) of \(report.rows) rows were not imported",
                at: report.file,
                try: remedy(report)
            )
        )
    }

    private func remedy(_ report: ImportReport) -> String {
        guard let aside = report.rejected.first else {
            return "correct these rows and import the file again; the others are in"
        }
        return "correct them in \(aside) and import that file; the others are in"
    }

    private func say(_ report: ImportReport) {
        Voice.result(
            "dataset \(report.dataset): \(report.created) created, \(report.changed) changed, "
                + "\(report.unchanged) unchanged, \(report.refused) not imported"
        )
        for (name, count) in report.skipped.sorted(by: { $0.key < $1.key }) {
            Voice.say("passed over, because it is no record: \(name), \(count) times")
        }
        for note in report.notes { Voice.say("warning: \(note)") }
        guard !report.problems.isEmpty else { return }
        if report.refused > 0 {
            Voice.say("comity: \(report.refused) of \(report.rows) rows were not imported (\(report.file))")
        }
        let shown = all ? report.problems.count : 20
        for problem in report.problems.prefix(shown) { Voice.say("  \(problem)") }
        if report.problems.count > shown { Voice.say("  and \(report.problems.count - shown) more (--all)") }
        for path in report.rejected { Voice.say("they stand, each with its reason, in \(path)") }
        if report.refused > 0 { Voice.say("try: \(remedy(report))") }
    }
}

struct ImportRecords: Operation {
    static let name = "records-import"
    var order: RecordImport
    var account: String?

    func run(_ context: OperationContext) async throws(NodeProblem) -> ImportReport {
        try await context.node.importRecords(order, by: account, say: context.say)
    }
}
