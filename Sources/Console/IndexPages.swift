/// What this node publishes for others to ask, and what it fetched of theirs: in numbers, epoch by epoch. Building goes on
/// while nobody waits; the page looks again. Shows counts, never a record or a key.

import Accounts
import HTTPTypes
import NodeCore
import Synchronization

/// How far work on the indexes is, and what it left to be known.
final class IndexWork: Sendable {
    private struct State {
        var line = ""
        var notes: [String] = []
    }

    private let state = Mutex(State())

    var line: String { state.withLock { $0.line } }
    var notes: [String] { state.withLock { $0.notes } }

    func begin() { state.withLock { $0 = State() } }

    func say(_ line: String) { state.withLock { $0.line = line } }

    func end(_ list: IndexList) {
        let notes = list.indexes.flatMap { index in
            index.notes.map { "\(index.agreement), \(index.published ? index.asker : index.holder): \($0)" }
        }
        state.withLock { $0 = State(line: "", notes: notes) }
    }
}

enum IndexPages {
    static let routes: [Route] = [
        .roles([.operator], .get, "/indexes") { visit, session async throws(NodeProblem) in
            try await page(visit, session, said: .empty, .ok)
        },
        .roles([.operator], .post, "/indexes") { visit, session async throws(NodeProblem) in
            try await build(visit, session)
        },
        .roles([.operator], .post, "/indexes/rotate") { visit, session async throws(NodeProblem) in
            try await rotate(visit, session)
        },
    ]

    /// All work on this node's indexes is one.
    private static let work = "indexes"
    private static let refresh = 5

    private static func page(
        _ visit: Visit,
        _ session: Session,
        said: Markup,
        _ status: Reply.Status
    ) async throws(NodeProblem) -> Reply {
        let words = visit.words.indexes
        let indexes = try await visit.node.indexList().indexes
        var (isWorking, told): (Bool, Markup) = (false, .empty)
        switch await visit.desk.indexesUnderWay.state(work) {
        case .asking:
            isWorking = true
            told = "<p class=\"notice\" role=\"status\">\(words.working) \(foreign: visit.desk.indexWork.line)</p>"
        case .stopped(let why): told = ProblemPage.body(why, visit.words)
        case nil: told = Parts.notes(visit.desk.indexWork.notes)
        }
        let rows = indexes.map { index -> [Markup] in
            [
                "\(foreign: index.agreement)", "\(index.published ? words.published : words.fetched)",
                "\(foreign: index.published ? index.asker : index.holder)", "\(index.epoch)", "\(index.version)",
                "\(index.retrieval == "synced" ? words.synced : words.bucketed)", "\(index.records)",
                "\(index.entries)",
            ]
        }
        let heads = [
            visit.words.audit.agreement, words.direction, visit.words.audit.peer, words.epoch, words.version,
            words.retrieval, words.records, words.entries,
        ]
        let table: Markup = rows.isEmpty ? "<p>\(words.none)</p>" : Parts.table(words.title, heads, rows)
        let acts: Markup = isWorking ? .empty : forms(visit, session, indexes)
        return .page(
            Page(words.title, refresh: isWorking ? refresh : nil, "\(said)\(told)\(table)\(acts)"),
            status
        )
    }

    private static func forms(_ visit: Visit, _ session: Session, _ indexes: [IndexReport]) -> Markup {
        let words = visit.words.indexes
        let own = indexes.filter(\.published).map { index in
            (value: "\(index.agreement) \(index.asker)", text: "\(index.agreement) · \(index.asker) · \(index.epoch)")
        }
        let rotating: Markup =
            own.isEmpty
            ? .empty
            : """
            <form method="post" action="/indexes/rotate"><fieldset><legend>\(words.rotateTitle)</legend>\(session.token)
            <p class="hint">\(words.rotateHint)</p>
            \(Parts.choice("index", words.index, own, chosen: visit.form["index"]))
            \(Parts.field("again", words.again, isRequired: true))\(StepUp.field("rotate", visit, session))
            <div class="acts"><button>\(words.rotate)</button></div></fieldset></form>
            """
        return """
            <form method="post" action="/indexes">\(session.token)<p class="hint">\(words.buildHint)</p>
            <div class="acts"><button class="main">\(words.build)</button></div></form>\(rotating)
            """
    }

    private static func build(_ visit: Visit, _ session: Session) async throws(NodeProblem) -> Reply {
        let (node, account) = (visit.node, session.account)
        return try await begin(visit, session) { say async throws(NodeProblem) in
            try await node.buildIndexes(agreement: nil, asker: nil, rotating: false, by: account, say: say)
        }
    }

    private static func rotate(_ visit: Visit, _ session: Session) async throws(NodeProblem) -> Reply {
        let parts = visit.form["index"].split(separator: " ").map(String.init)
        guard parts.count == 2, visit.form["again"] == parts[0] else {
            let problem = Parts.problem(visit.words.indexes.notAgain)
            return try await page(visit, session, said: problem, .unprocessableContent)
        }
        if let refused = try await StepUp.refusal(of: "rotate", visit, session, route: "/indexes/rotate") {
            return try await page(visit, session, said: refused.said, refused.status)
        }
        let (node, account) = (visit.node, session.account)
        return try await begin(visit, session) { say async throws(NodeProblem) in
            try await node.buildIndexes(
                agreement: parts[0],
                asker: parts[1],
                rotating: true,
                by: account,
                say: say
            )
        }
    }

    /// Works on while nobody waits; does nothing where that goes on already.
    private static func begin(
        _ visit: Visit,
        _ session: Session,
        _ act: @escaping @Sendable (@escaping @Sendable (String) -> Void) async throws(NodeProblem) -> IndexList
    ) async throws(NodeProblem) -> Reply {
        let progress = visit.desk.indexWork
        let begin = await visit.desk.indexesUnderWay.begin(work, of: session.account) { () async throws(NodeProblem) in
            progress.begin()
            progress.end(try await act { progress.say($0) })
        }
        guard begin == .begun else {
            let problem = Parts.problem(visit.words.indexes.busy)
            return try await page(visit, session, said: problem, .conflict)
        }
        return .redirect("/indexes")
    }
}
