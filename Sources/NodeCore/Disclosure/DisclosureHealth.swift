/// What an operator should know of disclosure requests: what waits, what is late, and whether silence still hides.

import Accounts
import Casework
import Vault

extension Node {
    func checkDisclosures() async -> [DoctorReport.Check] {
        do {
            return try await disclosureChecks()
        } catch {
            return [check("disclosures", .failed, "the disclosure requests cannot be read")]
        }
    }

    private func disclosureChecks() async throws -> [DoctorReport.Check] {
        let (rows, accounts) = try await vault.read { (try $0.disclosures(openOnly: false), try $0.accounts()) }
        let now = clock.seconds
        let files = try rows.filter { $0.side == .holder }.map { try heldFile($0) }
        guard !files.isEmpty else { return [] }
        var checks: [DoctorReport.Check] = []
        let waiting = files.filter { $0.request.isOpen(at: now) }
        let late = waiting.count { $0.request.due <= now }
        if late > 0 {
            checks.append(
                check(
                    "disclosures",
                    .warning,
                    "\(late) of \(waiting.count) open requests are past the time that policy wants",
                    try: "comity disclosure list \(folder.path) --open"
                )
            )
        } else {
            checks.append(check("disclosures", .ok, "\(waiting.count) requests wait for a decision, none is late"))
        }
        if !waiting.isEmpty, !accounts.contains(where: { $0.roles.contains(Role.approver.rawValue) }) {
            checks.append(
                check(
                    "disclosures",
                    .warning,
                    "requests wait, and nobody may decide on them",
                    try: "comity user add \(folder.path) NAME --role approver"
                )
            )
        }
        // A silence hides among requests that are held: where few are, it speaks (PROTOCOL section 4).
        let held = files.count { $0.request.needed > 0 }
        if files.count >= Self.enoughToTell, held * 5 < files.count {
            checks.append(
                check(
                    "silence",
                    .warning,
                    "fewer than a fifth of \(files.count) requests were held for a person: a silence speaks",
                    try: "a rule that requires approvals at stage disclosure"
                )
            )
        }
        return checks
    }

    /// Requests under which a share says nothing.
    private static let enoughToTell = 20
}
