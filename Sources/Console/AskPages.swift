/// Asking: the form, beside it what would happen before anything leaves, and sending. Says who learns what before the button.

import Accounts
import HTTPTypes
import NodeCore

enum AskPages {
    static let routes: [Route] = [
        .roles([.analyst], .get, "/ask") { visit, session async throws(NodeProblem) in
            let kept = try await visit.node.draft(form, of: session)
            let asked = try await AskForm(visit.sending(kept.flatMap { Form($0) } ?? Form()), by: session.account)
            return .page(page(visit, session, asked, isDraft: kept != nil))
        },
        .roles([.analyst], .post, "/ask") { visit, session async throws(NodeProblem) in
            let asked = try await AskForm(visit, by: session.account)
            try await visit.node.keepDraft(form, asked.draft, of: session)
            let act = visit.form["do"]
            if let obstacle = asked.obstacle?.text(visit.words) {
                guard act != "look" else {
                    return .page(page(visit, session, asked, beside: .missing(obstacle)))
                }
                return .page(page(visit, session, asked, Parts.problem(obstacle)), .unprocessableContent)
            }
            return switch act {
            // Nobody is asked by columns that were read as somebody guessed.
            case "send" where asked.isGuessed:
                .page(page(visit, session, asked, Parts.problem(visit.words.asking.seeColumns)), .unprocessableContent)
            case "send": try await send(visit, session, asked)
            case "look": try await look(visit, session, asked)
            default: try await check(visit, session, asked)
            }
        }.taking(.text),
    ]

    private static let form = "ask"

    private static func check(_ visit: Visit, _ session: Session, _ asked: AskForm) async throws(NodeProblem) -> Reply {
        do throws(NodeProblem) {
            let report = try await outlook(visit, session, asked)
            return .page(page(visit, session, asked, beside: .expected(report)))
        } catch {
            return try stay(visit, session, asked, error)
        }
    }

    /// The same for the script, while somebody types: what is missing yet is no mistake.
    private static func look(_ visit: Visit, _ session: Session, _ asked: AskForm) async throws(NodeProblem) -> Reply {
        do throws(NodeProblem) {
            let report = try await outlook(visit, session, asked)
            return .page(page(visit, session, asked, beside: .expected(report)))
        } catch {
            guard error.kind != .fault else { throw error }
            return .page(page(visit, session, asked, beside: .missing(error.text)))
        }
    }

    private static func send(_ visit: Visit, _ session: Session, _ asked: AskForm) async throws(NodeProblem) -> Reply {
        // What is wrong with it is said here, beside the form; peers are then asked while nobody waits.
        let peers: [String]
        do throws(NodeProblem) {
            let outlook = try await outlook(visit, session, asked)
            peers = outlook.asked.map(\.peer)
            if outlook.expected == nil {
                // Under an agreement that nobody here knows nothing is kept that a page could show; the refusal is logged.
                let refused = try await visit.node.ask(
                    asked.question,
                    dryRun: false,
                    by: session.account,
                    through: visit.desk.peers
                ) { _ in }
                let page = page(visit, session, asked, beside: .expected(refused))
                return .page(page, .unprocessableContent)
            }
        } catch {
            return try stay(visit, session, asked, error)
        }
        return try await begin(visit, session, asked, as: id(visit), of: peers)
    }

    private static func outlook(_ visit: Visit, _ session: Session, _ asked: AskForm) async throws(NodeProblem)
        -> QuestionReport
    {
        try await visit.node.ask(
            asked.question,
            dryRun: true,
            by: session.account,
            through: visit.desk.peers
        ) { _ in }
    }

    /// The form again with what is wrong above it; what was typed is lost to nothing but a fault of ours.
    private static func stay(
        _ visit: Visit,
        _ session: Session,
        _ asked: AskForm,
        _ error: NodeProblem
    ) throws(NodeProblem) -> Reply {
        guard error.kind != .fault else { throw error }
        let status = error.kind == .usage || error.kind == .data ? .unprocessableContent : ProblemPage.status(error)
        let problem = ProblemPage.body(error, visit.words)
        return .page(page(visit, session, asked, problem), status)
    }

    /// The id that the form was drawn with, so that a form sent twice asks once.
    private static func id(_ visit: Visit) -> String {
        let given = visit.form["question"]
        return Node.isQuestionID(given) ? given : visit.node.freshQuestionID()
    }

    private static func begin(
        _ visit: Visit,
        _ session: Session,
        _ asked: AskForm,
        as id: String,
        of agencies: [String]
    ) async throws(NodeProblem) -> Reply {
        let question = asked.question
        let (node, peers, text) = (visit.node, visit.desk.peers, asked.draft)
        let watchers = visit.desk.underWay.watchers
        let begin = await visit.desk.underWay.begin(
            id,
            of: session.account,
            form: Node.digest(ofForm: text),
            for: agencies
        ) { () async throws(NodeProblem) in
            // A form of before the last start is known by what came of it alone.
            if try await node.questionLine(id, by: session.account) == nil {
                _ = try await node.ask(question, as: id, dryRun: false, by: session.account, through: peers) { _ in
                    watchers.tell(id)
                }
            }
            // Not before the question is kept: a stop in between would lose what was typed.
            try await node.removeDraft(form, ifStill: text, of: session)
        }
        switch begin {
        case .begun: return .redirect("/questions/\(id)")
        case .known:
            // It was asked before; while it still is, the draft goes with what comes of that.
            if await visit.desk.underWay.state(id) == nil {
                try await node.removeDraft(form, ifStill: text, of: session)
            }
            return .redirect("/questions/\(id)")
        case .taken: return try await self.begin(visit, session, asked, as: visit.node.freshQuestionID(), of: agencies)
        case .tooMany:
            let problem = Parts.problem(visit.words.ask.tooMany(QuestionsUnderWay.mostAtOnce))
            return .page(page(visit, session, asked, problem), .tooManyRequests)
        }
    }

