/// The operator's view: every part of the node with its remedy, as `comity doctor` says, and the peers. Counts, never a record,
/// a key or a case.

import Accounts
import NodeCore

enum StatusPages {
    static let routes: [Route] = [
        .roles([.operator], .get, "/status") { visit, _ async throws(NodeProblem) in
            let examined = await visit.desk.examinations.look(at: visit.node, anew: visit.query.isTicked("now"))
            let (peers, health) = (try await visit.node.peerReports(), try await visit.node.peerHealth())
            return .page(page(examined, peers, health, at: visit.node.now, visit.words))
        }
    ]

    private static func page(
        _ examined: Examinations.Examined,
        _ peers: [PeerReport],
        _ health: [PeerHealth],
        at now: Int,
        _ all: Wording
    ) -> Page {
        let words = all.status
        // What needs somebody stands above what does not.
        let order: [DoctorReport.Check.State] = [.failed, .warning, .ok]
        let checks = order.flatMap { state in examined.report.checks.filter { $0.state == state } }
        let rows = checks.map { check -> [Markup] in
            ["\(check.name)", state(check.state, words), "\(foreign: check.text)", "\(foreign: check.remedy ?? "–")"]
        }
        return Page(
            words.title,
            """
            <p>\(words.examined(Moments.text(examined.at))) <a href="/status?now=yes">\(words.examineNow)</a></p>
            \(Parts.table(words.checks, [words.name, words.state, words.text, words.remedy], rows))
            <h2>\(words.peers)</h2>\(PeerPages.table(peers, words))
            \(health.isEmpty ? .empty : table(health, at: now, all))
            """
        )
    }

    /// How each trusted peer answers, and what stands between us.
    private static func table(_ health: [PeerHealth], at now: Int, _ all: Wording) -> Markup {
        let (words, status) = (all.peerHealth, all.status)
        let rows = health.map { peer -> [Markup] in
            let answer: Markup =
                switch (peer.failure, peer.answered) {
                case (let failure?, let last):
                    """
                    <span class="warn">! \(foreign: failure)</span>\
                    <div>\(last.map { words.lastAnswer(Moments.text($0)) } ?? words.notHeard)</div>
                    """
                case (nil, let last?): "✓ \(Moments.text(last))"
                case (nil, nil): "\(words.notHeard)"
                }
            let indexes = peer.fetched.map { index -> Markup in
                "<div>\(foreign: index.agreement): \(words.index(index.epoch, index.version))</div>"
            }
            let witness: Markup = peer.cosigningFailure.map { "<div class=\"warn\">\(foreign: $0)</div>" } ?? .empty
            return [
                "\(foreign: peer.agency)", answer, "\(peer.skew.map(words.skew) ?? "–")",
                indexes.isEmpty ? "–" : indexes.joined(), "\(words.cosigned(peer.cosigned))\(witness)",
                "\(peer.certificateEnds.map { words.days(max(0, ($0 - now) / 86_400)) } ?? "–")",
            ]
        }
        let heads = [status.agency, words.answer, words.clock, words.theirIndex, words.witness, words.certificate]
        return "\(Parts.table(words.title, heads, rows))<p class=\"muted\">\(words.sinceStart)</p>"
    }

    private static func state(_ state: DoctorReport.Check.State, _ words: Wording.StatusWords) -> Markup {
        switch state {
        case .ok: "✓ \(words.ok)"
        case .warning: "<span class=\"warn\">! \(words.warning)</span>"
        case .failed: "<span class=\"danger\">✗ \(words.failed)</span>"
        }
    }
}
