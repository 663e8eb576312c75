/// What an analyst has under way: questions with their answers, requests with their deadlines.

import Accounts
import NodeCore

enum WorkPages {
    static let newest = 100

    static let routes: [Route] = [
        .roles([.analyst], .get, "/work") { visit, session async throws(NodeProblem) in try await page(visit, session)
        },
        .roles([.analyst], .post, "/fetch") { visit, session async throws(NodeProblem) in
            .redirect("/work?\(changedKey)=\(try await fetch(visit, session))")
        },
    ]

    /// In the way back from fetching: how many requests it changed.
    private static let changedKey = "changed"

    /// How many requests have another state than before.
    private static func fetch(_ visit: Visit, _ session: Session) async throws(NodeProblem) -> Int {
        let open = try await visit.node.sentRequests(newest: 0, by: session.account)
        let before = Dictionary(open.map { ($0.id, $0.state) }) { first, _ in first }
        let after = try await visit.node.receiveDisclosures(by: session.account, through: visit.desk.peers)
        return after.requests.count { before[$0.id] != nil && before[$0.id] != $0.state }
    }

    private static func page(_ visit: Visit, _ session: Session) async throws(NodeProblem) -> Reply {
        let words = visit.words.work
        let questions = try await visit.node.questionLines(newest: newest, by: session.account)
        let requests = try await visit.node.sentRequests(newest: newest, by: session.account)
        let rows = questions.map { question -> [Markup] in
            [
                "<a href=\"/questions/\(question.id)\">\(Moments.text(question.asked))</a>",
                question.caseReference.map { "\(foreign: $0)" } ?? "–", "\(question.by)",
                "\(question.agreement)", "\(question.purpose)",
                Outcomes.list(question.answers, visit.words.outcomes),
            ]
        }
        let heads = [words.asked, words.reference, words.by, words.agreement, words.purpose, words.answers]
        let table = Parts.table(words.questions, heads, rows)
        let asked: Markup =
            questions.isEmpty
            ? "<p>\(words.none)</p><p><a href=\"/ask\">\(words.first)</a></p>" : table
        let changed: Markup =
            Int(visit.query[changedKey]).map {
                "<p class=\"notice\" role=\"status\">\(visit.words.followUp.changed(max($0, 0)))</p>"
            } ?? .empty
        return .page(
            Page(
                words.title,
                """
                \(changed)\(asked)
                <h2>\(words.requests)</h2>
                \(requestTable(requests, visit.words))
                <form method="post" action="/fetch">\(session.token)
                <div class="acts"><button>\(words.fetch)</button></div></form>
                """
            )
        )
    }

    static func requestTable(_ requests: [DisclosureReport], _ words: Wording) -> Markup {
        guard !requests.isEmpty else { return "<p>\(words.work.noRequests)</p>" }
        let rows = requests.map { request -> [Markup] in
            [
                "<a href=\"/requests/\(request.id)\">\(foreign: request.peer)</a>",
                "\(words.request.states[request.state] ?? request.state)",
                "\(request.fields.joined(separator: ", "))", "\(request.deadline.map(Moments.text) ?? "–")",
            ]
        }
        let heads = [words.work.with, words.work.state, words.request.fields, words.work.deadline]
        return Parts.table(words.work.requests, heads, rows)
    }
}
