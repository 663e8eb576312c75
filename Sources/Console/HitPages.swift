/// One hit: what it is worth, what a person made of it, and asking for what is behind it.

import Accounts
import HTTPTypes
import NodeCore

enum HitPages {
    static let routes: [Route] = [
        .roles([.analyst], .get, "/questions/:id/hits/:part/:handle") { visit, session async throws(NodeProblem) in
            try await hit(visit.sending(asked(by: visit.query)), session, problem: .empty)
        },
        .roles([.analyst], .post, "/questions/:id/hits/:part/:handle") { visit, session async throws(NodeProblem) in
            try await request(visit, session)
        },
        .roles([.analyst], .post, "/questions/:id/hits/:part/:handle/judgement") {
            visit,
            session async throws(NodeProblem) in
            try await judge(visit, session)
        },
    ]

    /// Names, in an address, the last day of a release that somebody wants to keep longer.
    static let lastDay = "until"

    /// The form as it stands before anybody typed: empty, or asking anew for what was released until that day.
    private static func asked(by query: Form) -> Form {
        var form = Form()
        guard let day = query.optional(lastDay), Moments.dayStart(day) != nil else { return form }
        for field in query.all("field") { form.add("field", field) }
        form.add("reason", "To keep what was released until \(day) for longer: ")
        return form
    }

    private static func hit(
        _ visit: Visit,
        _ session: Session,
        problem: Markup,
        _ status: Reply.Status = .ok
    ) async throws(NodeProblem) -> Reply {
        let words = visit.words.question
        let id = visit.parameter("id")
        guard let (answer, hit) = try await find(visit, session) else {
            return .page(Page(words.hitTitle, "<p>\(words.gone)</p>"), .notFound)
        }
        let reasons = (hit.reasons ?? []).map { reason -> [Markup] in
            ["\(foreign: reason.what)", "\(foreign: reason.worth)"]
        }
        let agreed = reasons.isEmpty ? hit.kinds.map { kind -> [Markup] in ["\(kind)", "–"] } : reasons
        let outlook = try await outlook(visit, session, answer.peer, hit.handle)
        let action = "/questions/\(id)/hits/\(answer.id)/\(hit.handle)"
        let page = Page(
            words.hitTitle,
            """
            \(problem)
            \(Parts.facts([
                (visit.words.work.with, "\(foreign: answer.peer)"), (words.subject, Outcomes.subject(hit.subject, visit.words)),
                (words.handle, "\(id: hit.handle)"), (words.band, Outcomes.band(hit.band, visit.words.outcomes)),
            ]))
            <p class="muted">\(words.alone)</p>
            \(Parts.table(words.agrees, [words.agrees, words.worth], agreed))
            \(judgement(hit.judgement, of: action, leadingTo: "hit", visit, session))
            <h2>\(words.requestTitle)</h2>
            \(try await requests(visit, session))
            <form method="post" action="\(action)">\(session.token)
            <fieldset><legend>\(words.fields)</legend><p class="hint">\(words.fieldsHint)</p>
            \(fields(outlook, visit))</fieldset>
            \(Parts.field("reason", words.reason, value: visit.form["reason"], hint: words.reasonHint, isRequired: true))
            \(Parts.choice("use", visit.words.hits.use, uses(visit.words), chosen: visit.form["use"]))
            \(Parts.field("by", visit.words.hits.neededBy, value: visit.form["by"], type: "date"))
            \(Parts.tick("confirmed", "\(words.confirmed)", isTicked: visit.form.isTicked("confirmed")))
            \(Parts.tick("urgent", "\(words.urgent)", isTicked: visit.form.isTicked("urgent")))
            \(holderHas(outlook, visit.words))
            <div class="acts"><button class="main">\(words.submit)</button></div>
            </form>
            <p><a href="/questions/\(id)">\(words.title)</a></p>
            """
        )
        return .page(page, status)
    }

