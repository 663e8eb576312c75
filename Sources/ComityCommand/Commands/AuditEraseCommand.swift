/// `comity audit erase`: a person's data leave the audit log; the log still verifies.
/// Knows the words of the command; what is erased, the node knows.

import ArgumentParser
import NodeCore
import Vault

struct AuditEraseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "erase",
        abstract: "Erase what the log holds sealed about one person.",
        usage: "comity audit erase DIR KIND=VALUE … --ground TEXT [--dry-run] [--as NAME] [--json]",
        discussion: """
            Examples:
              comity audit erase north phone="+49 1512 441001" --ground "order 31 of 2026" --as ines --dry-run
              comity audit erase north document=UTO:L898902C3 --ground "Art. 16, file 2026/44" --as ines

            Finds the person as comity audit subject does, and erases the sealed values of those entries and of others on
            the same questions, in logs that ended too: about whom, case, handles, reasons. A value that names several people goes as a whole.
            Who acted stays. The entries stay too, and open no more; audit.erased says which, by whom and why, in the same
            transaction. The database's file is overwritten. What a legal hold keeps is not erased, and then nothing is.
            This cannot be undone: --dry-run counts first. Copies that left the house (exports) are not reached.

            Exit codes: 0 erased (also when there was nothing), 1 a hold or a role stands against it, 64 bad usage.
            """
    )

    @OptionGroup var node: NodeOptions
    @OptionGroup var subject: SubjectWords

    @Option(help: "Why; goes into the log in clear, so no names.")
    var ground: String

    @Flag(help: "Only count what would be erased.")
    var dryRun = false

    @OptionGroup var actor: ActorOptions
    @OptionGroup var output: OutputOptions

    func validate() throws { try validateGround(ground) }

    func run() async throws {
        let columns = try subject.columns()
        let done = try await node.access.perform(
            EraseSubject(columns: columns, ground: ground, isRehearsal: dryRun, account: actor.account)
        )
        if output.json {
            return try Voice.json(
                Document(
                    values: done.values,
                    entries: done.entries,
                    erasedBy: done.erasedBy,
                    overwritten: done.isOverwritten
                )
            )
        }
        let count =
            "\(done.values.grouped) \(done.values == 1 ? "value" : "values") of \(done.entries.grouped) "
            + (done.entries == 1 ? "entry" : "entries")
        guard !dryRun else { return Voice.result("would erase \(count)") }
        let by = done.erasedBy.map(\.grouped).joined(separator: ", ")
        Voice.result("erased \(count)" + (by.isEmpty ? "" : ", as entry \(by) says"))
        if !done.isOverwritten {
            Voice.say("warning: the database's file could not be overwritten yet; the node does it within the hour")
        }
    }

    private struct Document: Encodable {
        let values: Int
        let entries: Int
        let erasedBy: [Int]
        /// Whether the database's file holds none of it any more.
        let overwritten: Bool

        private enum CodingKeys: String, CodingKey {
            case values, entries, overwritten
            case erasedBy = "erased_by"
        }
    }
}

struct EraseSubject: Operation {
    static let name = "audit-erase"
    typealias Output = AuditErasure

    var columns: [String: String]
    var ground: String
    var isRehearsal: Bool
    var account: String?

    func run(_ context: OperationContext) async throws(NodeProblem) -> AuditErasure {
        try await context.node.eraseSubject(columns, ground: ground, isRehearsal: isRehearsal, by: account)
    }
}
