// Knows how a change and its audit entries become durable together (AUDIT section 5). Never learns what is changed.
import AuditLog
import CanonicalJSON
import Foundation
import GRDB
import Synchronization
import TransparencyLog

/// The one database of a node, whose every change carries its audit entries.
///
/// While one fsync runs, the next callers gather; they share one transaction, each in a savepoint of its own, and one
/// fsync. There is no timer: an idle database commits a single caller at once.
public final class AuditedDatabase: Sendable {
    /// Most callers that share a transaction.
    static let greatestGroup = 512
    /// Handing callers to another thread takes longer than resuming so few.
    private static let resumedAtOnce = 4

    let pool: DatabasePool
    let dependencies: AuditDependencies
    private let writer: WriterLock
    private let gathering = Mutex(Gathering())

    /// A class, so that closures on the writer's queue can hold it.
    private final class WriterLock: Sendable {
        private let state: Mutex<AuditWriterState>
        init(_ state: AuditWriterState) { self.state = Mutex(state) }
        func withLock<Value: Sendable>(_ body: (inout AuditWriterState) -> Value) -> Value {
            state.withLock { body(&$0) }
        }
    }

    /// One caller: `run` works inside the transaction, `finish` resumes the caller afterwards.
    private struct Job: Sendable {
        /// The last argument: whether the transaction is this caller's alone, so that a throw takes all of it back.
        let run: @Sendable (Database, EntryStatements, LeafTime, inout AuditWriterState, Bool) throws -> Void
        /// nil: the group is durable.
        let finish: @Sendable ((any Error)?) -> Void
    }

    private struct Gathering {
        var waiting: [Job] = []
        var isRunning = false
        var groups = 0
    }

    /// Opens or creates the database; writes `log.started` into a new log.
    ///
    /// - Parameters:
    ///   - changes: is told of changes of its tables.
    ///   - migrate: registers the tables of others.
    package init(
        path: String,
        dependencies: AuditDependencies,
        changes: (any TransactionObserver)? = nil,
        migrate: (inout DatabaseMigrator) -> Void = { _ in }
    ) throws {
        var configuration = Configuration()
        configuration.prepareDatabase { database in
            // What is erased from the database is overwritten in its file, and none of it goes into a file beside.
            try database.execute(sql: "PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY")
        }
        let pool = try DatabasePool(path: path, configuration: configuration)
        // GRDB's own set-up of WAL writes NORMAL, which loses the last commits with the power.
        let synchronous = try pool.writeWithoutTransaction { database in
            try database.execute(sql: "PRAGMA synchronous = FULL")
            return try Int.fetchOne(database, sql: "PRAGMA synchronous")
        }
        guard synchronous == 2 else { throw AuditStoreError.notDurable }
        var migrator = DatabaseMigrator()
        AuditSchema.register(in: &migrator)
        migrate(&migrator)
        try migrator.migrate(pool)
        if let changes { pool.add(transactionObserver: changes, extent: .databaseLifetime) }
        self.pool = pool
        self.dependencies = dependencies
        let time = LeafTime(milliseconds: dependencies.clock())
        writer = WriterLock(
            try pool.write { database in
                var state = try AuditWriterState(reading: database)
                if state.next == 0 {
                    let draft = AuditDraft(
                        event: "log.started",
                        actor: .system,
                        data: dependencies.follows?.data ?? [:]
                    )
                    _ = try state.append([draft], at: time, with: EntryStatements(database), dependencies)
                }
                return state
            }
        )
    }

    /// Changes the database and appends the entries of the drafts, in one durable step.
    ///
    /// - Parameter body: a throw takes back what this caller did, and nothing of the others in its group.
    package func commit<Value: Sendable>(
        _ body: @Sendable @escaping (Database) throws -> (Value, [AuditDraft])
    ) async throws -> Committed<Value> {
        try await withCheckedThrowingContinuation { continuation in
            let outcome = Mutex<Result<Committed<Value>, any Error>>(.failure(AuditStoreError.rolledBack))
            let job = Job { [dependencies] database, statements, time, state, isAlone in
                do {
                    var attempt = state
                    var committed: Committed<Value>?
                    func change() throws {
                        let (value, drafts) = try body(database)
                        let leaves = try attempt.append(drafts, at: time, with: statements, dependencies)
                        committed = Committed(value: value, leaves: leaves)
                    }
                    if isAlone {
                        try change()
                    } else {
                        try statements.apart(database, change)
                    }
                    if let committed {
                        state = attempt
                        outcome.withLock { $0 = .success(committed) }
                    }
                } catch {
                    outcome.withLock { $0 = .failure(error) }
                    if isAlone { throw error }
                }
                // Some failures, a full disk among them, end the transaction of all.
                guard database.isInsideTransaction else { throw AuditStoreError.rolledBack }
            } finish: { failure in
                let result = outcome.withLock { $0 }
                switch (result, failure) {
                case (.success, let failure?): continuation.resume(throwing: failure)
                case (let result, _): continuation.resume(with: result)
                }
            }
            enqueue(job)
        }
    }

