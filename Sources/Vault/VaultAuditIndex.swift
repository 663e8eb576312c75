/// Searching the log by the words that every entry has in clear. A search looks at no more than so many entries: what it costs
/// does not grow with the log, and where more may fit it says how far back it came.

public import AuditLog
import GRDB

extension VaultTransaction {
    /// The newest entries that a filter admits.
    ///
    /// - Parameters:
    ///   - before: only entries before this one; nil: up to now.
    ///   - most: entries that are shown.
    ///   - looking: entries that are looked at: of the person, exchange, peer or event where one is named, else all of them.
    public func auditLines(
        _ filter: LeafFilter,
        before: Int?,
        most: Int,
        looking: Int = 20_000
    ) throws -> FoundLeaves {
        let end = try min(before ?? .max, nextLeaf(), filter.until.map { try leaf(since: $0) } ?? .max)
        let start = try filter.since.map { try leaf(since: $0) } ?? 0
        guard start < end else { return FoundLeaves(lines: [], reached: nil) }
        let search = Search(filter)
        let low = try search.lowest(from: start, to: end, looking: looking, in: self)
        let lines = try search.rows(from: low, to: end, most: most, in: self).map { row in
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
        if lines.count == most, let last = lines.last { return FoundLeaves(lines: lines, reached: last.index) }
        return FoundLeaves(lines: lines, reached: low > start ? low : nil)
    }

    /// The first entry of that time or later: times never go back.
    private func leaf(since time: LeafTime) throws -> Int {
        var (low, high) = (0, try nextLeaf())
        while low < high {
            let middle = low + (high - low) / 2
            let row = try row("SELECT idx, time FROM audit_index WHERE idx >= ? ORDER BY idx LIMIT 1", [middle])
            if let row, row["time"] < time.milliseconds { low = row["idx"] + 1 } else { high = middle }
        }
        return low
    }
}

/// A filter as SQL: one condition that an index answers, and the rest.
private struct Search {
    private var condition = ""
    private var first: [any DatabaseValueConvertible] = []
    private var others = ""
    private var rest: [any DatabaseValueConvertible] = []

    init(_ filter: LeafFilter) {
        var (event, kinds) = (filter.event, String?.none)
        if let name = event, name.hasSuffix(".*") { (event, kinds) = (nil, String(name.dropLast(2))) }
        let indexed = [("query", filter.query), ("actor", filter.actor), ("peer", filter.peer), ("event", event)]
        for (column, value) in indexed {
            guard let value else { continue }
            if first.isEmpty {
                (condition, first) = ("\(column) = ? AND ", [value])
            } else {
                want("+\(column) = ?", value)
            }
        }
        for (column, values) in [("query", filter.queries), ("actor", filter.actors)] {
            guard let values = values?.sorted() else { continue }
            let among = "\(column) IN (\(repeatElement("?", count: values.count).joined(separator: ", ")))"
            if first.isEmpty, condition.isEmpty {
                (condition, first) = ("\(among) AND ", values)
            } else {
                others += " AND +\(among)"
                rest += values
            }
        }
        // No index: with the sign before them SQLite takes none.
        if let kinds {
            want("+event >= ?", kinds + ".")
            want("+event < ?", kinds + "/")
        }
        for (column, value) in [
            ("agreement", filter.agreement), ("purpose", filter.purpose), ("outcome", filter.outcome),
        ] {
            if let value { want("\(column) = ?", value) }
        }
    }

    private mutating func want(_ condition: String, _ value: String) {
        others += " AND \(condition)"
        rest.append(value)
    }

    /// The oldest of the newest entries that the first condition admits.
    func lowest(from start: Int, to end: Int, looking: Int, in transaction: VaultTransaction) throws -> Int {
        guard !condition.isEmpty else { return max(start, end - looking) }
        let row = try transaction.row(
            "SELECT idx FROM audit_index WHERE \(condition)idx >= ? AND idx < ? ORDER BY idx DESC LIMIT 1 OFFSET ?",
            StatementArguments(first + [start, end, looking - 1])
        )
        return row?[0] ?? start
    }

    func rows(from start: Int, to end: Int, most: Int, in transaction: VaultTransaction) throws -> [Row] {
        try transaction.rows(
            "SELECT * FROM audit_index WHERE \(condition)idx >= ? AND idx < ?\(others) ORDER BY idx DESC LIMIT ?",
            StatementArguments(first + [start, end] + rest + [most])
        )
    }
}
