/// A case in time: a picture for the eye and the same in a table, in UTC and in the agency's own zone. What is known to the
/// day is drawn as that day. Colours are those of the text around it.

import NodeCore

struct CaseTimeline {
    private let events: [CaseView.Event]
    private let words: Wording
    private let node: Node

    init(_ view: CaseView, _ visit: Visit) {
        events = view.events
        words = visit.words
        node = visit.node
    }

    /// A picture of more lines would be none.
    private static let mostLines = 80
    private static let (lineHeight, labels, width, margin) = (22, 260, 460, 12)

    var markup: Markup {
        guard !events.isEmpty else { return "<p>\(words.cases.noEvents)</p>" }
        let picture: Markup = events.count <= Self.mostLines ? figure : "<p>\(words.cases.tooMany)</p>"
        return "\(picture)\(table)"
    }

    private func name(_ event: CaseView.Event) -> String {
        switch event.kind {
        case .asked: words.cases.asked
        case .requested: words.cases.requested
        case .deadline: words.work.deadline
        case .keptUntil: words.request.retention
        case .erased: words.cases.erased
        }
    }

    private var table: Markup {
        let zone = node.zoneName
        let rows = events.map { event -> [Markup] in
            let local = event.start + node.secondsFromUTC(at: event.start)
            let times: [Markup] =
                event.end == nil
                ? ["\(Moments.text(event.start))", "\(Moments.text(local).replacing(" UTC", with: ""))"]
                : ["\(Moments.day(event.start))", "\(Moments.day(event.start))"]
            return times + [
                "<a href=\"\(event.path)\">\(name(event))</a>", "\(foreign: event.peers.joined(separator: ", "))",
            ]
        }
        let heads = ["UTC", zone, words.cases.event, words.work.with]
        return Parts.table(words.cases.timeline, heads, rows)
    }

    private var figure: Markup {
        let first = events.map(\.start).min() ?? 0
        let last = events.map { $0.end ?? $0.start }.max() ?? 0
        let span = max(last - first, 1)
        func x(_ seconds: Int) -> Int { Self.labels + (seconds - first) * Self.width / span }
        let height = events.count * Self.lineHeight + 2 * Self.margin + Self.lineHeight
        let lines = events.enumerated().map { place, event -> Markup in
            let y = Self.margin + place * Self.lineHeight + Self.lineHeight / 2
            let label = "\(name(event)) · \(event.peers.joined(separator: ", "))"
            let mark: Markup =
                if let end = event.end {
                    """
                    <rect x="\(x(event.start))" y="\(y - 5)" width="\(max(x(end) - x(event.start), 4))" height="10" \
                    fill="none" stroke="currentColor"/>
                    """
                } else {
                    "<circle cx=\"\(x(event.start))\" cy=\"\(y)\" r=\"4\" fill=\"currentColor\"/>"
                }
            return """
                <line x1="\(Self.labels)" y1="\(y)" x2="\(Self.labels + Self.width)" y2="\(y)" stroke="currentColor" \
                stroke-opacity="0.25"/>\(mark)<text x="0" y="\(y + 4)" font-size="12" fill="currentColor">\
                \(Pictures.short(label, 40))</text>
                """
        }
        let foot = height - Self.margin / 2
        return """
            <div class="scroll" tabindex="0" role="region" aria-label="\(words.cases.timeline)">
            <svg role="img" aria-label="\(words.cases.seeTable)" width="\(Self.labels + Self.width + 2 * Self.margin)" \
            height="\(height)" direction="ltr">\(lines)
            <text x="\(Self.labels)" y="\(foot)" font-size="12" fill="currentColor">\(Moments.day(first))</text>
            <text x="\(Self.labels + Self.width)" y="\(foot)" font-size="12" text-anchor="end" fill="currentColor">\
            \(Moments.day(last))</text></svg></div>
            """
    }
}

/// What pictures have in common.
enum Pictures {
    /// At most so many characters, with what cannot be seen left out: a picture has no room to name it.
    static func short(_ text: String, _ most: Int) -> String {
        var shown = String(String.UnicodeScalarView(text.unicodeScalars.filter { !Escape.isHidden($0) }))
        if shown.count > most { shown = shown.prefix(most - 1) + "…" }
        return shown
    }
}
