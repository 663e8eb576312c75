/// `comity notices`: what rules want somebody to be told, and whether it was. Decides nothing.

import ArgumentParser
import NodeCore

struct NoticesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "notices",
        abstract: "List what rules want somebody to be told, and mark what was passed on.",
        usage: """
            comity notices DIR [--waiting] [--json]
                   comity notices DIR --sent ID [--as NAME] [--json]
            """,
        discussion: """
            The node sends notices by webhook or mail where comity.json says so; the others wait for a person. A notice
            holds no personal data: it says what happened, when, and under which rules and id.

            Examples:
              comity notices north --waiting
              comity notices north --sent 6f0d4f0e-30b7-4c1a-9a52-5d3a2f9f5a11 --as jonas

            Exit codes: 0 done, 1 sent before or refused, 64 bad usage, 70 our fault.
            """
    )
    @OptionGroup var node: NodeOptions
    @Flag(help: "Only what was not sent yet.")
    var waiting = false
    @Option(help: ArgumentHelp("Mark a notice as passed on by you.", valueName: "ID"))
    var sent: String?
    @OptionGroup var actor: ActorOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        if let sent {
            let notice = try await node.access.perform(MarkNotice(id: sent, account: actor.account))
            if output.json { return try Voice.json(notice) }
            return tell(notice)
        }
        let list = try await node.access.perform(ListNotices(waiting: waiting))
        if output.json { return try Voice.json(list) }
        for notice in list.notices { tell(notice) }
        if list.notices.isEmpty { Voice.say("no notices") }
    }

    private func tell(_ notice: NoticeReport) {
        Voice.result("\(notice.id)  \(notice.at)  \(notice.recipient)  \(notice.event)  \(state(notice))")
        Voice.result(
            "  \(notice.about) with \(notice.peer) under \(notice.agreement), by \(notice.rules.joined(separator: ", "))"
        )
    }

    private func state(_ notice: NoticeReport) -> String {
        if let sent = notice.sent { return "sent \(sent) by \(notice.sentBy ?? "")" }
        guard let next = notice.next else { return "waits for a person" }
        return notice.tries == 0 ? "waits" : "waits, sent in vain \(notice.tries) times, next \(next)"
    }
}

struct ListNotices: Operation {
    static let name = "notice-list"
    var waiting: Bool

    func run(_ context: OperationContext) async throws(NodeProblem) -> NoticeList {
        try await context.node.notices(waiting: waiting)
    }
}

struct MarkNotice: Operation {
    static let name = "notice-sent"
    var id: String
    var account: String?

    func run(_ context: OperationContext) async throws(NodeProblem) -> NoticeReport {
        try await context.node.markNotice(id, by: account)
    }
}
