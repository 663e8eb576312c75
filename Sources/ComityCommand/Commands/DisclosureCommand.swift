/// `comity disclosure`: what follows a hit. One side asks and receives, the other side's approver decides.

import ArgumentParser
import Foundation
import NodeCore

struct DisclosureCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disclosure",
        abstract: "Ask for what lies behind a hit, decide on what peers ask, receive what they release.",
        discussion: """
            Examples:
              comity disclosure request north --query ID --peer sound-coast --handle 0a1b2c3d4e \\
                --fields full_name,birth_date --reason "Boarding on Thursday" --confirmed
              comity disclosure list coast
            """,
        subcommands: [
            DisclosureRequestCommand.self, DisclosureListCommand.self, DisclosureShowCommand.self,
            DisclosureApproveCommand.self, DisclosureRefuseCommand.self, DisclosureAskBackCommand.self,
            DisclosureReceiveCommand.self, DisclosureTransferCommand.self,
        ]
    )
}

struct DisclosureRequestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "request",
        abstract: "Ask the holder of a hit for data.",
        usage: """
            comity disclosure request DIR --query ID --peer ID --handle H --fields A,B --reason TEXT
                                      [--confirmed] [--urgent] [--as NAME] [--json]
            """,
        discussion: """
            The holder learns which record the hit is about, and reads the reason. It answers every request alike at first;
            what is decided can be fetched with `comity disclosure receive`.

            Examples:
              comity disclosure request north --query ID --peer sound-coast --handle 0a1b2c3d4e \\
                --fields full_name,birth_date,nationality --reason "Boarding on Thursday" --confirmed
              comity disclosure request north --query ID --peer sound-fiu --handle 0a1b2c3d4e --fields full_name \\
                --reason "Account to be frozen today" --confirmed --urgent

            Exit codes: 0 asked (or held here for approval), 1 refused, 64 bad usage, 69 written down and not delivered,
            70 our fault.
            """
    )

    @OptionGroup var node: NodeOptions
    @Option(help: ArgumentHelp("The question that found the hit.", valueName: "ID"))
    var query: String
    @Option(help: ArgumentHelp("The holder.", valueName: "ID"))
    var peer: String
    @Option(help: ArgumentHelp("The hit's handle, ten hex digits.", valueName: "H"))
    var handle: String
    @Option(help: ArgumentHelp("Columns asked for, with commas between.", valueName: "A,B"))
    var fields: String
    @Option(help: ArgumentHelp("Why the data are needed; the holder reads it.", valueName: "TEXT"))
    var reason: String
    @Flag(help: "I compared this hit with my file.")
    var confirmed = false
    @Flag(help: "An answer is needed soon.")
    var urgent = false
    @OptionGroup var actor: ActorOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let columns = fields.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        let act = RequestDisclosure(
            wish: DisclosureWish(
                query: query,
                peer: peer,
                handle: handle,
                fields: Array(Set(columns.filter { !$0.isEmpty })).sorted(),
                reason: reason,
                confirmed: confirmed,
                urgent: urgent
            ),
            account: actor.account
        )
        let report = try await node.access.perform(act)
        if output.json { return try Voice.json(report) }
        Voice.result("request \(report.id)  \(report.state)")
        let left = Set(columns.filter { !$0.isEmpty }).subtracting(report.fields).sorted()
        if !left.isEmpty { Voice.say("not asked for, our rules leave it out: \(left.joined(separator: ", "))") }
        if let note = report.note { Voice.say(note) }
        let next =
            report.state == "held-here"
            ? "\(report.needed) to approve it here: comity disclosure approve \(node.folder) \(report.id)"
            : "see what becomes of it: comity disclosure receive \(node.folder)"
        Voice.say(next)
    }
}

struct DisclosureListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Requests sent and received, with their deadlines.",
        usage: "comity disclosure list DIR [--open] [--as NAME] [--json]",
        discussion: """
            Examples:
              comity disclosure list coast
              comity disclosure list coast --open --json

            Exit codes: 0 done, 64 bad usage, 70 our fault.
            """
    )

    @OptionGroup var node: NodeOptions
    @Flag(help: "Only those that still wait for something.")
    var open = false
    @OptionGroup var actor: ActorOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let list = try await node.access.perform(ListDisclosures(openOnly: open, account: actor.account))
        if output.json { return try Voice.json(list) }
        DisclosureWords.show(list)
    }
}

struct DisclosureShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "One request: what was released to us, or what would leave. Each look at data is logged.",
        usage: "comity disclosure show DIR ID [--as NAME] [--json]",
        discussion: """
            Examples:
              comity disclosure show coast 7b0c
              comity disclosure show north 7b0c1d2e-0000-4000-8000-000000000000 --as amina --json

            Exit codes: 0 done, 64 bad usage, 70 our fault.
            """
    )

    @OptionGroup var node: NodeOptions
    @Argument(help: ArgumentHelp("The request, or the beginning of its id.", valueName: "ID"))
    var id: String
    @OptionGroup var actor: ActorOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let report = try await node.access.perform(ShowDisclosure(id: id, account: actor.account))
        if output.json { return try Voice.json(report) }
        DisclosureWords.show(report, folder: node.folder)
    }
}

