/// `comity restore`: a node comes back from its backup.

import ArgumentParser
import Foundation
import NodeCore

struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Bring a node back from a backup, in a new folder.",
        usage: "comity restore FOLDER DIR --as NAME --and NAME [--new-log] [options]",
        discussion: """
            Examples:
              comity restore /backup/north-2026-11-24 north --as jonas --and ines --passphrase-file pass
              comity restore /backup/north-2026-11-24 north --new-log --log /media/usb/north-log --as jonas --and ines

            DIR must not exist, or be empty. Every file of FOLDER is checked before the node takes its name; two people of
            the roles officer or operator stand for it (backup.restored in the log names both).

            Peers hold what the lost node last signed. Without --new-log the restored node serves only once enough of them
            said what they hold, and its log goes on from there: right for a move to another machine, where nothing happened
            since the backup. Else --new-log: the log ends, and /audit/N+1 begins and cites the newest checkpoint known of it,
            from the backup, --kept or --log. What the backup has of the old one stays in DIR/ended, with logs that ended
            before. If these checkpoints contradict each other, the log has two histories: a warning says so, and the notes
            stay in DIR/ended/N.notes. Peers then compare the new card's fingerprint again. With --log, what was erased of
            personal values since the backup is erased again, of logs that ended too.

            New epochs of the indexes begin; questions to this node are answered again after comity index rotate.

            Exit codes: 0 restored, 1 the backup is older than what left the node, or a role stands against it, 64 bad usage
            or DIR is in use, 65 FOLDER is no backup, is damaged or foreign, 69 another process restores it, 70 our fault.
            """
    )

    @Argument(help: ArgumentHelp("What comity backup wrote.", valueName: "FOLDER"))
    var backup: String
    @Argument(help: ArgumentHelp("The folder of the node; it is made, or must be empty.", valueName: "DIR"))
    var folder: String
    @Flag(help: "End the log of the backup and begin the next one.")
    var newLog = false
    @Option(help: ArgumentHelp("The file that backup --month-keys wrote.", valueName: "FILE"))
    var monthKeys: String?
    @Option(help: ArgumentHelp("A newer copy of the log's folder; with --new-log.", valueName: "LOG"))
    var log: String?
    @Option(help: ArgumentHelp("A checkpoint of the log that somebody kept; may be repeated.", valueName: "FILE"))
    var kept: [String] = []
    @OptionGroup var actor: ActorOptions
    @Option(name: .customLong("and"), help: ArgumentHelp("Who stands beside: another account.", valueName: "NAME"))
    var other: String?
    @Option(help: ArgumentHelp("File with the passphrase that the node had.", valueName: "FILE"))
    var passphraseFile: String?
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let plan = RestoreNode(
            backup: BackupCommand.absolute(backup),
            folder: NodeFolder(folder),
            beginsNewLog: newLog,
            monthKeys: monthKeys,
            logCopy: log,
            kept: kept,
            people: [actor.account, other].compactMap(\.self),
            program: Version.number
        )
        do throws(NodeProblem) {
            // What lies in the backup is no passphrase of ours to take.
            let report = try await plan.run(passphrase: try Passphrase.read(file: passphraseFile, folder: plan.folder))
            if output.json { try? Voice.json(report) } else { say(report) }
        } catch {
            throw CommandFailure(error)
        }
    }

    private func say(_ report: RestoreReport) {
        Voice.result("node \(report.agency), as of \(report.made), is in \(report.folder); its log is \(report.origin)")
        if let earlier = report.earlier {
            Voice.say("\(earlier.origin) ends; the newest checkpoint known of it has \(earlier.size.grouped) entries")
            Voice.say("\(earlier.entries.grouped) of them came with the backup, and stay in \(report.folder)/ended")
            Voice.say("fingerprint of the new card, which peers have to compare: \(report.fingerprint)")
        } else {
            Voice.say("it serves once its witnesses said what they hold of its log")
        }
        if report.erased > 0 { Voice.say("\(report.erased.grouped) personal values of the log went: see audit.erased") }
        for warning in report.warnings { Voice.say("warning: \(warning)") }
        let start = "next: comity serve \(report.folder) --passphrase-file FILE"
        Voice.say(
            report.earlier == nil
                ? start : "next: comity peer card \(report.folder), to every peer; \(start.dropFirst(6))"
        )
        Voice.say("then comity index rotate, for each agreement and asker: its epochs ended with the seeds")
    }
}
