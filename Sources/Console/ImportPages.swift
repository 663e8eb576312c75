/// Records in: a file or pasted text, which of its columns is read as which, how the first rows are read; then the import. What
/// was sent is kept as a draft until it is in, and nobody else sees it.

import Accounts
import HTTPTypes
import NodeCore

enum ImportPages {
    static let routes: [Route] = [
        .roles([.analyst], .get, "/records/import") { visit, session async throws(NodeProblem) in
            try await page(visit, session)
        },
        .roles([.analyst], .post, "/records/import") { visit, session async throws(NodeProblem) in
            try await take(visit, session)
        }.taking(.file),
        .roles([.analyst], .post, "/records/import/columns") { visit, session async throws(NodeProblem) in
            try await map(visit, session)
        },
    ]

    private static let draft = "import"

    /// What was sent, as a draft keeps it: three lines and the text.
    private struct Kept {
        let name: String
        let format: RecordForm
        let dataset: String
        let text: String

        init(name: String, format: RecordForm, dataset: String, text: String) {
            self.name = name
            self.format = format
            self.dataset = dataset
            self.text = text
        }

        init?(_ draft: String) {
            let parts = draft.split(separator: "\n", maxSplits: 3, omittingEmptySubsequences: false)
            guard parts.count == 4, let format = RecordForm(rawValue: String(parts[1])) else { return nil }
            self.init(name: String(parts[0]), format: format, dataset: String(parts[2]), text: String(parts[3]))
        }

        var draft: String {
            let line = name.map { $0.isNewline ? " " : $0 }
            return "\(String(line))\n\(format.rawValue)\n\(dataset)\n\(text)"
        }
    }

    private static func kept(_ visit: Visit, _ session: Session) async throws(NodeProblem) -> Kept? {
        try await visit.node.draft(draft, of: session).flatMap { Kept($0) }
    }

    // MARK: The file

    private static func page(_ visit: Visit, _ session: Session) async throws(NodeProblem) -> Reply {
        guard let kept = try await kept(visit, session), !visit.query.isTicked("again") else {
            return .page(form(visit, session, said: .empty))
        }
        return try await columns(visit, session, kept, isFirst: true)
    }

    private static func form(_ visit: Visit, _ session: Session, said: Markup) -> Page {
        let words = visit.words.records
        let formats =
            [(value: "", text: words.byName)] + RecordForm.allCases.map { (value: $0.rawValue, text: $0.name) }
        let dataset = visit.form.optional("dataset") ?? "main"
        return Page(
            words.importTitle,
            """
            \(said)<p>\(words.importIntro)</p>
            <form method="post" action="/records/import" enctype="multipart/form-data">\(session.token)
            <label for="file">\(words.file)</label><p class="hint" id="file-hint">\(words.fileHint)</p>
            <input id="file" name="file" type="file" aria-describedby="file-hint">
            <label for="text">\(words.orText)</label><textarea id="text" name="text">\(visit.form["text"])</textarea>
            \(Parts.choice("format", words.format, formats, chosen: visit.form["format"]))
            \(Parts.field("dataset", words.dataset, value: dataset, hint: words.datasetHint))
            <div class="acts"><button class="main">\(words.look)</button></div></form>
            """
        )
    }

    private static func take(_ visit: Visit, _ session: Session) async throws(NodeProblem) -> Reply {
        let words = visit.words.records
        let form = visit.form
        func refuse(_ text: String) -> Reply {
            .page(self.form(visit, session, said: Parts.problem(text)), .unprocessableContent)
        }
        let file = form.files["file"]
        guard (file?.bytes.count ?? 0) <= Form.greatestBody else { return refuse(words.tooLarge) }
        let text = file.map { String(validating: $0.bytes, as: UTF8.self) } ?? form.exactly("text")
        guard let text else { return refuse(words.noText) }
        guard !text.isEmpty else { return refuse(words.nothing) }
        let name = file?.name ?? "form.csv"
        let kept = Kept(
            name: name,
            format: RecordForm(rawValue: form["format"]) ?? RecordForm(fileName: name) ?? .csv,
            dataset: form.optional("dataset") ?? "main",
            text: text
        )
        do throws(NodeProblem) {
            _ = try await preview(visit, session, kept, renames: [:], isFirst: true)
        } catch {
            guard error.kind != .fault else { throw error }
            let said = ProblemPage.body(error, visit.words)
            return .page(self.form(visit, session, said: said), .unprocessableContent)
        }
        try await visit.node.keepDraft(draft, kept.draft, of: session)
        return .redirect("/records/import")
    }

    // MARK: The columns

