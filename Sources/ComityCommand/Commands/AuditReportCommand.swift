/// `comity audit report`: the log in numbers, for a supervisor or a yearly report. Knows how the numbers are told.

import ArgumentParser
import AuditLog
import Foundation

struct AuditReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Count questions, disclosures, delays, erasures and oversight over a span of time.",
        usage: "comity audit report DIR [--since TIME] [--until TIME] [--suppress N] [--json]",
        discussion: """
            Examples:
              comity audit report north --since 2026-01-01 --until 2027-01-01
              comity audit report north --since 2026-11-01 --suppress 5 --json

            A question or request belongs to the span it began in. --suppress N withholds counts from 1 to N-1, so that
            a published table singles nobody out; differences between two reports may still tell. The report itself
            becomes an entry (audit.read).

            Exit codes: 0 done, 1 the log is not whole, 64 bad usage, 65 no log here.
            """
    )

    @OptionGroup var log: NodeLogOptions

    @Option(help: "Earliest moment, UTC: 2026-11-24, or 2026-11-24T13:05:00Z.")
    var since: String?

    @Option(help: "First moment no more counted.")
    var until: String?

    @Option(help: "Withhold counts from 1 to one below this number.")
    var suppress = 0

    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (0...1_000).contains(suppress) else { throw ValidationError("--suppress is a number from 0 to 1000.") }
    }

    func run() async throws {
        let (from, to) = (
            try since.map { try logMoment($0, "--since") }, try until.map { try logMoment($0, "--until") }
        )
        let reader = try await log.open()
        var builder = ReportBuilder(since: from, until: to, suppress: suppress)
        var count = 0
        try log.forEachLeaf(of: reader) { leaf in
            builder.add(leaf)
            count += 1
        }
        let words = ["report", since.map { "since=\($0)" }, until.map { "until=\($0)" }].compactMap { $0 }
        try await log.recordRead(count: count, filter: words.joined(separator: " "))
        let report = builder.close()
        let checkpoint = CheckpointDocument(reader.checkpoint)
        if output.json {
            let document = Document(
                checkpoint: checkpoint,
                since: from?.description,
                until: to?.description,
                report: report
            )
            return try Voice.json(document)
        }
        tell(report)
        Voice.say(checkpoint.line)
    }

    private struct Document: Encodable {
        let checkpoint: CheckpointDocument
        let since: String?
        let until: String?
        let report: LogReport

        private enum Name: CodingKey {
            case checkpoint, since, until
        }

        func encode(to encoder: any Encoder) throws {
            try report.encode(to: encoder)
            var container = encoder.container(keyedBy: Name.self)
            try container.encode(checkpoint, forKey: .checkpoint)
            try container.encode(since, forKey: .since)
            try container.encode(until, forKey: .until)
        }
    }

    // MARK: Words

    private func number(_ count: Int?) -> String { count.map(\.grouped) ?? "fewer than \(suppress)" }

    private func tell(_ report: LogReport) {
        if report.queries.isEmpty, report.disclosures.isEmpty { Voice.result("no question and no disclosure request") }
        for row in report.queries {
            let way = row.direction == .asked ? "asked of" : "received from"
            Voice.result("questions \(way) \(row.peer)  \(row.agreement)  \(row.purpose)")
            var line = "    \(number(row.queries)), keys \(row.keys.map(\.grouped) ?? "not told")"
            if let rate = row.hitRate { line += ", \(rate) % of those answered found something" }
            Voice.result(line)
            tell(row.outcomes)
            tell(row.response)
        }
        for row in report.disclosures {
            let way = row.direction == .asked ? "sent to" : "received from"
            Voice.result("disclosure requests \(way) \(row.peer)  \(row.agreement)")
            Voice.result(
                "    \(number(row.requested)): approved \(number(row.approved)), refused \(number(row.refused)), "
                    + "released \(number(row.released)), overdue \(number(row.overdue))"
            )
            tell(row.grounds)
            tell(row.response)
        }
        let (erasures, oversight) = (report.erasures, report.oversight)
        Voice.result(
            "erasures  due \(number(erasures.due)), done \(number(erasures.erased)), late \(number(erasures.late)); "
                + "records \(number(erasures.records)), log \(number(erasures.log))"
        )
        Voice.result("holds  placed \(number(oversight.holdsPlaced)), lifted \(number(oversight.holdsLifted))")
        Voice.result(
            "access  failed log-ins \(number(oversight.failedLogins)), refused \(number(oversight.refusedAccess)), "
                + "break-glass \(number(oversight.brokenGlass))"
        )
        Voice.result(
            "audit  read \(number(oversight.auditReads)), revealed \(number(oversight.revealed)), "
                + "exported \(number(oversight.exported))"
        )
        Voice.result("witnesses  cover \(oversight.witnessed.grouped) of \(oversight.entries.grouped) entries")
    }

    private func tell(_ outcomes: [LogReport.Outcome]) {
        for outcome in outcomes {
            Voice.result("    \(outcome.outcome)\(outcome.ground.map { " (\($0))" } ?? ""): \(number(outcome.queries))")
        }
    }

    private func tell(_ response: LogReport.Response?) {
        guard let response else { return }
        Voice.result(
            "    answered in \(response.median.grouped) ms (median), \(response.p95.grouped) ms (95 %), "
                + "\(response.max.grouped) ms (longest)"
        )
        if response.withDeadline != 0 {
            Voice.result("    with a deadline: \(number(response.withDeadline)), after it: \(number(response.late))")
        }
    }
}
