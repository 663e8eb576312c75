/// `comity query`: ask peers whether they know somebody or something, and read what came of it.

import ArgumentParser
import Foundation
import NodeCore

struct QueryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "query",
        abstract: "Ask peers what they know, without showing them the question.",
        usage: """
            comity query DIR --agreement ID --purpose P --legal-basis I [--offence O] [--case REF] [--urgent]
                         (--file B.csv | --field COLUMN=VALUE …) [--peer ID …] [--cover] [--dry-run] [--json]
                   comity query DIR --show ID
            """,
        discussion: """
            All --field values together are one record. The peers learn who asks, why, under what rule and how many
            keys; not whom you ask about. A hit is a handle and what agreed, never a person.

            Examples:
              comity query north --agreement narrow-sea --purpose investigate --legal-basis UN-SOM \\
                --offence migrant-smuggling --case 2026-114 --field full_name="Yusuf Sahin" --field birth_date=1988-02-11
              comity query north --agreement narrow-sea --purpose investigate --legal-basis UN-SOM \\
                --offence migrant-smuggling --case 2026-114 --file suspects.csv --peer sound-coast --json

            Exit codes: 0 a peer answered, 1 none did, 64 bad usage, 65 bad data, 69 none was reached, 70 our fault.
            """
    )

    @OptionGroup var node: NodeOptions
    @Option(help: ArgumentHelp("The agreement under which to ask.", valueName: "ID"))
    var agreement: String?
    @Option(help: ArgumentHelp("What the question serves, for instance investigate.", valueName: "P"))
    var purpose: String?
    @Option(help: ArgumentHelp("The instrument it rests on.", valueName: "I"))
    var legalBasis: String?
    @Option(help: ArgumentHelp("The offence, where the agreement asks for one.", valueName: "O"))
    var offence: String?
    @Option(help: ArgumentHelp("The case's number; peers see a code that only they can tell apart.", valueName: "REF"))
    var `case`: String?
    @Flag(help: "An answer is needed soon.")
    var urgent = false
    @Flag(help: "Of a bucketed index fetch half of all buckets, so that which are wanted hardly shows.")
    var cover = false
    @Flag(help: "Show who would be asked, what would leave, and what each peer is expected to do; ask nobody.")
    var dryRun = false
    @Option(help: ArgumentHelp("CSV file of whom to ask about.", valueName: "B.csv"))
    var file: String?
    @Option(help: ArgumentHelp("A column of the one record to ask about.", valueName: "COLUMN=VALUE"))
    var field: [String] = []
    @Option(help: ArgumentHelp("Ask only this peer; may be given several times.", valueName: "ID"))
    var peer: [String] = []
    @Option(
        help: ArgumentHelp(
            "Show an earlier question; what was held is asked again, or leaves; what was cut off goes on.",
            valueName: "ID"
        )
    )
    var show: String?
    @OptionGroup var actor: ActorOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        if let show {
            let report = try await node.access.perform(ShowQuestion(id: show, account: actor.account))
            if output.json { try Voice.json(report) } else { QuestionWords.show(report, folder: node.folder) }
            return
        }
        guard let agreement, let purpose, let legalBasis else {
            throw CommandFailure(
                Exit.usage,
                "a question names an agreement, a purpose and a legal basis",
                try: "comity query \(node.folder) --agreement ID --purpose investigate --legal-basis ID …"
            )
        }
        let words = [("--legal-basis", legalBasis), ("--offence", offence), ("--case", `case`)]
        for (flag, text) in words.compactMap({ name, text in text.map { (name, $0) } }) {
            guard (1...128).contains(text.trimmingCharacters(in: .whitespaces).utf8.count), text.utf8.count <= 128
            else {
                throw CommandFailure(
                    Exit.usage,
                    "\(flag) is empty or too long",
                    because: "it takes 1 to 128 characters"
                )
            }
        }
        guard (file == nil) != field.isEmpty else {
            throw CommandFailure(
                Exit.usage,
                "a question needs --file or --field, one of the two",
                try: "--field full_name=\"…\" --field birth_date=YYYY-MM-DD"
            )
        }
        var columns: [String: String] = [:]
        for text in field {
            guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
                throw CommandFailure(Exit.usage, "--field is not COLUMN=VALUE", try: "--field phone=+4915123456789")
            }
            let column = String(text[..<equals])
            let value = String(text[text.index(after: equals)...])
            columns[column] = columns[column].map { $0 + ";" + value } ?? value
        }
        let question = AskQuestion(
            agreement: agreement,
            purpose: purpose,
            legalBasis: legalBasis,
            offence: offence,
            caseReference: `case`,
            urgent: urgent,
            csv: try file.map { Data(try readInput($0)) },
            fileName: file.map { $0 == "-" ? "standard input" : ($0 as NSString).lastPathComponent },
            fields: columns,
            peers: peer,
            cover: cover,
            dryRun: dryRun,
            account: actor.account
        )
        let report = try await node.access.perform(question)
        if !output.json {
            QuestionWords.show(report, folder: node.folder)
        } else if report.outcome == .unreachable {
            try Voice.json(report, failing: Self.noneReached(report, node.folder))
        } else {
            try Voice.json(report)
        }
        switch report.outcome {
        case .answered, .dryRun: return
        case .refused: throw ExitCode(Exit.refused)
        case .unreachable: throw ExitCode(Exit.unreachable)
        }
    }
}

