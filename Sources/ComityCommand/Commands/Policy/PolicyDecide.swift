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
            DecisionWords(lang: options.lang, digest: source.loaded.digest).tell(decision)
        }
        if decision.outcome == .refuse { throw ExitCode(Exit.refused) }
    }
}

/// Prints a decision for people.
struct DecisionWords {
    let lang: String
    let digest: String

    /// A decision in words.
    func tell(_ decision: Decision) {
        let word =
            switch decision.outcome {
            case .permit: "permit"
            case .hold: "hold: permitted once people approve"
            case .refuse: decision.stage == .retention ? "refuse: erase" : "refuse"
            }
        Voice.result("\(word) (\(decision.side.rawValue)'s side, \(decision.stage.rawValue), \(decision.at))")
        for reason in decision.reasons {
            Voice.result("  \(reason.effect.rawValue) by \(reason.rule), \(reason.source)")
            Voice.result("    \(reason.text(in: lang))")
        }
        if !decision.obligations.items.isEmpty { Voice.result("obligations") }
        for item in decision.obligations.items {
            Voice.result("  \(item.obligation.kind.rawValue): \(OrderedJSON(item.obligation).compact)")
            Voice.result("    by \(item.rules.joined(separator: ", "))")
        }
        Voice.result("policies \(digest)")
    }
}
