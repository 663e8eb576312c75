/// The demo's forger: an operator with the node's files in hand, SQLite's own functions, and patience. Works on a copy and
/// uses nothing that the program offers; whoever has the files can do the same.

import AuditLog
import CanonicalJSON
import Foundation
import GRDBSQLite
import TransparencyLog

struct DemoForger {
    /// The copy of the node's folder.
    let folder: URL

    struct Forgery {
        /// The entry that was changed.
        let index: Int
        /// Entries after it that had to be made to fit.
        let fitted: Int
    }

    /// Strikes the telephone number from the last release, and makes every later entry cite the history that results.
    /// Checkpoints and tiles are thrown away: the node's program makes new ones under the node's own key.
    func rewrite() throws(DemoFailure) -> Forgery {
        var database: OpaquePointer?
        defer { sqlite3_close(database) }
        guard sqlite3_open(folder.appendingPathComponent("vault.sqlite").path, &database) == SQLITE_OK else {
            throw DemoFailure("the copied database does not open", folder.path)
        }
        let leaves = try entries(of: database)
        guard let target = leaves.lastIndex(where: { $0.event == "disclosure.released" }) else {
            throw DemoFailure("the copied log has no release to change", folder.path)
        }
        // The database refuses changes of its entries; but the refusal is a row of the same database.
        for trigger in [
            "audit_entries_kept", "audit_checkpoints_not_deleted", "audit_checkpoints_kept",
            "audit_entries_not_deleted",
        ] {
            try execute("DROP TRIGGER IF EXISTS \(trigger)", on: database)
        }
        try execute("BEGIN IMMEDIATE", on: database)
        var frontier = TreeFrontier()
        var roots = [TreeHash.empty]
        for leaf in leaves {
            var forged = leaf
            if leaf.index == target { forged.data["fields"] = Self.withoutPhone(leaf.data["fields"]) }
            if leaf.checkpoint.size > target {
                forged.checkpoint = CitedCheckpoint(size: leaf.checkpoint.size, root: roots[leaf.checkpoint.size])
            }
            guard let bytes = try? forged.encode() else { throw DemoFailure("a forged entry has no form") }
            let hash = TreeHash.leaf(bytes)
            if forged != leaf {
                try execute(
                    "UPDATE audit_entries SET bytes = x'\(Self.hex(bytes))', hash = x'\(Self.hex(hash.bytes))' "
                        + "WHERE idx = \(leaf.index)",
                    on: database
                )
            }
            frontier.append(hash)
            roots.append(frontier.root)
        }
        for table in ["audit_checkpoints", "cosigned_checkpoint"] { try execute("DELETE FROM \(table)", on: database) }
        try execute("COMMIT", on: database)
        do {
            try FileManager.default.removeItem(at: folder.appendingPathComponent("log"))
        } catch {
            throw DemoFailure("the copied log's files could not be thrown away", folder.path)
        }
        return Forgery(index: target, fitted: leaves.count { $0.checkpoint.size > target })
    }

    private static func withoutPhone(_ fields: JSONValue?) -> JSONValue? {
        guard case .array(let names)? = fields else { return fields }
        return .array(names.filter { $0 != "phone" })
    }

    private func entries(of database: OpaquePointer?) throws(DemoFailure) -> [Leaf] {
        var statement: OpaquePointer?
        defer { sqlite3_finalize(statement) }
        guard
            sqlite3_prepare_v2(database, "SELECT bytes FROM audit_entries ORDER BY idx", -1, &statement, nil)
                == SQLITE_OK
        else { throw DemoFailure("the copied database has no entries", folder.path) }
        var leaves: [Leaf] = []
        while sqlite3_step(statement) == SQLITE_ROW {
            let bytes = UnsafeRawBufferPointer(
                start: sqlite3_column_blob(statement, 0),
                count: Int(sqlite3_column_bytes(statement, 0))
            )
            guard let leaf = try? Leaf(Array(bytes)), leaf.index == leaves.count else {
                throw DemoFailure("an entry of the copied database cannot be read", folder.path)
            }
            leaves.append(leaf)
        }
        return leaves
    }

    private func execute(_ sql: String, on database: OpaquePointer?) throws(DemoFailure) {
        guard sqlite3_exec(database, sql, nil, nil, nil) == SQLITE_OK else {
            throw DemoFailure("the copied database could not be changed", String(cString: sqlite3_errmsg(database)))
        }
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
