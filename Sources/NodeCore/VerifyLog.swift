/// Use case: the node verifies its own log as it lies on the disk, each day and when an operator asks, so that a broken file is
/// found before an auditor finds it. That is no proof to anybody else: for it, the copy is verified on another machine.
/// Knows files and what their hashes say; opens no personal value.

import AuditLog
import CanonicalJSON
import Foundation
import ObliviousPRF
import Synchronization
import Vault

/// What a look at the whole log found.
struct LogLook: Sendable, Equatable {
    /// Milliseconds since 1970.
    let at: Int
    /// Entries that were read and judged.
    let entries: Int
    /// The first of what is wrong; nil where nothing is.
    let first: Finding?
    /// How much is wrong.
    let problems: Int
    /// Whether the log has an entry of this look; a full disk keeps it back.
    var isNoted = false
}

/// The files of a log until somebody stops reading them: a node that ends does not wait for millions of entries.
private struct StoppableFiles: LogFiles {
    private final class Flag: Sendable { let isUp = Atomic(false) }

    let files: AuditFolder
    private let flag = Flag()

    init(files: AuditFolder) { self.files = files }

    func stop() { flag.isUp.store(true, ordering: .relaxed) }

    func read(_ path: String, offset: Int, count: Int) throws(LogFilesError) -> [UInt8]? {
        if flag.isUp.load(ordering: .relaxed) { throw LogFilesError(path: path, reason: "reading was stopped") }
        return try files.read(path, offset: offset, count: count)
    }

    func list(_ folder: String) throws(LogFilesError) -> [String] { try files.list(folder) }
}

extension Node {
    /// Verifies every tile, bundle and entry of the published log, and notes in it that this was done.
    public func verifyLog() async throws(NodeProblem) {
        do {
            try await turns.run("verify") {
                let at = self.clock.milliseconds()
                var result = try await self.verifyFolder()
                // A partial tile that was replaced under the reader's eyes is whole at the second look; damage stays.
                if !result.ok { result = try await self.verifyFolder() }
                var look = LogLook(
                    at: at,
                    entries: result.entriesChecked,
                    first: result.problems.first,
                    problems: result.problems.count
                )
                // What was found is told even if it cannot be noted.
                self.logLook.withLock { [look] in $0 = look }
                let (problems, entries) = (look.problems, look.entries)
                _ = try await self.vault.commit { transaction in
                    let entry = try self.draft(
                        "audit.verified",
                        by: .system,
                        data: ["count": .integer(problems), "entries": .integer(entries)],
                        in: transaction
                    )
                    return ((), [entry])
                }
                look.isNoted = true
                self.logLook.withLock { [look] in $0 = look }
            }
        } catch {
            throw NodeProblem(fault: error, doing: "verifying the log")
        }
    }

    private func verifyFolder() async throws -> LogVerification {
        // What cannot be published now is told elsewhere; what was published can still be verified.
        try? await vault.publish()
        let key = vault.logKey
        let files = StoppableFiles(files: AuditFolder(path: folder.log.path))
        let result = try await withTaskCancellationHandler {
            try await runner.offload { LogVerifier(files, key: key).verify() }
        } onCancel: {
            files.stop()
        }
        // What was not read to its end is no finding.
        try Task.checkCancellation()
        return result
    }

    /// Verifies the log an hour after a start, when the node has caught up with its peers, and then each day, until cancelled.
    ///
    /// - Parameters:
    ///   - start: that hour.
    ///   - pause: that day.
    ///   - say: takes what is wrong with the log, or why it could not be verified.
    public func keepLogVerified(
        start: @Sendable () async -> Void = { try? await Task.sleep(for: .seconds(3_600)) },
        pause: @Sendable () async -> Void = { try? await Task.sleep(for: .seconds(86_400)) },
        say: @Sendable (String) -> Void
    ) async {
        await start()
        while !Task.isCancelled {
            do throws(NodeProblem) {
                try await verifyLog()
                if let check = checkLog().first, check.state == .failed { say(check.text) }
            } catch {
                if !Task.isCancelled { say(error.text) }
            }
            await pause()
        }
    }

    /// What the last look found; nothing before the first.
    func checkLog() -> [DoctorReport.Check] {
        guard let look = logLook.withLock({ $0 }) else { return [] }
        let time = LeafTime(milliseconds: look.at)
        let unnoted = [check("log", .warning, "the log takes no entry of having been verified", try: "see disk")]
        let also = look.isNoted ? [] : unnoted
        guard let first = look.first else {
            let text = "\(look.entries) entries of the log verified at \(time), as they lie on the disk"
            return [check("log", .ok, text)] + also
        }
        let more = look.problems > 1 ? " (and \(look.problems - 1) more)" : ""
        return [
            check(
                "log",
                .failed,
                "the log on the disk does not verify: \(first.place): \(first.text)\(more)",
                try:
                    "keep a copy of \(folder.log.path) and what comity audit verify says of it; stop the node, move the "
                    + "named file away and start it: what the vault still holds is written anew"
            )
        ] + also
    }
}
