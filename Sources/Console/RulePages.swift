/// Asking the rules: why a past decision was what it was, what would be decided on a request nobody made, what the folder
/// would change. Decides nothing and edits nothing.

import Accounts
import HTTPTypes
import NodeCore

enum RulePages {
    static let routes: [Route] = [
        .roles([.approver, .officer], .get, "/policies/explain") { visit, session async throws(NodeProblem) in
            try await explain(visit, session)
        },
        .roles([.officer], .get, "/policies/what-if") { visit, session async throws(NodeProblem) in
            try await whatIf(visit, session)
        },
        .roles([.officer], .get, "/policies/diff") { visit, session async throws(NodeProblem) in
            .page(diff(try await visit.node.policyDifferences(by: session.account), visit.words))
        },
    ]

    /// Ways from the page of rules to these.
    static func links(_ words: Wording.RuleWords) -> Markup {
        let links = [("explain", words.explainTitle), ("what-if", words.whatIfTitle), ("diff", words.diffTitle)].map {
            name,
            title -> Markup in
            "<li><a href=\"/policies/\(name)\">\(title)</a></li>"
        }
        return "<ul class=\"plain\">\(links)</ul>"
    }

    // MARK: Explain

    private static func explain(_ visit: Visit, _ session: Session) async throws(NodeProblem) -> Reply {
        let words = visit.words.rules
        var (result, status): (Markup, Reply.Status) = (.empty, .ok)
        if let id = visit.query.optional("id") {
            do throws(NodeProblem) {
                let past = try await visit.node.pastDecisionReports(id, by: session.account)
                result = past.map { section($0, visit.words) }.joined()
            } catch {
                guard error.kind == .usage else { throw error }
                (result, status) = (ProblemPage.body(error, visit.words), .notFound)
            }
        }
        return .page(
            Page(
                words.explainTitle,
                """
                <p>\(words.explainIntro)</p>
                <form method="get" action="/policies/explain">
                \(Parts.field("id", words.decision, value: visit.query["id"], hint: words.decisionHint, isRequired: true))
                <div class="acts"><button class="main">\(words.explain)</button></div></form>
                \(result)
                """
            ),
            status
        )
    }

    private static func section(_ past: PastDecisionReport, _ all: Wording) -> Markup {
        let words = all.rules
        let facts = Parts.facts([
            (words.decision, "\(id: past.id)"), (words.decided, "\(Moments.text(past.at))"),
            (all.policies.digest, "\(id: past.digest)"),
        ])
        let told: Markup =
            switch past.facts {
            case .known(let reports): reports.map { DecisionParts.section($0, all) }.joined()
            case .erased: "<p class=\"notice\">\(words.erased)</p>"
            case .unreadable(let why): "<p class=\"notice warn\">\(words.unreadable) \(foreign: why)</p>"
            }
        return """
            <h2>\(past.isOurs ? words.weAsked(past.peer) : words.theyAsked(past.peer))</h2>\(facts)\(told)
            """
    }

    // MARK: What if

    private static func whatIf(_ visit: Visit, _ session: Session) async throws(NodeProblem) -> Reply {
        let words = visit.words.rules
        let members = visit.node.requestMembers()
        var (result, status): (Markup, Reply.Status) = (.empty, .ok)
        if visit.query.isTicked("decide") {
            let given = Dictionary(members.map { ($0.name, values(visit.query, $0)) }) { first, _ in first }
            do throws(NodeProblem) {
                let report = try await visit.node.whatIf(given, by: session.account)
                result = "<h2>\(words.wouldDecide)</h2>\(DecisionParts.section(report, visit.words))"
            } catch {
                guard error.kind == .usage else { throw error }
                (result, status) = (ProblemPage.body(error, visit.words), .unprocessableContent)
            }
        }
        return .page(
            Page(
                words.whatIfTitle,
                """
                <p>\(words.whatIfIntro)</p>\(result)
                <form method="get" action="/policies/what-if">
                \(members.map { field($0, visit.query, words) }.joined())
                <div class="acts"><button class="main" name="decide" value="yes">\(words.decide)</button></div></form>
                """
            ),
            status
        )
    }

    private static func values(_ form: Form, _ member: RequestMember) -> [String] {
        if case .list([]) = member.kind {
            return form[member.name].split { $0 == "," || $0.isWhitespace }.map(String.init)
        }
        if case .list = member.kind { return form.all(member.name) }
        return form.optional(member.name).map { [$0] } ?? []
    }

    private static func field(_ member: RequestMember, _ form: Form, _ words: Wording.RuleWords) -> Markup {
        let name = member.name
        switch member.kind {
        case .choice(let choices):
            let options = [(value: "", text: words.notSaid)] + choices.map { (value: $0, text: $0) }
            return Parts.choice(name, name, options, chosen: form[name])
        case .flag:
            let options = [
                (value: "", text: words.notSaid), (value: "true", text: words.yes), (value: "false", text: words.no),
            ]
            return Parts.choice(name, name, options, chosen: form[name])
        case .list(let choices) where !choices.isEmpty:
            let chosen = Set(form.all(name))
            let ticks = choices.map { Parts.tick(name, value: $0, "\(id: $0)", isTicked: chosen.contains($0)) }
            return "<fieldset><legend>\(name)</legend><div class=\"ticks\">\(ticks)</div></fieldset>"
        case .list: return Parts.field(name, name, value: form[name], hint: words.commas)
        case .number: return Parts.field(name, name, value: form[name], type: "number")
        case .text: return Parts.field(name, name, value: form[name], hint: name == "at" ? words.now : nil)
        }
    }

    // MARK: Diff

    /// A longer list is for the command line.
    private static let shownChanges = 200

    private static func diff(_ differences: PolicyDifferences, _ all: Wording) -> Page {
        let words = all.rules
        var facts: [(name: String, value: Markup)] = [(words.inForce, "\(id: differences.digest)")]
        if let digest = differences.folderDigest { facts.append((words.folder, "\(id: digest)")) }
        let state: Markup =
            switch differences.folder {
            case .inForce: "<p>✓ \(words.sameFolder)</p>"
            case .differs: "<p class=\"notice\">\(words.otherFolder)</p>"
            case .faulty(let why): "<p class=\"notice warn\">\(words.faultyFolder) \(foreign: why)</p>"
            }
        var told: Markup = .empty
        if differences.compared > 0 {
            told += "<p>\(words.changed(differences.changes.count, differences.compared))</p>"
        }
        if let past = differences.past {
            told += "<p>\(words.pastChanged(past.changed, past.compared))</p>"
            if past.unknown > 0 { told += "<p class=\"muted\">\(words.pastUnknown(past.unknown))</p>" }
        }
        let rows = differences.changes.prefix(shownChanges).map { change -> [Markup] in
            ["\(id: change.request)", "\(foreign: change.before)", "\(foreign: change.after)"]
        }
        if !rows.isEmpty {
            told += Parts.table(words.changes, [words.request, words.before, words.after], rows)
        }
        if differences.changes.count > shownChanges {
            told += "<p>\(words.moreChanges) <code dir=\"ltr\">comity policy diff</code></p>"
        }
        return Page(words.diffTitle, "<p>\(words.diffIntro)</p>\(Parts.facts(facts))\(state)\(told)")
    }
}
