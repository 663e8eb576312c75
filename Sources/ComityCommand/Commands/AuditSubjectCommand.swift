/// `comity audit subject`: what a person may be told of what was done with their data. Names no official.

import ArgumentParser
import AuditLog
import Foundation
import NodeCore
import TransparencyLog

struct AuditSubjectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "subject",
        abstract: "Find what was asked and disclosed about one person, for their request for access.",
        usage: "comity audit subject DIR KIND=VALUE … [--as NAME] [--json]",
        discussion: """
            Examples:
              comity audit subject north document=UTO:L898902C3 --as ines
              comity audit subject north name="Amina Haddad" date=1990-05-17 --as ines --json

            Several KIND=VALUE describe one person; an identifier suffices, names go with a full birth date. Kinds:
            comity normalize --kinds. Entries give times, purposes and recipients; officials are not named (CJEU
            C-579/21). Logs that ended (DIR/ended) are searched too, and each entry of one says so. What peers asked is not
            here: this node cannot know about whom they asked, until it disclosed. Whether the law lets the person be told
            is for the officer to decide. Takes the role officer; the search is in the log before its result is shown
            (audit.read).

            Exit codes: 0 done (also when nothing was found), 1 the log is not whole, 64 bad usage, 65 no log here.
            """
    )

    @OptionGroup var log: NodeLogOptions

    @OptionGroup var subject: SubjectWords

    @OptionGroup var output: OutputOptions

    func run() async throws {
        let columns = try subject.columns()
        let reader = try await log.open()
        let found = try await log.access.perform(FindSubject(columns: columns, account: log.actor.account))
        var (entries, missing) = found.readEnded(in: NodeFolder(log.dir))
        for index in found.entries where index < reader.checkpoint.size {
            let leaf = try log.reading { try Leaf(try reader.entry(index)) }
            entries.append(SubjectEntry(leaf, in: reader.checkpoint.origin))
        }
        let checkpoint = CheckpointDocument(reader.checkpoint)
        if output.json { return try Voice.json(Document(checkpoint: checkpoint, entries: entries, missing: missing)) }
        for entry in entries {
            let words = [
                entry.recipient.map { "to \($0)" }, entry.source.map { "from \($0)" }, entry.agreement, entry.purpose,
                entry.basis,
            ]
            let place = entry.log == checkpoint.origin ? "" : "  (of \(entry.log), which ended)"
            Voice.result("\(entry.index)  \(entry.time)  \(entry.event)\(place)")
            Voice.result("    " + words.compactMap { $0 }.joined(separator: "  "))
            if !entry.fields.isEmpty { Voice.result("    data: \(entry.fields.joined(separator: ", "))") }
            if let day = entry.keptUntil { Voice.result("    kept until \(day)") }
        }
        for log in missing {
            let places = log.entries.map(\.grouped).joined(separator: ", ")
            Voice.say(
                "warning: \(log.origin) had more about them that its copy in DIR/ended has not: entries \(places)"
            )
        }
        Voice.say("\(entries.count.grouped) \(entries.count == 1 ? "entry" : "entries"), \(checkpoint.line)")
    }

    private struct Document: Encodable {
        let checkpoint: CheckpointDocument
        let entries: [SubjectEntry]
        /// Of ended logs, those that their copies have not.
        let missing: [SubjectPlaces.Ended]
    }
}

struct FindSubject: Operation {
    static let name = "audit-subject"
    typealias Output = SubjectPlaces

    var columns: [String: String]
    var account: String?

    func run(_ context: OperationContext) async throws(NodeProblem) -> Output {
        try await context.node.findSubject(columns, by: account)
    }
}
