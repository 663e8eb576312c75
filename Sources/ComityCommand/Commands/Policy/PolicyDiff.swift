/// `comity policy diff`: what two folders decide differently. Asks both; has no opinion which is right.

import ArgumentParser
import PolicyEngine
import PolicyFiles

struct PolicyDiff: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Show which requests two folders of policy files decide differently.",
        discussion: """
            EXAMPLES
              comity policy diff policies policies-next
              comity policy diff policies policies-next --exit-code --json

            Asked are all cases of both; then, for each agreement, asker, holder, side and stage, a plain request and
            its variants in one attribute: the values that rules name, another, absent, a number and its neighbours.

            EXIT CODES
              0  compared; with --exit-code: nothing differs
              1  with --exit-code: something differs
              64 wrong words in the call
              65 a folder cannot be read or has errors
            """
    )

    @Argument(help: "The policy folder as it was.") var old: String
    @Argument(help: "The policy folder as it is to be.") var new: String
    @Flag(help: "End with 1 if anything differs.") var exitCode = false
    @OptionGroup var output: OutputOptions

    func run() throws {
        let (oldLoaded, oldSet) = try soundPolicies(old)
        let (newLoaded, newSet) = try soundPolicies(new)
        let comparison = LoadedComparison(old: (oldLoaded, oldSet), new: (newLoaded, newSet))
        let requests = comparison.requests()
        let changes = comparison.changes(in: requests)
        if output.json {
            try Voice.json(
                OrderedJSON.object([
                    ("compared", .number(requests.count)),
                    ("changes", .list(changes.map(comparison.document))),
                ])
            )
        } else {
            for change in changes {
                Voice.result(OrderedJSON(change.request).compact)
                Voice.result("  old: \(words(change.old))")
                Voice.result("  new: \(words(change.new))")
            }
            Voice.result("\(requests.count) compared, \(changes.count) differ")
        }
        if exitCode, !changes.isEmpty { throw ExitCode(Exit.refused) }
    }

    private func words(_ result: Result<Decision, RequestProblem>) -> String {
        switch result {
        case .failure(let problem): return "no decision: \(problem.text)"
        case .success(let decision):
            let duties = decision.obligations.items.map {
                "\($0.obligation.kind.rawValue) \(OrderedJSON($0.obligation).compact)"
            }
            return decision.outcome.rawValue + " by " + decision.reasons.map(\.rule).joined(separator: ", ")
                + (duties.isEmpty ? "" : "; " + duties.joined(separator: ", "))
        }
    }
}
