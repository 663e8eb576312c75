/// Use case: what was asked, found and requested under a case's number leaves as lines of CSV. Holds no value of a record: what
/// was released stays where each look at it is logged. The entry is durable before the file is handed out.

import Accounts
import AuditLog
import CanonicalJSON
import PolicyEngine
import RecordFiles
import Vault

/// A case as a file.
public struct CaseFile: Sendable {
    public let bytes: [UInt8]
    /// Lines below the header.
    public let count: Int
}

extension Node {
    /// The name of the time zone this agency works in, as its jurisdiction's file has it.
    public var zoneName: String { zone.name }

    /// How far the agency's wall clock is ahead of UTC at a moment, in seconds.
    public func secondsFromUTC(at seconds: Int) -> Int { zone.secondsFromUTC(at: Moment(seconds: seconds)) }

    private var zone: Zone { activePolicies.set.jurisdictions[configuration.jurisdiction]?.zone ?? .utc }

    /// - Parameter peer: only what concerns this agency; nil: all.
    public func exportCase(_ reference: String, peer: String?, by account: String?) async throws(NodeProblem)
        -> CaseFile
    {
        let person = try await person(account, for: .exportCase)
        guard let report = try await cases(reference, by: account).cases.first else {
            throw NodeProblem(.usage, "there is no case of that number", at: reference)
        }
        let lines = Self.lines(of: report).filter { peer == nil || $0[3] == peer }
        do {
            _ = try await vault.commit { transaction in
                let which = PersonalValue(name: "terms", value: reference, retentionClass: RetentionClass.access)
                let draft = try self.draft(
                    "record.exported",
                    by: .person(person),
                    data: ["purpose": "case", "count": .integer(lines.count)],
                    personal: [which],
                    in: transaction
                )
                return ((), [draft])
            }
        } catch {
            throw NodeProblem(fault: error, doing: "exporting the case")
        }
        let text = ([Self.columnsOfCase] + lines).map { SpreadsheetGuard.line($0) + "\n" }.joined()
        return CaseFile(bytes: Array(text.utf8), count: lines.count)
    }

    private static let columnsOfCase = [
        "what", "time", "by", "peer", "agreement", "purpose", "outcome", "subject", "handle", "strength", "agrees",
        "fields",
        "deadline", "kept_until", "id",
    ]

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
}
