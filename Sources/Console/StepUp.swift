/// A second factor as part of an act that weighs: a code, or a security key where somebody has one. Knows how it is asked for
/// and what is said when it is not right; whether it is, the node knows.

import Accounts
import HTTPTypes
import NodeCore

enum StepUp {
    /// - Parameters:
    ///   - act: tells the fields of one page apart.
    ///   - about: what the act is done to, where the page's form says so: a key signs for this one.
    ///   - label: of the code; nil: the usual one.
    static func field(
        _ act: String,
        _ visit: Visit,
        _ session: Session,
        about: String = "",
        label: String? = nil
    ) -> Markup {
        let words = visit.words
        let code = Parts.field(
            "code-\(act)",
            label ?? words.users.code,
            hint: words.queue.codeHint,
            autocomplete: "one-time-code",
            isRequired: true
        )
        return KeyParts.signing(
            act,
            code: "code-\(act)",
            for: .act(name(act, about), session),
            session.keys,
            visit
        ) + code
    }

    /// What to say where it is not right; nil where it is. Uses code or challenge up.
    ///
    /// - Parameter codeRefused: what to say of a code; nil: the usual words.
    static func refusal(
        of act: String,
        _ visit: Visit,
        _ session: Session,
        route: String,
        about: String = "",
        codeRefused: String? = nil
    ) async throws(NodeProblem) -> (said: Markup, status: Reply.Status)? {
        let proof = KeyParts.proof(visit.form, act, code: "code-\(act)")
        switch try await visit.node.confirm(
            session,
            proof,
            act: name(act, about),
            route: route,
            from: visit.address
        ) {
        case .confirmed: return nil
        case .refused:
            if case .key = proof { return (Parts.problem(visit.words.keys.refused), .forbidden) }
            return (Parts.problem(codeRefused ?? visit.words.users.codeRefused), .forbidden)
        case .wait(let seconds): return (Parts.problem(visit.words.signIn.wait(seconds)), .tooManyRequests)
        }
    }

    private static func name(_ act: String, _ about: String) -> String { about.isEmpty ? act : "\(act)/\(about)" }
}
