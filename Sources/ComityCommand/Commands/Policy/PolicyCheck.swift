/// `comity policy check`: every problem of a folder, each with its place.

import ArgumentParser
import Foundation
import PolicyEngine
import PolicyFiles

struct PolicyCheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Find every mistake in a folder of policy files, and what looks like one.",
        discussion: """
            EXAMPLES
              comity policy check policies
              comity policy check policies --at 2030-01-01T00:00:00Z --json

            Warnings: never-fires, contradicts, shadowed, leaks, and expired (at --at).

            EXIT CODES
              0  no error; there may be warnings
              1  at least one error
              64 wrong words in the call
              65 the folder cannot be read
            """
    )

    @Argument(help: "The policy folder.") var folder: String
    @Option(help: "The time at which to check, RFC 3339. Default: now.") var at: String?
    @OptionGroup var output: OutputOptions

    func run() throws {
        let moment = try moment(at) ?? Moment(seconds: Int(Date().timeIntervalSince1970.rounded(.down)))
        let loaded = try loadPolicies(folder)
        let problems = loaded.findings(at: moment)
        let errors = problems.filter { $0.severity == .error }.count
        let warnings = problems.count - errors
        if output.json {
            try Voice.json(OrderedJSON.object([("problems", .list(problems.map { OrderedJSON($0) }))]))
        } else {
            for problem in problems { Voice.result(problem.description) }
            let files = counted(loaded.files.count, "file")
            let found = [(errors, "error"), (warnings, "warning")].filter { $0.0 > 0 }.map { counted($0.0, $0.1) }
            let verdict = errors == 0 ? "ok" : "failed"
            Voice.say(
                "\(folder): \(verdict), " + (found.isEmpty ? files : found.joined(separator: ", ") + " in \(files)")
            )
        }
        if errors > 0 { throw ExitCode(Exit.refused) }
    }
}