/// Which request is decided, and by whom: what the three deciding commands share.
struct DecidedRequest: ParsableArguments {
    @OptionGroup var node: NodeOptions
    @Argument(help: ArgumentHelp("The request, or the beginning of its id.", valueName: "ID"))
    var id: String
    @OptionGroup var actor: ActorOptions
    @OptionGroup var output: OutputOptions

    func decide(_ verdict: DisclosureVerdict, stating stated: [String: String]? = nil) async throws {
        let act = DecideDisclosure(id: id, verdict: verdict, stated: stated, account: actor.account)
        let report = try await node.access.perform(act)
        try DisclosureWords.decided(report, verdict, folder: node.folder, json: output.json)
    }
}

struct DisclosureApproveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve",
        abstract: "Let it leave: with the last approval it is sealed to the asker.",
        usage: "comity disclosure approve DIR ID [--authorisation KIND=REFERENCE …] [--as NAME] [--json]",
        discussion: """
            Whoever asked, entered or edited the record cannot approve. Policy is asked again before anything is sealed.
            Where rules demand an authorisation (prosecutor, court, data_protection_officer, originator), each who approves
            states each of them with its reference: the kind is logged in clear, the reference sealed.
            Questions and requests of our own that wait here are let go in the same way.

            Examples:
              comity disclosure approve coast 7b0c --as lena
              comity disclosure approve coast 7b0c --authorisation court=4-Gs-117/26 --as lena --json

            Exit codes: 0 done, 1 refused, 64 bad usage, 69 not reached, 70 our fault.
            """
    )

    @OptionGroup var request: DecidedRequest
    @OptionGroup var authorisations: AuthorisationOptions

    func run() async throws { try await request.decide(.approve, stating: authorisations.stated()) }
}

struct DisclosureRefuseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "refuse",
        abstract: "Refuse with a ground of the agreement; the asker is told.",
        usage: "comity disclosure refuse DIR ID --ground G [--as NAME] [--json]",
        discussion: """
            To say nothing at all, let the deadline pass: a silence looks like a record that does not exist.

            Examples:
              comity disclosure refuse coast 7b0c --ground investigation --as lena
              comity disclosure refuse fiu 7b0c --ground sharing-would-tip-off --as lena --json

            Exit codes: 0 done, 1 refused, 64 bad usage, 69 not reached, 70 our fault.
            """
    )

    @OptionGroup var request: DecidedRequest
    @Option(help: ArgumentHelp("A ground of the agreement's list.", valueName: "G"))
    var ground: String

    func run() async throws { try await request.decide(.refuse(ground: ground)) }
}

struct DisclosureAskBackCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ask-back",
        abstract: "Ask the asker something before deciding; the deadline runs on.",
        usage: "comity disclosure ask-back DIR ID --question TEXT [--as NAME] [--json]",
        discussion: """
            The asker answers by phone, or with a new request that says more. This one can still be approved or refused.

            Examples:
              comity disclosure ask-back coast 7b0c --question "Which vessel is meant?" --as lena
              comity disclosure ask-back coast 7b0c --question "Whose case is this?" --as lena --json

            Exit codes: 0 done, 1 refused, 64 bad usage, 69 not reached, 70 our fault.
            """
    )

    @OptionGroup var request: DecidedRequest
    @Option(help: ArgumentHelp("What the asker reads.", valueName: "TEXT"))
    var question: String

    func run() async throws {
        let plain = question.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
        guard plain, (1...2_000).contains(question.utf8.count) else {
            throw CommandFailure(
                Exit.usage,
                "--question is empty, too long or has control characters",
                because: "it takes 1 to 2,000 bytes on one line"
            )
        }
        try await request.decide(.askBack(question: question))
    }
}

struct DisclosureReceiveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "receive",
        abstract: "Fetch what became of our requests; send again what did not arrive.",
        usage: "comity disclosure receive DIR [--as NAME] [--json]",
        discussion: """
            Decisions show on the minute. Data are shown by `comity disclosure show`, which logs each look.

            Examples:
              comity disclosure receive north --as amina
              comity disclosure receive north --as amina --json

            Exit codes: 0 done, 64 bad usage, 70 our fault.
            """
    )

    @OptionGroup var node: NodeOptions
    @OptionGroup var actor: ActorOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let list = try await node.access.perform(ReceiveDisclosures(account: actor.account))
        if output.json { return try Voice.json(list) }
        DisclosureWords.received(list, folder: node.folder)
    }
}
