/// The program's front door: the list of subcommands and the one place where a thrown error becomes words and an exit code.

import ArgumentParser
import Foundation

@main
struct Comity: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "comity",
        abstract: "Ask other agencies what they know, without showing them the question.",
        version: Version.text,
        subcommands: [DemoCommand.self],
        groupedSubcommands: [
            CommandGroup(
                name: "A node",
                subcommands: [
                    InitCommand.self, ServeCommand.self, DoctorCommand.self, UserCommand.self, PeerCommand.self,
                ]
            ),
            CommandGroup(
                name: "Its work",
                subcommands: [RecordsCommand.self, IndexCommand.self, QueryCommand.self]
            ),
            CommandGroup(name: "Its rules and its record", subcommands: [PolicyCommand.self, AuditCommand.self]),
            CommandGroup(
                name: "Without a node",
                subcommands: [NormalizeCommand.self, KeysCommand.self, BenchCommand.self]
            ),
        ]
    )

    static func main() async {
        // Whatever a command writes may be personal data: for its owner alone.
        umask(0o077)
        let wantsJSON = CommandLine.arguments.contains("--json")
        do {
            var command = try parseAsRoot()
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
            let code = exitCode(for: error)
            if code.isSuccess || !wantsJSON { exit(withError: error) }
            Voice.end(CommandFailure(Exit.usage, message(for: error), try: "comity --help"), json: true)
        }
    }
}
