/// `comity audit list`: entries by their words. Shows no personal value: entries have none.

import ArgumentParser
import AuditLog
import Foundation

struct AuditListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List entries by event, peer, agreement, purpose, outcome, actor, query and time.",
        usage: "comity audit list DIR [--event E] [--peer ID] [--since TIME] [--until TIME] … [--json]",
        discussion: """
            Examples:
              comity audit list north --event 'query.*' --peer south
              comity audit list north --outcome refused --since 2026-11-01 --until 2026-12-01 --json

            Lists the log up to now. The search itself becomes an entry (audit.read) of whoever --as names.

            Exit codes: 0 done, 1 the log is not whole, 64 bad usage, 65 no log here.
            """
    )

    @OptionGroup var log: NodeLogOptions

    @OptionGroup var search: LogFilterOptions

    @OptionGroup var output: OutputOptions

    func run() async throws {
        let filter = try search.filter()
        let reader = try await log.open()
        var found: [LeafSummary] = []
        try log.forEachLeaf(of: reader) { leaf in
            if filter.admits(leaf) { found.append(LeafSummary(leaf)) }
        }
        try await log.recordRead(count: found.count, filter: search.words)
        let checkpoint = CheckpointDocument(reader.checkpoint)
        if output.json { return try Voice.json(Document(checkpoint: checkpoint, entries: found)) }
        for entry in found {
            let words = [entry.peer, entry.agreement, entry.purpose, entry.outcome, entry.query].compactMap { $0 }
            let actor = entry.actor.isEmpty ? entry.role : "\(entry.role) \(entry.actor)"
            Voice.result("\(entry.index)  \(entry.time)  \(entry.event)  \(actor)")
            if !words.isEmpty { Voice.result("    " + words.joined(separator: "  ")) }
        }
        Voice.say("\(found.count.grouped) \(found.count == 1 ? "entry" : "entries"), \(checkpoint.line)")
    }

    private struct Document: Encodable {
        let checkpoint: CheckpointDocument
        let entries: [LeafSummary]
    }
}
