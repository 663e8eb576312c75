/// What waits for an approver, soonest deadline first, and the page on which one decides. A code is part of each act; silence
/// never releases.

import Accounts
import HTTPTypes
import NodeCore

enum QueuePages {
    private static let most = 100

    static let routes: [Route] = [
        .roles([.approver], .get, "/queue") { visit, session async throws(NodeProblem) in
            try await queue(visit, session)
        },
        .roles([.approver], .get, "/queue/:id") { visit, session async throws(NodeProblem) in
            try await decision(visit, session, problem: .empty, .ok)
        },
        .roles([.approver], .post, "/queue/:id") { visit, session async throws(NodeProblem) in
            try await decide(visit, session)
        },
    ]

    private static func queue(_ visit: Visit, _ session: Session) async throws(NodeProblem) -> Reply {
        let words = visit.words.queue
        let (requests, areAll) = try await visit.node.queue(most: most, by: session.account)
        let rules = visit.words.rules
        let explain: Markup = "<p><a href=\"/policies/explain\">\(rules.explainTitle)</a>: \(rules.explainIntro)</p>"
        let reset: Markup = "<p><a href=\"/users/reset\">\(visit.words.users.resetTitle)</a></p>"
        guard !requests.isEmpty else { return .page(Page(words.title, "<p>\(words.none)</p>\(explain)\(reset)")) }
        let rows = requests.map { request -> [Markup] in
            let due = request.due ?? request.deadline
            let left = due.flatMap(Moments.seconds).flatMap {
                RequestPages.left(until: $0, at: visit.node.now, visit.words.request)
            }
            return [
                "\(due.map(Moments.text) ?? "–")", "\(left ?? "–")", "\(kind(request, words))",
                "\(state(request, visit.words))",
                "\(foreign: request.peer)", "\(foreign: request.purpose ?? request.reason)",
                "\(visit.words.request.approvedBy(request.approvals.count, request.needed))",
                "<a href=\"/queue/\(request.id)\">\(words.open)</a>",
            ]
        }
        let heads = [
            words.due, words.left, words.kind, visit.words.request.state, words.peer, words.purpose, words.waits,
            words.open,
        ]
        let more: Markup = areAll ? .empty : "<p class=\"notice\">\(words.more(most))</p>"
        return .page(Page(words.title, "\(Parts.table(words.title, heads, rows))\(more)\(explain)\(reset)"))
    }

    private static func kind(_ request: DisclosureReport, _ words: Wording.QueueWords) -> String {
        switch request.direction {
        case "received": words.received
        case "question": words.question
        case "asked": words.asked
        default: words.sent
        }
    }

    /// Nobody is told by a message that an answer came: people look, and may decide without one.
    private static func state(_ request: DisclosureReport, _ words: Wording) -> String {
        request.state == "asked-back"
            ? words.followUp.waitsForAsker : words.request.states[request.state] ?? request.state
    }

    private static func decision(
        _ visit: Visit,
        _ session: Session,
        problem: Markup,
        _ status: Reply.Status
    ) async throws(NodeProblem) -> Reply {
        let words = visit.words.queue
        let request = try await visit.node.disclosure(visit.parameter("id"), by: session.account)
        let acts: Markup =
            switch (request.mayDecide, request.bar) {
            case (false, _): "<p class=\"notice\">\(words.closed)</p>"
            case (true, .ownWork): "<p class=\"notice\">\(visit.words.followUp.ownWork)</p>"
            default: forms(visit, session, request)
            }
        return .page(
            Page(
                "\(words.decideTitle): \(kind(request, words))",
                """
                \(problem)\(RequestPages.facts(request, visit))
                \(leaving(request, visit))
                <p><a href="/policies/explain?id=\(Form.encoded(request.question ?? request.id))">\(visit.words.rules.explainTitle)</a></p>
                \(acts)
                """
            ).on(RequestPages.paper(request, visit.words)),
            status
        )
    }

    /// The data as they stand now, under the terms of now: both are looked at again before anything is sealed.
    private static func leaving(_ request: DisclosureReport, _ visit: Visit) -> Markup {
        let words = visit.words.queue
        guard let data = request.data else { return "<p class=\"muted\">\(words.nothingLeaves)</p>" }
        let told: Markup =
            request.handling == nil
            ? RequestPages.table(data, words.wouldLeave, visit.words.request)
            : """
            <p>\(visit.words.followUp.wouldLeaveUnder)</p>
            \(RequestPages.handled(data, request, words.wouldLeave, visit))
            """
        return "<h2>\(words.wouldLeave)</h2>\(told)"
    }