    private static func preview(
        _ visit: Visit,
        _ session: Session,
        _ kept: Kept,
        renames: [String: String],
        isFirst: Bool
    ) async throws(NodeProblem) -> ImportPreview {
        try await visit.node.previewImport(
            kept.text,
            form: kept.format,
            fileName: kept.name,
            dataset: kept.dataset,
            renames: renames,
            defaults: defaults(visit.form),
            isGuessing: isFirst,
            rows: ColumnChoices.shownRows,
            by: session.account
        )
    }

    /// What every row without a value of its own gets, from the form.
    private static func defaults(_ form: Form) -> [String: String] {
        var defaults: [String: String] = [:]
        for name in ["handling", "originator", "subject_category"] { defaults[name] = form.optional("default-\(name)") }
        return defaults
    }

    private static func map(_ visit: Visit, _ session: Session) async throws(NodeProblem) -> Reply {
        guard let kept = try await kept(visit, session) else { return .redirect("/records/import") }
        if visit.form["do"] == "drop" {
            try await visit.node.removeDraft(draft, ifStill: kept.draft, of: session)
            return .redirect("/records/import")
        }
        guard visit.form["do"] == "import" else { return try await columns(visit, session, kept, isFirst: false) }
        do throws(NodeProblem) {
            let header = try await preview(visit, session, kept, renames: [:], isFirst: true).columns
            let report = try await visit.node.importRecords(
                kept.text,
                form: kept.format,
                fileName: kept.name,
                dataset: kept.dataset,
                renames: ColumnChoices.renames(visit.form, header),
                defaults: defaults(visit.form),
                by: session.account
            )
            try await visit.node.removeDraft(draft, ifStill: kept.draft, of: session)
            return .page(done(report, visit.words))
        } catch {
            guard error.kind != .fault else { throw error }
            let problem = ProblemPage.body(error, visit.words)
            return try await columns(visit, session, kept, isFirst: false, said: problem)
        }
    }

    private static func columns(
        _ visit: Visit,
        _ session: Session,
        _ kept: Kept,
        isFirst: Bool,
        said: Markup = .empty
    ) async throws(NodeProblem) -> Reply {
        let words = visit.words.records
        let first: ImportPreview
        var (said, status) = (said, said.html.isEmpty ? Reply.Status.ok : .unprocessableContent)
        do throws(NodeProblem) {
            first = try await preview(visit, session, kept, renames: [:], isFirst: true)
        } catch {
            guard error.kind != .fault else { throw error }
            return .page(form(visit, session, said: ProblemPage.body(error, visit.words)), .unprocessableContent)
        }
        var shown = first
        if !isFirst {
            do throws(NodeProblem) {
                let renames = ColumnChoices.renames(visit.form, first.columns)
                shown = try await preview(visit, session, kept, renames: renames, isFirst: false)
            } catch {
                guard error.kind != .fault else { throw error }
                (said, status) = (ProblemPage.body(error, visit.words), .unprocessableContent)
            }
        }
        let mapping = ColumnChoices.fields(first.columns, isFirst ? nil : visit.form, words)
        let defaults = ["handling", "originator", "subject_category"].map { name in
            Parts.field("default-\(name)", name, value: visit.form["default-\(name)"])
        }
        let page = Page(
            words.importTitle,
            """
            \(said)
            \(Parts.facts([
                (words.file, "\(foreign: kept.name)"), (words.format, "\(kept.format.name)"),
                (words.dataset, "\(kept.dataset)"), (words.rows, "\(shown.count)"), (words.stayOut, "\(shown.refused)"),
            ]))
            <form method="post" action="/records/import/columns">\(session.token)\(mapping)
            <fieldset><legend>\(words.defaults)</legend><p class="hint">\(words.defaultsHint)</p>\(defaults)</fieldset>
            <div class="acts"><button name="do" value="look">\(words.lookAgain)</button>
            <button class="main" name="do" value="import">\(words.doImport)</button>
            <button name="do" value="drop">\(words.drop)</button></div></form>
            \(ColumnChoices.rows(shown, visit.words))\(ColumnChoices.problems(shown.problems, words))
            """
        )
        return .page(page, status)
    }

    private static func done(_ report: ImportReport, _ all: Wording) -> Page {
        let words = all.records
        return Page(
            words.doneTitle,
            """
            \(Parts.facts([
                (words.dataset, "\(report.dataset)"), (words.rows, "\(report.rows)"),
                (words.created, "\(report.created)"), (words.changed, "\(report.changed)"),
                (words.unchanged, "\(report.unchanged)"), (words.stayedOut, "\(report.refused)"),
            ]))
            \(ColumnChoices.problems(Array(report.problems.prefix(100)), words))\(Parts.notes(report.notes))
            <p><a href="/records/import">\(words.importTitle)</a></p>
            """
        )
    }
}
