/// How somebody wants pages to look: theme, language, single keys. Kept in a cookie of its own, apart from who they are: it
/// holds before they sign in, and says nothing of them.

import Accounts
import HTTPTypes
import NodeCore

struct Look: Sendable, Equatable {
    enum Theme: String, Sendable, CaseIterable {
        /// As the system has it.
        case auto
        case light, dark
    }

    var theme = Theme.auto
    /// Of ours; nil as the browser asks for.
    var language: String?
    /// Whether single keys do something (WCAG 2.2, 2.1.4).
    var hasKeys = true

    static let cookieName = "__Host-comity.look"
    private static let year = 31_536_000

    init() {}

    /// From the cookies of a request; what cannot be read is as if it were not there.
    init(_ fields: HTTPFields) {
        let words = Headers.values(of: Self.cookieName, in: fields).first?.split(separator: ".").map(String.init) ?? []
        if words.count == 3 {
            self.init(theme: words[0], language: words[1], keys: words[2])
        } else {
            self.init()
        }
    }

    init(theme: String, language: String, keys: String) {
        self.theme = Theme(rawValue: theme) ?? .auto
        self.language = Wording.all.map(\.language).first { $0 == language }
        hasKeys = keys != "off"
    }

    /// For `Set-Cookie`.
    var cookie: String {
        let value = "\(theme.rawValue).\(language ?? "auto").\(hasKeys ? "on" : "off")"
        return "\(Self.cookieName)=\(value); Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=\(Self.year)"
    }

    /// - Parameter header: the browser's `Accept-Language`.
    func words(_ header: String?) -> Wording {
        Wording.all.first { $0.language == language } ?? Wording.preferred(header)
    }
}

/// Who reads a page, as far as its frame cares.
struct Reader: Sendable {
    let look: Look
    let words: Wording

    init(_ headers: HTTPFields) {
        look = Look(headers)
        words = look.words(headers[.acceptLanguage])
    }
}

enum LookPages {
    static let routes: [Route] = [
        .signedIn(.post, "/account/look") { visit, _ async throws(NodeProblem) in
            let look = Look(theme: visit.form["theme"], language: visit.form["language"], keys: visit.form["keys"])
            return Reply.redirect("/account?done=look").with(look)
        }
    ]

    static func section(_ visit: Visit, _ session: Session) -> Markup {
        let (words, look) = (visit.words.look, visit.look)
        let themes = [("auto", words.system), ("light", words.light), ("dark", words.dark)]
        let languages = [("auto", words.browser)] + Wording.all.map { ($0.language, $0.look.name) }
        let keys = [("on", words.on), ("off", words.off)]
        return """
            <h2 id="look">\(words.title)</h2>
            <form method="post" action="/account/look">\(session.token)
            \(Parts.choice("theme", words.theme, themes.map { (value: $0.0, text: $0.1) }, chosen: look.theme.rawValue))
            \(Parts.choice("language", words.language, languages.map { (value: $0.0, text: $0.1) }, chosen: look.language ?? "auto"))
            \(Parts.choice("keys", words.keys, keys.map { (value: $0.0, text: $0.1) }, chosen: look.hasKeys ? "on" : "off", hint: words.keysHint))
            <div class="acts"><button>\(words.keep)</button></div></form>
            """
    }
}
