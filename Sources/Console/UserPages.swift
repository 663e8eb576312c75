/// Accounts for an operator: who may do what, adding somebody, resetting a sign-in. A code is part of each act; a one-time
/// code is shown once.

import Accounts
import HTTPTypes
import NodeCore

enum UserPages {
    static let routes: [Route] = [
        .roles([.operator], .get, "/users") { visit, session async throws(NodeProblem) in
            try await page(visit, session, said: .empty, .ok)
        },
        .roles([.operator], .post, "/users") { visit, session async throws(NodeProblem) in try await add(visit, session)
        },
        .roles([.operator], .post, "/users/reset") { visit, session async throws(NodeProblem) in
            try await reset(visit, session)
        },
    ]

    private static func page(
        _ visit: Visit,
        _ session: Session,
        said: Markup,
        _ status: Reply.Status
    ) async throws(NodeProblem) -> Reply {
        let words = visit.words.users
        let users = try await visit.node.users()
        let rows = users.map { user -> [Markup] in
            [
                "\(user.name)", "\(user.roles.joined(separator: ", "))",
                "\(user.signIn == true ? words.setUp : words.notSetUp)",
            ]
        }
        let roles = Role.allCases.map { role in Parts.tick("role", value: role.rawValue, "\(role.rawValue)") }
        let others = users.filter { $0.name != session.account }.map { (value: $0.name, text: $0.name) }
        func code(_ name: String) -> Markup {
            Parts.field(
                name,
                words.code,
                hint: visit.words.queue.codeHint,
                autocomplete: "one-time-code",
                isRequired: true
            )
        }
        return .page(
            Page(
                words.title,
                """
                \(said)\(Parts.table(words.title, [words.name, words.roles, words.signIn], rows))
                <form method="post" action="/users"><fieldset><legend>\(words.addTitle)</legend>\(session.token)
                \(Parts.field("name", words.name, hint: words.nameHint, isRequired: true))
                \(roles)\(code("code-add"))
                <div class="acts"><button>\(words.add)</button></div></fieldset></form>
                <form method="post" action="/users/reset"><fieldset><legend>\(words.resetTitle)</legend>\(session.token)
                <p class="hint">\(words.resetHint)</p>
                \(Parts.choice("account", words.name, others, chosen: ""))\(code("code-reset"))
                <div class="acts"><button>\(words.reset)</button></div></fieldset></form>
                """
            ),
            status
        )
    }

    private static func add(_ visit: Visit, _ session: Session) async throws(NodeProblem) -> Reply {
        if let refused = try await unconfirmed(visit, session, "code-add", route: "/users") { return refused }
        do throws(NodeProblem) {
            let user = try await visit.node.addUser(
                visit.form["name"],
                roles: visit.form.all("role"),
                by: session.account
            )
            let said = user.code.map { given($0, visit.words.users.done(user.name)) } ?? .empty
            return try await page(visit, session, said: said, .ok)
        } catch {
            guard error.kind != .fault else { throw error }
            return try await page(visit, session, said: ProblemPage.body(error, visit.words), .badRequest)
        }
    }

    private static func reset(_ visit: Visit, _ session: Session) async throws(NodeProblem) -> Reply {
        if let refused = try await unconfirmed(visit, session, "code-reset", route: "/users/reset") { return refused }
        do throws(NodeProblem) {
            let report = try await visit.node.resetUser(visit.form["account"], by: session.account)
            let words = visit.words.users
            let said: Markup =
                report.code.map { given($0, words.done(report.name)) }
                ?? "<p class=\"notice\">\(words.waiting(report.name))</p>"
            return try await page(visit, session, said: said, .ok)
        } catch {
            guard error.kind != .fault else { throw error }
            return try await page(visit, session, said: ProblemPage.body(error, visit.words), .forbidden)
        }
    }

    private static func given(_ code: String, _ words: String) -> Markup {
        "<div class=\"notice\" role=\"status\"><p>\(words)</p><p class=\"code\" dir=\"ltr\">\(code)</p></div>"
    }

    /// What to answer where the code is not right; nil where it is.
    private static func unconfirmed(
        _ visit: Visit,
        _ session: Session,
        _ field: String,
        route: String
    ) async throws(NodeProblem) -> Reply? {
        let code = visit.form[field]
        switch try await visit.node.confirm(session, code: code, route: route, from: visit.address) {
        case .confirmed: return nil
        case .refused:
            let said = Parts.problem(visit.words.users.codeRefused)
            return try await page(visit, session, said: said, .forbidden)
        case .wait(let seconds):
            let said = Parts.problem(visit.words.signIn.wait(seconds))
            return try await page(visit, session, said: said, .tooManyRequests)
        }
    }
}
