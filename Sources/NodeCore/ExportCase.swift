/// Use case: a case leaves as a file. As CSV it is what was asked, found and requested, without a value of a record; in the other
/// forms it is what peers released and is still here, each with the terms it came under. The entries are durable before the
/// file is handed out.

import Accounts
import AuditLog
import CanonicalJSON
import MatchKeys
import PolicyEngine
import RecordFiles
import Vault

/// A case as a file.
public struct CaseFile: Sendable {
    public let bytes: [UInt8]
    /// Lines below the header, or records.
    public let count: Int
}

extension Node {
    /// The name of the time zone this agency works in, as its jurisdiction's file has it.
    public var zoneName: String { zone.name }

    /// How far the agency's wall clock is ahead of UTC at a moment, in seconds.
    public func secondsFromUTC(at seconds: Int) -> Int { zone.secondsFromUTC(at: Moment(seconds: seconds)) }

    private var zone: Zone { activePolicies.set.jurisdictions[configuration.jurisdiction]?.zone ?? .utc }

    /// - Parameter peer: only what concerns this agency; nil: all.
    public func exportCase(
        _ reference: String,
        peer: String?,
        as form: RecordForm,
        by account: String?
    ) async throws(NodeProblem) -> CaseFile {
        let person = try await person(account, for: .exportCase)
        guard var report = try await cases(reference, by: account).cases.first else {
            throw NodeProblem(.usage, "there is no case of that number", at: reference)
        }
        if let peer { report.keep(onlyOf: peer) }
        do {
            let released = form == .csv ? [] : try await self.released(report)
            let file = form == .csv ? Self.table(of: report) : try self.file(of: released, report, form.format)
            _ = try await vault.commit { transaction in
                let which = PersonalValue(name: "terms", value: reference, retentionClass: RetentionClass.access)
                let export = try self.draft(
                    "record.exported",
                    by: .person(person),
                    data: ["purpose": "case", "count": .integer(file.count)],
                    personal: [which],
                    in: transaction
                )
                return ((), [export] + (try self.looks(at: released, by: person, in: transaction)))
            }
            return file
        } catch {
            throw NodeProblem(fault: error, doing: "exporting the case")
        }
    }

    // MARK: What was done

    private static let columnsOfCase = [
        "what", "time", "by", "peer", "agreement", "purpose", "outcome", "subject", "handle", "strength", "agrees",
        "fields",
        "deadline", "kept_until", "id",
    ]

    private static func table(of report: CaseReport) -> CaseFile {
        let lines = Self.lines(of: report)
        let text = ([columnsOfCase] + lines).map { SpreadsheetGuard.line($0) + "\n" }.joined()
        return CaseFile(bytes: Array(text.utf8), count: lines.count)
    }

    private static func lines(of report: CaseReport) -> [[String]] {
        var lines: [[String]] = []
        for question in report.questions {
            for answer in question.answers {
                let terms = [question.asked, question.by, answer.peer, question.agreement, question.purpose]
                lines.append(
                    ["question"] + terms + [answer.outcome, "", "", "", "", "", "", "", question.query]
                )
                for hit in answer.hits {
                    lines.append(
                        ["hit"] + terms + [
                            "", hit.subject, hit.handle, hit.band, hit.kinds.joined(separator: "; "), "", "", "",
                            answer.id,
                        ]
                    )
                }
            }
        }
        for request in report.disclosures {
            lines.append([
                "request", request.created, "", request.peer, request.agreement, request.purpose ?? "", request.state,
                request.subject ?? "", request.handle, "", request.kinds.joined(separator: "; "),
                request.fields.joined(separator: "; "), request.deadline ?? "", request.retention ?? "", request.id,
            ])
        }
        return lines
    }

    // MARK: What was released

    struct Released: Sendable {
        let record: Record
        let terms: RecordTerms
    }

    /// What was erased, or whose time is over, is not among it.
    func released(_ report: CaseReport) async throws -> [Released] {
        var released: [Released] = []
        for request in report.disclosures {
            let row = try await vault.read { try $0.disclosure(.asker, peer: request.peer, id: request.id) }
            guard let row else { continue }
            let look = try await shown(row)
            guard let data = look.data, let handling = look.handling, let source = look.source,
                let onward = look.onward, let retention = look.retention
            else { continue }
            let terms = RecordTerms(
                holder: row.peer,
                request: row.id,
                handling: handling,
                source: source,
                onward: onward,
                retention: retention
            )
            released.append(Released(record: Record(id: row.id, columns: data), terms: terms))
        }
        return released
    }

    /// Who reads what was released leaves an entry for each, as on the request's own page.
    func looks(at released: [Released], by person: Person, in transaction: VaultTransaction) throws -> [AuditDraft] {
        try released.map { item in
            try draft(
                "disclosure.viewed",
                by: .person(person),
                data: ["request": .string(item.terms.request)],
                in: transaction
            )
        }
    }

    private func file(of released: [Released], _ report: CaseReport, _ format: RecordFormat) throws -> CaseFile {
        guard !released.isEmpty else {
            throw NodeProblem(
                .data,
                "nothing of this case can leave in this form",
                because: "nothing was released for it, or all of it is erased",
                try: "CSV, which holds what was asked, found and requested"
            )
        }
        var writer = try recordWriter(format, scope: "case/" + report.reference)
        var bytes = try writer.begin()
        for item in released {
            bytes += try writer.bytes(of: item.record, under: item.terms)
            guard bytes.count <= Self.greatestExport else {
                throw NodeProblem(
                    .refused,
                    "this case is too large for one file",
                    because: "it would have more than \(Self.greatestExport >> 20) MiB, and is made in memory",
                    try: "only what concerns one agency"
                )
            }
        }
        let lost = writer.notCarried
        let note = FileNote(
            title: "Case \(report.reference)",
            lines: Self.words(on: report, released: released.count, lost)
        )
        bytes += try writer.end(saying: note)
        return CaseFile(bytes: bytes, count: released.count - lost.records)
    }

    /// What such a file is, and what its form had no place for.
    private static func words(on report: CaseReport, released: Int, _ lost: NotCarried) -> [String] {
        let answers = report.questions.flatMap(\.answers)
        var lines = [
            "Data that other agencies released. What binds their reader stands with each record.",
            """
            Not in this form: questions (\(report.questions.count)), answers (\(answers.count)), hits (\(report.hits)), \
            requests without data that are here (\(report.disclosures.count - released)). They are in the case's CSV.
            """,
        ]
        let fields = lost.columns.sorted { $0.key < $1.key }.map { "\($0.key) (\($0.value))" }
        if !fields.isEmpty {
            lines.append("Fields without a place, in so many records: \(fields.joined(separator: ", ")).")
        }
        if lost.records > 0 { lines.append("Records that this form has no entity for: \(lost.records).") }
        return lines
    }
}

extension CaseReport {
    /// Leaves what concerns one agency.
    mutating func keep(onlyOf peer: String) {
        for place in questions.indices { questions[place].answers.removeAll { $0.peer != peer } }
        questions.removeAll { $0.answers.isEmpty }
        hits = questions.flatMap(\.answers).reduce(0) { $0 + $1.hits.count }
        disclosures.removeAll { $0.peer != peer }
    }
}
