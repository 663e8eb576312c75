/// `comity policy check`: every problem of a folder, each with its place.

import ArgumentParser
import PolicyEngine
import PolicyFiles

struct PolicyCheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Find every mistake in a folder of policy files.",
        discussion: """
            EXAMPLES
              comity policy check policies
              comity policy check policies --json

            EXIT CODES
              0  no error
              1  at least one error
              64 wrong words in the call
              65 the folder cannot be read
            """
    )

    @Argument(help: "The policy folder.") var folder: String
    @Option(help: "The time at which to check, RFC 3339. Default: now.") var at: String?
    @OptionGroup var output: OutputOptions

    func run() throws {
        _ = try moment(at)
        let loaded = try loadPolicies(folder)
        let errors = loaded.problems.filter { $0.severity == .error }.count
        if output.json {
            try Voice.json(OrderedJSON.object([("problems", .list(loaded.problems.map { OrderedJSON($0) }))]))
        } else {
            for problem in loaded.problems { Voice.result(problem.description) }
            Voice.say(
                errors == 0
                    ? "\(folder): ok, \(counted(loaded.files.count, "file"))"
                    : "\(folder): failed, \(counted(errors, "error")) in \(counted(loaded.files.count, "file"))"
            )
        }
        if errors > 0 { throw ExitCode(Exit.refused) }
    }
}
