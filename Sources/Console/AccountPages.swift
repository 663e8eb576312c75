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
                    (words.sessions, "\(open)"),
                ]))
                <form method="post" action="/sign-out">\(session.token)
                <div class="acts"><button>\(words.signOut)</button>
                <button name="all" value="yes">\(words.signOutAll)</button></div>
                </form>
                \(LookPages.section(visit, session))
                \(KeyPages.section(visit, session, keys))
                """
            ),
            status
        )
    }
}
