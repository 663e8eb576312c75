/// `comity policy test`: runs the expected decisions that stand beside the policies.

import ArgumentParser
import PolicyEngine
import PolicyFiles

struct PolicyTest: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Run the expected decisions of a folder of policy files.",
        discussion: """
            EXAMPLES
              comity policy test policies
              comity policy test policies --cases more-cases.yaml

            EXIT CODES
              0  every case passed
              1  at least one case failed
              64 wrong words in the call
              65 the folder or the file of cases has errors
            """
    )

    @Argument(help: "The policy folder.") var folder: String
    @Option(help: "Run the cases of this file instead of the folder's.") var cases: String?
    @Flag(help: "Name every problem of the file of cases, not only the first twenty.") var all = false
    @OptionGroup var output: OutputOptions

    func run() throws {
        let (loaded, policies) = try soundPolicies(folder)
        var cases = loaded.cases
        if let file = self.cases {
            let (read, problems) = loaded.readCases(try bytes(of: file, most: PolicyFolder.longestFile + 1), name: file)
            if !problems.isEmpty {
                throw problemsFailure(
                    problems,
                    "no case was run",
                    folder: nil,
                    rest: all ? nil : "--all",
                    try: "mend \(file) there, then comity policy test \(folder) --cases \(file)"
                )
            }
            cases = read
        }
        let results = cases.map { ($0, $0.failures(in: policies)) }
        let failed = results.filter { !$0.1.isEmpty }
        let passed = results.count - failed.count
        if output.json {
            try Voice.json(
                OrderedJSON.object([
                    ("passed", .number(passed)), ("failed", .number(failed.count)),
                    (
                        "failures",
                        .list(
                            failed.map { item, failures in
                                .object([
                                    ("file", .text(item.file)), ("line", .number(item.place.line)),
                                    ("name", .text(item.name)), ("because", .list(failures.map { .text($0) })),
                                ])
                            }
                        )
                    ),
                ])
            )
        } else {
            for (item, failures) in failed {
                Voice.result("\(item.file):\(item.place.line):\(item.place.column): failed: \(item.name)")
                for failure in failures { Voice.result("  \(failure)") }
            }
            Voice.result("\(passed) passed, \(failed.count) failed")
        }
        if !failed.isEmpty { throw ExitCode(Exit.refused) }
    }
}
