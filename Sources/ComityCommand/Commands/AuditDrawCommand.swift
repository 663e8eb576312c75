/// `comity audit draw`: an auditor is shown drawn keys of a question that was asked.
/// Knows the file they go into; what is shown, the node knows.

import ArgumentParser
import Foundation
import NodeCore

struct AuditDrawCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "draw",
        abstract: "Open drawn keys of a question to an auditor.",
        usage: "comity audit draw DIR QUERY --sample FILE|N --auditor NAME --out FILE [--as NAME] [--json]",
        discussion: """
            Examples:
              comity audit draw north c79f099f-b682-4528-9aa0-463781ce9537 --sample drawn.txt --auditor "Court of Audit" --out open.json --as ines
              comity audit draw north c79f099f-b682-4528-9aa0-463781ce9537 --sample 30 --auditor "Court of Audit" --out open.json --as ines

            QUERY is the id of a query to one peer, as query.asked in the log names it. An auditor draws positions, counted
            from 0 up to the entry's number of keys, after the peer's log was cosigned, and hands them over in a FILE, one a
            line; with a number this node draws. FILE of --out holds those keys in clear and their blinds: it is for the
            auditor alone, never for the peer. comity audit open checks it against both logs. Takes the role officer; that
            the keys were shown, to whom and which, is in the log first (query.opened).

            Exit codes: 0 written, 1 it cannot be opened any more, 64 bad usage, 65 unusable --sample or --out.
            """
    )

    @OptionGroup var node: NodeOptions

    @Argument(help: ArgumentHelp("The query to one peer.", valueName: "QUERY"))
    var query: String

    @Option(help: ArgumentHelp("Positions, one a line; or how many.", valueName: "FILE|N"))
    var sample: String

    @Option(help: ArgumentHelp("Who draws; the log commits to it.", valueName: "NAME"))
    var auditor: String

    @Option(help: ArgumentHelp("Where the openings go; must not exist yet.", valueName: "FILE"))
    var out: String

    @OptionGroup var actor: ActorOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let drawn = try drawn()
        let url = URL(fileURLWithPath: out)
        // Made before anything is logged: what cannot be written is not shown.
        let descriptor = open(url.path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw CommandFailure(
                Exit.data,
                "the file of openings cannot be made",
                at: out,
                because: String(cString: strerror(errno)),
                try: "a name that is free, in a folder that may be written"
            )
        }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do {
            let file = try await node.access.perform(
                OpenQuery(query: query, sample: drawn, auditor: auditor, account: actor.account)
            )
            try handle.write(contentsOf: try file.encoded())
            try handle.synchronize()
            if output.json { return try Voice.json(Document(query: query, opened: file.openings.count, file: out)) }
            Voice.result("\(file.openings.count.grouped) keys opened in \(out), for the auditor alone")
        } catch {
            unlink(url.path)
            throw error
        }
    }

    private struct Document: Encodable {
        let query: String
        let opened: Int
        let file: String
    }

    private func drawn() throws -> OpeningSample {
        if let count = Int(sample) { return .random(count) }
        let text = String(decoding: try readInput(sample), as: UTF8.self)
        let lines = text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
        var positions: [Int] = []
        for (number, line) in lines.enumerated() {
            guard let position = Int(line), position >= 0 else {
                throw CommandFailure(
                    Exit.data,
                    "this is no position of a key",
                    at: "\(sample):\(number + 1)",
                    try: "whole numbers from 0 on, one a line"
                )
            }
            positions.append(position)
        }
        return .positions(positions)
    }
}

struct OpenQuery: Operation {
    static let name = "audit-draw"
    typealias Output = OpeningFile

    var query: String
    var sample: OpeningSample
    var auditor: String
    var account: String?

    func run(_ context: OperationContext) async throws(NodeProblem) -> OpeningFile {
        try await context.node.openQuery(query, sample: sample, auditor: auditor, by: account)
    }
}
