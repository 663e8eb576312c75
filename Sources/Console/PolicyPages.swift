/// The rules that decide now, to read: each as its sentence, with the article it stands on. Nothing is edited here.

import Accounts
import NodeCore

enum PolicyPages {
    static let routes: [Route] = [
        .roles([.officer], .get, "/policies") { visit, session async throws(NodeProblem) in
            .page(page(try await visit.node.policyReport(by: session.account), visit.words))
        }
    ]

    private static func page(_ report: PolicyReport, _ all: Wording) -> Page {
        let words = all.policies
        let sections = report.agreements.map { agreement -> Markup in
            let rows = agreement.rules.map { rule -> [Markup] in
                [
                    "\(foreign: rule.because)", "\(rule.effect)",
                    "\((rule.stages + rule.sides).joined(separator: ", "))", "\(foreign: rule.source)",
                    "\(id: rule.name)",
                ]
            }
            let heads = [words.says, words.effect, words.stages, words.source, words.rule]
            let facts = Parts.facts([
                (words.parties, "\(agreement.parties.joined(separator: ", "))"),
                (words.askers, "\(agreement.askers.joined(separator: ", "))"),
                (words.holders, "\(agreement.holders.joined(separator: ", "))"),
            ])
            let force = agreement.isInForce ? words.inForce : words.notInForce
            return """
                <h2>\(foreign: agreement.name) (\(id: agreement.id)): \(force)</h2>\(facts)
                \(Parts.table(agreement.name, heads, rows))
                """
        }
        return Page(
            words.title,
            """
            <p>\(words.intro)</p>\(RulePages.links(all.rules))
            \(Parts.facts([(words.digest, "\(id: report.digest)")]))\(sections)
            """
        )
    }
}
