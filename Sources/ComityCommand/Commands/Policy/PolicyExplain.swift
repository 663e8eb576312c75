/// `comity policy explain`: a decision with every rule that was asked, and what a missing permit lacked.
/// Shows values of the caller's own request; logs nothing.

import ArgumentParser
import PolicyEngine
import PolicyFiles

struct PolicyExplain: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Decide a request and say why, rule by rule.",
        discussion: """
            EXAMPLES
              comity policy explain --policies policies --request request.json
              comity policy explain --policies policies --request request.json --side asker --lang fr --json

            Words and exit codes are those of decide. Values of the request are shown to you, who sent it.

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
        if source.isLines {
            let all = try source.lines { request throws(RequestProblem) in
                source.loaded.document(try source.set.explain(request), lang: options.lang)
            }
            if all { return }
            throw ExitCode(Exit.data)
        }
        let explanation = try source.one { request throws(RequestProblem) in try source.set.explain(request) }
        if output.json {
            try Voice.json(source.loaded.document(explanation, lang: options.lang))
        } else {
            DecisionWords(lang: options.lang, digest: source.loaded.digest).tell(explanation.decision)
            tell(explanation, source.loaded)
        }
        if explanation.decision.outcome == .refuse { throw ExitCode(Exit.refused) }
    }

    private func tell(_ explanation: Explanation, _ loaded: LoadedPolicies) {
        for layer in [Layer.jurisdiction, .agreement] {
            guard let permits = explanation.missingPermits(of: layer) else { continue }
            let owner = layer == .agreement ? "the agreement" : "the deciding country's law"
            Voice.result("no permit of \(owner)" + (permits.isEmpty ? ": it has no permit at all" : ", because"))
            for permit in permits {
                Voice.result("  \(permit.rule.name) lacks")
                for lack in permit.lacks { Voice.result("    \(lack)") }
            }
        }
        if explanation.rules.isEmpty { Voice.result("no rule was asked: a name in the request is not in the policies") }
        for layer in Layer.allCases {
            let rules = explanation.rules.filter { $0.layer == layer }
            guard let owner = rules.first?.owner else { continue }
            Voice.result("\(layer.name) \(owner)")
            for account in rules {
                let (file, place) = loaded.location(of: account)
                let fate = account.fate == .fired ? "fired" : "did not fire"
                Voice.result("  \(account.rule.effect.rawValue) \(account.rule.name) \(fate): \(account.words)")
                Voice.result("    \(account.rule.source) (\(file):\(place.line):\(place.column))")
            }
        }
    }
}
