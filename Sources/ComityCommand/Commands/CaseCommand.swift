/// `comity case`: what was asked, found and requested under a case's number.

import ArgumentParser
import NodeCore

struct CaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "case",
        abstract: "Questions, hits and disclosure requests of a case.",
        discussion: """
            Examples:
              comity case list north
              comity case show north 2026-114
            """,
        subcommands: [CaseListCommand.self, CaseShowCommand.self]
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
            Voice.result("case \(item.reference)")
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
