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
        let (all, strange, accounts) = try await vault.read {
            (try $0.disclosures(openOnly: false), try $0.strangeDisclosures(), try $0.accounts())
        }
        let rows = all.filter(isReadable)
        var checks: [DoctorReport.Check] = []
        if rows.count < all.count || strange > 0 {
            let first = all.first { !isReadable($0) }.map { "; the first is \($0.id) of \($0.peer)" } ?? ""
            checks.append(
                check(
                    "disclosures",
                    .failed,
                    "\(all.count - rows.count + strange) requests cannot be read and are set aside\(first)",
                    try: "the version of comity that wrote them, or a backup"
                )
            )
        }
        checks += try ownChecks(rows) + reminderChecks(rows) + (try await unsentChecks(rows)) + checkErasing(rows)
        let now = clock.seconds
        let files = try rows.filter { $0.side == .holder }.map { try heldFile($0) }
        guard !files.isEmpty else { return checks }
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

    /// Questions that wait for people of ours: our own before they leave, and peers' before they are answered.
    private func ownChecks(_ rows: [StoredDisclosure]) throws -> [DoctorReport.Check] {
        let now = clock.seconds
        let own = try rows.filter { $0.side == .ownQuestion }.map { try ownQuestion($0).request }
        let held = try rows.filter { $0.side == .question }.count { try heldQuestion($0).request.isOpen(at: now) }
        let waiting = own.count { $0.state == .held && now < $0.deadline }
        let letGo = own.count { $0.state == .approved && now < $0.deadline }
        var checks: [DoctorReport.Check] = []
        if waiting + letGo + held > 0 {
            checks.append(
                check(
                    "questions",
                    .ok,
                    "\(waiting) questions of ours wait for a decision here, \(letGo) were let go and have not left; "
                        + "\(held) of peers wait",
                    try: "comity disclosure list \(folder.path) --open"
                )
            )
        }
        return checks
    }

    /// Requests that were written down before their holder began another epoch: they go out as they are, and stay silent.
    private func unsentChecks(_ rows: [StoredDisclosure]) async throws -> [DoctorReport.Check] {
        var checks: [DoctorReport.Check] = []
        for row in rows where row.side == .asker {
            let file = try sentFile(row)
            guard file.request.state == .unsent,
                let copy = try await vault.latestManifest(
                    agreement: file.agreement,
                    holder: row.peer,
                    asker: configuration.agency
                ), copy.epoch > file.epoch
            else { continue }
            checks.append(
                check(
                    "disclosures",
                    .warning,
                    "request \(row.id) has not left, and \(row.peer) began another epoch since: no answer will come to it",
                    try: "the same request once more: it asks for the hit in the new epoch"
                )
            )
        }
        return checks
    }

    /// Requests under which a share says nothing.
    private static let enoughToTell = 20
}
