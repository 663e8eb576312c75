/// `comity audit rotate-key`: a new key for the log.
/// Knows the words of the command; what a rotation is, the node knows.

import ArgumentParser
import NodeCore

struct AuditRotateKeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate-key",
        abstract: "Give the log a new key; both sign for 30 days.",
        usage: "comity audit rotate-key DIR [--as NAME] [--json]",
        discussion: """
            Examples:
              comity audit rotate-key north --as olaf
              comity audit rotate-key north --json

            The new key signs from the node's next start on. That it follows the one before is in the log (key.rotated), and
            for 30 days checkpoints bear both signatures: comity audit verify --key with the key before goes on to hold, also
            later, where one of those checkpoints was kept. The node's card is renewed at its start: send it to every
            peer within the 30 days. Takes the role operator.

            Exit codes: 0 done, 1 a change is under way or the role is missing, 64 bad usage.
            """
    )

    @OptionGroup var node: NodeOptions
    @OptionGroup var actor: ActorOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let report = try await node.access.perform(RotateLogKey(account: actor.account))
        if output.json { return try Voice.json(report) }
        Voice.result(report.vkey)
        Voice.say(
            "this key signs from the node's next start on; then send its new card: comity peer card \(node.folder)"
        )
    }
}

struct RotateLogKey: Operation {
    static let name = "audit-rotate-key"
    typealias Output = LogKeyReport

    var account: String?

    func run(_ context: OperationContext) async throws(NodeProblem) -> LogKeyReport {
        try await context.node.rotateLogKey(by: account)
    }
}
