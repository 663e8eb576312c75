/// A code as part of an act that weighs, where the page has several such acts. Knows how it is asked for and what is said
/// when it is not right; whether it is, the node knows.

import Accounts
import HTTPTypes
import NodeCore

enum StepUp {
    /// - Parameter act: tells the fields of one page apart.
    static func field(_ act: String, _ words: Wording) -> Markup {
        Parts.field(
            "code-\(act)",
            words.users.code,
            hint: words.queue.codeHint,
            autocomplete: "one-time-code",
            isRequired: true
        )
    }

    /// What to say where the code is not right; nil where it is. Uses the code up.
    static func refusal(
        of act: String,
        _ visit: Visit,
        _ session: Session,
        route: String
    ) async throws(NodeProblem) -> (said: Markup, status: Reply.Status)? {
        switch try await visit.node.confirm(
            session,
            code: visit.form["code-\(act)"],
            route: route,
            from: visit.address
        ) {
        case .confirmed: nil
        case .refused: (Parts.problem(visit.words.users.codeRefused), .forbidden)
        case .wait(let seconds): (Parts.problem(visit.words.signIn.wait(seconds)), .tooManyRequests)
        }
    }
}
