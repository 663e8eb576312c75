/// `comity policy decide`: one decision for one request, or one a line.

import ArgumentParser
import Foundation
import PolicyEngine
import PolicyFiles

struct PolicyDecide: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decide",
        abstract: "Decide a request by a folder of policy files.",
        discussion: """
            EXAMPLES
              comity policy decide --policies policies --request request.json
              comity policy decide --policies policies --request requests.jsonl --at 2026-03-02T09:00:00Z

            A request FILE that ends in .jsonl holds one request a line and gives one JSON decision a line.

            EXIT CODES
              0  permit or hold; with .jsonl: every line was decided
              1  refuse
              64 wrong words in the call
              65 the policies or the request have errors
            """
    )

    @OptionGroup var options: RequestOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let source = try options.source()
        func document(_ decision: Decision) -> OrderedJSON {
            OrderedJSON(decision, lang: options.lang, policyDigest: source.loaded.digest)
        }
        if source.isLines {
            let all = try source.lines { request throws(RequestProblem) in
                document(try source.set.decide(request))
            }
            if all { return }
            throw ExitCode(Exit.data)
        }
        let decision = try source.one { request throws(RequestProblem) in try source.set.decide(request) }
        if output.json {
            try Voice.json(document(decision))
        } else {
            for line in DecisionWords(lang: options.lang, digest: source.loaded.digest).lines(decision) {
                Voice.result(line)
            }
        }
        if decision.outcome == .refuse { throw ExitCode(Exit.refused) }
    }
}
