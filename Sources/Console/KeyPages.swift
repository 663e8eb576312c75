/// Somebody's own security keys: which there are, adding one, removing one. A second factor is part of either.

import Accounts
import HTTPTypes
import NodeCore

enum KeyPages {
    static let routes: [Route] = [
        .signedIn(.post, "/account/keys/new") { visit, session async throws(NodeProblem) in
            try await offer(visit, session)
        },
        .signedIn(.post, "/account/keys") { visit, session async throws(NodeProblem) in try await add(visit, session) },
        .signedIn(.post, "/account/keys/remove") { visit, session async throws(NodeProblem) in
            try await remove(visit, session)
        },
    ]

    /// The section of the account's page.
    static func section(_ visit: Visit, _ session: Session, _ keys: [SecurityKeyReport]) -> Markup {
        let words = visit.words.keys
        let list: Markup =
            keys.isEmpty
            ? "<p>\(words.none)</p>"
            : Parts.table(
                words.title,
                [words.name, words.added, words.used, words.kept],
                keys.map { key in
                    [
                        "\(foreign: key.name)", "\(Moments.text(key.added))",
                        "\(key.used.map { Moments.text($0) } ?? words.never)",
                        "\(key.mayBeCopied ? words.copied : words.inOne)",
                    ]
                }
            )
        let adding: Markup =
            visit.node.relyingParty == nil
            ? "<p class=\"notice\">\(words.noName)</p>"
            : """
            <form method="post" action="/account/keys/new"><fieldset><legend>\(words.addTitle)</legend>\(session.token)
            \(Parts.field("name", words.name, value: visit.form["name"], hint: words.nameHint, isRequired: true))
            \(StepUp.field("add-key", visit, session))
            <div class="acts"><button>\(words.add)</button></div></fieldset></form>
            """
        let choices = keys.map { (value: $0.id, text: Escape.shown($0.name)) }
        let removing: Markup =
            keys.isEmpty
            ? .empty
            : """
            <form method="post" action="/account/keys/remove"><fieldset><legend>\(words.removeTitle)</legend>\(session.token)
            \(Parts.choice("key", words.name, choices, chosen: visit.form["key"]))
            \(StepUp.field("remove-key", visit, session))
            <div class="acts"><button>\(words.remove)</button></div></fieldset></form>
            """
        return "<h2>\(words.title)</h2><p>\(words.intro)</p>\(list)\(adding)\(removing)"
    }

    private static func offer(_ visit: Visit, _ session: Session) async throws(NodeProblem) -> Reply {
        if let refused = try await StepUp.refusal(of: "add-key", visit, session, route: "/account/keys/new") {
            return try await AccountPages.page(visit, session, said: refused.said, refused.status)
        }
        do throws(NodeProblem) {
            let offer = try await visit.node.offerSecurityKey(named: visit.form["name"], to: session)
            let words = visit.words.keys
            return .page(
                Page(
                    words.registerTitle,
                    """
                    <p>\(words.registerIntro)</p>
                    <form method="post" action="/account/keys">\(session.token)
                    <input type="hidden" name="name" value="\(offer.name)">
                    \(KeyParts.registering(offer, session, visit))
                    </form>
                    <p><a href="/account">\(visit.words.account.title)</a></p>
                    """
                )
            )
        } catch {
            guard error.kind != .fault else { throw error }
            let said = ProblemPage.body(error, visit.words)
            return try await AccountPages.page(visit, session, said: said, .unprocessableContent)
        }
    }

    private static func add(_ visit: Visit, _ session: Session) async throws(NodeProblem) -> Reply {
        let words = visit.words.keys
        let sent = visit.form.exactly("registration")
        switch try await visit.node.addSecurityKey(sent, named: visit.form["name"], of: session) {
        case .added: return .redirect("/account?done=key-added")
        case .refused:
            return try await AccountPages.page(visit, session, said: Parts.problem(words.refused), .forbidden)
        case .known:
            return try await AccountPages.page(visit, session, said: Parts.problem(words.known), .conflict)
        }
    }

    private static func remove(_ visit: Visit, _ session: Session) async throws(NodeProblem) -> Reply {
        if let refused = try await StepUp.refusal(of: "remove-key", visit, session, route: "/account/keys/remove") {
            return try await AccountPages.page(visit, session, said: refused.said, refused.status)
        }
        do throws(NodeProblem) {
            guard try await visit.node.removeSecurityKey(visit.form["key"], of: session) else {
                let said = Parts.problem(visit.words.problems.noForm)
                return try await AccountPages.page(visit, session, said: said, .badRequest)
            }
            return .redirect("/account?done=key-removed")
        } catch {
            guard error.kind != .fault else { throw error }
            let said = ProblemPage.body(error, visit.words)
            return try await AccountPages.page(visit, session, said: said, ProblemPage.status(error))
        }
    }
}
