/// Records out: a data set in clear, by a code and for a purpose that stands in the log.

import Accounts
import HTTPTypes
import NodeCore

enum ExportPages {
    static let routes: [Route] = [
        .roles([.officer], .get, "/records/export") { visit, session async throws(NodeProblem) in
            try await page(visit, session, said: .empty, .ok)
        },
        .roles([.officer], .post, "/records/export") { visit, session async throws(NodeProblem) in
            try await export(visit, session)
        },
    ]

    private static func page(
        _ visit: Visit,
        _ session: Session,
        said: Markup,
        _ status: Reply.Status
    ) async throws(NodeProblem) -> Reply {
        let words = visit.words.records
        let sets = try await visit.node.datasets(by: session.account)
        guard !sets.isEmpty else { return .page(Page(words.exportTitle, "\(said)<p>\(words.noRecords)</p>"), status) }
        let choices = sets.map { (value: $0.name, text: "\($0.name) (\($0.records))") }
        let formats = RecordForm.allCases.map { (value: $0.rawValue, text: $0.name) }
        let purpose = visit.form.optional("purpose") ?? ""
        return .page(
            Page(
                words.exportTitle,
                """
                \(said)<p>\(words.exportIntro)</p>
                <form method="post" action="/records/export">\(session.token)
                \(Parts.choice("dataset", words.dataset, choices, chosen: visit.form["dataset"]))
                \(Parts.choice("format", words.format, formats, chosen: visit.form["format"], hint: words.formatHint))
                \(Parts.field("purpose", words.purpose, value: purpose, hint: words.purposeHint, isRequired: true))
                \(StepUp.field("records", visit, session))
                <div class="acts"><button class="main">\(words.export)</button></div></form>
                """
            ),
            status
        )
    }

    private static func export(_ visit: Visit, _ session: Session) async throws(NodeProblem) -> Reply {
        guard let form = RecordForm(rawValue: visit.form["format"]) else {
            return try await page(
                visit,
                session,
                said: Parts.problem(visit.words.problems.noFormat),
                .unprocessableContent
            )
        }
        if let refused = try await StepUp.refusal(of: "records", visit, session, route: "/records/export") {
            return try await page(visit, session, said: refused.said, refused.status)
        }
        do throws(NodeProblem) {
            let (report, bytes) = try await visit.node.exportRecords(
                form: form,
                dataset: visit.form["dataset"],
                purpose: visit.form["purpose"],
                by: session.account
            )
            return .download("\(report.dataset).\(form.ending)", form.contentType, bytes)
        } catch {
            guard error.kind != .fault else { throw error }
            let problem = ProblemPage.body(error, visit.words)
            return try await page(visit, session, said: problem, .unprocessableContent)
        }
    }
}
