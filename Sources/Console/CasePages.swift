/// A case: every question, hit and request under its number, in time and as a chart, each picture with its table. Shows no
/// value of a record: each look at what was released is made, and logged, on the request's own page.

import Accounts
import HTTPTypes
import NodeCore

enum CasePages {
    static let routes: [Route] = [
        .roles([.analyst], .get, "/cases") { visit, session async throws(NodeProblem) in
            try await list(visit, session)
        },
        .roles([.analyst], .get, "/case") { visit, session async throws(NodeProblem) in
            try await show(visit, session, visit.query, said: .empty, .ok)
        },
        .roles([.analyst], .post, "/case") { visit, session async throws(NodeProblem) in
            try await export(visit, session)
        },
        .roles([.analyst], .post, "/case/close") { visit, session async throws(NodeProblem) in
            try await close(visit, session)
        },
    ]

    private static func list(_ visit: Visit, _ session: Session) async throws(NodeProblem) -> Reply {
        let words = visit.words.cases
        let cases = try await visit.node.newestCases(by: session.account)
        guard !cases.isEmpty else {
            return .page(
                Page(words.title, "<p>\(words.none)</p><p><a href=\"/ask\">\(visit.words.frame.ask)</a></p>")
            )
        }
        let rows = cases.map { item -> [Markup] in
            [
                "<a href=\"\(path(item.reference))\">\(foreign: item.reference)</a>", "\(item.questions)",
                "\(item.hits)", "\(item.requests)", "\(Moments.text(item.last))",
                "\(item.isClosed ? words.closed : words.open)",
            ]
        }
        let byNumber: Markup = """
            <form method="get" action="/case">\(Parts.field("reference", visit.words.work.reference, isRequired: true))
            <div class="acts"><button>\(words.show)</button></div></form>
            """
        let heads = [
            visit.words.work.reference, words.questions, words.hits, words.requests, words.latest, words.state,
        ]
        return .page(Page(words.title, "\(Parts.table(words.title, heads, rows))\(byNumber)"))
    }

    static func path(_ reference: String) -> String { "/case?reference=\(Form.encoded(reference))" }

    private static func show(
        _ visit: Visit,
        _ session: Session,
        _ wanted: Form,
        said: Markup,
        _ status: Reply.Status
    ) async throws(NodeProblem) -> Reply {
        let words = visit.words.cases
        let found: CaseReport?
        do throws(NodeProblem) {
            found = try await visit.node.cases(wanted["reference"], by: session.account).cases.first
        } catch {
            guard error.kind == .usage else { throw error }
            found = nil
        }
        guard let found else { return .page(Page(words.title, "<p>\(words.unknown)</p>"), .notFound) }
        let view = CaseView(found, peer: wanted.optional("peer"))
        let choices = [(value: "", text: words.allPeers)] + view.peers.map { (value: $0, text: $0) }
        return .page(
            Page(
                words.caseTitle(Escape.shown(view.reference)),
                """
                \(said)\(closed(view.closed, words))
                <form method="get" action="/case"><input type="hidden" name="reference" value="\(view.reference)">
                \(Parts.choice("peer", words.onlyPeer, choices, chosen: wanted["peer"]))
                <div class="acts"><button>\(words.show)</button></div></form>
                <h2>\(words.questions)</h2>\(questions(view, visit.words))
                <h2>\(words.hits)</h2>\(hits(view, visit.words))
                <h2>\(words.requests)</h2>\(requests(view, visit.words))
                <h2>\(words.timeline)</h2>\(CaseTimeline(view, visit).markup)
                <h2>\(words.chart)</h2>\(CaseChart(view, visit.words).markup)
                <h2>\(visit.words.map.title)</h2>
                <p><a href="\(MapPages.path(view.reference, peer: wanted.optional("peer")))">\(visit.words.map.open)</a></p>
                <form method="post" action="/case"><fieldset><legend>\(words.exportTitle)</legend>\(session.token)
                <input type="hidden" name="reference" value="\(view.reference)">
                <input type="hidden" name="peer" value="\(wanted["peer"])">
                <p class="hint">\(words.exportIntro)</p>\(forms(visit.words, chosen: wanted["format"]))
                \(StepUp.field("case", visit, session))
                <div class="acts"><button>\(words.export)</button></div></fieldset></form>
                \(closing(view, session, words))
                """
            ).on(Page.Paper(reference: Page.Paper.reference(Escape.shown(view.reference), visit.words))),
            status
        )
    }

    private static func closed(_ closing: CaseClosing?, _ words: Wording.CaseWords) -> Markup {
        closing.map { "<p class=\"notice\">\(words.closedBy(Moments.text($0.at), $0.by))</p>" } ?? .empty
    }

