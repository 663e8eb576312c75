/// What would happen to a question, before anything leaves: each peer, what it is expected to do and by whose rules, who
/// learns what.

import NodeCore

enum AskPreview {
    static func section(_ report: QuestionReport, _ readings: [FieldReading], _ words: Wording) -> Markup {
        let outlooks = report.expected ?? []
        let rows = report.asked.map { answer -> [Markup] in
            let outlook = outlooks.first { $0.peer == answer.peer }
            return [
                "\(foreign: answer.peer)", expected(answer, outlook, words),
                "<p>\(foreign: answer.reason)</p>\(outlook.map { why($0, words) } ?? .empty)",
            ]
        }
        let learns = report.asked.filter { $0.outcome != "refused" }.map { answer -> Markup in
            "<p>\(words.ask.learns(answer.peer))</p>"
        }
        return """
            <section aria-labelledby="preview"><h2 id="preview">\(words.ask.previewTitle)</h2>
            \(Parts.table(words.ask.previewTitle, [words.ask.peer, words.ask.expected, words.ask.why], rows))
            <p class="muted">\(words.ask.expectedNote)</p>\(Readings.notes(report.noteCodes, kept: report.notes, words))
            \(Readings.table(readings, words))
            <h3>\(words.ask.learnsTitle)</h3>\(learns)
            </section>
            """
    }

    /// Our own side is known; what the peer would do on top of it is expected.
    private static func expected(_ answer: PeerAnswerReport, _ outlook: PeerOutlook?, _ words: Wording) -> Markup {
        guard answer.outcome == "would-ask", let outlook else { return Outcomes.mark(answer, words.outcomes) }
        return switch outlook.outcome {
        case .wouldAnswer: Outcomes.mark(answer, words.outcomes)
        case .wouldBeHeld: "⧗ \(words.outcomes.heldThere)"
        case .expectedRefusal: "⊘ \(words.outcomes.refusalExpected)"
        }
    }

    /// The rules that speak, and where each is written.
    private static func why(_ outlook: PeerOutlook, _ words: Wording) -> Markup {
        let rules = outlook.rules.map { rule -> Markup in
            let side = rule.side == "holder" ? words.ask.theirRule : words.ask.ourRule
            let lacks = rule.lacks.isEmpty ? "" : " (\(rule.lacks.joined(separator: ", ")))"
            return
                "<li>\(side): \(foreign: rule.text + lacks) <span class=\"muted\">\(foreign: "\(rule.rule) · \(rule.source)")</span></li>"
        }
        let reason: Markup = outlook.reason.isEmpty ? .empty : "<p>\(foreign: outlook.reason)</p>"
        return rules.isEmpty ? reason : "\(reason)<ul class=\"plain\">\(rules)</ul>"
    }
}
