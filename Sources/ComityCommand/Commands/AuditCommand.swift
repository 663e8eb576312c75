/// `comity audit`: the log that a court, an auditor and the agency itself can check.
/// Knows the words of its subcommands and holds no rule of its own.

import ArgumentParser
import AuditLog
import Foundation
import NodeCore
import TransparencyLog
import Vault

struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Verify, search and prove what the audit log says.",
        usage: """
            comity audit verify LOGDIR|FILE.tlog-proof [--key VKEY] [--kept FILE]…
                   comity audit list DIR [--event E] [--since TIME] …
                   comity audit prove DIR INDEX [--at SIZE] | --from SIZE
                   comity audit checkpoint DIR [--cosign]
            """,
        discussion: """
            Examples:
              comity audit verify north/log --key "north/audit/1+b28f96bc+ARji…"
              comity audit list north --event 'query.*' --since 2026-11-24
            """,
        subcommands: [
            AuditVerifyCommand.self, AuditListCommand.self, AuditProveCommand.self, AuditCheckpointCommand.self,
            AuditRevealCommand.self, AuditSubjectCommand.self, AuditExportCommand.self, AuditReconcileCommand.self,
            AuditReportCommand.self, AuditEraseCommand.self, AuditHoldCommand.self, AuditPruneCommand.self,
            AuditRotateKeyCommand.self,
            AuditTimestampCommand.self, AuditDrawCommand.self, AuditOpenCommand.self,
        ]
    )
}

/// The published log of a node's folder.
struct NodeLogOptions: ParsableArguments {
    @Argument(help: "The node's folder; its log stands in DIR/log.")
    var dir: String

    @Option(
        help: ArgumentHelp(
            "File with the keyring's passphrase; only needed while the node is not running.",
            valueName: "FILE"
        )
    )
    var passphraseFile: String?

    @OptionGroup var actor: ActorOptions

    var path: String { (dir as NSString).appendingPathComponent("log") }

    var access: NodeAccess { NodeAccess(folder: NodeFolder(dir), passphraseFile: passphraseFile) }

    /// The log with all that is durable now: the node publishes first.
    func open() async throws -> LogReader {
        if NodeFolder(dir).exists {
            do { _ = try await access.perform(PublishLog()) } catch {
                // A node does not open over a log that is not whole: where, its folder says.
                guard error.exit == Exit.data, let defect = brokenPlace() else { throw error }
                throw CommandFailure(defect, ofLog: path)
            }
        }
        return try openFolder()
    }

    private func brokenPlace() -> LogCopyError? {
        do {
            try LogCopy(AuditFolder(path: path)).forEachLeaf { _, _, _ in }
            return nil
        } catch {
            return error as? LogCopyError
        }
    }

    /// Logs a search before its result is shown.
    func recordRead(count: Int, filter: String) async throws {
        _ = try await access.perform(RecordAuditRead(count: count, filter: filter, account: actor.account))
    }

    private func openFolder() throws -> LogReader {
        guard FileManager.default.fileExists(atPath: path) else {
            throw CommandFailure(
                Exit.data,
                "there is no audit log here",
                at: path,
                because: "a node keeps its log in the folder log of its own folder",
                try: "comity audit verify LOGDIR, for a copy of a log"
            )
        }
        return try reading { try LogReader(AuditFolder(path: path)) }
    }

    /// Runs `body` and puts what is wrong with the log into words.
    ///
    /// - Parameter folder: that of the log; nil: the running one's.
    func reading<T>(in folder: String? = nil, _ body: () throws -> T) throws -> T {
        do { return try body() } catch let error as LogReaderError {
            throw failure(error, folder ?? path)
        }
    }

    /// Every entry in order; what cannot be read ends it, by its place.
    func forEachLeaf(of reader: LogReader, in folder: String? = nil, _ body: (Leaf) throws -> Void) throws {
        try reading(in: folder) {
            try reader.forEachEntry { index, bytes in
                try body(try reader.leaf(bytes, at: index))
                return true
            }
        }
    }

    private func failure(_ error: LogReaderError, _ path: String) -> CommandFailure {
        func failure(_ text: String, _ because: String? = nil, try remedy: String? = nil) -> CommandFailure {
            var failure = CommandFailure(
                Exit.refused,
                text,
                at: error.place.map { (path as NSString).appendingPathComponent($0) } ?? path,
                because: because,
                try: remedy ?? "comity audit verify \(path)"
            )
            failure.defect = error.place.map { LogCopyError(place: $0, text: because ?? text) }
            return failure
        }
        switch error {
        case .files(let error): return failure("the log cannot be read", error.reason)
        case .broken(_, nil): return failure("the log is not whole", "this file is missing or malformed")
        case .broken(_, .some):
            return failure("the log is not whole", "this entry is not the one in the tree, or malformed")
        case .absent(let index):
            return failure("entry \(index.grouped) is not here any more", "its bundle was pruned, or is missing")
        case .noCheckpoint(let size):
            // The log lacks nothing: it never had one.
            var failure = failure(
                "no checkpoint was signed at \(size) entries",
                try: "a size from DIR/log/checkpoints, or none for the newest"
            )
            failure.defect = nil
            return failure
        case .outOfRange: return failure("the log is shorter than that", try: "comity audit checkpoint \(dir)")
        }
    }
}

struct PublishLog: Operation {
    static let name = "audit-publish"
    struct Output: Codable, Sendable {}

    func run(_ context: OperationContext) async throws(NodeProblem) -> Output {
        try await context.node.publishNow()
        return Output()
    }
}

struct RecordAuditRead: Operation {
    static let name = "audit-read"
    struct Output: Codable, Sendable {}
    var count: Int
    var filter: String
    var account: String?

    func run(_ context: OperationContext) async throws(NodeProblem) -> Output {
        try await context.node.recordAuditRead(count: count, filter: filter, by: account)
        return Output()
    }
}

/// Which checkpoint an answer speaks of.
struct CheckpointDocument: Encodable {
    let origin: String
    let size: Int
    let root: String

    init(_ checkpoint: Checkpoint) {
        origin = checkpoint.origin
        size = checkpoint.size
        root = checkpoint.root.base64
    }

    var line: String { "as of checkpoint \(size.grouped) of \(origin)" }
}

/// A day or moment in UTC, as options of `audit` take it.
func logMoment(_ text: String, _ option: String) throws -> LeafTime {
    let whole = text.hasSuffix("Z") ? String(text.dropLast()) : text
    let candidates = [text, whole + "T00:00:00.000Z", whole + ":00.000Z", whole + ".000Z"]
    guard let time = candidates.lazy.compactMap({ LeafTime($0) }).first else {
        throw ValidationError(
            "\(option) is a day or moment in UTC: 2026-11-24, 2026-11-24T13:05Z or 2026-11-24T13:05:00Z."
        )
    }
    return time
}

extension Int {
    /// With commas between thousands.
    var grouped: String {
        var digits = Array(String(magnitude))
        for place in stride(from: digits.count - 3, to: 0, by: -3) { digits.insert(",", at: place) }
        return (self < 0 ? "-" : "") + String(digits)
    }
}
