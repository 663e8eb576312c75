/// `comity records duplicates`: records of the vault that are likely the same.

import ArgumentParser
import NodeCore

struct RecordsDuplicatesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "duplicates",
        abstract: "Find records of the vault that are likely the same person or thing.",
        usage: "comity records duplicates DIR [--dataset NAME] [--limit N]",
        discussion: """
            Records are compared by the keys that peers are matched by: what this lists twice, a peer's question would
            hit twice. Keys that more than 64 records share pair none of them, and are counted. Nothing is changed.

            Examples:
              comity records duplicates north
              comity records duplicates north --dataset persons --limit 50 --json

            Exit codes: 0 done, 1 refused, 64 bad usage, 70 our fault.
            """
    )
    @OptionGroup var node: NodeOptions
    @Option(help: ArgumentHelp("Only this data set.", valueName: "NAME"))
    var dataset: String?
    @Option(help: ArgumentHelp("How many pairs are shown, the most certain first; at most 10,000.", valueName: "N"))
    var limit = 1_000
    @OptionGroup var actor: ActorOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (1...10_000).contains(limit) else { throw ValidationError("--limit takes 1 to 10000") }
    }

    func run() async throws {
        var report = try await node.access.perform(FindDuplicates(dataset: dataset, account: actor.account))
        report.pairs = Array(report.pairs.prefix(limit))
        if output.json { return try Voice.json(report) }
        Voice.result("\(report.records) records: \(report.found) likely pairs in \(report.groups) groups")
        for pair in report.pairs {
            let names = "\(pair.a.dataset)/\(pair.a.id)  \(pair.b.dataset)/\(pair.b.id)"
            Voice.result("group \(pair.group)  \(pair.score) \(pair.band ?? "weak")  \(names)")
            Voice.result("    \(pair.reasons.joined(separator: "; "))")
        }
        if report.pairs.count < report.found {
            Voice.say("\(report.found - report.pairs.count) pairs are not shown (--limit)")
        }
        for left in report.leftOut {
            Voice.say("left out, because more than 64 records share each: \(left.keys) keys of kind \(left.kind)")
        }
    }
}

struct FindDuplicates: Operation {
    static let name = "records-duplicates"
    var dataset: String?
    var account: String?

    func run(_ context: OperationContext) async throws(NodeProblem) -> DuplicatesReport {
        try await context.node.findDuplicates(in: dataset, by: account, say: context.say)
    }
}
