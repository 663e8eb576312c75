/// The operator's view: every part of the node with its remedy, as `comity doctor` says, and the peers. Counts, never a record,
/// a key or a case.

import Accounts
import NodeCore

enum StatusPages {
    static let routes: [Route] = [
        .roles([.operator], .get, "/status") { visit, _ async throws(NodeProblem) in
            let examined = await visit.desk.examinations.look(at: visit.node, anew: visit.query.isTicked("now"))
            return .page(page(examined, try await visit.node.peerReports(), visit.words.status))
        }
    ]

    private static func page(
        _ examined: Examinations.Examined,
        _ peers: [PeerReport],
        _ words: Wording.StatusWords
    ) -> Page {
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
            """
        )
    }

    private static func state(_ state: DoctorReport.Check.State, _ words: Wording.StatusWords) -> Markup {
        switch state {
        case .ok: "✓ \(words.ok)"
        case .warning: "<span class=\"warn\">! \(words.warning)</span>"
        case .failed: "<span class=\"danger\">✗ \(words.failed)</span>"
        }
    }
}