    /// Nil where the hit cannot be asked for any more: the form says so once it is sent.
    private static func outlook(
        _ visit: Visit,
        _ session: Session,
        _ peer: String,
        _ handle: String
    ) async throws(NodeProblem) -> WishOutlook? {
        let question = visit.parameter("id")
        do throws(NodeProblem) {
            return try await visit.node.outlook(query: question, peer: peer, handle: handle, by: session.account)
        } catch {
            guard error.kind != .fault else { throw error }
            return nil
        }
    }

    /// Requests for this hit that there are already: nobody should ask twice without knowing.
    private static func requests(_ visit: Visit, _ session: Session) async throws(NodeProblem) -> Markup {
        let requests = try await visit.node.requests(
            question: visit.parameter("id"),
            part: visit.parameter("part"),
            handle: visit.parameter("handle"),
            by: session.account
        )
        guard !requests.isEmpty else { return .empty }
        let (words, states) = (visit.words.followUp, visit.words.request.states)
        let lines = requests.map { request -> Markup in
            let name = request.state == "received" && request.erased == nil ? words.toData : words.toRequest
            return """
                <li>\(Moments.text(request.created)), \(states[request.state] ?? request.state): \
                <a href="/requests/\(request.id)">\(name)</a></li>
                """
        }
        return "<div class=\"notice warn\"><p>\(words.askedFor)</p><ul class=\"plain\">\(lines)</ul></div>"
    }

    /// What can be asked for, and apart from it what our own rules would take out.
    private static func fields(_ outlook: WishOutlook?, _ visit: Visit) -> Markup {
        let wished = Set(visit.form.all("field"))
        let taken = outlook?.takenOut?.fields ?? []
        func ticks(_ fields: [String], isOpen: Bool) -> Markup {
            let ticks = fields.map {
                Parts.tick("field", value: $0, "\(id: $0)", isTicked: isOpen && wished.contains($0))
            }
            return "<div class=\"ticks\">\(ticks)</div>"
        }
        let open = ticks(visit.node.disclosableFields().filter { !taken.contains($0) }, isOpen: true)
        guard let outlook = outlook?.takenOut else { return open }
        return """
            \(open)<fieldset disabled><legend>\(visit.words.followUp.ourRules)</legend>
            \(RequestPages.rules(outlook.rules, visit))\(ticks(taken, isOpen: false))</fieldset>
            """
    }

    private static func holderHas(_ outlook: WishOutlook?, _ words: Wording) -> Markup {
        outlook.map { "<p class=\"hint\">\(words.followUp.holderHas($0.hours / 24, $0.urgentHours))</p>" } ?? .empty
    }

    /// What the data would be used as; the words that the holder reads.
    private static let uses = ["intelligence", "evidence", "operational"]

    private static func uses(_ words: Wording) -> [(value: String, text: String)] {
        [("", "–")] + zip(uses, words.hits.uses).map { ($0, $1) }
    }

    /// The reason as the holder's people read it. The protocol has one text for it, so what else they should know stands in
    /// front, in English as all words between agencies. Without a reason there is none.
    private static func reason(_ form: Form) -> String {
        let use = uses.contains(form["use"]) ? "intended use: \(form["use"])" : nil
        let day = form.optional("by").map { "needed by \($0)" }
        let said = [use, day].compactMap { $0 }.joined(separator: ", ")
        return said.isEmpty || form["reason"].isEmpty ? form["reason"] : "[\(said)] \(form["reason"])"
    }

    private static func find(
        _ visit: Visit,
        _ session: Session
    ) async throws(NodeProblem) -> (PeerAnswerReport, HitReport)? {
        let line = try await visit.node.questionLine(visit.parameter("id"), by: session.account)
        guard let answer = line?.answers.first(where: { $0.id == visit.parameter("part") }),
            let hit = answer.hits.first(where: { $0.handle == visit.parameter("handle") })
        else { return nil }
        return (answer, hit)
    }

