/// What the words of the field mean, and which keys there are. Knows nothing of anybody.

import Accounts
import NodeCore

enum GlossaryPages {
    static let routes: [Route] = [
        .signedIn(.get, "/glossary") { visit, _ async throws(NodeProblem) in
            let words = visit.words.glossary
            let terms = words.terms.map { term -> [Markup] in ["<strong>\(term.term)</strong>", "\(term.meaning)"] }
            let keys = words.keys.map { key -> [Markup] in ["\(id: key.key)", "\(key.does)"] }
            return .page(
                Page(
                    words.title,
                    """
                    <p>\(words.intro)</p>
                    \(Parts.table(words.title, [words.term, words.meaning], terms))
                    <h2 id="keys">\(words.keysTitle)</h2>
                    \(Parts.table(words.keysTitle, [words.key, words.does], keys))
                    <p><a href="/account#look">\(visit.words.look.title)</a></p>
                    """
                )
            )
        }
    ]
}
