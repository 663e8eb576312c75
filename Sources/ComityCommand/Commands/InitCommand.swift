/// `comity init`: a new node in a folder.

import ArgumentParser
import Foundation
import NodeCore

struct InitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Make a new node: keys, vault, log and policies in one folder.",
        usage: "comity init DIR --agency ID --name TEXT --jurisdiction CC [options]",
        discussion: """
            Examples:
              comity init north --agency north-border --name "Varnia Border Police" --jurisdiction XV
              comity init coast --agency sound-coast --name "Sundmark Coast Guard" --jurisdiction XS \\
                --listen 127.0.0.1:7444 --console 127.0.0.1:7081 --passphrase-file pass

            Without --passphrase-file a random passphrase is written to DIR/passphrase: move it to your
            service manager's credentials before real data go in.

            Exit codes: 0 done, 64 bad usage, 65 bad data, 70 our fault.
            """
    )

    @Argument(help: ArgumentHelp("The folder; it is made, or must be empty.", valueName: "DIR"))
    var folder: String
    @Option(help: ArgumentHelp("The agency's id in the policy files.", valueName: "ID"))
    var agency: String
    @Option(help: ArgumentHelp("The agency's name, as people know it.", valueName: "TEXT"))
    var name: String
    @Option(help: ArgumentHelp("The agency's country in the policy files, two letters.", valueName: "CC"))
    var jurisdiction: String
    @Option(help: ArgumentHelp("Policy folder to copy; the shipped one if left out.", valueName: "FOLDER"))
    var policies: String?
    @Option(help: ArgumentHelp("Where peers connect.", valueName: "HOST:PORT"))
    var listen = "127.0.0.1:7443"
    @Option(help: ArgumentHelp("The local address: health and console.", valueName: "HOST:PORT"))
    var console = "127.0.0.1:7080"
    @Option(
        help: ArgumentHelp("What the card tells peers to connect to, if it is not --listen.", valueName: "HOST:PORT")
    )
    var endpoint: String?
    @Flag(help: "Accept peers at private addresses (so it is anyway when this node has one).")
    var allowPrivatePeers = false
    @Option(help: ArgumentHelp("File with the passphrase that seals the keyring.", valueName: "FILE"))
    var passphraseFile: String?
    @OptionGroup var output: OutputOptions

    func run() async throws {
        func address(_ text: String, _ flag: String) throws(CommandFailure) -> HostPort {
            guard let value = HostPort(text) else {
                throw CommandFailure(Exit.usage, "\(flag) is not HOST:PORT", try: "\(flag) 127.0.0.1:7443")
            }
            return value
        }
        let node = NodeFolder(folder)
        let files: [String: [UInt8]]
        if let policies {
            do throws(NodeProblem) { files = try PolicyCopy.read(policies) } catch { throw CommandFailure(error) }
        } else {
            files = ShippedPolicies.files
        }
        let plan = InitialiseNode(
            folder: node,
            agency: agency,
            name: name,
            jurisdiction: jurisdiction,
            listen: try address(listen, "--listen"),
            console: try address(console, "--console"),
            endpoint: try endpoint.map { try address($0, "--endpoint") },
            policies: files,
            allowPrivatePeers: allowPrivatePeers
        )
        do throws(NodeProblem) {
            let report = try await plan.run(
                passphrase: try passphraseFile.map { file throws(NodeProblem) in
                    try Passphrase.read(file: file, folder: node)
                }
            )
            if output.json { try? Voice.json(report) } else { say(report) }
        } catch {
            throw CommandFailure(error)
        }
    }

    private func say(_ report: InitialiseNode.Report) {
        Voice.result("node \(report.agency) is in \(report.folder)")
        if report.passphraseFile != nil {
            Voice.say(
                "its passphrase is in \(report.folder)/passphrase: move it to a credential of your service manager"
            )
        }
        for warning in report.warnings { Voice.say("warning: \(warning)") }
        Voice.say("fingerprint of its card: \(report.fingerprint)")
        Voice.say("next: comity user add \(report.folder) NAME --role analyst; comity serve \(report.folder)")
    }
}
