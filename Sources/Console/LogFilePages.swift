/// What of the log comes and goes as a file: a peer's log to compare with ours, entries to read elsewhere, drawn keys for an
/// auditor. A code is part of what leaves.

import Accounts
import AuditLog
import HTTPTypes
import NodeCore

enum LogFilePages {
    static let routes: [Route] = [
        .roles([.officer], .get, "/audit/reconcile") { visit, session in
            .page(reconcilePage(visit, session, result: .empty))
        },
        .roles([.officer], .post, "/audit/reconcile") { visit, session async throws(NodeProblem) in
            try await reconcile(visit, session)
        }.taking(.file),
        .roles([.officer], .get, "/audit/export") { visit, session in
            .page(exportPage(visit, session, said: .empty))
        },
        .roles([.officer], .post, "/audit/export") { visit, session async throws(NodeProblem) in
            try await export(visit, session)
        },
        .roles([.officer], .get, "/audit/opening") { visit, session in
            .page(openingPage(visit, session, said: .empty))
        },
        .roles([.officer], .post, "/audit/opening") { visit, session async throws(NodeProblem) in
            try await open(visit, session)
        },
    ]

    // MARK: Reconcile

    private static func reconcilePage(_ visit: Visit, _ session: Session, result: Markup) -> Page {
        let words = visit.words.officer
        return Page(
            words.reconcileTitle,
            """
            <p>\(words.reconcileIntro)</p>
            <form method="post" action="/audit/reconcile" enctype="multipart/form-data">\(session.token)
            <label for="log">\(words.file)</label>
            <p class="hint" id="log-hint">\(words.fileHint)
            <code dir="ltr">tar -C DIR -cf log.tar --exclude=entries log</code></p>
            <input id="log" name="log" type="file" aria-describedby="log-hint" required>
            <div class="acts"><button class="main">\(words.compare)</button></div></form>
            \(result)
            """
        )
    }

    private static func reconcile(_ visit: Visit, _ session: Session) async throws(NodeProblem) -> Reply {
        guard let file = visit.form.files["log"] else {
            let problem = Parts.problem(visit.words.officer.noFile)
            return .page(reconcilePage(visit, session, result: problem), .unprocessableContent)
        }
        do throws(NodeProblem) {
            let compared = try await visit.node.reconcileAudit(with: file.bytes, by: session.account)
            return .page(reconcilePage(visit, session, result: result(compared, visit.words)))
        } catch {
            guard error.kind != .fault else { throw error }
            let problem = ProblemPage.body(error, visit.words)
            return .page(reconcilePage(visit, session, result: problem), .unprocessableContent)
        }
    }

    private static func result(_ compared: ReconciledLogs, _ all: Wording) -> Markup {
        let words = all.officer
        let found = compared.result
        func table(_ title: String, _ findings: [Reconciliation.Finding]) -> Markup {
            guard !findings.isEmpty else { return .empty }
            let rows = findings.map { finding -> [Markup] in ["\(id: finding.query)", "\(foreign: finding.text)"] }
            return "<h3>\(title)</h3>\(Parts.table(title, [words.exchange, words.finding], rows))"
        }
        let verdict: Markup = found.ok ? "<p><strong>✓ \(words.alike)</strong></p>" : .empty
        return """
            <section aria-labelledby="compared"><h2 id="compared">\(foreign: compared.peer)</h2>
            \(verdict)<p>\(words.matched(found.matched, compared.peer))</p>
            \(table(words.differs, found.differs))\(table(words.onlyHere, found.onlyA))
            \(table(words.onlyThere(compared.peer), found.onlyB))\(table(words.pending, found.pending))
            <p class="muted">\(words.asOf(compared.size)) \(foreign: compared.peer): \(words.asOf(compared.peerSize))</p>
            </section>
            """
    }

    // MARK: Export

