/// `comity disclosure transfer`: pass on what a release brought, where its terms and our policy allow it.

import ArgumentParser
import Foundation
import NodeCore

struct TransferDisclosure: Operation {
    static let name = "disclosure-transfer"
    var wish: TransferWish
    var account: String?

    func run(_ context: OperationContext) async throws(NodeProblem) -> TransferReport {
        try await context.node.transferDisclosure(wish, by: account)
    }
}

struct DisclosureTransferCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "transfer",
        abstract: "Pass on what was released to us: decided at stage onward_transfer, logged, then printed.",
        usage: """
            comity disclosure transfer DIR ID --to RECIPIENT --purpose P [--legal-basis I] [--fields A,B]
                                       --reason TEXT [--authorisation KIND=REFERENCE …] [--as NAME] [--json]
            """,
        discussion: """
            What its holder forbade to pass on stays. Where it asked for consent, the consent is stated as an authorisation of
            the originator. Nothing is sent: what is printed carries its handling code on top and at the bottom.

            Examples:
              comity disclosure transfer north 7b0c --to north-police --purpose prosecute --reason "Charges of 4 May"
              comity disclosure transfer north 7b0c --to north-police --purpose prosecute --fields full_name \\
                --reason "Charges of 4 May" --authorisation originator=letter-2026-118 --as amina --json

            Exit codes: 0 done, 1 refused, 64 bad usage, 70 our fault.
            """
    )

    @OptionGroup var node: NodeOptions
    @Argument(help: ArgumentHelp("The request, or the beginning of its id.", valueName: "ID"))
    var id: String
    @Option(help: ArgumentHelp("The agency that gets the data.", valueName: "RECIPIENT"))
    var to: String
    @Option(help: ArgumentHelp("What it uses them for.", valueName: "P"))
    var purpose: String
    @Option(help: ArgumentHelp("An instrument; without it that of the request.", valueName: "I"))
    var legalBasis: String?
    @Option(help: ArgumentHelp("Columns, with commas between; without it all that came.", valueName: "A,B"))
    var fields: String?
    @Option(help: ArgumentHelp("Why; kept sealed with the entry.", valueName: "TEXT"))
    var reason: String
    @OptionGroup var authorisations: AuthorisationOptions
    @OptionGroup var actor: ActorOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let columns = fields?.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter {
            !$0.isEmpty
        }
        let wish = TransferWish(
            request: id,
            recipient: to,
            purpose: purpose,
            legalBasis: legalBasis,
            fields: columns.map { Array(Set($0)).sorted() },
            reason: reason,
            stated: try authorisations.stated()
        )
        let report = try await node.access.perform(TransferDisclosure(wish: wish, account: actor.account))
        if output.json { return try Voice.json(report) }
        Voice.result("handling \(report.handling)")
        Voice.result("  released by \(report.holder) to be passed on to \(report.recipient), for \(report.purpose)")
        Voice.result(
            "  source \(report.source); keep until \(report.retention); passing on: \(DisclosureWords.passingOn(report.onward))"
        )
        for (name, values) in report.data.sorted(by: { $0.key < $1.key }) {
            Voice.result("    \(name)  \(DisclosureWords.foreign(values.joined(separator: "; ")))")
        }
        Voice.result("handling \(report.handling)")
        Voice.say("entry \(report.entry) of the log says so")
    }
}
