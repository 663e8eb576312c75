/// A copy of what a vault keeps, made while it is in use, and what a vault that came out of one has to wait for. Knows files;
/// never learns what stands in them.

import AuditLog
public import Foundation
import GRDB

extension Vault {
    /// Copies the database, as it is at one moment, into a new file. Changes go on meanwhile.
    public func copyDatabase(to url: URL) async throws {
        try await database.copy(to: url)
    }

    /// Copies the published log into a new folder; meanwhile nothing is published.
    public func copyLog(to url: URL) async throws { try await publisher.copy(to: url) }

    /// Witnesses were heard after a restore: the log is signed again.
    public func confirm() async throws {
        _ = try await commit { ((), try $0.confirm()) }
        await publisher.resume(after: .notConfirmed)
    }
}

extension AuditedDatabase {
    /// Of a connection of its own: readers and the writer of the pool are not kept waiting.
    fileprivate func copy(to url: URL) async throws {
        var configuration = Configuration()
        configuration.busyMode = .timeout(60)
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA temp_store = MEMORY") }
        let queue = try DatabaseQueue(path: pool.path, configuration: configuration)
        defer { try? queue.close() }
        // Unlike a copy of its pages it has no free ones: what was erased is not in it, in whatever form.
        try await queue.writeWithoutTransaction { database in
            try database.execute(sql: "VACUUM INTO ?", arguments: [url.path])
        }
    }
}

extension VaultTransaction {
    static let unconfirmed = "restored_unconfirmed"

    /// Whether the database came out of a backup and no witness was heard yet.
    public func isUnconfirmed() throws -> Bool { try setting(Self.unconfirmed) != nil }

    func confirm() throws -> [AuditDraft] {
        try execute("DELETE FROM setting WHERE name = ?", [Self.unconfirmed])
        return []
    }
}
