/// Somebody's own page: who they are here, their sessions, their security keys, signing out.

import Accounts
import HTTPTypes
import NodeCore

enum AccountPages {
    static let routes: [Route] = [
        .signedIn(.get, "/account") { visit, session async throws(NodeProblem) in
            try await page(visit, session, said: .empty, .ok)
        },
        .signedIn(.post, "/sign-out") { visit, session async throws(NodeProblem) in
            try await visit.node.endSession(session, all: visit.form.isTicked("all"))
            return Reply.redirect("/sign-in?done=signed-out").with(.clear)
        },
        .signedIn(.post, "/account/sessions") { visit, session async throws(NodeProblem) in
            try await visit.node.endSession(visit.form["session"], of: session)
            return .redirect("/account?done=ended")
        },
    ]

    static func page(
        _ visit: Visit,
        _ session: Session,
        said: Markup,
        _ status: Reply.Status
    ) async throws(NodeProblem) -> Reply {
        let words = visit.words.account
        let open = try await visit.node.openSessions(of: session)
        let keys = try await visit.node.securityKeys(of: session)
        return .page(
            Page(
                words.title,
                """
                \(said)\(Parts.facts([
                    (words.name, "\(session.account)"),
                    (words.roles, "\(session.roles.map(\.rawValue).sorted().joined(separator: ", "))"),
                    (words.since, "\(Moments.text(session.opened))"),
                    (words.ends, "\(Moments.text(session.opened + Session.longest))"),
                ]))
                <form method="post" action="/sign-out">\(session.token)
                <div class="acts"><button>\(words.signOut)</button>
                <button name="all" value="yes">\(words.signOutAll)</button></div>
                </form>
                <h2>\(words.sessions)</h2>\(sessions(open, session, words))
                \(LookPages.section(visit, session))
                \(KeyPages.section(visit, session, keys))
                """
            ),
            status
        )
    }

    /// Each can be ended but the one that looks: that is signing out.
    private static func sessions(_ open: [OpenSession], _ session: Session, _ words: Wording.AccountWords) -> Markup {
        let rows = open.map { one -> [Markup] in
            let end: Markup = """
                <form method="post" action="/account/sessions">\(session.token)
                <input type="hidden" name="session" value="\(one.id)"><button>\(words.end)</button></form>
                """
            return ["\(Moments.text(one.opened))", "\(Moments.text(one.seen))", one.isThis ? "\(words.thisOne)" : end]
        }
        return Parts.table(words.sessions, [words.since, words.seen, words.end], rows)
    }
}
