/// The words by which `audit list` and `audit export` find entries.

import ArgumentParser
import AuditLog

struct LogFilterOptions: ParsableArguments {
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

    /// What was searched for, for the entry that the search becomes.
    var words: String {
        let words: [(String, String?)] = [
            ("event", event), ("peer", peer), ("agreement", agreement), ("purpose", purpose), ("outcome", outcome),
            ("actor", actor), ("query", query), ("since", since), ("until", until),
        ]
        return words.compactMap { name, value in value.map { "\(name)=\($0)" } }.joined(separator: " ")
    }

    func filter() throws -> LeafFilter {
        var filter = LeafFilter()
        filter.event = event
        filter.peer = peer
        filter.agreement = agreement
        filter.purpose = purpose
        filter.outcome = outcome
        filter.actor = actor
        filter.query = query
        filter.since = try since.map { try logMoment($0, "--since") }
        filter.until = try until.map { try logMoment($0, "--until") }
        return filter
    }
}