extension QueryCommand {
    fileprivate static func noneReached(_ report: QuestionReport, _ folder: String) -> CommandFailure {
        CommandFailure(
            Exit.unreachable,
            "no peer was reached",
            at: report.asked.map(\.peer).joined(separator: ", "),
            try: "comity doctor \(folder)"
        )
    }
}

struct AskQuestion: Operation {
    static let name = "query"
    var agreement: String
    var purpose: String
    var legalBasis: String
    var offence: String?
    var caseReference: String?
    var urgent: Bool
    var csv: Data?
    var fileName: String?
    var fields: [String: String]
    var peers: [String]
    var cover: Bool
    var dryRun: Bool
    var account: String?

    func run(_ context: OperationContext) async throws(NodeProblem) -> QuestionReport {
        let question = Question(
            agreement: agreement,
            purpose: purpose,
            legalBasis: legalBasis,
            offence: offence,
            caseReference: caseReference,
            urgent: urgent,
            subjects: csv.map { .file([UInt8]($0), name: fileName ?? "file") } ?? .fields(fields),
            peers: peers,
            cover: cover
        )
        return try await context.node.ask(
            question,
            dryRun: dryRun,
            by: account,
            through: context.peers,
            say: context.say
        )
    }
}

struct ShowQuestion: Operation {
    static let name = "query-show"
    var id: String
    var account: String?

    func run(_ context: OperationContext) async throws(NodeProblem) -> QuestionReport {
        try await context.node.question(id, by: account, through: context.peers, say: context.say)
    }
}

/// A question's outcome in words for a terminal.
enum QuestionWords {
    /// What one peer is expected to do, and by which lines.
    private static func show(_ expected: PeerOutlook) {
        let word =
            switch expected.outcome {
            case .wouldAnswer: "would answer"
            case .wouldBeHeld: "would be held"
            case .expectedRefusal: "expected refusal"
            }
        Voice.result("\(expected.peer): \(word)" + (expected.reason.isEmpty ? "" : ": \(expected.reason)"))
        for rule in expected.rules {
            var place = "POLICY"
            if let file = rule.file, let line = rule.line, let column = rule.column {
                place = "\(file):\(line):\(column)"
            }
            let side = rule.side == "asker" ? "ours" : "its side"
            Voice.result("  \(side): \(rule.effect) by \(rule.rule) (\(place)): \(rule.text)")
            for lack in rule.lacks { Voice.result("    lacks \(lack)") }
        }
        for quota in expected.quotas {
            let side = quota.side == "asker" ? "ours" : "its side"
            Voice.result("  \(side): \(quota.left) of \(quota.keys) keys left \(quota.words), until \(quota.until)")
        }
        if expected.by != "asker" { Voice.result("  expected, since a peer may have rules of its own") }
    }

    static func show(_ report: QuestionReport, folder: String) {
        for note in report.notes { Voice.say(note) }
        for answer in report.asked {
            switch answer.outcome {
            case "hits":
                Voice.result("\(answer.peer): \(answer.hits.count) \(answer.hits.count == 1 ? "hit" : "hits")")
                for hit in answer.hits {
                    Voice.result(
                        "  \(hit.subject)  handle \(hit.handle)  score \(hit.score)  \(hit.band)  "
                            + hit.kinds.joined(separator: ", ")
                    )
                    for reason in hit.reasons ?? [] { Voice.result("    \(reason.what): \(reason.worth)") }
                }
            case "no-hit": Voice.result("\(answer.peer): no hit")
            default:
                Voice.result("\(answer.peer): \(answer.outcome)" + (answer.reason.isEmpty ? "" : ": \(answer.reason)"))
            }
        }
        for expected in report.expected ?? [] { show(expected) }
        guard !report.query.isEmpty, report.outcome != .dryRun else { return }
        for answer in report.asked where answer.heldHere == true {
            Voice.say("to let it go to \(answer.peer): comity disclosure approve \(folder) \(answer.id)")
        }
        Voice.say("question \(report.query); see: comity query \(folder) --show \(report.query)")
        guard report.asked.contains(where: { !$0.hits.isEmpty }) else { return }
        Voice.say("to ask for what lies behind a hit: comity disclosure request \(folder) --help")
    }
}
