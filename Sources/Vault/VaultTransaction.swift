/// One transaction on the vault, as its users see it: methods by table, no SQL. A value of this type exists only inside
/// `Vault.commit` or `Vault.read`; keeping it longer does not compile outside this module's rules and does nothing.

import Foundation
import GRDB

public struct VaultTransaction {
    let database: Database

    func execute(_ sql: String, _ arguments: StatementArguments = []) throws {
        try database.cachedStatement(sql: sql).execute(arguments: arguments)
    }

    /// Rows changed by the last statement.
    var changes: Int { database.changesCount }

    func row(_ sql: String, _ arguments: StatementArguments = []) throws -> Row? {
        try Row.fetchOne(database.cachedStatement(sql: sql), arguments: arguments)
    }

    func rows(_ sql: String, _ arguments: StatementArguments = []) throws -> [Row] {
        try Row.fetchAll(database.cachedStatement(sql: sql), arguments: arguments)
    }

    /// What SQLite finds wrong with the file; nil if nothing.
    public func quickCheck() throws -> String? {
        let words: String? = try row("PRAGMA quick_check(1)")?[0]
        return words == "ok" ? nil : words ?? "no answer"
    }

    /// The index that the first entry of this change will have: the log has one writer, and entries follow their change
    /// in its transaction.
    public func nextLeaf() throws -> Int {
        try row("SELECT coalesce(max(idx) + 1, 0) AS next FROM audit_entries")?["next"] ?? 0
    }

    // MARK: Settings

    /// A small value of the node itself, by name.
    public func setting(_ name: String) throws -> [UInt8]? {
        try row("SELECT value FROM setting WHERE name = ?", [name]).map { $0.bytes("value") }
    }

    public func set(_ name: String, to value: [UInt8]) throws {
        try execute("INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)", [name, value.blob])
    }
}

extension Row {
    /// The bytes of a column by its place, copied once.
    func bytes(at index: Int) -> [UInt8] {
        (try? withUnsafeData(atIndex: index) { data in data.map { [UInt8]($0) } ?? [] }) ?? []
    }

    func bytes(_ column: String) -> [UInt8] {
        guard let data = self[column] as Data? else { return [] }
        return [UInt8](data)
    }
}

extension [UInt8] {
    /// The bytes as SQLite stores them.
    var blob: Data { Data(self) }
}
