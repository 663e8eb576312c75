/// `comity backup`: a copy of a node from which it can be restored, and whether one can.

import ArgumentParser
import Foundation
import NodeCore

struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copy a node into a folder that it can be restored from, or test such a folder.",
        usage:
            "comity backup DIR FOLDER [--month-keys FILE] [--as NAME] [--json]\n       comity backup DIR --test FOLDER [--as NAME] [--json]",
        discussion: """
            Examples:
              comity backup north /backup/north-2026-11-24 --month-keys /safe/north-2026-11-24.keys
              comity backup north --test /backup/north-2026-11-24

            The node goes on working meanwhile. FOLDER gets the database, the log and those that ended, settings, policies,
            the card, the keyring under the node's passphrase, and MANIFEST, signed by the node; sha256sum -c SHA256SUMS
            checks the files. It must not exist yet. Seeds of indexes and sealing keys are in no backup. Keys by which data
            are erased month by month go to the file of --month-keys alone: destroy it after 35 days, and keep it apart from
            FOLDER.

            --test restores FOLDER inside the node's own folder, checks every file and entry, and throws it away; comity
            doctor says when that was last. Takes the role operator. In the log: backup.made, backup.restored (test).

            Exit codes: 0 done, 1 a role stands against it or the disk is full, 64 bad usage, 65 FOLDER is no backup or is
            damaged, 70 our fault.
            """
    )

    @OptionGroup var node: NodeOptions

    @Argument(help: ArgumentHelp("The folder to write.", valueName: "FOLDER"))
    var target: String?

    @Option(help: ArgumentHelp("A file for the keys of months, beside the backup.", valueName: "FILE"))
    var monthKeys: String?

    @Option(help: ArgumentHelp("A backup to test.", valueName: "FOLDER"))
    var test: String?

    @OptionGroup var actor: ActorOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (target == nil) != (test == nil) else {
            throw ValidationError("Give a FOLDER to write, or --test FOLDER.")
        }
        guard test == nil || monthKeys == nil else {
            throw ValidationError("--month-keys goes with a FOLDER to write.")
        }
    }

    func run() async throws {
        if let test { return try await run(test: test) }
        let report = try await node.access.perform(
            BackUp(
                target: Self.absolute(target ?? ""),
                monthKeys: monthKeys.map(Self.absolute),
                program: Version.number,
                account: actor.account
            )
        )
        if output.json { return try Voice.json(report) }
        Voice.result(
            "\(report.files.grouped) files, \(report.bytes.grouped) bytes in \(report.folder); MANIFEST is \(report.digest)"
        )
        if let keys = report.monthKeys { Voice.say("month keys in \(keys): destroy them by \(report.destroyBy ?? "")") }
        for warning in report.warnings { Voice.say("warning: \(warning)") }
        Voice.say("next: comity backup \(node.folder) --test \(report.folder)")
    }

    private func run(test: String) async throws {
        let report = try await node.access.perform(
            TestBackup(backup: Self.absolute(test), program: Version.number, account: actor.account)
        )
        if output.json { return try Voice.json(report) }
        Voice.result(
            "the backup of \(report.made) can be restored: \(report.files.grouped) files as they were, "
                + "\(report.records.grouped) records, a log of \(report.entries.grouped) entries that verifies"
        )
    }

    /// The node works in another folder than who calls it.
    static func absolute(_ path: String) -> String { URL(fileURLWithPath: path).standardizedFileURL.path }
}

struct BackUp: Operation {
    static let name = "backup"

    var target: String
    var monthKeys: String?
    var program: String
    var account: String?

    func run(_ context: OperationContext) async throws(NodeProblem) -> BackupReport {
        try await context.node.backUp(
            to: target,
            monthKeys: monthKeys,
            program: program,
            by: account,
            say: context.say
        )
    }
}

struct TestBackup: Operation {
    static let name = "backup-test"

    var backup: String
    var program: String
    var account: String?

    func run(_ context: OperationContext) async throws(NodeProblem) -> BackupTestReport {
        try await context.node.testBackup(backup, program: program, by: account)
    }
}
