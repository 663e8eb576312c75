/// The panel beside the form of a question: what would happen before anything leaves, each peer, what it is expected to do
/// and by whose rules, who learns what.

import NodeCore

enum AskPreview {
    /// Nothing was looked at yet.
    case nothing
    /// It is no question yet: what it lacks.
    case missing(String)
    case expected(QuestionReport)

    /// Its parts have ids by which a script takes them over: what it says in short, and the whole.
    func aside(_ asked: AskForm, _ words: Wording) -> Markup {
        let read: Markup = "\(Readings.table(asked.readings, words))\(asked.rows(words))"
        let (said, body): (Markup, Markup) =
            switch self {
            case .nothing: (.empty, "<p class=\"muted\">\(words.asking.outlookHint)</p>\(read)")
            case .missing(let text): ("\(words.asking.notYet) \(foreign: text)", read)
            case .expected(let report): (Self.short(report, words), "\(Self.whole(report, words))\(read)")
            }
        return """
            <section id="outlook" aria-labelledby="preview" tabindex="0" data-unsaid="\(words.asking.unsaid)"><h2 id="preview">\(words.ask.previewTitle)</h2>
            <p id="outlook-said" role="status">\(said)</p><div id="outlook-body">\(body)</div></section>
            """
    }

    /// Each peer in a few words, for who hears the page.
    private static func short(_ report: QuestionReport, _ words: Wording) -> Markup {
        let outlooks = report.expected ?? []
        let peers = report.asked.map { answer -> Markup in
            let outlook = outlooks.first { $0.peer == answer.peer }
            return "<span>\(foreign: answer.peer): \(expected(answer, outlook, words))</span>"
        }
        return peers.reduce(.empty) { $0.html.isEmpty ? $1 : "\($0) · \($1)" }
    }

    private static func whole(_ report: QuestionReport, _ words: Wording) -> Markup {
        let outlooks = report.expected ?? []
        let rows = report.asked.map { answer -> [Markup] in
            let outlook = outlooks.first { $0.peer == answer.peer }
            return ["\(foreign: answer.peer)", expected(answer, outlook, words), why(answer, outlook, words)]
        }
        let learns = report.asked.compactMap { answer -> Markup? in
            guard let outlook = outlooks.first(where: { $0.peer == answer.peer }), leaves(answer, outlook) else {
                return nil
            }
            return "<p>\(words.asking.learns(answer.peer, outlook.keys))</p>"
        }
        let nobody: Markup = learns.isEmpty ? "<p>\(words.asking.nobodyLearns)</p>" : .empty
        return """
            \(Parts.table(words.ask.previewTitle, [words.ask.peer, words.ask.expected, words.ask.why], rows))
            <p class="muted">\(words.ask.expectedNote)</p>\(Readings.notes(report.noteCodes, kept: report.notes, words))
            <h3>\(words.ask.learnsTitle)</h3>\(learns)\(nobody)
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

    /// Whether anything reaches the peer: not what our own side refuses.
    private static func leaves(_ answer: PeerAnswerReport, _ outlook: PeerOutlook) -> Bool {
        answer.outcome != "refused" && !(outlook.outcome == .expectedRefusal && outlook.by == "asker")
    }

    /// What would leave, or the refusal; the rules that speak, and where each is written; the quotas.
    private static func why(_ answer: PeerAnswerReport, _ outlook: PeerOutlook?, _ words: Wording) -> Markup {
        guard let outlook else { return "<p>\(foreign: answer.reason)</p>" }
        var reasons = [answer.reason]
        if answer.outcome != "refused" {
            let kinds = outlook.keyKinds.joined(separator: ", ")
            reasons = [words.asking.asks(outlook.keys, kinds, outlook.subjects)] + [outlook.lookUp].compactMap { $0 }
        }
        // Of a refusal of ours both sides of the report have the words.
        if !outlook.reason.isEmpty, !reasons.contains(outlook.reason) { reasons.append(outlook.reason) }
        let said = reasons.map { reason -> Markup in "<p>\(foreign: reason)</p>" }
        let rules = outlook.rules.map { rule -> Markup in
            let side = rule.side == "holder" ? words.ask.theirRule : words.ask.ourRule
            let lacks = rule.lacks.isEmpty ? "" : " (\(rule.lacks.joined(separator: ", ")))"
            let isSaid = reasons.contains { $0.contains(rule.text) }
            let text = (isSaid ? "" : rule.text) + lacks
            let place = rule.file.map { file in " · \(file)" + (rule.line.map { ":\($0)" } ?? "") } ?? ""
            let source = "\(rule.rule) · \(rule.source)\(place)"
            return "<li>\(side): \(foreign: text) <span class=\"muted\">\(foreign: source)</span></li>"
        }
        let quotas = outlook.quotas.map { quota -> Markup in
            let words = quota.side == "holder" ? words.asking.theirQuota : words.asking.ourQuota
            return "<li>\(foreign: words(quota.left, quota.keys, quota.words, Moments.text(quota.until)))</li>"
        }
        let lines = rules + quotas
        return lines.isEmpty ? said.joined() : "\(said)<ul class=\"plain\">\(lines)</ul>"
    }
}
