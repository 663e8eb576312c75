/// A disclosure request of ours, and what was released: handling code above and below, the terms it came under.

import Accounts
import NodeCore

enum RequestPages {
    static let routes: [Route] = [
        .roles([.analyst], .get, "/requests/:id") { visit, session async throws(NodeProblem) in
            let request = try await visit.node.disclosure(visit.parameter("id"), by: session.account)
            let review = try await visit.node.review(of: request, by: session.account)
            return .page(page(visit, session, request, review))
        }
    ]

    private static func page(
        _ visit: Visit,
        _ session: Session,
        _ request: DisclosureReport,
        _ review: HitReview?
    ) -> Page {
        let words = visit.words.request
        return Page(
            words.title,
            """
            \(facts(request, visit))
            \(askedBack(request, visit.words))\(released(request, visit))\(frame(request.erased, session, words))
            \(review.map { reviewed($0, request, visit, session) } ?? .empty)
            <p><a href="/work">\(visit.words.work.title)</a></p>
            """
        ).on(paper(request, visit.words))
    }

    /// Sheets with data carry how they are to be handled; all of them the case.
    static func paper(_ request: DisclosureReport, _ words: Wording) -> Page.Paper {
        Page.Paper(
            handling: request.data == nil ? nil : request.handling.map { "\(words.request.handling): \($0)" },
            reference: Page.Paper.reference(request.caseReference, words)
        )
    }

