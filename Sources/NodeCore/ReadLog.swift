/// Use cases that go over the whole published log: counted for a report, gathered about one person. Each is an entry of its
/// own, durable before anything is shown. Shows no personal value and, of what concerns one person, no official.

import Accounts
public import AuditLog
import Foundation
import ObliviousPRF
import TransparencyLog
import Vault

/// What the log says of one person.
public struct SubjectReport: Sendable {
    /// Those of logs that ended first.
    public let entries: [SubjectEntry]
    /// Entries about them that are not here any more, pruned or not in the copy of an ended log: that they were is all that is
    /// known.
    public let pruned: Int
    /// The running log.
    public let origin: String
    /// Entries of the log.
    public let size: Int
}

/// The log in numbers, and how long it is.
public struct AuditStatistics: Sendable {
    public let report: LogReport
    public let size: Int
}

extension Node {
    /// - Parameter suppress: counts from 1 to one below this are withheld.
    public func auditStatistics(
        since: LeafTime?,
        until: LeafTime?,
        suppress: Int,
        by account: String?
    ) async throws(NodeProblem) -> AuditStatistics {
        _ = try await person(account, for: .readAudit)
        guard (0...1_000).contains(suppress) else {
            throw NodeProblem(.usage, "counts are withheld below a number from 0 to 1000")
        }
        let statistics: AuditStatistics
        do {
            statistics = try await overLog { reader in
                var builder = ReportBuilder(since: since, until: until, suppress: suppress)
                try reader.forEachEntry { index, bytes in
                    builder.add(try reader.leaf(bytes, at: index))
                    return true
                }
                return AuditStatistics(report: builder.close(), size: reader.checkpoint.size)
            }
        } catch {
            throw NodeProblem(fault: error, doing: "counting the log")
        }
        let words = ["report", since.map { "since=\($0)" }, until.map { "until=\($0)" }].compactMap { $0 }
        try await recordAuditRead(count: statistics.size, filter: words.joined(separator: " "), by: account)
        return statistics
    }

    /// Everything the log says of a person who describes themselves like this; see `findSubject`.
    public func subjectReport(
        _ columns: [String: String],
        by account: String?
    ) async throws(NodeProblem) -> SubjectReport {
        let found = try await findSubject(columns, by: account)
        do {
            let (folder, origin) = (folder, vault.origin)
            return try await overLog { reader in
                let ended = found.readEnded(in: folder)
                var entries = ended.entries
                var pruned = ended.missing.reduce(0) { $0 + $1.entries.count }
                for index in found.entries where index < reader.checkpoint.size {
                    guard let leaf = try Self.leaf(at: index, of: reader) else {
                        pruned += 1
                        continue
                    }
                    entries.append(SubjectEntry(leaf, in: origin))
                }
                return SubjectReport(
                    entries: entries,
                    pruned: pruned,
                    origin: origin,
                    size: reader.checkpoint.size
                )
            }
        } catch {
            throw NodeProblem(fault: error, doing: "reading the log")
        }
    }

    /// The note that was signed at that size; nil where none was.
    public func signedCheckpoint(size: Int) async throws(NodeProblem) -> String? {
        do { return try await vault.read { try $0.signedCheckpoint(size: size) } } catch {
            throw NodeProblem(fault: error, doing: "reading the log")
        }
    }

    /// Goes over the published log, all that is durable in it, without holding a thread of others.
    func overLog<Value: Sendable>(_ body: @escaping @Sendable (LogReader) throws -> Value) async throws -> Value {
        try await vault.publish()
        let path = folder.log.path
        do {
            return try await runner.offload { try body(try LogReader(AuditFolder(path: path))) }
        } catch let error as LogReaderError {
            throw Self.problem(error)
        }
    }

    /// An entry of the published log; nil for one that was pruned.
    private static func leaf(at index: Int, of reader: LogReader) throws(LogReaderError) -> Leaf? {
        do throws(LogReaderError) {
            return try reader.leaf(try reader.entry(index), at: index)
        } catch {
            guard case .absent = error else { throw error }
            return nil
        }
    }

    private static func problem(_ error: LogReaderError) -> NodeProblem {
        let because =
            switch error {
            case .files(let error): error.reason
            case .broken: "this part of it is missing, malformed, or not what the tree has there"
            case .absent: "its bundle was pruned, or is missing"
            case .noCheckpoint: "no such checkpoint was kept"
            case .outOfRange: "it is shorter than its checkpoint says"
            }
        return NodeProblem(
            .refused,
            "the log is not whole",
            at: error.place,
            because: because,
            try: "comity audit verify on the folder of the log says what is wrong"
        )
    }
}
