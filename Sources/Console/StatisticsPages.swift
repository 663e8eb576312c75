/// The log in numbers, for a supervisor or a yearly report. Small counts are withheld, so that a printed table singles nobody
/// out; the counting is the log's own.

import Accounts
import AuditLog
import HTTPTypes
import NodeCore

enum StatisticsPages {
    static let routes: [Route] = [
        .roles([.officer], .get, "/audit/statistics") { visit, session async throws(NodeProblem) in
            try await page(visit, session)
        }
    ]

    /// What a table that leaves the house withholds, unless somebody wants it otherwise.
    private static let usualLimit = 5

    private static func page(_ visit: Visit, _ session: Session) async throws(NodeProblem) -> Reply {
        let words = visit.words.officer
        let audit = visit.words.audit
        let query = visit.query
        let unread = ["since", "until"].filter { query.optional($0) != nil && Moments.dayStart(query[$0]) == nil }
        let limit = query.optional("below").map { Int($0) ?? -1 } ?? usualLimit
        var result: Markup = .empty
        var status = unread.isEmpty ? Reply.Status.ok : .unprocessableContent
        // A look at the form alone counts nothing, and is no entry.
        if query.isTicked("count"), unread.isEmpty {
            do throws(NodeProblem) {
                let statistics = try await visit.node.auditStatistics(
                    since: Moments.dayStart(query["since"]).map(LeafTime.init(milliseconds:)),
                    // The last day counts whole.
                    until: Moments.dayStart(query["until"]).map { LeafTime(milliseconds: $0 + 86_400_000) },
                    suppress: limit,
                    by: session.account
                )
                result = Tables(words: visit.words, limit: limit).all(statistics)
            } catch {
                guard error.kind == .usage else { throw error }
                (result, status) = (ProblemPage.body(error, visit.words), .unprocessableContent)
            }
        }
        func day(_ name: String, _ label: String) -> Markup {
            let problem = unread.contains(name) ? audit.noDay : nil
            return Parts.field(name, label, value: query[name], type: "date", problem: problem)
        }
        let below = query.optional("below") ?? String(usualLimit)
        return .page(
            Page(
                words.statisticsTitle,
                """
                <p>\(words.statisticsIntro)</p>
                <form method="get" action="/audit/statistics"><p class="hint">\(words.span)</p>
                \(day("since", audit.since))\(day("until", audit.until))
                \(Parts.field("below", words.below, value: below, type: "number", hint: words.belowHint))
                <div class="acts"><button class="main" name="count" value="yes">\(words.count)</button></div></form>
                \(result)
                """
            ),
            status
        )
    }

    private struct Tables {
        let words: Wording
        let limit: Int

        func all(_ statistics: AuditStatistics) -> Markup {
            let report = statistics.report
            return """
                <h2>\(words.officer.questions)</h2>\(questions(report.queries))
                <h2>\(words.officer.requests)</h2>\(requests(report.disclosures))
                <h2>\(words.officer.others)</h2>\(others(report))
                <p class="muted">\(words.officer.asOf(statistics.size))</p>
                """
        }

        private func number(_ count: Int?) -> Markup { "\(count.map { String($0) } ?? words.officer.fewer(limit))" }

        private func way(_ direction: LogReport.Direction) -> Markup {
            "\(direction == .asked ? words.officer.weAsked : words.officer.wereAsked)"
        }

        private func questions(_ rows: [LogReport.Questions]) -> Markup {
            guard !rows.isEmpty else { return "<p>\(words.audit.none)</p>" }
            let officer = words.officer
            let heads = [
                officer.way, words.audit.peer, words.audit.agreement, words.audit.purpose, officer.number,
                officer.keys, words.audit.outcome, officer.hitRate, officer.median, officer.late,
            ]
            let lines = rows.map { row -> [Markup] in
                [
                    way(row.direction), "\(foreign: row.peer)", "\(foreign: row.agreement)",
                    "\(foreign: row.purpose)", number(row.queries), number(row.keys), outcomes(row.outcomes),
                    "\(row.hitRate.map { String($0) } ?? "–")", times(row.response), late(row.response),
                ]
            }
            return Parts.table(officer.questions, heads, lines)
        }

        private func requests(_ rows: [LogReport.Requests]) -> Markup {
            guard !rows.isEmpty else { return "<p>\(words.audit.none)</p>" }
            let officer = words.officer
            let heads = [
                officer.way, words.audit.peer, words.audit.agreement, officer.number, officer.approved,
                officer.refused, officer.released, officer.overdue, words.request.ground, officer.median,
                officer.late,
            ]
            let lines = rows.map { row -> [Markup] in
                [
                    way(row.direction), "\(foreign: row.peer)", "\(foreign: row.agreement)", number(row.requested),
                    number(row.approved), number(row.refused), number(row.released), number(row.overdue),
                    outcomes(row.grounds), times(row.response), late(row.response),
                ]
            }
            return Parts.table(officer.requests, heads, lines)
        }

        private func outcomes(_ outcomes: [LogReport.Outcome]) -> Markup {
            outcomes.map { outcome -> Markup in
                let ground = outcome.ground.map { " (\($0))" } ?? ""
                return "<div>\(foreign: outcome.outcome + ground): \(number(outcome.queries))</div>"
            }.joined()
        }

        private func times(_ response: LogReport.Response?) -> Markup {
            guard let response else { return "–" }
            return "\(response.median) / \(response.p95) / \(response.max)"
        }

        private func late(_ response: LogReport.Response?) -> Markup {
            guard let response else { return "–" }
            return "\(number(response.late)) / \(number(response.withDeadline))"
        }

        private func others(_ report: LogReport) -> Markup {
            let (officer, erasures, oversight) = (words.officer, report.erasures, report.oversight)
            let facts: [(name: String, value: Markup)] = [
                (officer.erasuresDue, number(erasures.due)), (officer.erasuresDone, number(erasures.erased)),
                (officer.erasuresLate, number(erasures.late)), (officer.recordsErased, number(erasures.records)),
                (officer.valuesErased, number(erasures.log)), (officer.holdsPlaced, number(oversight.holdsPlaced)),
                (officer.holdsLifted, number(oversight.holdsLifted)),
                (officer.failedLogins, number(oversight.failedLogins)),
                (officer.refusedAccess, number(oversight.refusedAccess)),
                (officer.auditReads, number(oversight.auditReads)), (officer.revealed, number(oversight.revealed)),
                (officer.exported, number(oversight.exported)), (officer.brokenGlass, number(oversight.brokenGlass)),
                (officer.witnessed, "\(oversight.witnessed) / \(oversight.entries)"),
            ]
            let lines = facts.map { fact -> [Markup] in ["\(fact.name)", fact.value] }
            return Parts.table(officer.others, [officer.others, officer.number], lines)
        }
    }
}
