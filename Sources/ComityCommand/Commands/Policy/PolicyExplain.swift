/// `comity policy explain`: a decision with every rule that was asked, and what a missing permit lacked.
/// Shows values of the caller's own request; of a node's, to whoever may see them.

import ArgumentParser
import NodeCore
import PolicyEngine
import PolicyFiles

struct PolicyExplain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Decide a request, or a past decision again, and say why, rule by rule.",
        usage: """
            comity policy explain --policies FOLDER --request FILE|- [--at TIME] [--side SIDE] [--lang L] [--json]
                   comity policy explain --node DIR --decision ID [--as NAME] [--lang L] [--json]
            """,
        discussion: """
            EXAMPLES
              comity policy explain --policies policies --request request.json
              comity policy explain --node north --decision 019ad9c1-44d2-7b1e-9f3e-0c5f1e2d3a4b --as jonas

            With --decision: of a question, a part of it or a disclosure request, on either side, by what was in force
            when it was decided. Each look is an entry of the log.

            Words and exit codes are those of decide. Values of the request are shown to you, who sent it.

            EXIT CODES
              0  permit or hold; with .jsonl: every line was decided; with --decision: explained
              1  refuse; with --decision: what was decided on was erased
              64 wrong words in the call
              65 the policies or the request have errors
            """
    )

    @OptionGroup var options: RequestOptions
    @Option(help: ArgumentHelp("The node whose decision it is.", valueName: "DIR"))
    var node: String?
    @Option(help: ArgumentHelp("A past decision, by its id.", valueName: "ID"))
    var decision: String?
    @OptionGroup var actor: ActorOptions
    @Option(help: ArgumentHelp("As in every command on a node.", valueName: "FILE"))
    var passphraseFile: String?
    @OptionGroup var output: OutputOptions

    func run() async throws {
        if let decision { return try await explain(decision) }
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
            let lines =
                DecisionWords(lang: options.lang, digest: source.loaded.digest).lines(explanation.decision)
                + ExplanationWords(loaded: source.loaded).lines(explanation)
            for line in lines { Voice.result(line) }
        }
        if explanation.decision.outcome == .refuse { throw ExitCode(Exit.refused) }
    }

    private func explain(_ decision: String) async throws {
        guard let node, options.policies == nil, options.request == nil else {
            throw CommandFailure(
                Exit.usage,
                "--decision goes with --node, and with neither --policies nor --request",
                because: "what was asked, and the policies of that day, stand in the node",
                try: "comity policy explain --node DIR --decision ID"
            )
        }
        try options.checkLanguage()
        let access = NodeAccess(folder: NodeFolder(node), passphraseFile: passphraseFile)
        let explained = try await access.perform(
            ExplainDecision(id: decision, lang: options.lang, account: actor.account)
        )
        if output.json {
            Voice.result(explained.document)
        } else {
            for line in explained.lines { Voice.result(line) }
        }
        if !explained.isWhole { throw ExitCode(Exit.refused) }
    }
}
