/// The pages before anybody is known: sign in, and setting up a sign-in with a one-time code. Never repeat what was typed but
/// the account's name.

import Accounts
import HTTPTypes
import NodeCore

enum SignInPages {
    static let routes: [Route] = [
        .signedIn(.get, "/") { _, session in .redirect(RouteTable.home(session.roles)) },
        .open(.get, "/sign-in") { visit in .page(page(visit, problem: nil)) },
        .open(.post, "/sign-in") { visit async throws(NodeProblem) in try await signIn(visit) },
        .open(.get, "/start") { visit in .page(start(visit, problem: nil)) },
        .open(.post, "/start") { visit async throws(NodeProblem) in try await offer(visit, problem: nil) },
        .open(.post, "/start/set-up") { visit async throws(NodeProblem) in try await setUp(visit) },
    ]

    // MARK: Sign in

    private static func page(_ visit: Visit, problem: String?) -> Page {
        let words = visit.words.signIn
        let next = visit.form["next"].isEmpty ? visit.query["next"] : visit.form["next"]
        let error: Markup = problem.map { Parts.problem($0) } ?? .empty
        return Page(
            words.title,
            """
            \(error)
            <form method="post" action="/sign-in">
            \(Parts.field("name", words.name, value: visit.form["name"], autocomplete: "username", isRequired: true))
            \(Parts.field("password", words.password, type: "password", autocomplete: "current-password", isRequired: true))
            \(KeyParts.signing("sign-in", code: "code", for: .signIn(from: visit.address), nil, visit))
            \(Parts.field("code", words.code, hint: words.codeHint, autocomplete: "one-time-code", isRequired: true))
            <input type="hidden" name="next" value="\(next)">
            <div class="acts"><button class="main">\(words.submit)</button></div>
            </form>
            <p><a href="/start">\(words.first)</a></p>
            """
        )
    }

    private static func signIn(_ visit: Visit) async throws(NodeProblem) -> Reply {
        let outcome = try await visit.node.signIn(
            name: visit.form["name"],
            password: visit.form.exactly("password"),
            proof: KeyParts.proof(visit.form, "sign-in", code: "code"),
            from: visit.address
        )
        switch outcome {
        case .opened(let token, let session):
            return .redirect(way(on: visit.form["next"], session)).with(.set(token))
        case .refused: return .page(page(visit, problem: visit.words.signIn.refused), .forbidden)
        case .wait(let seconds): return .page(page(visit, problem: visit.words.signIn.wait(seconds)), .tooManyRequests)
        }
    }

    /// Where somebody wanted to go, if it is a page of ours that they may open.
    private static func way(on next: String, _ session: Session) -> String {
        let path = next.prefix { $0 != "?" }
        // Nothing in it ends a line of the answer's head.
        guard next.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != 0x5C }),
            let (route, _) = RouteTable.route(.get, String(path)), route.who != .anybody,
            route.who.admits(session.roles)
        else {
            return RouteTable.home(session.roles)
        }
        return next
    }

    // MARK: Set up

    private static func start(_ visit: Visit, problem: String?) -> Page {
        let words = visit.words.signIn
        let error: Markup = problem.map { Parts.problem($0) } ?? .empty
        return Page(
            words.startTitle,
            """
            \(error)<p>\(words.startIntro)</p>
            <form method="post" action="/start">
            \(Parts.field("name", words.name, value: visit.form["name"], autocomplete: "username", isRequired: true))
            \(Parts.field("first_code", words.oneTimeCode, isRequired: true))
            <div class="acts"><button class="main">\(words.startSubmit)</button></div>
            </form>
            """
        )
    }

    private static func offer(_ visit: Visit, problem: String?) async throws(NodeProblem) -> Reply {
        let words = visit.words.signIn
        let firstCode = visit.form["first_code"]
        let outcome = try await visit.node.offerFactor(
            name: visit.form["name"],
            firstCode: firstCode,
            from: visit.address
        )
        switch outcome {
        case .offered(let offer):
            let page = setUpPage(visit, offer, firstCode: firstCode, problem: problem)
            return .page(page, problem == nil ? .ok : .unprocessableContent)
        case .refused: return .page(start(visit, problem: words.startRefused), .forbidden)
        case .wait(let seconds): return .page(start(visit, problem: words.wait(seconds)), .tooManyRequests)
        }
    }

    private static func setUpPage(_ visit: Visit, _ offer: FactorOffer, firstCode: String, problem: String?) -> Page {
        let words = visit.words.signIn
        let error: Markup = problem.map { Parts.problem($0) } ?? .empty
        return Page(
            words.setUpTitle,
            """
            \(error)
            <form method="post" action="/start/set-up">
            <input type="hidden" name="name" value="\(offer.account)">
            <input type="hidden" name="first_code" value="\(firstCode)">
            <input type="text" name="username" value="\(offer.account)" autocomplete="username" hidden>
            \(Parts.field(
                "password", words.choosePassword, type: "password", hint: words.passwordHint,
                autocomplete: "new-password", isRequired: true
            ))
            \(Parts.field("again", words.again, type: "password", autocomplete: "new-password", isRequired: true))
            <h2>\(words.secret)</h2>
            <p>\(words.secretHint)</p>
            \(QRCode(offer.link)?.picture(words.secretPicture) ?? .empty)
            <p class="code" dir="ltr">\(offer.secret)</p>
            <p><a href="\(offer.link)">\(words.link)</a></p>
            \(Parts.field("code", words.appCode, autocomplete: "one-time-code", isRequired: true))
            <div class="acts"><button class="main">\(words.setUpSubmit)</button></div>
            </form>
            """
        )
    }

    private static func setUp(_ visit: Visit) async throws(NodeProblem) -> Reply {
        let words = visit.words.signIn
        let password = visit.form.exactly("password")
        guard password == visit.form.exactly("again") else { return try await offer(visit, problem: words.different) }
        let outcome = try await visit.node.setUpSignIn(
            name: visit.form["name"],
            firstCode: visit.form["first_code"],
            password: password,
            code: visit.form["code"],
            from: visit.address
        )
        switch outcome {
        case .opened(let token, let session, let codes):
            let lines = codes.map { code -> Markup in "<li class=\"code\" dir=\"ltr\">\(code)</li>" }
            let page = Page(
                words.codesTitle,
                """
                <p>\(words.codesIntro)</p><ul class="plain">\(lines)</ul>
                <p><a href="\(RouteTable.home(session.roles))">\(words.codesDone)</a></p>
                """
            )
            return .page(page).with(.set(token))
        case .refused: return .page(start(visit, problem: words.startRefused), .forbidden)
        case .wait(let seconds): return .page(start(visit, problem: words.wait(seconds)), .tooManyRequests)
        case .wrongCode: return try await offer(visit, problem: words.wrongCode)
        case .weakPassword(let strength): return try await offer(visit, problem: reason(strength, words))
        }
    }

    private static func reason(_ strength: PasswordStrength, _ words: Wording.SignInWords) -> String {
        switch strength.weakness {
        case .tooShort: words.tooShort
        case .commonWord: words.easyWord
        case .wordOfHere: words.easyHere
        case .sequence: words.easySequence
        case .repetition: words.easyRepetition
        case nil: words.tooEasy
        }
    }
}
