/// `comity audit prove`: what leaves the house as evidence of one entry, or of all before a size.
/// Knows the two forms of proof; how they are made, AuditLog knows.

import ArgumentParser
import AuditLog
import Foundation
import NodeCore
import TransparencyLog

struct AuditProveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prove",
        abstract: "Prove that an entry stands in the log, or that the log extends an earlier one.",
        usage: "comity audit prove DIR INDEX [--at SIZE] | --from SIZE [--json]",
        discussion: """
            Examples:
              comity audit prove north 42 > entry-42.tlog-proof
              comity audit prove north --from 600

            The proof is against the newest published checkpoint, or with --at against an earlier one.

            Exit codes: 0 done, 1 there is no such entry or checkpoint, 64 bad usage, 65 no log here.
            """
    )

    @OptionGroup var log: NodeLogOptions

    @Argument(help: "The entry, counted from 0.")
    var index: Int?

    @Option(help: "Prove against the checkpoint that was signed at that many entries.")
    var at: Int?

    @Option(help: "Prove that the log extends its first SIZE entries.")
    var from: Int?

    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (index == nil) != (from == nil) else { throw ValidationError("Give an entry's INDEX, or --from SIZE.") }
        guard at == nil || from == nil else { throw ValidationError("--at goes with INDEX, not with --from.") }
        guard (index ?? 0) >= 0, (at ?? 0) >= 0, (from ?? 0) >= 0 else {
            throw ValidationError("Entries count from 0.")
        }
    }

    func run() async throws {
        let reader = try await log.open()
        let note = try await note(reader)
        let text = try log.reading {
            if let index { return try reader.prove(index, under: note).encoded }
            return try reader.prove(from: from ?? 0).encoded
        }
        guard output.json else {
            Voice.output(Array(text.utf8))
            let against = at.map { "against checkpoint \($0.grouped)" } ?? CheckpointDocument(reader.checkpoint).line
            return Voice.say("proof \(against)")
        }
        let size = at ?? reader.checkpoint.size
        try Voice.json(Document(index: index, from: from, size: size, origin: reader.checkpoint.origin, proof: text))
    }

    /// The signed checkpoint to prove against.
    private func note(_ reader: LogReader) async throws -> SignedNote {
        guard let at, at != reader.checkpoint.size else { return reader.note }
        // Asked of the node: the folder keeps one an hour, the database every one that was signed.
        let text = at < reader.checkpoint.size ? try await log.access.perform(ReadSignedCheckpoint(size: at)).note : nil
        return try log.reading {
            guard let text, let note = try? SignedNote(Array(text.utf8)) else {
                throw LogReaderError.noCheckpoint(size: at)
            }
            return note
        }
    }

    private struct Document: Encodable {
        let index: Int?
        let from: Int?
        let size: Int
        let origin: String
        let proof: String
    }
}

/// A checkpoint that this node once signed.
struct ReadSignedCheckpoint: Operation {
    static let name = "audit-signed-checkpoint"
    let size: Int
    struct Output: Codable, Sendable {
        /// Nil: none was signed at that size.
        var note: String?
    }

    func run(_ context: OperationContext) async throws(NodeProblem) -> Output {
        Output(note: try await context.node.signedCheckpoint(size: size))
    }
}
