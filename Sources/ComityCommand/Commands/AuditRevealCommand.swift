/// `comity audit reveal`: one personal value that an entry commits to, shown to a compliance officer who says why.

import ArgumentParser
import AuditLog
import CanonicalJSON
import Foundation
import NodeCore
import TransparencyLog

struct AuditRevealCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reveal",
        abstract: "Show a personal value that an entry only commits to.",
        usage: "comity audit reveal DIR INDEX FIELD --ground TEXT [--as NAME] [--json]",
        discussion: """
            Examples:
              comity audit reveal north 42 case --ground "complaint 2026/17" --as ines
              comity audit reveal north 42 actor --ground "court order" --as ines --json

            Takes the role officer. That the value was revealed, by whom and on which ground, is in the log before it is
            shown (audit.revealed). The disclosure printed with --json opens the entry's digest for anybody (RFC 9901).

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

    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard index >= 0 else { throw ValidationError("Entries count from 0.") }
        try validateGround(ground)
    }

    func run() async throws {
        let reader = try await log.open()
        let digest = try digest(in: reader)
        let revealed = try await log.access.perform(
            RevealValue(index: index, field: field, ground: ground, account: log.actor.account)
        )
        guard let text = revealed.disclosure else { throw try gone(reader) }
        guard Disclosure.digest(of: text) == digest, let disclosure = Disclosure(text) else {
            throw CommandFailure(
                Exit.refused,
                "the stored value is not the one entry \(index.grouped) commits to",
                at: log.path,
                try: "comity audit verify \(log.path)"
            )
        }
        guard output.json else { return Voice.result(words(disclosure.value)) }
        try Voice.json(
            Document(
                index: index,
                field: field,
                value: words(disclosure.value),
                digest: Base64URL.encode(digest),
                disclosure: text
            )
        )
    }

    private struct Document: Encodable {
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

    private func digest(in reader: LogReader) throws -> [UInt8] {
        guard index < reader.checkpoint.size else {
            throw CommandFailure(
                Exit.data,
                "the log has no entry \(index.grouped)",
                at: log.path,
                try: "comity audit list \(log.dir)"
            )
        }
        let leaf = try log.reading { try Leaf(try reader.entry(index)) }
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

    private func gone(_ reader: LogReader) throws -> CommandFailure {
        var by: Int?
        try log.forEachLeaf(of: reader) { leaf in
            guard leaf.event == "audit.erased", let fields = leaf.data["fields"]?.array else { return }
            if fields.contains(where: { $0["field"]?.string == field && $0["index"]?.integer == index }) {
                by = leaf.index
            }
        }
        return CommandFailure(
            Exit.refused,
            by.map { "the value was erased by entry \($0.grouped)" } ?? "the value was erased with its month's key",
            at: "entry \(index.grouped), field \(field)",
            because: "personal values are kept as long as their retention says; the entry itself stays"
        )
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
    var field: String
    var ground: String
    var account: String?

    func run(_ context: OperationContext) async throws(NodeProblem) -> Output {
        Output(
            disclosure: try await context.node.reveal(index: index, field: field, ground: ground, by: account)
        )
    }
}
