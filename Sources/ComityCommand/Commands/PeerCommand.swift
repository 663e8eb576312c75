/// `comity peer`: our card, and whose cards we trust.

import ArgumentParser
import Foundation
import NodeCore

struct PeerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "peer",
        abstract: "Exchange cards with other agencies.",
        discussion: """
            Examples:
              comity peer card north > north.card
              comity peer add north coast.card
            """,
        subcommands: [Card.self, Add.self, List.self, Revoke.self]
    )

    struct Card: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print this node's signed card, to send to a peer.",
            usage: "comity peer card DIR > CARD",
            discussion: """
                The card holds public keys only. Its fingerprint goes to standard error: the other side reads it back to
                you by phone before it trusts the card.

                Examples:
                  comity peer card north > north.card
                  comity peer card north --json

                Exit codes: 0 done, 64 bad usage, 70 our fault.
                """
        )
        @Argument(help: ArgumentHelp("The node's folder.", valueName: "DIR"))
        var folder: String
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let card: OwnCard
            do throws(NodeProblem) { card = try OwnCard.read(NodeFolder(folder)) } catch { throw CommandFailure(error) }
            if output.json { return try Voice.json(card) }
            Voice.output(Array(card.card.utf8))
            Voice.say("fingerprint: \(card.fingerprint)")
        }
    }

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Trust a peer's card after comparing its fingerprint.",
            usage: "comity peer add DIR CARD [--confirm FINGERPRINT]",
            discussion: """
                Without --confirm the fingerprint is shown, and on a terminal you are asked to type its first two
                groups after comparing all of it by phone.

                Examples:
                  comity peer add north coast.card
                  comity peer add north coast.card --confirm "3f2a 91bc …"

                Exit codes: 0 done, 1 not confirmed or refused, 64 bad usage, 65 bad card, 70 our fault.
                """
        )
        @OptionGroup var node: NodeOptions
        @Argument(help: ArgumentHelp("The card's file; - is standard input.", valueName: "CARD"))
        var card: String
        @Option(help: ArgumentHelp("The card's fingerprint, as the peer read it out.", valueName: "FINGERPRINT"))
        var confirm: String?
        @OptionGroup var actor: ActorOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let bytes = try readInput(card)
            var report = try await node.access.perform(AddPeer(card: bytes, confirm: confirm, account: actor.account))
            if !report.added, confirm == nil, isatty(STDIN_FILENO) == 1, !output.json {
                show(report)
                Voice.talk("Type the first two groups to trust it: ")
                let start = report.fingerprint.split(separator: " ").prefix(2).joined(separator: " ")
                guard readLine() == start else {
                    Voice.say("not confirmed; nothing was changed")
                    throw ExitCode(Exit.refused)
                }
                report = try await node.access.perform(
                    AddPeer(card: bytes, confirm: report.fingerprint, account: actor.account)
                )
            }
            if output.json {
                try Voice.json(report)
            } else if report.added {
                Voice.result("\(report.agency) is a peer; its endpoint is \(report.endpoint)")
            } else {
                show(report)
                Voice.say("try: comity peer add \(node.folder) \(card) --confirm \"\(report.fingerprint)\"")
            }
            if !report.added { throw ExitCode(Exit.refused) }
        }

        private func show(_ report: PeerReport) {
            Voice.say("card of \(report.agency) (\(report.name)), endpoint \(report.endpoint)")
            Voice.say("fingerprint: \(report.fingerprint)")
            Voice.say("not a peer yet: compare the fingerprint by phone first")
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the peers of a node.",
            usage: "comity peer list DIR",
            discussion: """
                Examples:
                  comity peer list north
                  comity peer list north --json

                Exit codes: 0 done, 64 bad usage, 70 our fault.
                """
        )
        @OptionGroup var node: NodeOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let report = try await node.access.perform(ListPeers())
            if output.json { return try Voice.json(report) }
            for peer in report.peers {
                Voice.result("\(peer.agency)  \(peer.endpoint)  \(peer.added ? "trusted" : "revoked")")
            }
            if report.peers.isEmpty { Voice.say("no peer yet. try: comity peer add \(node.folder) CARD") }
        }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Stop trusting a peer; its connections are cut at once.",
            usage: "comity peer revoke DIR AGENCY --confirm AGENCY",
            discussion: """
                Examples:
                  comity peer revoke north sound-coast --confirm sound-coast
                  comity peer revoke north sound-coast --confirm sound-coast --as operator

                Exit codes: 0 done, 1 refused, 64 bad usage, 70 our fault.
                """
        )
        @OptionGroup var node: NodeOptions
        @Argument(help: ArgumentHelp("The peer's agency id.", valueName: "AGENCY"))
        var agency: String
        @Option(help: ArgumentHelp("The agency id again.", valueName: "AGENCY"))
        var confirm: String?
        @OptionGroup var actor: ActorOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            guard confirm == agency else {
                throw CommandFailure(
                    Exit.refused,
                    "\(agency) would no longer be asked or answered; nothing was changed",
                    try: "comity peer revoke \(node.folder) \(agency) --confirm \(agency)"
                )
            }
            let report = try await node.access.perform(RevokePeer(agency: agency, account: actor.account))
            if output.json { try Voice.json(report) } else { Voice.result("\(agency) is revoked") }
        }
    }
}

struct AddPeer: Operation {
    static let name = "peer-add"
    var card: [UInt8]
    var confirm: String?
    var account: String?

    func run(_ context: OperationContext) async throws(NodeProblem) -> PeerReport {
        try await context.node.addPeer(card: card, confirm: confirm, by: account)
    }
}

struct ListPeers: Operation {
    static let name = "peer-list"
    struct Output: Codable, Sendable { var peers: [PeerReport] }

    func run(_ context: OperationContext) async throws(NodeProblem) -> Output {
        Output(peers: try await context.node.peerReports())
    }
}

struct RevokePeer: Operation {
    static let name = "peer-revoke"
    var agency: String
    var account: String?

    func run(_ context: OperationContext) async throws(NodeProblem) -> PeerReport {
        try await context.node.revokePeer(agency, by: account)
    }
}
