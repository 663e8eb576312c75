/// `comity case`: what was asked, found and requested under a case's number, and that it is closed. Knows words; what they do, the
/// node knows.

import ArgumentParser
import NodeCore

struct CaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "case",
        abstract: "Questions, hits and disclosure requests of a case; closing one.",
        discussion: """
            Examples:
              comity case list north
              comity case show north 2026-114
              comity case close north 2026-114 --as amina
            """,
        subcommands: [CaseListCommand.self, CaseShowCommand.self, CaseCloseCommand.self]
    )
}

struct CaseListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Every case that a question was asked under.",
        usage: "comity case list DIR [--as NAME] [--json]",
        discussion: """
            Examples:
              comity case list north --as amina
              comity case list north --as amina --json

            Exit codes: 0 done, 64 bad usage, 70 our fault.
            """
    )

    @OptionGroup var node: NodeOptions
    @OptionGroup var actor: ActorOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let list = try await node.access.perform(ReadCases(reference: nil, account: actor.account))
        if output.json { return try Voice.json(list) }
        if list.cases.isEmpty { Voice.say("no cases") }
        for item in list.cases {
            Voice.result(
                "\(item.reference)  questions \(item.questions.count)  hits \(item.hits)  requests \(item.disclosures.count)"
                    + (item.closed == nil ? "" : "  closed")
            )
        }
    }
}

struct CaseShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "One case.",
        usage: "comity case show DIR REF [--as NAME] [--json]",
        discussion: """
            Examples:
              comity case show north 2026-114 --as amina
              comity case show north 2026-114 --as amina --json

            Exit codes: 0 done, 64 bad usage, 70 our fault.
            """
    )

    @OptionGroup var node: NodeOptions
    @Argument(help: ArgumentHelp("The case's number.", valueName: "REF"))
    var reference: String
    @OptionGroup var actor: ActorOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let list = try await node.access.perform(ReadCases(reference: reference, account: actor.account))
        if output.json { return try Voice.json(list) }
        for item in list.cases {
            Voice.result("case \(item.reference)\(item.closed.map { ", closed \($0.at) by \($0.by)" } ?? "")")
            for question in item.questions {
                Voice.result("  \(question.query)  \(question.asked)  by \(question.by)  \(question.purpose)")
                for answer in question.answers {
                    let found =
                        answer.hits.isEmpty
                        ? answer.outcome : "\(answer.hits.count) \(answer.hits.count == 1 ? "hit" : "hits")"
                    Voice.result("    \(answer.peer): \(found)")
                }
            }
            for request in item.disclosures { DisclosureWords.line(request) }
        }
    }
}

struct CaseCloseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "close",
        abstract: "Close a case; the next question under its number opens it again.",
        usage: "comity case close DIR REF [--as NAME] [--json]",
        discussion: """
            Nothing is erased: what was released keeps its last day, and the case can still be read.

            Examples:
              comity case close north 2026-114 --as amina
              comity case close north 2026-114 --as amina --json

            Exit codes: 0 closed, 1 refused, 64 bad usage, 70 our fault.
            """
    )

    @OptionGroup var node: NodeOptions
    @Argument(help: ArgumentHelp("The case's number.", valueName: "REF"))
    var reference: String
    @OptionGroup var actor: ActorOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let closing = try await node.access.perform(CloseCase(reference: reference, account: actor.account))
        if output.json { return try Voice.json(closing) }
        Voice.result("case \(reference) closed \(closing.at) by \(closing.by)")
    }
}

struct ReadCases: Operation {
    static let name = "case"
    var reference: String?
    var account: String?

    func run(_ context: OperationContext) async throws(NodeProblem) -> CaseList {
        try await context.node.cases(reference, by: account)
    }
}

struct CloseCase: Operation {
    static let name = "case-close"
    var reference: String
    var account: String?

    func run(_ context: OperationContext) async throws(NodeProblem) -> CaseClosing {
        try await context.node.closeCase(reference, by: account)
    }
}
