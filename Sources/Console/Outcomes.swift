/// How outcomes, strengths and answers of peers look, by shape and word.

import NodeCore

enum Outcomes {
    /// The outcome of a peer's part, as a shape and words.
    static func mark(_ answer: PeerAnswerReport, _ words: Wording.OutcomeWords) -> Markup {
        switch answer.outcome {
        case "hits": "■ \(words.hits(answer.hits.count))"
        case "no-hit": "□ \(words.noHit)"
        case "refused": "⊘ \(words.refused)"
        case "held": "⧗ \(words.held)"
        case "unreachable": "┄ \(words.unreachable)"
        case "would-ask": "→ \(words.wouldAsk)"
        case "would-hold": "⧗ \(words.wouldHold)"
        default: "\(answer.outcome)"
        }
    }

    /// Whom or what a hit is about: the row's id, or the lines of the form.
    static func subject(_ id: String, _ words: Wording) -> Markup {
        id == "field" ? "\(words.question.filledIn)" : "\(foreign: id)"
    }

    static func band(_ band: String, _ words: Wording.OutcomeWords) -> Markup {
        switch band {
        case "strong": "<span class=\"band strong\">●●● \(words.strong)</span>"
        case "probable": "<span class=\"band probable\">●●○ \(words.probable)</span>"
        default: "<span class=\"band possible\">●○○ \(words.possible)</span>"
        }
    }

    /// All peers' outcomes in one cell.
    static func list(_ answers: [PeerAnswerReport], _ words: Wording.OutcomeWords) -> Markup {
        answers.map { answer -> Markup in "<div>\(foreign: answer.peer): \(mark(answer, words))</div>" }.joined()
    }
}
