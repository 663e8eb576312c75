/// Somebody's own page: who they are here, their sessions, signing out.

import Accounts
import NodeCore

enum AccountPages {
    static let routes: [Route] = [
        .signedIn(.get, "/account") { visit, session async throws(NodeProblem) in
            .page(page(visit, session, open: try await visit.node.openSessions(of: session)))
        },
        .signedIn(.post, "/sign-out") { visit, session async throws(NodeProblem) in
            try await visit.node.endSession(session, all: visit.form.isTicked("all"))
            return Reply.redirect("/sign-in?done=signed-out").with(.clear)
        },
    ]

    private static func page(_ visit: Visit, _ session: Session, open: Int) -> Page {
        let words = visit.words.account
        return Page(
            words.title,
            """
            \(Parts.facts([
                (words.name, "\(session.account)"),
                (words.roles, "\(session.roles.map(\.rawValue).sorted().joined(separator: ", "))"),
                (words.since, "\(Moments.text(session.opened))"),
                (words.ends, "\(Moments.text(session.opened + Session.longest))"),
                (words.sessions, "\(open)"),
            ]))
            <form method="post" action="/sign-out">\(session.token)
            <div class="acts"><button>\(words.signOut)</button>
            <button name="all" value="yes">\(words.signOutAll)</button></div>
            </form>
            """
        )
    }
}
