/// One request of a person, read and let in: what a page may know of it.

import Accounts
import Logging
import NodeCore
import WireProtocol

/// What all pages share.
struct FrontDesk: Sendable {
    let node: Node
    let peers: any PeerReaching
    let logger: Logger
    let underWay = QuestionsUnderWay()
    /// Of the operator, apart from what analysts may look at and take up.
    let indexesUnderWay = QuestionsUnderWay()
    let indexWork = IndexWork()
    var uploads = Uploads()
    let examinations = Examinations()

    var hosts: LocalHosts { LocalHosts(own: node.configuration.console.host) }
}

struct Visit: Sendable {
    let desk: FrontDesk
    let words: Wording
    let look: Look
    /// Without the query.
    let path: String
    /// Parts of the path that the route names, such as `id`.
    let parameters: [String: String]
    /// After the question mark.
    let query: Form
    /// What was sent; empty for a look.
    let form: Form
    /// Where the request came from, as far as the connection tells.
    let address: String

    var node: Node { desk.node }

    /// The same with what was typed before.
    func sending(_ form: Form) -> Visit {
        Visit(
            desk: desk,
            words: words,
            look: look,
            path: path,
            parameters: parameters,
            query: query,
            form: form,
            address: address
        )
    }

    func parameter(_ name: String) -> String { parameters[name] ?? "" }
}

extension Session {
    /// The hidden line that shows a form to be of this session.
    var token: Markup { "<input type=\"hidden\" name=\"form_token\" value=\"\(formToken)\">" }
}