    /// What stands on both sides' pages of a request.
    static func facts(_ request: DisclosureReport, _ visit: Visit) -> Markup {
        let (all, words) = (visit.words, visit.words.request)
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
                isOver(request)
                ? nil : Moments.seconds(deadline).flatMap { Self.left(until: $0, at: visit.node.now, words) }
            let used = ["half": all.followUp.halfOver, "over": all.followUp.allOver][request.reminder ?? ""]
            let told = [left, used].compactMap { $0 }
            add(words.deadline, Moments.text(deadline) + (told.isEmpty ? "" : " (\(told.joined(separator: "; ")))"))
        }
        facts.append((all.followUp.urgency, "\(request.urgent ? all.followUp.urgent : all.followUp.normal)"))
        add(words.fields, request.fields.joined(separator: ", "), isForeign: true)
        if let taken = request.takenOut {
            let fields: Markup = "\(foreign: taken.fields.joined(separator: ", "))"
            facts.append((all.followUp.takenOut, "\(fields)\(rules(taken.rules, visit))"))
        }
        add(all.followUp.notReleased, request.notReleased?.joined(separator: ", "), isForeign: true)
        add(words.reason, request.reason, isForeign: true)
        add(all.queue.purpose, request.purpose, isForeign: true)
        add(all.queue.basis, request.legalBasis, isForeign: true)
        add(all.queue.offence, request.offence, isForeign: true)
        add(all.queue.whoAsks, request.analyst, isForeign: true)
        if let subject = request.subject { facts.append((words.subject, Outcomes.subject(subject, all))) }
        if !request.handle.isEmpty { facts.append((words.handleWord, "\(id: request.handle)")) }
        facts += strength(request, all)
        if !request.rules.isEmpty { facts.append((words.rules, rules(request.rules, visit))) }
        if request.needed > 0 {
            let who = request.approvals.isEmpty ? "" : ": \(request.approvals.joined(separator: ", "))"
            add(words.approvals, words.approvedBy(request.approvals.count, request.needed) + who)
        }
        add(words.ground, request.ground, isForeign: true)
        // Of what was erased, the frame says it; what was asked back stands apart.
        if request.erased == nil, !isAskedBack(request) { add(words.note, request.note, isForeign: true) }
        return Parts.facts(facts)
    }

    /// What the hit behind a request is worth.
    private static func strength(_ request: DisclosureReport, _ all: Wording) -> [(name: String, value: Markup)] {
        guard ["sent", "received"].contains(request.direction) else { return [] }
        var facts: [(name: String, value: Markup)] = []
        if let band = request.band { facts.append((all.question.band, Outcomes.band(band, all.outcomes))) }
        if !request.kinds.isEmpty {
            facts.append((all.question.agrees, "\(request.kinds.joined(separator: ", "))"))
        }
        let words = all.followUp
        return facts + [(words.confirmed, "\(request.confirmed ? words.yes : words.no)")]
    }

    /// Each rule as its sentence, with the article it stands on; its name alone where it is in force no more.
    static func rules(_ names: [String], _ visit: Visit) -> Markup {
        let said = Dictionary(visit.node.sentences(of: names).map { ($0.rule, $0) }) { first, _ in first }
        let lines = names.map { name -> Markup in
            guard let rule = said[name] else { return "<li>\(id: name)</li>" }
            return "<li>\(foreign: rule.text) (\(foreign: rule.source)) \(id: name)</li>"
        }
        return names.isEmpty ? .empty : "<ul class=\"plain\">\(lines)</ul>"
    }

    private static func isAskedBack(_ request: DisclosureReport) -> Bool {
        request.direction == "sent" && request.state == "asked-back"
    }

    /// What the holder wants to know, and what can be done about it: the protocol has no message for an answer.
    private static func askedBack(_ request: DisclosureReport, _ all: Wording) -> Markup {
        guard isAskedBack(request) else { return .empty }
        let words = all.followUp
        let hit: Markup =
            request.hit.map {
                "<p><a href=\"/questions/\($0.question)/hits/\($0.part)/\(request.handle)\">\(words.toHit)</a></p>"
            }
            ?? .empty
        return """
            <section aria-labelledby="asked-back"><h2 id="asked-back">\(words.askedBack)</h2>
            <p class="notice">\(foreign: request.note ?? "–")</p><p>\(words.answerThem)</p>\(hit)</section>
            """
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

    private static func released(_ request: DisclosureReport, _ visit: Visit) -> Markup {
        guard let data = request.data else { return .empty }
        let words = visit.words.request
        return """
            <section aria-labelledby="released"><h2 id="released">\(words.data)</h2>
            \(handled(data, request, words.data, visit))
            <p class="muted">\(words.logged)</p>\(longer(data.keys.sorted(), request, visit.words))</section>
            """
    }

    /// A last day is its sender's, and no message moves it: what can be asked for is another release.
    private static func longer(_ fields: [String], _ request: DisclosureReport, _ all: Wording) -> Markup {
        guard let hit = request.hit, let day = request.retention else { return .empty }
        var wish = Form()
        wish.add(HitPages.lastDay, day)
        for field in fields { wish.add("field", field) }
        let path = "/questions/\(hit.question)/hits/\(hit.part)/\(request.handle)?\(wish.encoded)#reason"
        return "<p><a href=\"\(path)\">\(all.hits.longer)</a> <span class=\"muted\">\(all.hits.longerHint)</span></p>"
    }

    /// Ours and theirs side by side, and what a person makes of it.
    private static func reviewed(
        _ review: HitReview,
        _ request: DisclosureReport,
        _ visit: Visit,
        _ session: Session
    ) -> Markup {
        guard let hit = request.hit else { return .empty }
        let words = visit.words.hits
        let columns: Markup =
            review.columns.map { columns in
                let rows = columns.map { column -> [Markup] in
                    [
                        "\(id: column.name)", values(column.ours), values(column.theirs),
                        "\(words.agreements(column.agreement))",
                    ]
                }
                let heads = [visit.words.request.field, words.ours, words.theirs, words.agreement]
                return Parts.table(words.sideBySide, heads, rows)
            } ?? "<p>\(words.rowNotKept)</p>"
        let path = "/questions/\(hit.question)/hits/\(hit.part)/\(request.handle)"
        return """
            <section aria-labelledby="review"><h2 id="review">\(words.sideBySide)</h2>\(columns)</section>
            \(HitPages.judgement(review.judgement, of: path, leadingTo: request.id, visit, session))
            """
    }

    private static func values(_ values: [String]) -> Markup {
        values.isEmpty ? "–" : values.map { value -> Markup in "<div>\(foreign: value)</div>" }.joined()
    }

    /// Data with their handling code above and below, and the terms they come or would leave under.
    static func handled(
        _ data: [String: [String]],
        _ request: DisclosureReport,
        _ caption: String,
        _ visit: Visit
    ) -> Markup {
        let words = visit.words.request
        let onward = ["free": words.onwardFree, "with_consent": words.onwardConsent]
        let code: Markup = "<p class=\"handling\">\(words.handling): \(foreign: request.handling ?? "–")</p>"
        let terms = Parts.facts([
            (words.source, "\(foreign: request.source ?? "–")"),
            (words.retention, "\(request.retention.map { keptUntil($0, at: visit.node.now, words) } ?? "–")"),
            (words.onward, "\(onward[request.onward ?? ""] ?? words.onwardForbidden)"),
        ])
        return "\(code)\(terms)\(table(data, caption, words))\(code)"
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
