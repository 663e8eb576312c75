/// `comity bench`: what the work costs on this machine, beside libsodium and SQLite alone in the same run.

import ArgumentParser
import Foundation
import Measures

struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure the work on this machine, beside bare libsodium and SQLite.",
        usage: "comity bench [--json] [--seconds N] [--only NAME] [--records N] [--bulk N] [--entries N]",
        discussion: """
            Two nodes are made in the temporary folder, talk over mutual TLS on 127.0.0.1, and are removed. The
            references run in turn with what they are compared to. A ratio says how many times as fast as its
            reference a thing is; 0.50 takes twice as long.

            Examples:
              comity bench
              comity bench --only query
              comity bench --only query.bulk --bulk 1000000
              comity bench --seconds 5 --json > bench.json

            Exit codes: 0 done, 64 bad usage, 70 our fault.
            """
    )

    @Option(
        help: ArgumentHelp(
            "Seconds for one measurement, its reference included; at least three rounds.",
            valueName: "N"
        )
    )
    var seconds = 2.0
    @Option(help: ArgumentHelp("Only what begins with this, for instance query.", valueName: "NAME"))
    var only = ""
    @Option(
        help: ArgumentHelp("Records of the holder; its index has about fifteen keys of each.", valueName: "N")
    )
    var records = 10_000
    @Option(
        help: ArgumentHelp("Keys of the long question, of the holder as of the asker: 100 to 1048576.", valueName: "N")
    )
    var bulk = 100_000
    @Option(help: ArgumentHelp("Entries of the log that is verified: 1000 to 10000000.", valueName: "N"))
    var entries = 100_000
    @Option(help: ArgumentHelp("Leave that log in this folder.", valueName: "DIR", visibility: .hidden))
    var keepLog: String?
    @Option(
        help: ArgumentHelp(
            "Measure nothing: make a node with --entries and --records in this folder.",
            valueName: "DIR",
            visibility: .hidden
        )
    )
    var makeNode: String?
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (1_000...10_000_000).contains(entries) else {
            throw ValidationError("--entries takes 1000 to 10000000")
        }
        guard (100...1_048_576).contains(bulk) else { throw ValidationError("--bulk takes 100 to 1048576") }
        guard seconds.isFinite, (0...3_600).contains(seconds) else {
            throw ValidationError("--seconds takes 0 to 3600")
        }
        guard (1...1_000_000).contains(records) else { throw ValidationError("--records takes 1 to 1000000") }
    }

    func run() async throws {
        do {
            if let makeNode {
                var size = LargeNode.Size()
                (size.entries, size.records) = (entries, records)
                return try await LargeNode(in: URL(fileURLWithPath: makeNode, isDirectory: true), size).make()
            }
            let match = MatchMeasures(seconds: seconds)
            let nodes = NodeMeasures(seconds: seconds, records: records)
            if !output.json { Voice.say("measuring for about two minutes; nothing of this machine's nodes is touched") }
            var results = try match.run(only: only)
            // No node is needed for what is measured on a log alone.
            if !LogMeasures.names.contains(only) { results += try await nodes.run(only: only) }
            results += try await BulkMeasures(count: bulk).run(only: only)
            let kept = keepLog.map { URL(fileURLWithPath: $0, isDirectory: true) }
            results += try await LogMeasures(entries: entries, seconds: seconds, kept: kept).run(only: only)
            guard !results.isEmpty else {
                throw CommandFailure(
                    Exit.usage,
                    "nothing that is measured begins with \(only)",
                    at: "--only",
                    because: "it takes the beginning of one name",
                    try: "comity bench --only query, or without --only, which prints every name"
                )
            }
            let report = BenchReport(threads: match.threads, backend: match.backend, results: results)
            if output.json { try Voice.json(report) } else { BenchWords.show(report) }
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure(
                Exit.fault,
                "the measurement stopped",
                because: "\(error)",
                try: "comity bench again, with room in the temporary folder"
            )
        }
    }
}

/// CONTRACTS' document.
struct BenchReport: Encodable {
    var threads: Int
    /// Which group operations ran.
    var backend: String
    var results: [Measures.Measurement]
}

/// The results as a table of at most 80 columns.
enum BenchWords {
    static func show(_ report: BenchReport) {
        Voice.result("\(report.threads) threads, group operations by \(report.backend)")
        Voice.result(line("", "", "", "reference", "ratio"))
        for result in report.results {
            Voice.result(
                line(
                    result.name,
                    number(result.value),
                    result.unit,
                    result.reference.map(number) ?? "-",
                    result.ratio.map { String(format: "%.2f", $0) } ?? "-"
                )
            )
            if let name = result.referenceName { Voice.result("  beside \(name)") }
        }
    }

    private static func line(_ name: String, _ value: String, _ unit: String, _ reference: String, _ ratio: String)
        -> String
    {
        let cells = [right(value, 12), " ", left(unit, 11), right(reference, 14), right(ratio, 8)]
        return left(name, 20) + cells.joined()
    }

    private static func number(_ value: Double) -> String {
        String(format: value < 100 ? "%.2f" : "%.0f", value)
    }

    private static func left(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    private static func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}