    private static func forms(_ visit: Visit, _ session: Session, _ request: DisclosureReport) -> Markup {
        let words = visit.words.queue
        func form(_ act: String, _ title: String, _ button: String, _ inner: Markup) -> Markup {
            let code = StepUp.field(act, visit, session, about: request.id, label: words.code)
            return """
                <form method="post" action="/queue/\(request.id)"><fieldset><legend>\(title)</legend>\(session.token)
                \(inner)\(code)
                <div class="acts"><button name="act" value="\(act)">\(button)</button></div></fieldset></form>
                """
        }
        let isRelease = request.direction == "received"
        let columns = isRelease ? (request.data ?? [:]).keys.sorted() : []
        // What was chosen stays chosen when the page comes back: a second try must not release more than the first.
        let withheld = Set(visit.form.all("withhold"))
        let ticks = columns.map {
            Parts.tick("withhold", value: $0, "\(id: $0)", isTicked: withheld.contains($0))
        }
        let fewer: Markup =
            columns.count > 1 ? "<p class=\"hint\">\(words.withhold)</p><div class=\"ticks\">\(ticks)</div>" : .empty
        let stated = (request.authorisations ?? []).map { kind in
            Parts.field(
                "authorisation-\(kind)",
                "\(words.authorisation): \(kind.replacing("_", with: " "))",
                value: visit.form["authorisation-\(kind)"],
                isRequired: true
            )
        }
        let seen: Markup = isRelease ? "<input type=\"hidden\" name=\"seen\" value=\"\(request.seen)\">" : .empty
        // Whoever approved can still change their mind, and approve no second time.
        var acts =
            request.bar == .approved
            ? "<p class=\"notice\">\(visit.words.followUp.approvedAlready)</p>"
            : form(
                "approve",
                words.releaseTitle,
                isRelease ? words.release : words.letGo,
                "\(seen)\(stated)\(fewer)"
            )
        let grounds = visit.node.groundChoices(of: request.agreement).map { (value: $0.id, text: $0.text) }
        acts +=
            grounds.isEmpty
            ? "<p class=\"muted\">\(words.noGround)</p>"
            : form(
                "refuse",
                words.refuseTitle,
                words.refuse,
                Parts.choice("ground", words.ground, grounds, chosen: visit.form["ground"])
            )
        if isRelease {
            acts += form(
                "ask-back",
                words.askBackTitle,
                words.askBack,
                Parts.field(
                    "question",
                    words.askBackQuestion,
                    value: visit.form["question"],
                    hint: words.askBackHint,
                    isRequired: true
                )
            )
        }
        return acts
    }

    /// Kind of authorisation to the reference that was typed.
    private static func stated(_ form: Form) -> [String: String] {
        var stated: [String: String] = [:]
        for kind in Node.authorisationKinds { stated[kind] = form.optional("authorisation-\(kind)") }
        return stated
    }

    private static func decide(_ visit: Visit, _ session: Session) async throws(NodeProblem) -> Reply {
        let words = visit.words
        let act = visit.form["act"]
        let verdict: DisclosureVerdict
        switch act {
        case "approve": verdict = .approve
        case "refuse": verdict = .refuse(ground: visit.form["ground"])
        case "ask-back": verdict = .askBack(question: visit.form["question"])
        default: return try await decision(visit, session, problem: Parts.problem(words.problems.noForm), .badRequest)
        }
        // The code comes first: without it nobody learns whether the decision would have been taken.
        let refused = try await StepUp.refusal(
            of: act,
            visit,
            session,
            route: "/queue/:id",
            about: visit.parameter("id"),
            codeRefused: words.queue.codeRefused
        )
        if let refused { return try await decision(visit, session, problem: refused.said, refused.status) }
        do throws(NodeProblem) {
            _ = try await visit.node.decideDisclosure(
                visit.parameter("id"),
                verdict,
                keepingBack: act == "approve" ? visit.form.all("withhold") : [],
                seen: visit.form["seen"],
                stating: act == "approve" ? stated(visit.form) : [:],
                by: session.account,
                through: visit.desk.peers
            )
            return .redirect("/queue?done=decided")
        } catch {
            guard error.kind != .fault else { throw error }
            return try await decision(
                visit,
                session,
                problem: ProblemPage.body(error, words),
                ProblemPage.status(error)
            )
        }
    }
}
