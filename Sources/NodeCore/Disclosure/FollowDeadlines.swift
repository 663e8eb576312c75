/// Use case: requests whose deadline passed are logged, once each, and sealing keys past their time are erased. Knows times
/// and states, no record.

import AuditLog
import CanonicalJSON
import Casework
import PolicyEngine
import Vault

extension Node {
    /// Logs requests whose deadline passed, once each, and erases sealing keys past their time.
    public func followDeadlines() async throws(NodeProblem) {
        do {
            try SealingKeys.eraseOld(keyring, today: clock.moment.day)
            let now = clock.seconds
            let late = try await vault.read { try $0.disclosures(openOnly: true) }.filter {
                ($0.deadline ?? .max) <= now
            }
            for row in late where row.side == .ownQuestion { try await closeOverdue(row) }
            for row in late where row.side == .holder {
                _ = try await vault.commit { transaction -> (Void, [AuditDraft]) in
                    guard let row = try transaction.disclosure(.holder, peer: row.peer, id: row.id), row.isOpen else {
                        return ((), [])
                    }
                    var file = try self.heldFile(row)
                    let wasTakenBack = file.isTakenBack
                    file.request.close()
                    try transaction.store(
                        try self.stored(file, peer: row.peer, id: row.id, created: row.created)
                    )
                    return ((), wasTakenBack ? [] : try self.closing(file, row: row, now: now, in: transaction))
                }
            }
        } catch {
            throw NodeProblem(fault: error, doing: "following the deadlines")
        }
    }

    /// One entry for what stayed silent and for what nobody answered: the log grows alike.
    private func closing(
        _ file: HeldFile,
        row: StoredDisclosure,
        now: Int,
        in transaction: VaultTransaction
    ) throws -> [AuditDraft] {
        switch file.request.state {
        case .approved, .refused: return []
        case .silent:
            let data: [String: JSONValue?] = ["request": .string(row.id), "ground": "silence"]
            return [try draft("disclosure.refused", by: .system, data: data, in: transaction)]
        case .held, .askedBack:
            let late = (now - file.request.deadline) * 1_000
            let data: [String: JSONValue?] = ["request": .string(row.id), "late_ms": .integer(late)]
            return [try draft("disclosure.overdue", by: .system, data: data, in: transaction)]
        }
    }
}