    /// Reads what is durable.
    package func read<Value: Sendable>(_ body: @Sendable @escaping (Database) throws -> Value) async throws -> Value {
        try await pool.read(body)
    }

    /// Transactions so far: each was one fsync.
    package var groupsCommitted: Int { gathering.withLock { $0.groups } }

    /// Entries appended and durable.
    public var size: Int { writer.withLock { $0.next } }

    /// Stores a signed checkpoint; entries appended from now on cite it.
    func store(_ checkpoint: Checkpoint, note: String, time: Int) async throws {
        try await pool.writeWithoutTransaction { [writer] database in
            try database.inTransaction(.immediate) {
                try database.execute(
                    sql: "INSERT INTO audit_checkpoints (size, root, note, time) VALUES (?, ?, ?, ?)",
                    arguments: [checkpoint.size, Data(checkpoint.root.bytes), note, time]
                )
                return .commit
            }
            // Still on the writer's queue: no group can begin between the commit and this.
            writer.withLock { $0.cited = CitedCheckpoint(size: checkpoint.size, root: checkpoint.root) }
        }
    }

    // MARK: Groups

    private func enqueue(_ job: Job) {
        let start = gathering.withLock { gathering in
            gathering.waiting.append(job)
            defer { gathering.isRunning = true }
            return !gathering.isRunning
        }
        if start { runGroup() }
    }

    private func runGroup() {
        pool.asyncWriteWithoutTransaction { [self] database in
            let group = gathering.withLock { gathering in
                let group = Array(gathering.waiting.prefix(Self.greatestGroup))
                gathering.waiting.removeFirst(group.count)
                return group
            }
            let failure = commit(group, database)
            resume(group, failure)
            let more = gathering.withLock { gathering in
                gathering.isRunning = !gathering.waiting.isEmpty
                return gathering.isRunning
            }
            if more { runGroup() }
        }
    }

    /// Resumes the callers of a group. Many are resumed beside the writer, which goes on with the next group.
    private func resume(_ group: [Job], _ failure: (any Error)?) {
        @Sendable func all() { for job in group { job.finish(failure) } }
        if group.count > Self.resumedAtOnce { DispatchQueue.global().async(execute: all) } else { all() }
    }

    /// Runs a group in one transaction.
    ///
    /// - Returns: why nothing of it was kept; nil when it is durable.
    private func commit(_ group: [Job], _ database: Database) -> (any Error)? {
        do {
            var state = writer.withLock { $0 }
            // Statements of ours are compiled once; those of `beginTransaction` and `commit` each time.
            try database.cachedStatement(sql: "BEGIN IMMEDIATE TRANSACTION").execute()
            let statements = try EntryStatements(database)
            let time = try moment(&state, statements)
            // Of one caller the transaction itself is the savepoint: a second one copies every page before its change.
            for job in group { try job.run(database, statements, time, &state, group.count == 1) }
            try database.cachedStatement(sql: "COMMIT TRANSACTION").execute()
            let committed = state
            writer.withLock { $0 = committed }
            gathering.withLock { $0.groups += 1 }
            return nil
        } catch {
            if database.isInsideTransaction { try? database.rollback() }
            return error
        }
    }

    /// The time of a group: never before that of the last entry. A clock that went back is told once.
    private func moment(_ state: inout AuditWriterState, _ statements: EntryStatements) throws -> LeafTime {
        let now = LeafTime(milliseconds: dependencies.clock())
        guard now < state.latest else {
            state.stepped = false
            return now
        }
        let time = state.latest
        guard !state.stepped else { return time }
        state.stepped = true
        let seconds = (time.milliseconds - now.milliseconds + 999) / 1_000
        let draft = AuditDraft(event: "clock.stepped", actor: .system, data: ["seconds": .integer(seconds)])
        _ = try state.append([draft], at: time, with: statements, dependencies)
        return time
    }
}
