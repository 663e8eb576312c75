// Knows what was read from a few tables and whether they changed since. Never learns what the values mean.
import GRDB
import Synchronization

/// Counts the changes of some tables, as SQLite itself tells of them: whoever writes, by whatever statement.
///
/// The tables have no row ids, so that SQLite reports no single rows of them; what it does report is each statement that
/// is about to write one. That is enough: a count that rises without need costs one read more.
final class TableChanges: TransactionObserver, Sendable {
    private struct State {
        /// Written in the transaction under way.
        var touched: Set<String> = []
        var counts: [String: Int] = [:]
    }

    private let watched: Set<String>
    private let state = Mutex(State())

    init(of tables: Set<String>) { watched = tables }

    /// How often a table was changed; raised before the change's own caller hears that it is durable.
    func count(_ table: String) -> Int {
        state.withLock { $0.counts[table, default: 0] }
    }

    // MARK: TransactionObserver

    /// Asked before each statement runs. The answer is always no: there is nothing to learn of single rows.
    func observes(eventsOfKind kind: DatabaseEventKind) -> Bool {
        if watched.contains(kind.tableName) { state.withLock { _ = $0.touched.insert(kind.tableName) } }
        return false
    }

    func databaseDidChange(with event: DatabaseEvent) {}

    func databaseDidCommit(_ database: Database) {
        state.withLock { state in
            for table in state.touched { state.counts[table, default: 0] += 1 }
            state.touched = []
        }
    }

    func databaseDidRollback(_ database: Database) {
        state.withLock { $0.touched = [] }
    }
}

/// Values of one table, kept in memory until it changes.
///
/// A value is kept only if the table did not change between the moment before it was read and the moment it is put
/// away, so that what an older reader saw never outlives a change.
final class KeptReads<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct State {
        var count = 0
        var values: [Key: Value] = [:]
    }

    private let table: String
    private let changes: TableChanges
    private let greatest: Int
    private let state = Mutex(State())

    /// - Parameter greatest: most values kept at once.
    init(table: String, changes: TableChanges, greatest: Int) {
        self.table = table
        self.changes = changes
        self.greatest = greatest
    }

    /// The value of a key, read if it is not at hand. What is not there is read again each time.
    func value(_ key: Key, read: () async throws -> Value?) async throws -> Value? {
        let count = changes.count(table)
        let known = state.withLock { $0.count == count ? $0.values[key] : nil }
        if let known { return known }
        guard let value = try await read() else { return nil }
        state.withLock { state in
            guard changes.count(table) == count else { return }
            if state.count != count || state.values.count >= greatest { state.values = [:] }
            state.count = count
            state.values[key] = value
        }
        return value
    }
}
