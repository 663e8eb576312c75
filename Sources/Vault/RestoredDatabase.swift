/// A vault's database that came out of a backup, before a vault opens it: whether this program knows it, that nothing is
/// signed from it before witnesses were heard, and how another log begins in it (AUDIT section 4). Knows tables and indices;
/// never learns what entries say.

public import Foundation
import GRDB
public import TransparencyLog

/// Why a database is of no use.
public enum RestoredDatabaseError: Error, Sendable, Hashable {
    /// It is no database of a vault.
    case foreign
    /// A later version of the program wrote it.
    case newer
    /// What SQLite finds wrong with it.
    case damaged(String)
}

public struct RestoredDatabase {
    private let queue: DatabaseQueue
    private let migrator: DatabaseMigrator

    /// Opens it and looks through the whole file.
    public init(_ url: URL) throws {
        var configuration = Configuration()
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY")
        }
        var migrator = DatabaseMigrator()
        AuditSchema.register(in: &migrator)
        VaultSchema.register(in: &migrator)
        self.migrator = migrator
        do {
            queue = try DatabaseQueue(path: url.path, configuration: configuration)
            let (isKnown, isSuperseded, fault) = try queue.read { database in
                (
                    try migrator.appliedIdentifiers(database).isSuperset(of: ["v1 audit", "v1 node"]),
                    try migrator.hasBeenSuperseded(database),
                    try VaultTransaction(database: database).quickCheck()
                )
            }
            if let fault { throw RestoredDatabaseError.damaged(fault) }
            guard !isSuperseded else { throw RestoredDatabaseError.newer }
            guard isKnown else { throw RestoredDatabaseError.foreign }
        } catch let error as DatabaseError {
            guard error.resultCode == .SQLITE_NOTADB || error.resultCode == .SQLITE_CORRUPT else { throw error }
            throw RestoredDatabaseError.damaged(error.message ?? "it is no database")
        }
    }

    /// From now on a vault opens it without signing anything, until `Vault.confirm`.
    public func hold() throws {
        try queue.write { try VaultTransaction(database: $0).set(VaultTransaction.unconfirmed, to: [1]) }
    }

    /// Takes the log out of the database, so that the vault that opens it next begins another one. Personal values of the old
    /// one stay under their keys and their retention; its entries stand in its published folder.
    ///
    /// - Parameters:
    ///   - agency: whose own index manifests lose their place in the log.
    ///   - ended: the last checkpoint known of the log, by whomever.
    ///   - key: the log's, as the backup has it.
    public func endLog(of agency: String, at ended: Checkpoint, key: VerifierKey) throws {
        try migrator.migrate(queue)
        try queue.write { database in
            try database.execute(
                sql: "INSERT INTO audit_ended (origin, size, root, vkey) VALUES (?, ?, ?, ?)",
                arguments: [ended.origin, ended.size, Data(ended.root.bytes), key.text]
            )
            try database.execute(
                sql: """
                    INSERT INTO audit_ended_value (origin, idx, field, box, class, erase_after, hold, terms, query)
                    SELECT ?, s.idx, s.field, s.box, s.class, s.erase_after, s.hold, s.terms, i.query
                    FROM audit_sealed s LEFT JOIN audit_index i ON i.idx = s.idx
                    """,
                arguments: [ended.origin]
            )
            try Self.carryHolds(of: ended.origin, in: database)
            try Self.withoutTriggers(of: ["audit_entries", "audit_checkpoints", "audit_pruned"], in: database) {
                // Rows before those they refer to.
                for table in [
                    "audit_sealed", "audit_held", "audit_hold", "audit_index", "audit_pruned", "audit_key",
                    "audit_checkpoints", "audit_entries", "cosigned_checkpoint", "witness_contact",
                ] {
                    try database.execute(sql: "DELETE FROM \(table)")
                }
            }
            // Places in the old log would be taken for places in the new one.
            try database.execute(sql: "UPDATE record SET change = 0")
            try database.execute(sql: "UPDATE manifest SET leaf = NULL WHERE holder = ?", arguments: [agency])
            try database.execute(
                sql: "DELETE FROM setting WHERE name IN (?, ?)",
                arguments: [VaultTransaction.unconfirmed, VaultTransaction.receiptCursor]
            )
        }
    }

    public func close() { try? queue.close() }

    /// A court's hold does not end with a disk: what stands goes on, under the name of its log.
    private static func carryHolds(of origin: String, in database: Database) throws {
        // Lifted in the log that ends: an index that says nothing in the next one.
        try database.execute(sql: "DELETE FROM audit_ended_hold WHERE lifted IS NOT NULL")
        try database.execute(
            sql: """
                INSERT INTO audit_ended_hold (origin, entry, review, everything)
                SELECT ?, entry, review, everything FROM audit_hold WHERE lifted IS NULL
                """,
            arguments: [origin]
        )
        try database.execute(
            sql: "UPDATE audit_ended_held SET holder = ? WHERE holder = ''",
            arguments: [origin]
        )
        try database.execute(
            sql: """
                INSERT INTO audit_ended_held (holder, hold, origin, idx, field)
                SELECT ?, hold, ?, idx, field FROM audit_held
                """,
            arguments: [origin, origin]
        )
    }

    /// The log's own triggers keep it from being changed. They come back in the same transaction, word for word.
    private static func withoutTriggers(of tables: [String], in database: Database, _ body: () throws -> Void) throws {
        let triggers = try tables.flatMap { table in
            try Row.fetchAll(
                database,
                sql: "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?",
                arguments: [table]
            )
        }
        for trigger in triggers { try database.execute(sql: "DROP TRIGGER \(trigger["name"] as String)") }
        try body()
        for trigger in triggers { try database.execute(sql: trigger["sql"] as String) }
    }
}
