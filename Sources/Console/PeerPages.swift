/// Whose cards this node trusts: our own card to send, a peer's to add, an end to trust. The fingerprint of a card that is to
/// be added is typed as the other side reads it out, and shown nowhere before: what can be copied is not compared.

import Accounts
import HTTPTypes
import NodeCore

enum PeerPages {
    static let routes: [Route] = [
        .roles([.operator], .get, "/peers") { visit, session async throws(NodeProblem) in
            try await list(visit, session, said: .empty, .ok)
        },
        .roles([.operator], .post, "/peers") { visit, session async throws(NodeProblem) in
            try await look(visit, session)
        }.taking(.file),
        .roles([.operator], .post, "/peers/trust") { visit, session async throws(NodeProblem) in
            try await trust(visit, session)
        },
        .roles([.operator], .post, "/peers/revoke") { visit, session async throws(NodeProblem) in
            try await revoke(visit, session)
        },
    ]

    private static func list(
        _ visit: Visit,
        _ session: Session,
        said: Markup,
        _ status: Reply.Status
    ) async throws(NodeProblem) -> Reply {
        let words = visit.words.peers
        let peers = try await visit.node.peerReports()
        let own = try OwnCard.read(visit.node.folder)
        let trusted = peers.filter(\.added).map { (value: $0.agency, text: "\($0.name) (\($0.agency))") }
        let revoking: Markup =
            trusted.isEmpty
            ? .empty
            : """
            <form method="post" action="/peers/revoke"><fieldset><legend>\(words.revokeTitle)</legend>\(session.token)
            <p class="hint">\(words.revokeHint)</p>
            \(Parts.choice("agency", visit.words.status.agency, trusted, chosen: visit.form["agency"]))
            \(Parts.field("again", words.again, isRequired: true))\(StepUp.field("revoke", visit, session))
            <div class="acts"><button>\(words.revoke)</button></div></fieldset></form>
            """
        return .page(
            Page(
                words.title,
                """
                \(said)\(table(peers, visit.words.status))
                <h2>\(words.ownTitle)</h2><p>\(words.ownHint)</p>
                \(Parts.facts([(visit.words.status.fingerprint, "\(id: own.fingerprint)")]))
                <details><summary>\(words.ownCard)</summary><pre dir="ltr">\(own.card)</pre></details>
                <form method="post" action="/peers" enctype="multipart/form-data"><fieldset>
                <legend>\(words.addTitle)</legend>\(session.token)
                <label for="card">\(words.card)</label><p class="hint" id="card-hint">\(words.cardHint)</p>
                <textarea id="card" name="card" dir="ltr" aria-describedby="card-hint">\(visit.form["card"])</textarea>
                <label for="file">\(words.orFile)</label><input id="file" name="file" type="file">
                <div class="acts"><button>\(words.look)</button></div></fieldset></form>
                \(revoking)
                """
            ),
            status
        )
    }

    static func table(_ peers: [PeerReport], _ words: Wording.StatusWords) -> Markup {
        guard !peers.isEmpty else { return "<p>\(words.noPeers)</p>" }
        let rows = peers.map { peer -> [Markup] in
            [
                "\(foreign: peer.name) (\(foreign: peer.agency))", "\(peer.added ? words.trusted : words.revoked)",
                "\(id: peer.endpoint)", "\(id: peer.fingerprint)",
            ]
        }
        return Parts.table(words.peers, [words.agency, words.state, words.address, words.fingerprint], rows)
    }

    // MARK: Add

    /// What a card says, before anybody trusts it.
    private static func look(_ visit: Visit, _ session: Session) async throws(NodeProblem) -> Reply {
        let card = visit.form.files["file"].map { String(decoding: $0.bytes, as: UTF8.self) } ?? visit.form["card"]
        return try await comparing(visit, session, card, said: .empty, .ok)
    }

    private static func comparing(
        _ visit: Visit,
        _ session: Session,
        _ card: String,
        said: Markup,
        _ status: Reply.Status
    ) async throws(NodeProblem) -> Reply {
        let words = visit.words.peers
        let report: PeerReport
        do throws(NodeProblem) {
            report = try await visit.node.addPeer(card: Array(card.utf8), confirm: nil, by: session.account)
        } catch {
            guard error.kind != .fault else { throw error }
            let problem = ProblemPage.body(error, visit.words)
            return try await list(visit, session, said: problem, .unprocessableContent)
        }
        return .page(
            Page(
                words.compareTitle,
                """
                \(said)
                \(Parts.facts([
                    (visit.words.status.agency, "\(foreign: report.name) (\(foreign: report.agency))"),
                    (visit.words.status.address, "\(id: report.endpoint)"),
                ]))
                <p>\(words.compareIntro)</p>
                <form method="post" action="/peers/trust">\(session.token)
                <input type="hidden" name="card" value="\(card)">
                \(Parts.field(
                    "fingerprint", visit.words.status.fingerprint, value: visit.form["fingerprint"],
                    hint: words.fingerprintHint, isRequired: true
                ))
                \(StepUp.field("trust", visit, session))
                <div class="acts"><button class="main">\(words.trust)</button></div></form>
                <p><a href="/peers">\(words.title)</a></p>
                """
            ),
            status
        )
    }

    private static func trust(_ visit: Visit, _ session: Session) async throws(NodeProblem) -> Reply {
        let card = visit.form["card"]
        if let refused = try await StepUp.refusal(of: "trust", visit, session, route: "/peers/trust") {
            return try await comparing(visit, session, card, said: refused.said, refused.status)
        }
        do throws(NodeProblem) {
            let fingerprint = visit.form["fingerprint"]
            _ = try await visit.node.addPeer(card: Array(card.utf8), confirm: fingerprint, by: session.account)
            return .redirect("/peers?done=trusted")
        } catch {
            guard error.kind != .fault else { throw error }
            let problem = ProblemPage.body(error, visit.words)
            return try await comparing(visit, session, card, said: problem, ProblemPage.status(error))
        }
    }

    // MARK: Revoke

    private static func revoke(_ visit: Visit, _ session: Session) async throws(NodeProblem) -> Reply {
        let agency = visit.form["agency"]
        guard !agency.isEmpty, visit.form["again"] == agency else {
            let problem = Parts.problem(visit.words.peers.notAgain)
            return try await list(visit, session, said: problem, .unprocessableContent)
        }
        if let refused = try await StepUp.refusal(of: "revoke", visit, session, route: "/peers/revoke") {
            return try await list(visit, session, said: refused.said, refused.status)
        }
        do throws(NodeProblem) {
            _ = try await visit.node.revokePeer(agency, by: session.account)
            return .redirect("/peers?done=revoked")
        } catch {
            guard error.kind != .fault else { throw error }
            let problem = ProblemPage.body(error, visit.words)
            return try await list(visit, session, said: problem, ProblemPage.status(error))
        }
    }
}
