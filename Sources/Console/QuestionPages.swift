/// One question: what was asked, and each peer's outcome as it comes. Fills in while peers are asked; without JavaScript it looks again when it is asked to.

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
                    Outcomes.subject(hit.subject, words),
                    "\(Outcomes.band(hit.band, words.outcomes))\(HitPages.mark(hit.judgement, words))",
                    "\(hit.kinds.joined(separator: ", "))",
                    "<a href=\"/questions/\(id)/hits/\(answer.id)/\(hit.handle)\">\(id: hit.handle)</a>",
                ]
            }
            let heads = [words.question.subject, words.question.band, words.question.agrees, words.question.review]
            body += Parts.table(words.outcomes.hits(answer.hits.count), heads, rows)
        }
        return "<section><h2>\(foreign: answer.peer): \(Outcomes.mark(answer, words.outcomes))</h2>\(body)</section>"
    }
}
