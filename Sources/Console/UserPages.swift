/// Accounts: for an operator who may do what, adding somebody, changing roles; for approvers as well, resetting a sign-in. A
/// second factor is part of each act; a one-time code is shown once.

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
        .roles([.operator], .post, "/users/roles") { visit, session async throws(NodeProblem) in
            try await changeRoles(visit, session)
        },
        .roles([.approver, .operator], .get, "/users/reset") { visit, session async throws(NodeProblem) in
            try await resetPage(visit, session, said: .empty, .ok)
        },
        .roles([.approver, .operator], .post, "/users/reset") { visit, session async throws(NodeProblem) in
            try await reset(visit, session)
        },
    ]

    private static func page(
        _ visit: Visit,
        _ session: Session,
        said: Markup,
        _ status: Reply.Status,
        isDone: Bool = false
    ) async throws(NodeProblem) -> Reply {
        let words = visit.words.users
        // What was not done comes back as it was sent.
        let adding = isDone || visit.path != "/users" ? Form() : visit.form
        let changing = isDone || visit.path != "/users/roles" ? Form() : visit.form
        let users = try await visit.node.users()
        let rows = users.map { user -> [Markup] in
            [
                "\(user.name)", "\(user.roles.joined(separator: ", "))",
                "\(user.signIn == true ? words.setUp : words.notSetUp)",
            ]
        }
        func roles(_ form: Form) -> [Markup] {
            let ticked = Set(form.all("role"))
            return Role.allCases.map { role in
                let isTicked = ticked.contains(role.rawValue)
                return Parts.tick("role", value: role.rawValue, "\(role.rawValue)", isTicked: isTicked)
            }
        }
        let others = others(users, session)
        return .page(
            Page(
                words.title,
                """
                \(said)\(Parts.table(words.title, [words.name, words.roles, words.signIn], rows))
                <form method="post" action="/users"><fieldset><legend>\(words.addTitle)</legend>\(session.token)
                \(Parts.field("name", words.name, value: adding["name"], hint: words.nameHint, isRequired: true))
                \(roles(adding))\(StepUp.field("add", visit, session))
                <div class="acts"><button>\(words.add)</button></div></fieldset></form>
                <form method="post" action="/users/roles"><fieldset><legend>\(words.rolesTitle)</legend>\(session.token)
                <p class="hint">\(words.rolesHint)</p>
                \(Parts.choice("person", words.name, others, chosen: changing["person"]))
                \(roles(changing))\(StepUp.field("roles", visit, session))
                <div class="acts"><button>\(words.change)</button></div></fieldset></form>
                \(resetForm(visit, session, others))
                """
            ),
            status
        )
    }

    /// Nobody changes their own roles, or resets their own sign-in.
    private static func others(_ users: [UserReport], _ session: Session) -> [(value: String, text: String)] {
        users.filter { $0.name != session.account }.map { (value: $0.name, text: $0.name) }
    }

    private static func resetForm(
        _ visit: Visit,
        _ session: Session,
        _ others: [(value: String, text: String)]
    ) -> Markup {
        let words = visit.words.users
        return """
            <form method="post" action="/users/reset"><fieldset><legend>\(words.resetTitle)</legend>\(session.token)
            <p class="hint">\(words.resetHint)</p>
            \(Parts.choice("account", words.name, others, chosen: ""))\(StepUp.field("reset", visit, session))
            <div class="acts"><button>\(words.reset)</button></div></fieldset></form>
            """
    }

    private static func resetPage(
        _ visit: Visit,
        _ session: Session,
        said: Markup,
        _ status: Reply.Status
    ) async throws(NodeProblem) -> Reply {
        let others = others(try await visit.node.users(), session)
        let title = visit.words.users.resetTitle
        return .page(Page(title, said + resetForm(visit, session, others)), status)
    }

    private static func add(_ visit: Visit, _ session: Session) async throws(NodeProblem) -> Reply {
        if let refused = try await StepUp.refusal(of: "add", visit, session, route: "/users") {
            return try await page(visit, session, said: refused.said, refused.status)
        }
        do throws(NodeProblem) {
            let user = try await visit.node.addUser(
                visit.form["name"],
                roles: visit.form.all("role"),
                by: session.account
            )
            let said = user.code.map { given($0, visit.words.users.done(user.name)) } ?? .empty
            return try await page(visit, session, said: said, .ok, isDone: true)
        } catch {
            guard error.kind != .fault else { throw error }
            return try await page(visit, session, said: ProblemPage.body(error, visit.words), .badRequest)
        }
    }

    private static func changeRoles(_ visit: Visit, _ session: Session) async throws(NodeProblem) -> Reply {
        if let refused = try await StepUp.refusal(of: "roles", visit, session, route: "/users/roles") {
            return try await page(visit, session, said: refused.said, refused.status)
        }
        do throws(NodeProblem) {
            let user = try await visit.node.changeRoles(
                visit.form["person"],
                roles: visit.form.all("role"),
                by: session.account
            )
            let said: Markup = "<p class=\"notice\" role=\"status\">\(visit.words.users.changed(user.name))</p>"
            return try await page(visit, session, said: said, .ok, isDone: true)
        } catch {
            guard error.kind != .fault else { throw error }
            let said = ProblemPage.body(error, visit.words)
            return try await page(visit, session, said: said, ProblemPage.status(error))
        }
    }

    private static func reset(_ visit: Visit, _ session: Session) async throws(NodeProblem) -> Reply {
        if let refused = try await StepUp.refusal(of: "reset", visit, session, route: "/users/reset") {
            return try await resetPage(visit, session, said: refused.said, refused.status)
        }
        do throws(NodeProblem) {
            let report = try await visit.node.resetUser(visit.form["account"], by: session.account)
            let words = visit.words.users
            let said: Markup =
                report.code.map { given($0, words.done(report.name)) }
                ?? "<p class=\"notice\">\(words.waiting(report.name))</p>"
            return try await resetPage(visit, session, said: said, .ok)
        } catch {
            guard error.kind != .fault else { throw error }
            return try await resetPage(visit, session, said: ProblemPage.body(error, visit.words), .forbidden)
        }
    }

    private static func given(_ code: String, _ words: String) -> Markup {
        "<div class=\"notice\" role=\"status\"><p>\(words)</p><p class=\"code\" dir=\"ltr\">\(code)</p></div>"
    }
}
