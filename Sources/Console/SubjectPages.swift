/// What the log says of one person, for their request for access. What was typed stands in the form alone, never in an
/// address.

import Accounts
import AuditLog
import HTTPTypes
import NodeCore

enum SubjectPages {
    static let routes: [Route] = [
        .roles([.officer], .get, "/audit/subject") { visit, session in
            .page(page(visit, session, result: .empty))
        },
        .roles([.officer], .post, "/audit/subject") { visit, session async throws(NodeProblem) in
            try await find(visit, session)
        },
    ]

    private static func page(_ visit: Visit, _ session: Session, result: Markup) -> Page {
        let words = visit.words.officer
        let fields = visit.words.ask.columns.map { column in
            Parts.field(column.name, column.label, value: visit.form[column.name])
        }
        return Page(
            words.subjectTitle,
            """
            <p>\(words.subjectIntro)</p>
            <form method="post" action="/audit/subject">\(session.token)
            <p class="hint">\(words.subjectHint)</p>\(fields)
            <div class="acts"><button class="main">\(words.subjectFind)</button></div></form>
            \(result)
            """
        )
    }

    private static func find(_ visit: Visit, _ session: Session) async throws(NodeProblem) -> Reply {
        var columns: [String: String] = [:]
        for column in visit.words.ask.columns { columns[column.name] = visit.form.optional(column.name) }
        do throws(NodeProblem) {
            let report = try await visit.node.subjectReport(columns, by: session.account)
            return .page(page(visit, session, result: result(report, visit.words)))
        } catch {
            guard error.kind == .usage else { throw error }
            let problem = ProblemPage.body(error, visit.words)
            return .page(page(visit, session, result: problem), .unprocessableContent)
        }
    }

    private static func result(_ report: SubjectReport, _ all: Wording) -> Markup {
        let (words, audit) = (all.officer, all.audit)
        let rows = report.entries.map { entry -> [Markup] in
            [
                number(entry, report), "\(Moments.text(entry.time))",
                "\(entry.event)", way(entry, words), "\(foreign: entry.agreement ?? "–")",
                "\(foreign: entry.purpose ?? "–")", "\(foreign: entry.basis ?? "–")",
                "\(foreign: entry.fields.isEmpty ? "–" : entry.fields.joined(separator: ", "))",
                "\(foreign: entry.keptUntil ?? "–")",
            ]
        }
        let heads = [
            audit.entry, audit.time, audit.event, all.status.agency, audit.agreement, audit.purpose, words.basis,
            words.data, words.keptUntil,
        ]
        let table: Markup =
            rows.isEmpty
            ? "<p>\(words.subjectNone)</p>" : Parts.table(words.subjectFound(rows.count), heads, rows)
        let pruned: Markup = report.pruned == 0 ? .empty : "<p class=\"notice warn\">\(words.pruned(report.pruned))</p>"
        return """
            <section aria-labelledby="found"><h2 id="found">\(words.subjectFound(rows.count))</h2>
            \(table)\(pruned)<p class="muted">\(words.subjectLimits) \(words.asOf(report.size))</p></section>
            """
    }

    /// Of an ended log there is no page to lead to: which log it is stands beside.
    private static func number(_ entry: SubjectEntry, _ report: SubjectReport) -> Markup {
        entry.log == report.origin
            ? "<a href=\"/audit/\(entry.index)\">\(entry.index)</a>" : "\(entry.index) (\(foreign: entry.log))"
    }

    private static func way(_ entry: SubjectEntry, _ words: Wording.OfficerWords) -> Markup {
        if let source = entry.source { return "\(words.from) \(foreign: source)" }
        return entry.recipient.map { "\(words.to) \(foreign: $0)" } ?? "–"
    }
}
