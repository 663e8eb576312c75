/// The program's front door: the list of subcommands and the one place where a thrown error becomes words and an exit code.

import ArgumentParser
import Foundation
import ObliviousPRF

@main
struct Comity: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "comity",
        abstract: "Ask other agencies what they know, without showing them the question.",
        discussion: """
            Examples:
              comity demo
              comity query north --help

            Topics: comity help agreements, epochs, retention, exit-codes.
            """,
        version: Version.text,
        subcommands: [DemoCommand.self],
        groupedSubcommands: [
            CommandGroup(
                name: "Node",
                subcommands: [
                    InitCommand.self, ServeCommand.self, DoctorCommand.self, UserCommand.self, PeerCommand.self,
                    NoticesCommand.self, BackupCommand.self, RestoreCommand.self,
                ]
            ),
            CommandGroup(
                name: "Work",
                subcommands: [
                    RecordsCommand.self, IndexCommand.self, QueryCommand.self, DisclosureCommand.self, CaseCommand.self,
                ]
            ),
            CommandGroup(name: "Rules and record", subcommands: [PolicyCommand.self, AuditCommand.self]),
            CommandGroup(
                name: "Stand-alone",
                subcommands: [
                    NormalizeCommand.self, KeysCommand.self, EvaluateCommand.self, ExplainCommand.self,
                    BenchCommand.self,
                ]
            ),
        ]
    )

    static func main() async {
        // Whatever a command writes may be personal data: for its owner alone.
        umask(0o077)
        if let topic = HelpTopics.text(Array(CommandLine.arguments.dropFirst())) { return Voice.result(topic) }
        let wantsJSON = CommandLine.arguments.contains("--json")
        do {
            var command = try parseAsRoot()
            try checkGroupBackend()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch let failure as CommandFailure {
            Voice.end(failure, json: wantsJSON)
        } catch let code as ExitCode {
            Foundation.exit(code.rawValue)
        } catch {
            if exitCode(for: error).isSuccess { exit(withError: error) }
            Voice.end(usageFailure(error), json: wantsJSON)
        }
    }

    /// A word for the group arithmetic that means nothing here ends the call; it does not quietly become another one.
    private static func checkGroupBackend() throws {
        guard case .failure(let refusal) = GroupBackendChoice.fromEnvironment else { return }
        let because =
            switch refusal {
            case .unknownWord: "it takes \(GroupBackendChoice.allCases.map(\.rawValue).joined(separator: ", "))"
            case .notOnThisProcessor(let word):
                "this processor cannot run \(word.rawValue), only \(GroupBackendChoice.runnable.map(\.name).joined(separator: ", "))"
            }
        throw CommandFailure(
            Exit.usage,
            "\(GroupBackendChoice.variable) names no group arithmetic of this machine",
            because: because,
            try: "\(GroupBackendChoice.variable)=auto, or unset it"
        )
    }

    /// The parser's words in the program's own voice.
    private static func usageFailure(_ error: any Error) -> CommandFailure {
        if let unknown = UnknownCommand.find(in: Array(CommandLine.arguments.dropFirst()), of: Comity.self) {
            return unknown.failure
        }
        // What stands in quotes may be a name somebody forgot to quote: only flags and the first word are repeated.
        let known = CommandLine.arguments.dropFirst().first ?? ""
        let safe = message(for: error).replacing(/'([^'\n]*)'/) { match in
            match.1.hasPrefix("-") || match.1.hasPrefix("<") || match.1 == known ? String(match.0) : "(not shown)"
        }
        let words = safe.split(separator: "\n").map(String.init)
        let help = fullMessage(for: error).firstMatch(of: /See '([^']+)'/).map { String($0.1) }
        return CommandFailure(
            Exit.usage,
            words.first.map { $0.prefix(1).lowercased() + $0.dropFirst() } ?? "the call is not understood",
            because: words.dropFirst().first,
            try: help ?? "comity --help"
        )
    }
}
