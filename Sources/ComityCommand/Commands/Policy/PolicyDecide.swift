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

    @Option(help: "The policy folder.") var policies: String
    @Option(help: "The request, a JSON file; - for standard input.") var request: String
    @Option(help: "The time of the decision, RFC 3339. Default: the request's, else now.") var at: String?
    @Option(help: "Who decides, asker or holder. Default: the request's, else holder.") var side: String?
    @Option(help: "Language of the texts, two letters.") var lang = "en"
    @OptionGroup var output: OutputOptions

    func run() throws {
        let fixed = try moment(at)
        var fixedSide: Side?
        if let side {
            guard let known = Side(rawValue: side) else {
                throw CommandFailure(Exit.usage, "--side is asker or holder", try: "--side holder")
            }
            fixedSide = known
        }
        guard Identifiers.isLanguage(lang) else {
            throw CommandFailure(Exit.usage, "--lang is two small letters", try: "--lang en")
        }
        let (loaded, set) = try soundPolicies(policies)
        let decider = Decider(
            set: set,
            digest: loaded.digest,
            at: fixed,
            now: Moment(seconds: Int(Date().timeIntervalSince1970.rounded(.down))),
            side: fixedSide,
            lang: lang
        )
        let content = try bytes(of: request)
        if request.hasSuffix(".jsonl") {
            if decider.decideLines(content, name: request) { return }
            throw ExitCode(Exit.data)
        }
        let decision = try decider.decide(content, name: request == "-" ? "standard input" : request)
        if output.json {
            try Voice.json(decider.document(decision))
        } else {
            decider.tell(decision)
        }
        if decision.outcome == .refuse { throw ExitCode(Exit.refused) }
    }
}

/// Decides requests from bytes and prints what was decided.
private struct Decider {
    let set: PolicySet
    let digest: String
    let at: Moment?
    let now: Moment
    let side: Side?
    let lang: String

    func decide(_ bytes: [UInt8], name: String, line: Int = 1) throws(CommandFailure) -> Decision {
        let (request, problems) = RequestFile.read(
            bytes,
            name: name,
            policies: set,
            at: at,
            now: now,
            side: side,
            line: line
        )
        guard let request else {
            throw problemsFailure(problems, "nothing was decided", folder: nil)
        }
        do throws(RequestProblem) {
            return try set.decide(request)
        } catch {
            throw CommandFailure(Exit.data, "nothing was decided: \(error.text)", at: "\(name):\(line)")
        }
    }

    func document(_ decision: Decision) -> OrderedJSON { OrderedJSON(decision, lang: lang, policyDigest: digest) }

    /// One document a line; false if a line could not be decided.
    func decideLines(_ bytes: [UInt8], name: String) -> Bool {
        var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        var all = true
        var out = ""
        for (index, line) in lines.enumerated() {
            do throws(CommandFailure) {
                out += document(try decide(Array(line), name: name, line: index + 1)).compact + "\n"
            } catch {
                all = false
                out +=
                    OrderedJSON.object([
                        (
                            "error",
                            .object([
                                ("code", .number(Int(error.exit))),
                                ("text", .text(error.text)),
                                ("where", .text(error.location ?? name)), ("remedy", .text(error.remedy ?? "")),
                            ])
                        )
                    ]).compact + "\n"
            }
            if out.utf8.count > 1 << 16 {
                Voice.output(Array(out.utf8))
                out = ""
            }
        }
        Voice.output(Array(out.utf8))
        return all
    }

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
