/// Use case: entries leave the house as one file, to read or to count elsewhere. The entry that says so is durable before the
/// file is handed out. Holds no personal value: entries have none. What proves entries, `comity audit export` writes.

import Accounts
public import AuditLog
import CanonicalJSON
import Foundation
import RecordFiles
import TransparencyLog
import Vault

/// Entries as lines of CSV: their words in columns, their bytes in the last.
public enum AuditTable {
    public static let columns = [
        "index", "time", "event", "role", "actor", "peer", "agreement", "purpose", "outcome", "query", "entry",
    ]

    /// One line, without its end.
    public static func line(_ leaf: Leaf) throws -> String {
        let words = LeafSummary(leaf)
        return SpreadsheetGuard.line([
            String(words.index), words.time, words.event, words.role, words.actor, words.peer ?? "",
            words.agreement ?? "", words.purpose ?? "", words.outcome ?? "", words.query ?? "",
            String(decoding: try leaf.encode(), as: UTF8.self),
        ])
    }
}

public enum AuditFileFormat: String, Sendable, CaseIterable {
    case csv
    /// The entries byte for byte, one a line.
    case jsonLines = "jsonl"
}

/// Entries in one file.
public struct AuditFile: Sendable {
    public let bytes: [UInt8]
    public let count: Int
    /// Entries of the log, that is, up to which it was searched.
    public let size: Int
}

extension Node {
    /// Most bytes of such a file: it is made in memory.
    public static let greatestAuditFile = 32 << 20

    /// - Parameters:
    ///   - words: what was searched for, in words; the log only commits to it.
    ///   - ground: why; stands in the log in clear.
    ///   - most: bytes.
    public func exportAudit(
        _ filter: LeafFilter,
        as format: AuditFileFormat,
        words: String,
        ground: String,
        by account: String?,
        most: Int = Node.greatestAuditFile
    ) async throws(NodeProblem) -> AuditFile {
        try Self.check(ground: ground)
        let person = try await person(account, for: .readAudit)
        do {
            let file = try await overLog { reader in
                var bytes: [UInt8] = []
                var count = 0
                func add(_ line: [UInt8]) throws(NodeProblem) {
                    bytes += line
                    bytes.append(0x0A)
                    guard bytes.count <= most else { throw Self.tooMany(most) }
                }
                if format == .csv { try add(Array(SpreadsheetGuard.line(AuditTable.columns).utf8)) }
                try reader.forEachEntry { index, entry in
                    let leaf = try reader.leaf(entry, at: index)
                    guard filter.admits(leaf) else { return true }
                    count += 1
                    try add(format == .csv ? Array(try AuditTable.line(leaf).utf8) : entry)
                    return true
                }
                return AuditFile(bytes: bytes, count: count, size: reader.checkpoint.size)
            }
            try await logExported(file.count, ground: ground, filter: words, by: person)
            return file
        } catch {
            throw NodeProblem(fault: error, doing: "exporting the log")
        }
    }

    private static func tooMany(_ most: Int) -> NodeProblem {
        NodeProblem(
            .refused,
            "these are too many entries for one file",
            because: "it would have more than \(most >> 20) MiB, and is made in memory",
            try: "a narrower search, or comity audit export at the command line, which has no such limit"
        )
    }
}
