/// `comity audit checkpoint`: the signed note to keep elsewhere, as it is or with the cosignatures of peers.
/// Knows how it is told; who has to cosign, NodeCore knows.

import ArgumentParser
import AuditLog
import Foundation
import NodeCore
import TransparencyLog

struct AuditCheckpointCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "checkpoint",
        abstract: "Print the newest published checkpoint.",
        usage: "comity audit checkpoint DIR [--cosign] [--json]",
        discussion: """
            Examples:
              comity audit checkpoint north > kept/north-2026-11-24
              comity audit checkpoint north --cosign --json

            Keep it elsewhere: comity audit verify LOGDIR --kept FILE shows later whether anything before it was changed.
            With --cosign every peer is asked at once for its cosignature; a running node asks each ten minutes by itself.

            Exit codes: 0 done, 1 the log is not whole or the cosignatures do not suffice, 64 bad usage, 65 no log here,
            69 no peer was reached.
            """
    )

    @OptionGroup var log: NodeLogOptions

    @Flag(help: "Ask every peer for its cosignature now.")
    var cosign = false

    @OptionGroup var output: OutputOptions

    func run() async throws {
        guard !cosign else { return try await runCosigned() }
        let reader = try await log.open()
        guard output.json else { return Voice.output(Array(reader.note.encoded.utf8)) }
        let checkpoint = reader.checkpoint
        try Voice.json(
            Document(
                origin: checkpoint.origin,
                size: checkpoint.size,
                root: checkpoint.root.base64,
                note: reader.note.encoded
            )
        )
    }

    private func runCosigned() async throws {
        let report = try await log.access.perform(CosignCheckpoint())
        if output.json {
            try Voice.json(CosignedDocument(report))
        } else {
            Voice.output(Array(report.note.utf8))
            for peer in report.asked where !peer.cosigned { Voice.say("\(peer.peer) did not cosign: \(peer.reason)") }
            let names = report.cosignedBy.isEmpty ? "nobody" : report.cosignedBy.joined(separator: ", ")
            let verdict = report.quorum ? "the quorum is met" : "refused: that does not meet the quorum"
            Voice.say("checkpoint \(report.size.grouped) cosigned by \(names): \(verdict)")
        }
        guard report.quorum else {
            throw ExitCode(report.cosignedBy.isEmpty && !report.asked.isEmpty ? Exit.unreachable : Exit.refused)
        }
    }

    private struct Document: Encodable {
        let origin: String
        let size: Int
        let root: String
        let note: String
    }

    private struct CosignedDocument: Encodable {
        let report: CosigningReport

        init(_ report: CosigningReport) { self.report = report }

        private enum Name: String, CodingKey {
            case origin, size, root, note, quorum, asked
            case cosignedBy = "cosigned_by"
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Name.self)
            try container.encode(report.origin, forKey: .origin)
            try container.encode(report.size, forKey: .size)
            try container.encode(report.root, forKey: .root)
            try container.encode(report.note, forKey: .note)
            try container.encode(report.cosignedBy, forKey: .cosignedBy)
            try container.encode(report.quorum, forKey: .quorum)
            try container.encode(report.asked, forKey: .asked)
        }
    }
}

struct CosignCheckpoint: Operation {
    static let name = "audit-cosign"

    func run(_ context: OperationContext) async throws(NodeProblem) -> CosigningReport {
        try await context.node.cosign(through: context.peers)
    }
}

/// The policy of witnesses by which this node's log is to be verified.
struct ReadWitnessPolicy: Operation {
    static let name = "audit-witness-policy"
    struct Output: Codable, Sendable {
        var text: String
    }

    func run(_ context: OperationContext) async throws(NodeProblem) -> Output {
        Output(text: try context.node.witnessPolicyText())
    }
}
