/// `comity explain pair`: why two records match, or nearly do. Shows keys of both in clear.

import ArgumentParser
import Foundation
import MatchKeys
import NodeCore
import RecordFiles

struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Say why two records match, or do not.",
        discussion: """
            Examples:
              comity explain pair --holder a.csv --asker b.csv --holder-row 17 --asker-row 4
              comity explain pair --node north --holder-row 17 --asker-row persons/4
            """,
        subcommands: [ExplainPairCommand.self]
    )
}

struct ExplainPairCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pair",
        abstract: "Compare the match keys of two records: which agree, which nearly do.",
        usage: "comity explain pair (--holder A.csv [--asker B.csv] | --node DIR) --holder-row ID --asker-row ID",
        discussion: """
            Both records are your own: rows of files, or records of a node's vault. A row is told by its id, or by its
            number in a file without ids. The output is personal data in clear.

            Examples:
              comity explain pair --holder a.csv --asker b.csv --holder-row 17 --asker-row 4
              comity explain pair --holder persons.csv --holder-row 17 --asker-row 23
              comity explain pair --node north --holder-row 17 --asker-row persons/4 --json

            Exit codes: 0 done, 1 refused, 64 bad usage, 65 no such row, or the file cannot be read, 70 our fault.
            """
    )
    @Option(help: ArgumentHelp("CSV file of the one record.", valueName: "A.csv"))
    var holder: String?
    @Option(help: ArgumentHelp("CSV file of the other; the same file if not given.", valueName: "B.csv"))
    var asker: String?
    @Option(help: ArgumentHelp("A node's folder, whose records are compared.", valueName: "DIR"))
    var node: String?
    @Option(help: ArgumentHelp("Id of the one record; in a vault ID or DATASET/ID.", valueName: "ID"))
    var holderRow: String
    @Option(help: ArgumentHelp("Id of the other.", valueName: "ID"))
    var askerRow: String
    @Option(
        help: ArgumentHelp(
            "File with the keyring's passphrase; only needed with --node while it is not running.",
            valueName: "FILE"
        )
    )
    var passphraseFile: String?
    @OptionGroup var actor: ActorOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (holder == nil) != (node == nil) else {
            throw ValidationError("give --holder FILE or --node DIR, one of them")
        }
        guard node == nil || asker == nil else { throw ValidationError("--asker is for files, not for --node") }
    }

    func run() async throws {
        let report: PairReport
        if let node {
            let access = NodeAccess(folder: NodeFolder(node), passphraseFile: passphraseFile)
            report = try await access.perform(
                ExplainPair(holder: holderRow, asker: askerRow, account: actor.account)
            )
        } else {
            let file = holder ?? "-"
            let (left, records) = try row(holderRow, of: file, flag: "--holder-row")
            let (right, _) = try row(askerRow, of: asker ?? file, flag: "--asker-row")
            report = PairReport(holder: left, asker: right, among: records)
        }
        if output.json { return try Voice.json(report) }
        show(report)
    }

    /// The row of that id, and how many rows the file has.
    private func row(_ id: String, of file: String, flag: String) throws -> (Record, count: Int) {
        var options = RecordOptions()
        options.fileName = file
        options.comparesIDs = false
        var found: Record?
        var count = 0
        do throws(RecordFileError) {
            try RecordReader(file: URL(fileURLWithPath: file), options: options).forEachRow { row in
                if row.record?.id == id { found = row.record }
                count += 1
                return true
            }
        } catch {
            throw CommandFailure(error)
        }
        guard let found else {
            throw CommandFailure(
                Exit.data,
                "the file has no row with this id that can be read",
                at: "\(file) (\(flag))",
                try: "the value of the column id, or the row's number in a file without one"
            )
        }
        return (found, count)
    }

    private func show(_ report: PairReport) {
        Voice.say("this output is personal data in clear: keep it as you keep the records")
        let band = report.band.map { ", \($0)" } ?? ", under every band"
        Voice.result(
            "\(report.agreeing.count) keys agree (\(report.keysHolder) and \(report.keysAsker) keys): score \(report.score)\(band)"
        )
        for key in report.agreeing { Voice.result("  agrees  \(key.words): \(key.key)") }
        for near in report.near {
            Voice.result("  \(near.slip ? "nearly" : "differs")  \(near.kind): \(near.words)")
        }
        if report.agreeing.isEmpty, report.near.isEmpty { Voice.result("  no key of one is near a key of the other") }
    }
}

struct ExplainPair: Operation {
    static let name = "explain-pair"
    var holder: String
    var asker: String
    var account: String?

    func run(_ context: OperationContext) async throws(NodeProblem) -> PairReport {
        try await context.node.explainPair(holder: holder, asker: asker, by: account)
    }
}
