/// Use case: requests and held questions whose deadline passed are logged, once each, and what is past its time is erased:
/// sealing keys, and data (EraseExpired). Knows times and states, no record.

import AuditLog
import CanonicalJSON
import Casework
import PolicyEngine
import Synchronization
import Vault

extension Node {
    /// Logs requests whose deadline passed, once each, and erases sealing keys and data past their time.
    ///
    /// - Parameter say: takes each request that cannot be read, once: it is set aside, and keeps no other waiting.
    public func followDeadlines(say: @Sendable (String) -> Void = { _ in }) async throws(NodeProblem) {
        do {
            try SealingKeys.eraseOld(keyring, today: clock.moment.day)
            let now = clock.seconds
            let late = try await vault.read { try $0.lateDisclosures(at: now) }
            for row in late {
                guard isReadable(row) else {
                    if setAside.withLock({ $0.insert(row.id).inserted }) {
                        say("request \(row.id) of \(row.peer) cannot be read, and its deadline passed: it is set aside")
                    }
                    continue
                }
                switch row.side {
                case .question: try await closeHeld(row)
                case .ownQuestion: try await closeOverdue(row)
                case .asker: try await closeLate(row, now: now)
                case .holder: try await closeReceived(row, now: now)
                }
            }
            try await eraseExpired(say: say)
        } catch {
            throw NodeProblem(fault: error, doing: "following the deadlines")
        }
    }

    /// Whether the file of a request opens and is one of this version's.
    func isReadable(_ row: StoredDisclosure) -> Bool {
        do {
            switch row.side {
            case .question: _ = try heldQuestion(row)
            case .ownQuestion: _ = try ownQuestion(row)
            case .asker: _ = try sentFile(row)
            case .holder: _ = try heldFile(row)
            }
            return true
        } catch {
            return false
        }
    }

    /// A peer's request that is past its deadline.
    private func closeReceived(_ stored: StoredDisclosure, now: Int) async throws {
        _ = try await vault.commit { transaction -> (Void, [AuditDraft]) in
            guard let row = try transaction.disclosure(.holder, peer: stored.peer, id: stored.id), row.isOpen else {
                return ((), [])
            }
            var file = try self.heldFile(row)
            let wasTakenBack = file.isTakenBack
            file.request.close()
            try transaction.store(try self.stored(file, peer: row.peer, id: row.id, created: row.created))
            return ((), wasTakenBack ? [] : try self.closing(file, row: row, now: now, in: transaction))
        }
    }

    /// A request of ours that waits here and was not let go in time stays.
    private func closeLate(_ stored: StoredDisclosure, now: Int) async throws {
        let file = try sentFile(stored)
        if file.request.isUnanswered(at: now), file.isOverdueTold != true { try await tellUnanswered(stored, now: now) }
        guard file.request.isOverdue(at: now) else { return }
        _ = try await change(stored) { file in
            guard file.request.isOverdue(at: now), let leaveBy = file.request.leaveBy else { return [] }
            file.request.stay(ground: "overdue", because: "nobody let it go in time; it can be asked for again")
            let data: [String: JSONValue?] = [
                "request": .string(stored.id), "late_ms": .integer((now - leaveBy) * 1_000),
            ]
            return [Drafting(event: "disclosure.overdue", actor: .system, data: data)]
        }
    }

    /// Its holder's time passed, and what became of it is not known here: it is asked for on, and the log says so once.
    private func tellUnanswered(_ stored: StoredDisclosure, now: Int) async throws {
        _ = try await change(stored) { file in
            guard file.request.isUnanswered(at: now), file.isOverdueTold != true, let end = file.request.deadline else {
                return []
            }
            file.isOverdueTold = true
            let data: [String: JSONValue?] = [
                "request": .string(stored.id), "late_ms": .integer((now - end) * 1_000),
            ]
            return [Drafting(event: "disclosure.overdue", actor: .system, data: data)]
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
            // From the hour that policy here wanted it; said only now, since what is silent has no such hour.
            let late = (now - file.request.due) * 1_000
            let data: [String: JSONValue?] = ["request": .string(row.id), "late_ms": .integer(late)]
            return [try draft("disclosure.overdue", by: .system, data: data, in: transaction)]
        }
    }
}
