/// `comity index`: what a node publishes for others to ask, and what it fetched from them.

import ArgumentParser
import Foundation
import NodeCore

struct IndexCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "index",
        abstract: "Publish match indexes, and fetch those of peers.",
        discussion: """
            Examples:
              comity index build coast
              comity index list coast
            """,
        subcommands: [Build.self, Rotate.self, Fetch.self, List.self]
    )

    struct Build: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Publish what policy lets each asker ask about, agreement by agreement.",
            usage: "comity index build DIR [--agreement ID] [--asker ID]",
            discussion: """
                Policy decides record by record. What stands in an index stays until the next rotation. An index that was
                begun is kept by the node while it serves: changes go out on each full hour.

                Examples:
                  comity index build coast
                  comity index build coast --agreement narrow-sea --as operator

                Exit codes: 0 done, 1 refused, 64 bad usage, 70 our fault.
                """
        )
        @OptionGroup var node: NodeOptions
        @Option(help: ArgumentHelp("Only this agreement.", valueName: "ID"))
        var agreement: String?
        @Option(help: ArgumentHelp("Only for this asker.", valueName: "ID"))
        var asker: String?
        @OptionGroup var actor: ActorOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let report = try await node.access.perform(
                BuildIndexes(agreement: agreement, asker: asker, rotate: false, account: actor.account)
            )
            if output.json { return try Voice.json(report) }
            IndexCommand.show(report)
        }
    }

    struct Rotate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Begin a new epoch: new keys, a new index, the old seed erased.",
            usage: "comity index rotate DIR --agreement ID --asker ID --confirm AGREEMENT",
            discussion: """
                The asker's copy of the old index stops working at once, and this cannot be undone.

                Examples:
                  comity index rotate coast --agreement narrow-sea --asker north-border --confirm narrow-sea
                  comity index rotate coast --agreement narrow-sea --asker north-border --dry-run

                Exit codes: 0 done, 1 not confirmed or refused, 64 bad usage, 70 our fault.
                """
        )
        @OptionGroup var node: NodeOptions
        @Option(help: ArgumentHelp("The agreement.", valueName: "ID"))
        var agreement: String
        @Option(help: ArgumentHelp("Whose index.", valueName: "ID"))
        var asker: String
        @Option(help: ArgumentHelp("The agreement's id again.", valueName: "AGREEMENT"))
        var confirm: String?
        @Flag(help: "Show what would be lost.")
        var dryRun = false
        @OptionGroup var actor: ActorOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            if dryRun || confirm != agreement {
                let list = try await node.access.perform(ListIndexes())
                let lost = list.indexes.first { $0.agreement == agreement && $0.asker == asker && $0.published }
                let words =
                    lost.map { "epoch \($0.epoch) with \($0.entries) entries for \(asker) ends" } ?? "no index is lost"
                if dryRun {
                    if output.json { try Voice.json(list) } else { Voice.result(words) }
                    return
                }
                throw CommandFailure(
                    Exit.refused,
                    "\(words); nothing was changed",
                    because: "rotation cannot be undone and was not confirmed",
                    try:
                        "comity index rotate \(node.folder) --agreement \(agreement) --asker \(asker) --confirm \(agreement)"
                )
            }
            let report = try await node.access.perform(
                BuildIndexes(agreement: agreement, asker: asker, rotate: true, account: actor.account)
            )
            if output.json { return try Voice.json(report) }
            IndexCommand.show(report)
        }
    }

    struct Fetch: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Fetch the indexes that peers publish for us. A question does this by itself when one is missing.",
            usage: "comity index fetch DIR [--peer ID] [--agreement ID]",
            discussion: """
                Examples:
                  comity index fetch north
                  comity index fetch north --peer sound-coast --agreement narrow-sea

                Exit codes: 0 done, 1 a peer refused, 64 bad usage, 69 no peer reached, 70 our fault.
                """
        )
        @OptionGroup var node: NodeOptions
        @Option(help: ArgumentHelp("Only this peer.", valueName: "ID"))
        var peer: String?
        @Option(help: ArgumentHelp("Only this agreement.", valueName: "ID"))
        var agreement: String?
        @OptionGroup var actor: ActorOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let report = try await node.access.perform(
                FetchIndexes(peer: peer, agreement: agreement, account: actor.account)
            )
            let isNoneReached = !report.fetched.isEmpty && report.fetched.allSatisfy(\.unreachable)
            if output.json, isNoneReached {
                try Voice.json(
                    report,
                    failing: CommandFailure(
                        Exit.unreachable,
                        "no peer was reached",
                        try: "comity doctor \(node.folder)"
                    )
                )
            } else if output.json {
                try Voice.json(report)
            } else {
                for fetched in report.fetched {
                    Voice.result("\(fetched.agreement) from \(fetched.peer): \(fetched.outcome)")
                }
                if report.fetched.isEmpty {
                    Voice.say("no peer publishes an index for this node under an agreement in force")
                }
            }
            if !report.fetched.isEmpty, report.fetched.allSatisfy({ $0.version == nil }) {
                throw ExitCode(isNoneReached ? Exit.unreachable : Exit.refused)
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the indexes of this node, published and fetched.",
            usage: "comity index list DIR",
            discussion: """
                Examples:
                  comity index list coast
                  comity index list coast --json

                Exit codes: 0 done, 64 bad usage, 70 our fault.
                """
        )
        @OptionGroup var node: NodeOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let report = try await node.access.perform(ListIndexes())
            if output.json { return try Voice.json(report) }
            IndexCommand.show(report)
        }
    }

    static func show(_ report: IndexList) {
        for index in report.indexes {
            let who = index.published ? "for \(index.asker)" : "of \(index.holder)"
            Voice.result(
                "\(index.agreement) \(who): epoch \(index.epoch), version \(index.version), "
                    + "\(index.records) records, \(index.entries) entries, \(index.retrieval)"
            )
            for note in index.notes { Voice.say("  \(note)") }
        }
        if report.indexes.isEmpty { Voice.say("no index yet. try: comity index build DIR, comity index fetch DIR") }
    }
}

struct BuildIndexes: Operation {
    static let name = "index-build"
    var agreement: String?
    var asker: String?
    var rotate: Bool
    var account: String?

    func run(_ context: OperationContext) async throws(NodeProblem) -> IndexList {
        try await context.node.buildIndexes(
            agreement: agreement,
            asker: asker,
            rotating: rotate,
            by: account,
            say: context.say
        )
    }
}

struct FetchIndexes: Operation {
    static let name = "index-fetch"
    var peer: String?
    var agreement: String?
    var account: String?

    func run(_ context: OperationContext) async throws(NodeProblem) -> FetchReport {
        try await context.node.fetchIndexes(peer: peer, agreement: agreement, by: account, through: context.peers)
    }
}

struct ListIndexes: Operation {
    static let name = "index-list"

    func run(_ context: OperationContext) async throws(NodeProblem) -> IndexList {
        try await context.node.indexList()
    }
}
