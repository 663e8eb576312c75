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

    @Option(help: "A whole event name, or a group such as 'query.*'.")
    var event: String?

    @Option(help: "Agency id of the other side.")
    var peer: String?

    @Option(help: "Id of the agreement.")
    var agreement: String?

    @Option(help: "Purpose of the question.")
    var purpose: String?

    @Option(help: "hits, no-hit, held, refused or unreachable.")
    var outcome: String?

    @Option(help: "Pseudonym of who acted.")
    var actor: String?

    @Option(help: "UUID of the query or disclosure request.")
    var query: String?

    @Option(help: "Earliest moment, UTC: 2026-11-24, or 2026-11-24T13:05:00Z.")
    var since: String?

    @Option(help: "First moment no more listed.")
    var until: String?

    @OptionGroup var output: OutputOptions

    func run() async throws {
        let filter = try filter()
        let reader = try await log.open()
        var found: [LeafSummary] = []
        try log.reading {
            try reader.forEachEntry { index, bytes in
                guard let leaf = try? Leaf(bytes) else {
                    throw CommandFailure(
                        Exit.refused,
                        "entry \(index.grouped) cannot be read",
                        at: log.path,
                        try: "comity audit verify \(log.path)"
                    )
                }
                if filter.admits(leaf) { found.append(LeafSummary(leaf)) }
                return true
            }
        }
        try await log.recordRead(count: found.count, filter: filterWords)
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

    private var filterWords: String {
        let words: [(String, String?)] = [
            ("event", event), ("peer", peer), ("agreement", agreement), ("purpose", purpose), ("outcome", outcome),
            ("actor", actor), ("query", query), ("since", since), ("until", until),
        ]
        return words.compactMap { name, value in value.map { "\(name)=\($0)" } }.joined(separator: " ")
    }

    private func filter() throws -> LeafFilter {
        var filter = LeafFilter()
        filter.event = event
        filter.peer = peer
        filter.agreement = agreement
        filter.purpose = purpose
        filter.outcome = outcome
        filter.actor = actor
        filter.query = query
        filter.since = try since.map { try moment($0, "--since") }
        filter.until = try until.map { try moment($0, "--until") }
        return filter
    }

    private func moment(_ text: String, _ option: String) throws -> LeafTime {
        let whole = text.hasSuffix("Z") ? String(text.dropLast()) : text
        let candidates = [text, whole + "T00:00:00.000Z", whole + ":00.000Z", whole + ".000Z"]
        guard let time = candidates.lazy.compactMap({ LeafTime($0) }).first else {
            throw ValidationError(
                "\(option) is a day or moment in UTC: 2026-11-24, 2026-11-24T13:05Z or 2026-11-24T13:05:00Z."
            )
        }
        return time
    }
}