    private static func request(_ visit: Visit, _ session: Session) async throws(NodeProblem) -> Reply {
        guard let (answer, hit) = try await find(visit, session) else {
            return .page(Page(visit.words.question.hitTitle, "<p>\(visit.words.question.gone)</p>"), .notFound)
        }
        guard visit.form.optional("by") == nil || Moments.dayStart(visit.form["by"]) != nil else {
            let problem = Parts.problem(visit.words.audit.noDay)
            return try await self.hit(visit, session, problem: problem, .unprocessableContent)
        }
        let wish = DisclosureWish(
            query: visit.parameter("id"),
            peer: answer.peer,
            handle: hit.handle,
            fields: visit.form.all("field"),
            reason: reason(visit.form),
            confirmed: visit.form.isTicked("confirmed"),
            urgent: visit.form.isTicked("urgent")
        )
        do throws(NodeProblem) {
            let report = try await visit.node.requestDisclosure(wish, by: session.account, through: visit.desk.peers)
            return .redirect("/requests/\(report.id)?done=sent")
        } catch {
            guard error.kind != .fault else { throw error }
            return try await self.hit(
                visit,
                session,
                problem: ProblemPage.body(error, visit.words),
                ProblemPage.status(error)
            )
        }
    }

    // MARK: What a person made of it

    /// Below a hit's strength, where somebody said something of it.
    static func mark(_ judgement: HitJudgement?, _ words: Wording) -> Markup {
        judgement.map { "<div>\(words.hits.verdicts($0.verdict))</div>" } ?? .empty
    }

    /// What was said of a hit, and the form by which it is said.
    ///
    /// - Parameters:
    ///   - hit: the path of its page.
    ///   - place: where the form leads back to: `hit`, or a request's id.
    static func judgement(
        _ judgement: HitJudgement?,
        of hit: String,
        leadingTo place: String,
        _ visit: Visit,
        _ session: Session
    ) -> Markup {
        let words = visit.words.hits
        let said: Markup =
            judgement.map { judgement in
                let facts = Parts.facts([
                    (words.verdict, "\(words.verdicts(judgement.verdict))"), (words.why, "\(foreign: judgement.why)"),
                    (words.saidBy, "\(judgement.by), \(Moments.text(judgement.at))"),
                ])
                return "\(facts)"
            } ?? "<p>\(words.nobodySaid)</p>"
        let choices = HitJudgement.Verdict.allCases.map { verdict -> Markup in
            let chosen = visit.form.optional("verdict") ?? judgement?.verdict.rawValue
            let ticked: Markup = chosen == verdict.rawValue ? " checked" : .empty
            return """
                <label class="tick"><input type="radio" name="verdict" value="\(verdict.rawValue)" required\(ticked)>\
                <span>\(words.verdicts(verdict))</span></label>
                """
        }
        return """
            <section aria-labelledby="judgement"><h2 id="judgement">\(words.title)</h2>\(said)
            <form method="post" action="\(hit)/judgement">\(session.token)
            <input type="hidden" name="place" value="\(place)">
            <fieldset><legend>\(words.question)</legend><p class="hint">\(words.staysHere)</p>\(choices)
            \(Parts.field("why", words.why, value: visit.form["why"], hint: words.whyHint, isRequired: true))
            <div class="acts"><button>\(words.keep)</button></div></fieldset></form></section>
            """
    }

    private static func judge(_ visit: Visit, _ session: Session) async throws(NodeProblem) -> Reply {
        let (id, part, handle) = (visit.parameter("id"), visit.parameter("part"), visit.parameter("handle"))
        guard let verdict = HitJudgement.Verdict(rawValue: visit.form["verdict"]) else {
            return try await hit(
                visit,
                session,
                problem: Parts.problem(visit.words.hits.noVerdict),
                .unprocessableContent
            )
        }
        do throws(NodeProblem) {
            try await visit.node.judge(
                question: id,
                part: part,
                handle: handle,
                verdict,
                because: visit.form["why"],
                by: session.account
            )
        } catch {
            guard error.kind == .data else {
                guard error.kind == .usage else { throw error }
                return .page(Page(visit.words.question.hitTitle, "<p>\(visit.words.question.gone)</p>"), .notFound)
            }
            return try await hit(visit, session, problem: ProblemPage.body(error, visit.words), .unprocessableContent)
        }
        let place = visit.form["place"]
        let path = Node.isQuestionID(place) ? "/requests/\(place)" : "/questions/\(id)/hits/\(part)/\(handle)"
        return .redirect("\(path)?done=judged")
    }
}