    private static func closing(_ view: CaseView, _ session: Session, _ words: Wording.CaseWords) -> Markup {
        guard view.closed == nil else { return .empty }
        return """
            <form method="post" action="/case/close"><fieldset><legend>\(words.close)</legend>\(session.token)
            <input type="hidden" name="reference" value="\(view.reference)"><p class="hint">\(words.closeHint)</p>
            <div class="acts"><button>\(words.close)</button></div></fieldset></form>
            """
    }

    private static func close(_ visit: Visit, _ session: Session) async throws(NodeProblem) -> Reply {
        let reference = visit.form["reference"]
        do throws(NodeProblem) {
            _ = try await visit.node.closeCase(reference, by: session.account)
        } catch {
            guard error.kind == .usage else { throw error }
            // Unknown, or closed by a colleague meanwhile: the page says which.
            return try await show(visit, session, visit.form, said: .empty, .conflict)
        }
        return .redirect("\(path(reference))&done=case-closed")
    }

    /// The forms of a file, and what each has no place for.
    private static func forms(_ words: Wording, chosen: String) -> Markup {
        let forms = RecordForm.allCases
        let choices = forms.map { (value: $0.rawValue, text: $0.name) }
        let lacks = Parts.facts(forms.map { ($0.name, "\(words.cases.formLacks($0))") })
        return """
            \(Parts.choice("format", words.records.format, choices, chosen: chosen))
            <p>\(words.cases.lacks):</p>\(lacks)
            """
    }

    private static func questions(_ view: CaseView, _ words: Wording) -> Markup {
        let rows = view.questions.map { question -> [Markup] in
            [
                "<a href=\"/questions/\(question.query)\">\(Moments.text(question.asked))</a>", "\(question.by)",
                "\(foreign: question.agreement)", "\(question.purpose)",
                Outcomes.list(question.answers, words.outcomes),
            ]
        }
        let heads = [words.work.asked, words.work.by, words.work.agreement, words.work.purpose, words.work.answers]
        return Parts.table(words.cases.questions, heads, rows)
    }

    private static func hits(_ view: CaseView, _ words: Wording) -> Markup {
        guard !view.hits.isEmpty else { return "<p>\(words.cases.noHits)</p>" }
        let rows = view.hits.map { item -> [Markup] in
            let path = "/questions/\(item.question)/hits/\(item.answer.id)/\(item.hit.handle)"
            return [
                Outcomes.subject(item.hit.subject, words), "\(foreign: item.answer.peer)",
                "\(Outcomes.band(item.hit.band, words.outcomes))\(HitPages.mark(item.hit.judgement, words))",
                "\(item.hit.kinds.joined(separator: ", "))",
                "\(item.isReleased ? words.cases.released : words.cases.hitOnly)",
                "<a href=\"\(path)\">\(id: item.hit.handle)</a>",
            ]
        }
        let heads = [
            words.question.subject, words.work.with, words.question.band, words.question.agrees, words.work.state,
            words.question.handle,
        ]
        return Parts.table(words.cases.hits, heads, rows)
    }

    private static func requests(_ view: CaseView, _ words: Wording) -> Markup {
        guard !view.requests.isEmpty else { return "<p>\(words.cases.noRequests)</p>" }
        let rows = view.requests.map { request -> [Markup] in
            [
                "<a href=\"/requests/\(request.id)\">\(foreign: request.peer)</a>",
                "\(words.request.states[request.state] ?? request.state)",
                "\(foreign: request.fields.joined(separator: ", "))",
                "\(request.deadline.map { Moments.text($0) } ?? "–")", "\(foreign: request.retention ?? "–")",
            ]
        }
        let heads = [
            words.work.with, words.work.state, words.request.fields, words.work.deadline, words.request.retention,
        ]
        return Parts.table(words.cases.requests, heads, rows)
    }

    private static func export(_ visit: Visit, _ session: Session) async throws(NodeProblem) -> Reply {
        func again(_ said: Markup, _ status: Reply.Status) async throws(NodeProblem) -> Reply {
            try await show(visit, session, visit.form, said: said, status)
        }
        guard let form = RecordForm(rawValue: visit.form["format"]) else {
            return try await again(Parts.problem(visit.words.problems.noForm), .unprocessableContent)
        }
        if let refused = try await StepUp.refusal(of: "case", visit, session, route: "/case") {
            return try await again(refused.said, refused.status)
        }
        do throws(NodeProblem) {
            let file = try await visit.node.exportCase(
                visit.form["reference"],
                peer: visit.form.optional("peer"),
                as: form,
                by: session.account
            )
            return .download("case.\(form.ending)", form.contentType, file.bytes)
        } catch {
            switch error.kind {
            case .usage:
                return .page(Page(visit.words.cases.title, "<p>\(visit.words.cases.unknown)</p>"), .notFound)
            case .data: return try await again(Parts.problem(visit.words.cases.nothingReleased), .unprocessableContent)
            case .refused: return try await again(ProblemPage.body(error, visit.words), .unprocessableContent)
            case .unreachable, .fault: throw error
            }
        }
    }
}