    // MARK: Page

    /// - Parameters:
    ///   - problem: what is wrong with what was sent.
    ///   - isDraft: whether the form was left like this before, and nobody looked at it since.
    private static func page(
        _ visit: Visit,
        _ session: Session,
        _ asked: AskForm,
        _ problem: Markup = .empty,
        beside panel: AskPreview = .nothing,
        isDraft: Bool = false
    ) -> Page {
        let (words, form) = (visit.words.ask, asked.form)
        let choices = visit.node.agreementChoices()
        guard let first = choices.first else { return Page(words.title, "<p>\(words.noAgreement)</p>") }
        let named = choices.first { $0.id == form["agreement"] }
        let chosen = named ?? first
        let agreements = choices.map { (value: $0.id, text: "\($0.name) (\($0.id))") }
        // Without JavaScript one form serves all agreements: it offers what any of them allows until one is named.
        let offering = named.map { [$0] } ?? choices
        let purposes = unique(offering.flatMap(\.purposes)).map { (value: $0, text: $0.replacing("_", with: " ")) }
        var bases: [(value: String, text: String)] = []
        for basis in offering.flatMap(\.legalBases) where !bases.contains(where: { $0.value == basis.id }) {
            bases.append((basis.id, "\(basis.id): \(basis.text)"))
        }
        let hint = named == nil ? nil : visit.words.asking.ofAgreement
        let offences = (named?.offences ?? visit.node.offenceChoices()).map { offence -> Markup in
            "<option value=\"\(offence)\"></option>"
        }
        let holders = chosen.holders.joined(separator: ", ")
        let fields = words.columns.map { Parts.field($0.name, $0.label, value: form[$0.name]) }
        return Page(
            words.title,
            scripts: ["ask.js"],
            """
            \(problem)<div class="beside">\(panel.aside(asked, visit.words))
            <form method="post" action="/ask" enctype="multipart/form-data" data-outlook="\(isDraft ? "draft" : "")">\(session.token)
            <input type="hidden" name="question" value="\(visit.node.freshQuestionID())">
            <fieldset><legend>\(words.terms)</legend>
            \(Parts.choice("agreement", words.agreement, agreements, chosen: chosen.id))
            \(choice("purpose", words.purpose, purposes, form, hint: hint))
            \(choice("basis", words.basis, bases, form, hint: hint))
            <label for="offence">\(words.offence)</label><p class="hint" id="offence-hint">\(words.offenceHint)</p>
            <input id="offence" name="offence" type="text" value="\(form["offence"])" autocomplete="off" \
            list="offences" aria-describedby="offence-hint"><datalist id="offences">\(offences)</datalist>
            \(Parts.field("reference", words.reference, value: form["reference"], hint: words.referenceHint))
            \(Parts.field("peers", words.peers, value: form["peers"], hint: "\(words.peersHint) (\(holders))"))
            \(Parts.tick("urgent", "\(words.urgent)", isTicked: form.isTicked("urgent")))
            \(Parts.tick("cover", "\(words.cover)", isTicked: form.isTicked("cover")))
            </fieldset>
            <fieldset><legend>\(words.subject)</legend><p class="hint">\(words.subjectHint)</p>
            \(fields)
            <label for="zone">\(words.zone)</label><p class="hint" id="zone-hint">\(words.zoneHint)</p>
            <textarea id="zone" name="zone" rows="3" dir="ltr" class="code" autocomplete="off" spellcheck="false" \
            aria-describedby="zone-hint">\(form.exactly("zone"))</textarea>
            <label for="rows">\(words.rows)</label><p class="hint" id="rows-hint">\(words.rowsHint)</p>
            <textarea id="rows" name="rows" rows="5" aria-describedby="rows-hint">\(form.exactly("rows"))</textarea>
            <label for="file">\(visit.words.records.file)</label><input id="file" name="file" type="file">
            <div id="columns">\(asked.choices(visit.words.records))</div>
            </fieldset>
            <p class="muted">\(words.draftKept)</p>
            <div class="acts"><button name="do" value="check">\(words.check)</button>
            <button class="main" name="do" value="send">\(words.send)</button></div>
            </form></div>
            """
        )
    }

    /// What was chosen and is not offered any more is not changed for another without a word: then nothing is chosen.
    private static func choice(
        _ name: String,
        _ label: String,
        _ options: [(value: String, text: String)],
        _ form: Form,
        hint: String?
    ) -> Markup {
        let chosen = form[name]
        let isGone = !chosen.isEmpty && !options.contains { $0.value == chosen }
        return Parts.choice(name, label, isGone ? [("", "–")] + options : options, chosen: chosen, hint: hint)
    }

    private static func unique(_ words: [String]) -> [String] {
        var seen: Set<String> = []
        return words.filter { seen.insert($0).inserted }
    }
}
