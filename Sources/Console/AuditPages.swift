/// The log for a compliance officer: search, and one entry with the proof that it stands there. The proof is checked in the
/// browser; without JavaScript the page says how to check it elsewhere.

import Accounts
import AuditLog
import HTTPTypes
import NodeCore

enum AuditPages {
    static let routes: [Route] = [
        .roles([.officer], .get, "/audit") { visit, session async throws(NodeProblem) in
            try await search(visit, session)
        },
        .roles([.officer], .get, "/audit/:index") { visit, session async throws(NodeProblem) in
            try await entry(visit, session)
        },
    ]

    // MARK: Search

    private static let fields = ["event", "peer", "agreement", "purpose", "outcome", "actor", "query", "case"]

    /// The lines of a form by which entries are found.
    static func lines(_ form: Form, _ words: Wording.AuditWords) -> Markup {
        let labels = [
            words.event, words.peer, words.agreement, words.purpose, words.outcome, words.actor, words.query,
            words.caseNumber,
        ]
        let unread = unread(form)
        let hints = ["event": words.eventHint, "actor": words.actorHint, "case": words.caseHint]
        let texts = zip(fields, labels).map { name, label in
            Parts.field(name, label, value: form[name], hint: hints[name])
        }
        let days = [("since", words.since), ("until", words.until)].map { name, label in
            Parts.field(
                name,
                label,
                value: form[name],
                type: "date",
                problem: unread.contains(name) ? words.noDay : nil
            )
        }
        return texts.joined() + days.joined()
    }

    /// What of it cannot be read. It limits nothing: what then came would not be what was asked for.
    static func unread(_ form: Form) -> [String] {
        var unread = ["since", "until"].filter { form.optional($0) != nil && Moments.dayStart(form[$0]) == nil }
        if form.optional("before") != nil, Int(form["before"]) == nil { unread.append("before") }
        return unread
    }

    private static func search(_ visit: Visit, _ session: Session) async throws(NodeProblem) -> Reply {
        let words = visit.words.audit
        let query = visit.query
        let isAsked = query.isTicked("search") || query.isTicked("before")
        let unread = unread(query)
        // A look at the form alone is no search, and no entry.
        var found: Markup = isAsked && unread.isEmpty ? try await results(visit, session) : .empty
        if unread.contains("before") { found = Parts.problem(visit.words.problems.noPlace) }
        let officer = visit.words.officer
        let tools = [
            ("subject", officer.subjectTitle), ("statistics", officer.statisticsTitle),
            ("reconcile", officer.reconcileTitle), ("export", officer.exportTitle), ("opening", officer.openTitle),
        ].map { name, title -> Markup in "<li><a href=\"/audit/\(name)\">\(title)</a></li>" }
        return .page(
            Page(
                words.title,
                """
                <form method="get" action="/audit">\(lines(query, words))
                <div class="acts"><button class="main" name="search" value="yes">\(words.search)</button></div>
                </form>
                \(found)
                <h2>\(officer.tools)</h2><ul class="plain">\(tools)</ul>
                """
            ),
            unread.isEmpty ? .ok : .unprocessableContent
        )
    }

    /// What is looked for, in words.
    static func words(_ form: Form) -> String {
        (fields + ["since", "until", "before"]).compactMap { name in form.optional(name).map { "\(name)=\($0)" } }
            .joined(separator: " ")
    }

    /// What a form asks for; names and cases are looked up.
    static func filter(_ query: Form, _ node: Node, by account: String) async throws(NodeProblem) -> LeafFilter {
        var filter = LeafFilter()
        filter.event = query.optional("event")
        filter.peer = query.optional("peer")
        filter.agreement = query.optional("agreement")
        filter.purpose = query.optional("purpose")
        filter.outcome = query.optional("outcome")
        filter.query = query.optional("query")
        filter.since = Moments.dayStart(query["since"]).map(LeafTime.init(milliseconds:))
        // The last day counts whole.
        filter.until = Moments.dayStart(query["until"]).map { LeafTime(milliseconds: $0 + 86_400_000) }
        if let name = query.optional("actor") {
            filter = try await node.auditFilter(filter, ofPerson: name, by: account)
        }
        if let reference = query.optional("case") {
            filter = try await node.auditFilter(filter, ofCase: reference, by: account)
        }
        return filter
    }

