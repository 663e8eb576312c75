/// Searching the log by the words that every entry has in clear.

public import AuditLog
import GRDB

extension VaultTransaction {
    /// The newest entries that a filter admits, newest first.
    ///
    /// - Parameter before: only entries before this one; nil: up to now.
    public func auditLines(_ filter: LeafFilter, before: Int?, most: Int) throws -> [LeafSummary] {
        var conditions: [String] = []
        var arguments: [any DatabaseValueConvertible] = []
        func want(_ condition: String, _ value: (any DatabaseValueConvertible)?) {
            guard let value else { return }
            conditions.append(condition)
            arguments.append(value)
        }
        if let event = filter.event, event.hasSuffix(".*") {
            // From `query.` to the next character after the dot: a range of the index, not a pattern.
            want("event >= ?", String(event.dropLast()))
            want("event < ?", String(event.dropLast(2)) + "/")
        } else {
            want("event = ?", filter.event)
        }
        want("peer = ?", filter.peer)
        want("agreement = ?", filter.agreement)
        want("purpose = ?", filter.purpose)
        want("outcome = ?", filter.outcome)
        want("actor = ?", filter.actor)
        want("query = ?", filter.query)
        want("time >= ?", filter.since?.milliseconds)
        want("time < ?", filter.until?.milliseconds)
        want("idx < ?", before)
        let words = conditions.isEmpty ? "" : "WHERE \(conditions.joined(separator: " AND "))"
        arguments.append(most)
        return try rows(
            "SELECT * FROM audit_index \(words) ORDER BY idx DESC LIMIT ?",
            StatementArguments(arguments)
        ).map { row in
            LeafSummary(
                index: row["idx"],
                time: LeafTime(milliseconds: row["time"]),
                event: row["event"],
                role: row["role"],
                actor: row["actor"],
                peer: row["peer"],
                agreement: row["agreement"],
                purpose: row["purpose"],
                outcome: row["outcome"],
                query: row["query"]
            )
        }
    }
}
