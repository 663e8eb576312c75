/// `comity audit reveal`: one personal value that an entry commits to, shown to a compliance officer who says why.

import ArgumentParser
import AuditLog
import CanonicalJSON
import Foundation
import NodeCore
import TransparencyLog
import Vault

struct AuditRevealCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reveal",
        abstract: "Show a personal value that an entry only commits to.",
        usage: "comity audit reveal DIR INDEX FIELD --ground TEXT [--ended ORIGIN] [--as NAME] [--json]",
        discussion: """
            Examples:
              comity audit reveal north 42 case --ground "complaint 2026/17" --as ines
              comity audit reveal north 42 actor --ground "court order" --as ines --json
              comity audit reveal north 7 case --ended north-border/audit/1 --ground "court order" --as ines

            Takes the role officer. That the value was revealed, by whom and on which ground, is in the log before it is
            shown (audit.revealed). --ended takes the entry from a log that a restore ended, in DIR/ended. The disclosure printed with --json opens the entry's digest for anybody (RFC 9901).

            Exit codes: 0 shown, 1 the value was erased or the log is not whole, 64 bad usage, 65 no such entry or field.
            """
    )

    @OptionGroup var log: NodeLogOptions

    @Argument(help: "The entry, counted from 0.")
    var index: Int

    @Argument(help: "The field of the entry's personal values, as case, subjects or actor.")
    var field: String

    @Option(help: "Why it is shown; goes into the log in clear, so no names.")
    var ground: String

    @Option(help: ArgumentHelp("The ended log that has the entry; without it, the running one.", valueName: "ORIGIN"))
    var ended: String?

    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard index >= 0 else { throw ValidationError("Entries count from 0.") }
        try validateGround(ground)
    }

    func run() async throws {
        let running = try await log.open()
        let (reader, path) = try source(running)
        let digest = try digest(in: reader, path)
        let isRunning = reader.checkpoint.origin == running.checkpoint.origin
        let revealed = try await log.access.perform(
            RevealValue(
                index: index,
                ended: isRunning ? nil : ended,
                field: field,
                ground: ground,
                account: log.actor.account
            )
        )
        guard let text = revealed.disclosure else { throw try gone(reader, path, running) }
        guard Disclosure.digest(of: text) == digest, let disclosure = Disclosure(text) else {
            throw CommandFailure(
                Exit.refused,
                "the stored value is not the one entry \(index.grouped) commits to",
                at: path,
                try: "comity audit verify \(path)"
            )
        }
        guard output.json else { return Voice.result(words(disclosure.value)) }
        try Voice.json(
            Document(
                log: reader.checkpoint.origin,
                index: index,
                field: field,
                value: words(disclosure.value),
                digest: Base64URL.encode(digest),
                disclosure: text
            )
        )
    }

    /// The log that has the entry, and its folder.
    private func source(_ running: LogReader) throws -> (LogReader, String) {
        guard let ended, ended != running.checkpoint.origin else { return (running, log.path) }
        let folder = NodeFolder(log.dir)
        guard let place = folder.ended(ended), FileManager.default.fileExists(atPath: place.path),
            try log.reading(in: place.path, { try LogReader(AuditFolder(path: place.path)) }).checkpoint.origin == ended
        else {
            throw CommandFailure(
                Exit.data,
                "there is no copy of such a log here",
                at: "--ended",
                because: "logs that ended lie in DIR/ended, each under its number",
                try: "an origin as AGENCY/audit/1, with a copy of that log in DIR/ended/1"
            )
        }
        let copy = try log.reading(in: place.path) { try EndedLogCopy(of: ended, in: folder) }
        return (copy.reader, copy.path)
    }

    private struct Document: Encodable {
        let log: String
        let index: Int
        let field: String
        /// A text, or the canonical JSON of a value that is none.
        let value: String
        let digest: String
        let disclosure: String
    }

    private func words(_ value: JSONValue) -> String {
        if let text = value.string { return text }
        return (try? CanonicalJSON.encode(value, limits: .init(maxBytes: 1 << 20, maxDepth: 8)))
            .map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    private func digest(in reader: LogReader, _ path: String) throws -> [UInt8] {
        guard index < reader.checkpoint.size else {
            throw CommandFailure(
                Exit.data,
                "the log has no entry \(index.grouped)",
                at: path,
                try: "an entry below \(reader.checkpoint.size.grouped)"
            )
        }
        let leaf = try log.reading(in: path) { try Leaf(try reader.entry(index)) }
        guard let digest = leaf.personal[field] else {
            let fields = leaf.personal.keys.sorted().joined(separator: ", ")
            throw CommandFailure(
                Exit.data,
                "entry \(index.grouped) (\(leaf.event)) has no such field",
                at: "FIELD",
                try: fields.isEmpty ? "another entry: this one has no personal value" : "one of: \(fields)"
            )
        }
        return digest
    }

    /// Why the value is not there: the entry that says so stands in its own log or, of one that ended, in any that came after.
    private func gone(_ reader: LogReader, _ path: String, _ running: LogReader) throws -> CommandFailure {
        let origin = reader.checkpoint.origin
        var by = try erasure(of: nil, in: reader, path).map { "entry \($0.grouped)" }
        if origin != running.checkpoint.origin, by == nil {
            for folder in NodeFolder(log.dir).endedCopies where by == nil && folder.path != path {
                let later = try log.reading(in: folder.path) { try LogReader(AuditFolder(path: folder.path)) }
                by = try erasure(of: origin, in: later, folder.path).map {
                    "entry \($0.grouped) of \(later.checkpoint.origin)"
                }
            }
            if by == nil {
                by = try erasure(of: origin, in: running, log.path).map {
                    "entry \($0.grouped) of \(running.checkpoint.origin)"
                }
            }
        }
        return CommandFailure(
            Exit.refused,
            by.map { "the value was erased by \($0)" } ?? "the value was erased with its month's key",
            at: "entry \(index.grouped), field \(field)",
            because: "personal values are kept as long as their retention says; the entry itself stays"
        )
    }

    /// The entry of a log that erased the value.
    ///
    /// - Parameter origin: the log before it that had the value; nil: that log itself.
    private func erasure(of origin: String?, in reader: LogReader, _ path: String) throws -> Int? {
        var by: Int?
        try log.forEachLeaf(of: reader, in: path) { leaf in
            guard leaf.event == "audit.erased", origin == nil || leaf.data["earlier_origin"]?.string == origin,
                let fields = leaf.data[origin == nil ? "fields" : "earlier_fields"]?.array
            else { return }
            if fields.contains(where: { $0["field"]?.string == field && $0["index"]?.integer == index }) {
                by = leaf.index
            }
        }
        return by
    }
}

/// A ground stands in the log in clear.
func validateGround(_ ground: String?) throws {
    guard let ground else { return }
    guard (1...200).contains(ground.utf8.count), !ground.unicodeScalars.contains(where: { $0.value < 0x20 }) else {
        throw ValidationError("--ground is one line of at most 200 bytes.")
    }
}

struct RevealValue: Operation {
    static let name = "audit-reveal"
    struct Output: Codable, Sendable {
        /// Nil when the value was erased.
        var disclosure: String?
    }

    var index: Int
    /// The ended log that has the entry.
    var ended: String?
    var field: String
    var ground: String
    var account: String?

    func run(_ context: OperationContext) async throws(NodeProblem) -> Output {
        Output(
            disclosure: try await context.node.reveal(
                index: index,
                ofEnded: ended,
                field: field,
                ground: ground,
                by: account
            )
        )
    }
}
