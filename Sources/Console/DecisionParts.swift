/// How a decision looks with everything it rests on: outcome, reasons, duties, each rule with its place. Knows no rule.

import NodeCore

enum DecisionParts {
    static func section(_ report: DecisionReport, _ all: Wording) -> Markup {
        let words = all.rules
        let reasons = report.reasons.map { reason -> [Markup] in
            ["\(foreign: reason.text)", "\(reason.effect)", "\(foreign: reason.source)", "\(id: reason.rule)"]
        }
        let duties = report.duties.map { duty -> [Markup] in
            ["\(id: duty.kind)", "\(foreign: duty.value)", "\(id: duty.rules.joined(separator: ", "))"]
        }
        let rules = report.rules.map { rule -> [Markup] in
            [
                "\(rule.isFired ? "■ \(words.fired)" : "□ \(words.silent)")", "\(foreign: rule.text)",
                "\(foreign: rule.why)\(lacks(rule, words))", "\(rule.effect)", "\(foreign: rule.source)",
                "\(id: rule.rule) <span class=\"muted\" dir=\"ltr\">\(rule.place)</span>",
            ]
        }
        let heads = [all.policies.says, all.policies.effect, all.policies.source, all.policies.rule]
        let ruleHeads = [
            words.fate, all.policies.says, words.because, all.policies.effect, all.policies.source, all.policies.rule,
        ]
        // Of its own: two literals in one place become text.
        let every: Markup =
            rules.isEmpty
            ? "<p>\(words.noRules)</p>"
            : "<details><summary>\(words.everyRule)</summary>\(Parts.table(words.everyRule, ruleHeads, rules))</details>"
        return """
            <p><strong>\(outcome(report.outcome, words))</strong>
            <span class="muted">(\(id: report.side), \(id: report.stage), \(Moments.text(report.at)))</span></p>
            \(Parts.table(words.reasons, heads, reasons))
            \(duties.isEmpty ? .empty : Parts.table(words.duties, [words.duty, words.value, all.policies.rule], duties))
            \(every)
            """
    }

    private static func lacks(_ rule: DecisionReport.Account, _ words: Wording.RuleWords) -> Markup {
        guard !rule.lacks.isEmpty else { return .empty }
        return "<div class=\"muted\">\(words.lacks) \(foreign: rule.lacks.joined(separator: "; "))</div>"
    }

    static func outcome(_ outcome: String, _ words: Wording.RuleWords) -> String {
        switch outcome {
        case "permit": "■ \(words.permit)"
        case "hold": "⧗ \(words.hold)"
        default: "⊘ \(words.refuse)"
        }
    }
}
