/// `comity audit prune`: entries past all retention leave the log; every proof still holds.
/// Knows the words of the command; what may go, the node knows.

import ArgumentParser
import NodeCore
import Vault

struct AuditPruneCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune",
        abstract: "Remove entries that are past all retention.",
        usage: "comity audit prune DIR [--dry-run] [--as NAME] [--json]",
        discussion: """
            Examples:
              comity audit prune north --dry-run --as ines
              comity audit prune north --as ines

            Full bundles of 256 entries go from the start of the log, as far as every entry is older than the longest of
            the node's retention times and no sealed value of it is left. That they go is in the log first (log.pruned); their
            hashes stay, so that checkpoints, proofs and receipts hold as before, and verify says pruned, not missing. While
            a legal hold stands nothing is pruned. This cannot be undone; copies elsewhere are not reached. Takes the role
            officer.

            Exit codes: 0 done (also when nothing was due), 1 a hold or a role stands against it, 64 bad usage.
            """
    )

    @OptionGroup var node: NodeOptions

    @Flag(help: "Only say up to where entries would go.")
    var dryRun = false

    @OptionGroup var actor: ActorOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let done = try await node.access.perform(PruneLog(isRehearsal: dryRun, account: actor.account))
        if output.json { return try Voice.json(done) }
        if dryRun { return Voice.result("entries below \(done.below.grouped) would be pruned") }
        let by = done.entry.map { ", as entry \($0.grouped) says" } ?? ""
        Voice.result("entries below \(done.below.grouped) are pruned: \(done.bundles.grouped) bundles removed\(by)")
    }
}

struct PruneLog: Operation {
    static let name = "audit-prune"
    typealias Output = Pruning

    var isRehearsal: Bool
    var account: String?

    func run(_ context: OperationContext) async throws(NodeProblem) -> Pruning {
        try await context.node.pruneLog(isRehearsal: isRehearsal, by: account)
    }
}