    private static func results(_ visit: Visit, _ session: Session) async throws(NodeProblem) -> Markup {
        let words = visit.words.audit
        let query = visit.query
        let found = try await visit.node.searchAudit(
            try await filter(query, visit.node, by: session.account),
            before: Int(query["before"]),
            words: self.words(query),
            by: session.account
        )
        let rows = found.lines.map { line -> [Markup] in
            [
                "<a href=\"/audit/\(line.index)\">\(line.index)</a>", "\(Moments.text(line.time))", "\(line.event)",
                "\(line.role) \(line.actor)", "\(foreign: line.peer ?? "–")", "\(foreign: line.agreement ?? "–")",
                "\(foreign: line.outcome ?? "–")",
            ]
        }
        let heads = [words.entry, words.time, words.event, words.role, words.peer, words.agreement, words.outcome]
        let title = words.found(rows.count, Node.mostAuditLines)
        let table: Markup = rows.isEmpty ? "<p>\(words.none)</p>" : Parts.table(title, heads, rows)
        guard let reached = found.reached else { return table }
        let far: Markup =
            rows.count < Node.mostAuditLines ? "<p class=\"notice\">\(words.reached(reached))</p>" : .empty
        let hidden = (fields + ["since", "until"]).compactMap { name -> Markup? in
            query.optional(name).map { "<input type=\"hidden\" name=\"\(name)\" value=\"\($0)\">" }
        }
        return """
            \(table)\(far)<form method="get" action="/audit">\(hidden)
            <div class="acts"><button name="before" value="\(reached)">\(words.older)</button></div></form>
            """
    }

    // MARK: Entry

    private static func entry(_ visit: Visit, _ session: Session) async throws(NodeProblem) -> Reply {
        let words = visit.words.audit
        guard let index = Int(visit.parameter("index")) else {
            return .page(Page(words.title, "<p>\(visit.words.problems.nothingHere)</p>"), .notFound)
        }
        let entry = try await visit.node.auditEntry(index, by: session.account)
        let facts = Parts.facts(entry.facts.map { ($0.name, "\(foreign: $0.value)") })
        let personal: Markup =
            entry.personal.isEmpty
            ? .empty
            : """
            <h2>\(words.personal)</h2><p>\(entry.personal.joined(separator: ", "))</p>
            <p class="muted">\(words.personalNote)</p>
            """
        let leaf = String(decoding: entry.leaf, as: UTF8.self)
        let meaning: Markup = visit.words.meaning(of: entry.event).map { "<p><strong>\($0)</strong></p>" } ?? .empty
        let explained = explanation(of: entry, visit.words)
        return .page(
            Page(
                words.entryTitle(index),
                scripts: ["proof.js"],
                """
                \(meaning)<p>\(words.sentence(entry.event, entry.role, entry.actor, Moments.text(entry.time)))</p>
                \(explained)
                <h2>\(words.facts)</h2>\(facts)\(personal)
                <h2>\(words.proof)</h2>
                \(badge(entry, words))
                <h2>\(words.bytes)</h2><p><code dir="ltr" data-leaf>\(leaf)</code></p>
                """
            )
        )
    }

    /// By which rules it was decided, where it was.
    private static func explanation(of entry: AuditEntryReport, _ words: Wording) -> Markup {
        guard ["query", "disclosure"].contains(entry.event.prefix { $0 != "." }),
            let decided = entry.facts.first(where: { ["query", "request", "x.query"].contains($0.name) })
        else { return .empty }
        return """
            <p><a href="/policies/explain?id=\(Form.encoded(decided.value))">\(words.rules.explainTitle)</a></p>
            """
    }

    /// What the script needs stands as text of the page: nothing of it runs without being read.
    private static func badge(_ entry: AuditEntryReport, _ words: Wording.AuditWords) -> Markup {
        let path = entry.path.map(Base64.encode).joined(separator: " ")
        return """
            <div class="badge" role="status">
            <p data-when="verified" hidden><strong>✓ \(words.verified)</strong></p>
            <p data-when="failed" hidden class="danger"><strong>✗ \(words.failed)</strong></p>
            <p data-when="unchecked">\(words.unchecked) <code dir="ltr">comity audit verify LOG --key '\(entry.logKey)'</code></p>
            <details><summary>\(words.proofFile)</summary>
            <pre dir="ltr" data-proof="checkpoint">\(entry.checkpoint)</pre>
            <p><code dir="ltr" data-proof="path">\(path)</code></p>
            <p><code dir="ltr" data-proof="index">\(entry.index)</code>
            <code dir="ltr" data-proof="leaf">\(Base64.encode(entry.leaf))</code></p>
            <p><code dir="ltr" data-proof="key">\(entry.logKey)</code></p></details>
            </div>
            <p class="muted">\(words.beside) <code dir="ltr">comity audit verify LOG --key '\(entry.logKey)'</code></p>
            """
    }
}
