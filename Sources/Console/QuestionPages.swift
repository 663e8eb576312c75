/// One question: what was asked, each peer's outcome as it comes, and each hit with what it is worth. Fills in while peers are
/// asked; without JavaScript it looks again when it is asked to.

import Accounts
import HTTPTypes
import NodeCore

enum QuestionPages {
    static let routes: [Route] = [
        .roles([.analyst], .get, "/questions/:id") { visit, session async throws(NodeProblem) in
            try await question(visit, session)
        },
        .roles([.analyst], .post, "/questions/:id/again") { visit, session async throws(NodeProblem) in
            let id = visit.parameter("id")
            let (node, peers, account) = (visit.node, visit.desk.peers, session.account)
            let watchers = visit.desk.underWay.watchers
            let begin = await visit.desk.underWay.begin(id, of: account) { () async throws(NodeProblem) in
                _ = try await node.question(id, by: account, through: peers) { _ in watchers.tell(id) }
            }
            guard begin != .tooMany else {
                let problem = Parts.problem(visit.words.ask.tooMany(QuestionsUnderWay.mostAtOnce))
                return .page(Page(visit.words.question.title, problem), .tooManyRequests)
            }
            return .redirect("/questions/\(id)")
        },
        .roles([.analyst], .post, "/questions/:id/stop") { visit, session async throws(NodeProblem) in
            await visit.desk.underWay.stop(visit.parameter("id"), of: session.account)
            return .redirect("/questions/\(visit.parameter("id"))")
        },
        .roles([.analyst], .get, "/questions/:id/hits/:part/:handle") { visit, session async throws(NodeProblem) in
            try await hit(visit, session, problem: .empty)
        },
        .roles([.analyst], .post, "/questions/:id/hits/:part/:handle") { visit, session async throws(NodeProblem) in
            try await request(visit, session)
        },
    ]

    /// Seconds after which a page looks again.
    private static let refresh = 5

    private static func question(_ visit: Visit, _ session: Session) async throws(NodeProblem) -> Reply {
        let words = visit.words.question
        let id = visit.parameter("id")
        let state = await visit.desk.underWay.state(id)
        let peers = await visit.desk.underWay.peers(of: id)
        let line = try await visit.node.questionLine(id, by: session.account)
        var isAsking = false
        var problem: Markup = .empty
        switch state {
        case .asking: isAsking = true
        case .stopped(let why): problem = ProblemPage.body(why, visit.words)
        case nil: break
        }
        let isOwn = await visit.desk.underWay.owner(of: id) == session.account
        let stop: Markup =
            isOwn
            ? """
            <form method="post" action="/questions/\(id)/stop">\(session.token)
            <div class="acts"><button>\(words.stop)</button></div></form>
            """ : .empty
        guard let line else {
            if isAsking {
                let body: Markup = """
                    \(progress(visit, 0, of: peers.count))<div id="facts"></div>
                    <div id="answers">\(waiting(peers, [:], visit.words))\(stop)</div>
                    """
                return .page(asking(visit, body))
            }
            guard state != nil else {
                return .page(Page(words.title, "<p>\(visit.words.problems.nothingHere)</p>"), .notFound)
            }
            return .page(Page(words.title, problem))
        }
        let left = isAsking ? peers.filter { peer in !line.answers.contains { $0.peer == peer } } : []
        let answers = line.answers.map { answer in
            isAsking && (line.waiting.contains(answer.peer) || line.answered[answer.peer] != nil)
                ? waiting([answer.peer], line.answered, visit.words) : self.answer(answer, of: id, visit.words)
        }.joined()
        let count = line.answers.count + left.count
        let told: Markup =
            isAsking ? progress(visit, line.answers.count - line.waiting.count, of: count) : .empty
        let canGoOn = line.answers.contains { ["held", "unreachable"].contains($0.outcome) } && !isAsking
        let again: Markup =
            canGoOn
            ? """
            <form method="post" action="/questions/\(id)/again">\(session.token)
            <div class="acts"><button>\(words.again)</button></div></form>
            """ : .empty
        let facts = Parts.facts([
            (visit.words.work.asked, "\(Moments.text(line.asked))"), (visit.words.work.by, "\(line.by)"),
            (visit.words.work.reference, line.caseReference.map { "\($0)" } ?? "–"),
            (visit.words.work.agreement, "\(line.agreement)"), (visit.words.work.purpose, "\(line.purpose)"),
        ])
        let known = Readings.notes(line.noteCodes ?? [], kept: line.notes, visit.words)
        let notes: Markup = line.notes.isEmpty ? .empty : "<h2>\(words.notes)</h2>\(known)"
        let body: Markup = """
            \(problem)\(told)<div id="facts">\(facts)</div>
            <div id="answers">\(notes)\(answers)\(waiting(left, line.answered, visit.words))\(again)\(stop)</div>
            """
        let page = isAsking ? asking(visit, body) : Page(words.title, body)
        return .page(page.on(Page.Paper(reference: Page.Paper.reference(line.caseReference, visit.words))))
    }

