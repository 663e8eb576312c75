/// `comity audit open`: an auditor checks drawn keys against both agencies' logs, on any machine.
/// Knows how the result is told; what is checked, NodeCore knows.

import ArgumentParser
import AuditLog
import Foundation
import NodeCore
import Vault

struct AuditOpenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "open",
        abstract: "Check opened keys of a question against both logs; no node is needed.",
        usage: "comity audit open FILE --asker LOGDIR --holder LOGDIR [--json]",
        discussion: """
            Examples:
              comity audit open open.json --asker copies/north --holder copies/coast
              comity audit open open.json --asker copies/north --holder copies/coast --json

            FILE comes from the asker's comity audit draw. Each key, blinded as it says, must be among the points that both
            logs hold the root of. The keys are printed: whether each fits somebody of the case is for the auditor to see.
            Whether the drawn ones are all there, too: compare the positions. Both logs need their entries; comity audit
            verify says whose they are and whether they are whole. The output is personal data.

            Exit codes: 0 every key opens, 1 one does not or a log is not whole, 64 bad usage, 65 FILE cannot be read.
            """
    )

    @Argument(help: ArgumentHelp("The openings.", valueName: "FILE"))
    var file: String

    @Option(help: ArgumentHelp("Folder of the asker's log.", valueName: "LOGDIR"))
    var asker: String

    @Option(help: ArgumentHelp("Folder of the holder's log.", valueName: "LOGDIR"))
    var holder: String

    @OptionGroup var output: OutputOptions

    func run() async throws {
        let bytes = try readInput(file)
        let (asking, holding) = (try copy(asker), try copy(holder))
        guard asking.agency != holding.agency else {
            throw CommandFailure(Exit.usage, "both are logs of \(asking.agency)", at: holder)
        }
        let check: OpeningCheck
        do { check = try OpeningCheck(bytes, asker: asking, holder: holding) } catch {
            throw CommandFailure(error.defect, ofLog: error.inHolders ? holder : asker)
        }
        if output.json { try Voice.json(Document(check)) } else { tell(check) }
        if !check.ok { throw ExitCode(Exit.refused) }
    }

    private func copy(_ path: String) throws -> LogCopy {
        do { return try LogCopy(AuditFolder(path: logFolder(path))) } catch {
            throw CommandFailure(error, ofLog: path)
        }
    }

    private func tell(_ check: OpeningCheck) {
        let verdict = check.ok ? "ok" : "failed"
        Voice.result(
            "\(verdict): query \(check.query): \(check.keys.count.grouped) keys open, "
                + "\(check.problems.count.grouped) findings"
        )
        for problem in check.problems {
            Voice.result("  " + (problem.position.map { "key \($0): " } ?? "") + problem.text)
        }
        for key in check.keys { Voice.result("  \(key.position)  \(key.keyClass)  \(key.kind)  \(key.value)") }
    }

    private struct Document: Encodable {
        struct Key: Encodable {
            let position: Int
            let keyClass: String
            let kind: String
            let value: String

            enum CodingKeys: String, CodingKey {
                case position, kind, value
                case keyClass = "class"
            }
        }

        struct Problem: Encodable {
            let position: Int?
            let text: String
        }

        let query: String
        let opened: Int
        let problems: [Problem]
        let keys: [Key]
        let ok: Bool

        init(_ check: OpeningCheck) {
            query = check.query
            opened = check.keys.count
            problems = check.problems.map { Problem(position: $0.position, text: $0.text) }
            keys = check.keys.map {
                Key(position: $0.position, keyClass: $0.keyClass, kind: $0.kind, value: $0.value)
            }
            ok = check.ok
        }
    }
}
