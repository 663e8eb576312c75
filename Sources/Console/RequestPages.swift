/// A disclosure request of ours, and what was released: handling code above and below, the terms it came under.

import Accounts
import NodeCore

enum RequestPages {
    static let routes: [Route] = [
        .roles([.analyst], .get, "/requests/:id") { visit, session async throws(NodeProblem) in
            .page(page(visit, session, try await visit.node.disclosure(visit.parameter("id"), by: session.account)))
        }
    ]

    private static func page(_ visit: Visit, _ session: Session, _ request: DisclosureReport) -> Page {
        let words = visit.words.request
        return Page(
            words.title,
            """
            \(facts(request, visit.words, at: visit.node.now))
            \(released(request, words, at: visit.node.now))\(frame(request.erased, session, words))
            <p><a href="/work">\(visit.words.work.title)</a></p>
            """
        ).on(paper(request, visit.words))
    }

    /// Sheets with data carry how they are to be handled; all of them the case.
    static func paper(_ request: DisclosureReport, _ words: Wording) -> Page.Paper {
        Page.Paper(
            handling: request.data == nil ? nil : request.handling.map { "\(words.request.handling): \($0)" },
            reference: request.caseReference.map { "\(words.work.reference): \($0)" }
        )
    }

    /// What stands on both sides' pages of a request.
    ///
    /// - Parameter now: seconds since 1970.
    static func facts(_ request: DisclosureReport, _ all: Wording, at now: Int) -> Markup {
        let words = all.request
        var facts: [(name: String, value: Markup)] = [
            (words.state, "\(words.states[request.state] ?? request.state)"), (words.peer, "\(foreign: request.peer)"),
            (words.agreement, "\(foreign: request.agreement)"), (words.made, "\(Moments.text(request.created))"),
        ]
        func add(_ name: String, _ text: String?, isForeign: Bool = false) {
            guard let text, !text.isEmpty else { return }
            facts.append((name, isForeign ? "\(foreign: text)" : "\(text)"))
        }
        if let deadline = request.due ?? request.deadline {
            let left =
                isOver(request) ? nil : Moments.seconds(deadline).flatMap { Self.left(until: $0, at: now, words) }
            add(words.deadline, Moments.text(deadline) + (left.map { " (\($0))" } ?? ""))
        }
        add(words.fields, request.fields.joined(separator: ", "), isForeign: true)
        add(words.reason, request.reason, isForeign: true)
        add(all.queue.purpose, request.purpose, isForeign: true)
        add(all.queue.basis, request.legalBasis, isForeign: true)
        add(all.queue.offence, request.offence, isForeign: true)
        add(all.queue.whoAsks, request.analyst, isForeign: true)
        if let subject = request.subject { facts.append((words.subject, Outcomes.subject(subject, all))) }
        if !request.handle.isEmpty { facts.append((words.handleWord, "\(id: request.handle)")) }
        add(words.rules, request.rules.joined(separator: ", "))
        if request.needed > 0 {
            add(words.approvals, words.approvedBy(request.approvals.count, request.needed))
        }
        add(words.ground, request.ground, isForeign: true)
        // Of what was erased, the frame says it.
        if request.erased == nil { add(words.note, request.note, isForeign: true) }
        return Parts.facts(facts)
    }

    /// Whether its time does not matter any more.
    private static func isOver(_ request: DisclosureReport) -> Bool {
        !["held", "held-here", "approved", "unsent", "deciding", "asked-back"].contains(request.state)
    }

    /// How long it still has: days, on the last two days hours; nil when it is over.
    static func left(until end: Int, at now: Int, _ words: Wording.RequestWords) -> String? {
        let hours = (end - now + 3_599) / 3_600
        guard end > now else { return nil }
        return hours > 48 ? words.daysLeft(hours / 24) : words.hoursLeft(hours)
    }

    /// The last day of data, and how long it is until they are erased.
    private static func keptUntil(_ day: String, at now: Int, _ words: Wording.RequestWords) -> String {
        guard let start = Moments.dayStart(day) else { return day }
        let left = Self.left(until: start / 1_000 + 86_400, at: now, words)
        return Moments.day(start / 1_000) + (left.map { " (\($0))" } ?? "")
    }

    private static func released(
        _ request: DisclosureReport,
        _ words: Wording.RequestWords,
        at now: Int
    ) -> Markup {
        guard let data = request.data else { return .empty }
        let onward = ["free": words.onwardFree, "with_consent": words.onwardConsent]
        let code: Markup = "<p class=\"handling\">\(words.handling): \(foreign: request.handling ?? "–")</p>"
        let terms = Parts.facts([
            (words.source, "\(foreign: request.source ?? "–")"),
            (words.retention, "\(request.retention.map { keptUntil($0, at: now, words) } ?? "–")"),
            (words.onward, "\(onward[request.onward ?? ""] ?? words.onwardForbidden)"),
        ])
        return """
            <section aria-labelledby="released"><h2 id="released">\(words.data)</h2>
            \(code)\(terms)\(table(data, words.data, words))\(code)
            <p class="muted">\(words.logged)</p></section>
            """
    }

    /// What is left of data that were erased: when, by what, and the entry that proves it.
    private static func frame(
        _ erased: DisclosureReport.Erased?,
        _ session: Session,
        _ words: Wording.RequestWords
    ) -> Markup {
        guard let erased else { return .empty }
        let entry = words.erasedEntry(erased.entry)
        // Officers read the log.
        let place: Markup =
            session.roles.contains(.officer) ? "<a href=\"/audit/\(erased.entry)\">\(entry)</a>" : "\(entry)"
        return """
            <section class="erased" aria-labelledby="erased"><h2 id="erased">\(words.erased)</h2>
            <p>\(words.erasedBy(Moments.text(erased.at), erased.ground))</p><p>\(place)</p></section>
            """
    }

    /// Column by column, as another agency has it.
    static func table(_ data: [String: [String]], _ caption: String, _ words: Wording.RequestWords) -> Markup {
        let rows = data.sorted { $0.key < $1.key }.map { name, values -> [Markup] in
            ["\(id: name)", values.map { value -> Markup in "<div>\(foreign: value)</div>" }.joined()]
        }
        return Parts.table(caption, [words.field, words.value], rows)
    }
}