    // MARK: While peers are asked

    private static let lookingKey = "look"

    private static func asking(_ visit: Visit, _ body: Markup) -> Page {
        let isLooking = visit.query[lookingKey] == "on"
        return Page(visit.words.question.asking, refresh: isLooking ? refresh : nil, scripts: ["events.js"], body)
    }

    /// How many have answered, in a live region. A page that loads itself again takes a reader's place away, so that without
    /// JavaScript it does so only for who asks for it (WCAG 2.2.1).
    private static func progress(_ visit: Visit, _ answered: Int, of count: Int) -> Markup {
        let (words, id) = (visit.words.question, visit.parameter("id"))
        let looking: Markup =
            visit.query[lookingKey] == "on"
            ? "<a href=\"/questions/\(id)\">\(words.stopLooking)</a>"
            : """
            <a href="/questions/\(id)">\(words.lookAgain)</a> · \
            <a href="/questions/\(id)?\(lookingKey)=on">\(words.keepLooking)</a>
            """
        return """
            <p class="notice" role="status" data-events="/questions/\(id)/events" data-done="\(words.allAnswered)">\
            \(words.askingPeers(answered, count))</p>
            <noscript><p>\(looking)</p></noscript>
            """
    }

    /// - Parameter answered: of a hundred keys of a long question, by peer.
    private static func waiting(_ peers: [String], _ answered: [String: Int], _ words: Wording) -> Markup {
        peers.map { peer -> Markup in
            let state = answered[peer].map(words.outcomes.evaluating) ?? words.outcomes.waiting
            return "<section><h2>\(foreign: peer): … \(state)</h2></section>"
        }.joined()
    }

    private static func answer(_ answer: PeerAnswerReport, of id: String, _ words: Wording) -> Markup {
        var body: Markup = answer.reason.isEmpty ? .empty : "<p>\(foreign: answer.reason)</p>"
        if answer.outcome == "no-hit" { body += "<p>\(words.outcomes.noHitMeans(answer.peer))</p>" }
        if answer.heldHere == true { body += "<p>\(words.question.toApprove(answer.peer))</p>" }
        if !answer.hits.isEmpty {
            let rows = answer.hits.map { hit -> [Markup] in
                [
                    Outcomes.subject(hit.subject, words), Outcomes.band(hit.band, words.outcomes),
                    "\(hit.kinds.joined(separator: ", "))",
                    "<a href=\"/questions/\(id)/hits/\(answer.id)/\(hit.handle)\">\(id: hit.handle)</a>",
                ]
            }
            let heads = [words.question.subject, words.question.band, words.question.agrees, words.question.review]
            body += Parts.table(words.outcomes.hits(answer.hits.count), heads, rows)
        }
        return "<section><h2>\(foreign: answer.peer): \(Outcomes.mark(answer, words.outcomes))</h2>\(body)</section>"
    }

    // MARK: Hits

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
            <h2>\(words.requestTitle)</h2>
            \(try await requests(visit, session))
            <form method="post" action="\(action)">\(session.token)
            <fieldset><legend>\(words.fields)</legend><p class="hint">\(words.fieldsHint)</p>
            \(fields(outlook, visit))</fieldset>
            \(Parts.field("reason", words.reason, value: visit.form["reason"], hint: words.reasonHint, isRequired: true))
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
        let wish = DisclosureWish(
            query: visit.parameter("id"),
            peer: answer.peer,
            handle: hit.handle,
            fields: visit.form.all("field"),
            reason: visit.form["reason"],
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
}