    private static func exportPage(_ visit: Visit, _ session: Session, said: Markup) -> Page {
        let words = visit.words.officer
        let form = visit.form
        let formats = [
            (value: AuditFileFormat.csv.rawValue, text: words.csv),
            (value: AuditFileFormat.jsonLines.rawValue, text: words.jsonLines),
        ]
        return Page(
            words.exportTitle,
            """
            <p>\(words.exportIntro)</p>\(said)
            <form method="post" action="/audit/export">\(session.token)
            <p class="hint">\(words.emptyFilter)</p>\(AuditPages.lines(form, visit.words.audit))
            \(Parts.choice("format", words.format, formats, chosen: form["format"]))
            \(Parts.field("ground", words.ground, value: form["ground"], hint: words.groundHint, isRequired: true))
            \(StepUp.field("export", visit, session))
            <div class="acts"><button class="main">\(words.export)</button></div></form>
            """
        )
    }

    private static func export(_ visit: Visit, _ session: Session) async throws(NodeProblem) -> Reply {
        let form = visit.form
        let unread = AuditPages.unread(form)
        guard unread.isEmpty, let format = AuditFileFormat(rawValue: form["format"]) else {
            let problems = visit.words.problems
            // A day that is none is said beside it.
            let said: Markup =
                unread.contains("before")
                ? Parts.problem(problems.noPlace) : unread.isEmpty ? Parts.problem(problems.noFormat) : .empty
            return .page(exportPage(visit, session, said: said), .unprocessableContent)
        }
        if let refused = try await StepUp.refusal(of: "export", visit, session, route: "/audit/export") {
            return .page(exportPage(visit, session, said: refused.said), refused.status)
        }
        do throws(NodeProblem) {
            let file = try await visit.node.exportAudit(
                try await AuditPages.filter(form, visit.node, by: session.account),
                as: format,
                words: AuditPages.words(form),
                ground: form["ground"],
                by: session.account
            )
            let type = format == .csv ? "text/csv; charset=utf-8" : "application/jsonl; charset=utf-8"
            return .download("entries.\(format.rawValue)", type, file.bytes)
        } catch {
            guard error.kind != .fault else { throw error }
            let problem = ProblemPage.body(error, visit.words)
            return .page(exportPage(visit, session, said: problem), .unprocessableContent)
        }
    }

    // MARK: Drawn keys

    private static func openingPage(_ visit: Visit, _ session: Session, said: Markup) -> Page {
        let words = visit.words.officer
        let form = visit.form
        return Page(
            words.openTitle,
            """
            <p>\(words.openIntro)</p>\(said)
            <form method="post" action="/audit/opening">\(session.token)
            \(Parts.field("query", words.query, value: form["query"], hint: words.queryHint, isRequired: true))
            \(Parts.field("sample", words.sample, value: form["sample"], hint: words.sampleHint, isRequired: true))
            \(Parts.field("auditor", words.auditor, value: form["auditor"], isRequired: true))
            \(StepUp.field("opening", visit, session))
            <div class="acts"><button class="main">\(words.open)</button></div></form>
            """
        )
    }

    /// One number is how many; several, or one with a comma after it, are positions.
    private static func sample(_ text: String) -> OpeningSample? {
        if !text.contains(","), let count = Int(text), count > 0 { return .random(count) }
        let parts = text.split { $0 == "," || $0.isWhitespace }.map { Int($0) }
        let positions = parts.compactMap { $0 }.filter { $0 >= 0 }
        return positions.isEmpty || positions.count != parts.count ? nil : .positions(positions)
    }

    private static func open(_ visit: Visit, _ session: Session) async throws(NodeProblem) -> Reply {
        let form = visit.form
        guard let sample = sample(form["sample"]) else {
            let problem = Parts.problem(visit.words.officer.noSample)
            return .page(openingPage(visit, session, said: problem), .unprocessableContent)
        }
        if let refused = try await StepUp.refusal(of: "opening", visit, session, route: "/audit/opening") {
            return .page(openingPage(visit, session, said: refused.said), refused.status)
        }
        do throws(NodeProblem) {
            let file = try await visit.node.openQuery(
                form["query"],
                sample: sample,
                auditor: form["auditor"],
                by: session.account
            )
            return .download("openings.json", "application/json; charset=utf-8", try file.encoded())
        } catch {
            guard error.kind != .fault else { throw error }
            let problem = ProblemPage.body(error, visit.words)
            return .page(openingPage(visit, session, said: problem), .unprocessableContent)
        }
    }
}
