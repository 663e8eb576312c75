/// The copies of logs that ended, beside the database that says which there were: is each there, whole, and the one that the
/// running log cites? Says it in words. A fault in one keeps no node from coming back: what it holds is history.

import AuditLog
import Foundation
import TransparencyLog
import Vault

struct EndedCopies {
    private struct Log {
        let checkpoint: Checkpoint
        /// As its last backup had it.
        let key: VerifierKey?
        let folder: URL
    }

    private let logs: [Log]
    private let shown: NodeFolder

    /// - Parameters:
    ///   - folder: where the copies lie.
    ///   - shown: the folder that a person knows; nil: the same.
    init(of vault: Vault, in folder: NodeFolder, shown: NodeFolder? = nil) async throws {
        self.shown = shown ?? folder
        logs = try await vault.read { transaction in
            try transaction.endedLogs().compactMap { ended in
                let origin = ended.checkpoint.origin
                guard let place = folder.ended(origin) else { return nil }
                return Log(
                    checkpoint: ended.checkpoint,
                    key: try transaction.endedKey(of: origin).flatMap { VerifierKey($0) },
                    folder: place
                )
            }
        }
    }

    private func isThere(_ log: Log) -> Bool {
        FileManager.default.fileExists(atPath: log.folder.appendingPathComponent("checkpoint").path)
    }

    private func place(_ log: Log) -> String {
        shown.ended.appendingPathComponent(log.folder.lastPathComponent).path
    }

    /// Logs without a copy.
    func missing() -> [String] {
        logs.filter { !isThere($0) }.map { log in
            "there is no copy of \(log.checkpoint.origin), which ended: lay one that verifies into \(place(log))"
        }
    }

    /// Logs whose copy is missing, not whole, or of another history. Reads every entry.
    func problems() -> [String] {
        missing()
            + logs.filter(isThere).compactMap { log in
                problem(of: log).map { "the copy of \(log.checkpoint.origin) in \(place(log)) is not whole: \($0)" }
            }
    }

    private func problem(of log: Log) -> String? {
        let files = AuditFolder(path: log.folder.path)
        let found = LogVerifier(files, key: log.key).verify()
        if let first = found.problems.first { return "\(first.place): \(first.text)" }
        guard found.ok, found.origin == log.checkpoint.origin else { return "it is another log" }
        // What the running log cites may be newer than the copy.
        guard found.size >= log.checkpoint.size else { return nil }
        let root = try? LogReader(files).root(at: log.checkpoint.size)
        return root == log.checkpoint.root ? nil : "it does not lead to the checkpoint that the log after it cites"
    }
}
