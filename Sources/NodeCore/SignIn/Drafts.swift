/// Use case: what somebody typed into a form and did not send survives signing out. Sealed; nobody else's page shows it.

import AuditLog
import Vault

extension Node {
    /// Longest draft that is kept, in bytes.
    private static let longestDraft = 1 << 20

    public func draft(_ form: String, of session: Session) async throws(NodeProblem) -> String? {
        do {
            guard let box = try await vault.read({ try $0.draft(form, of: session.account) }) else { return nil }
            return String(
                decoding: try questionSealer.open(bytes: box, id: Self.draftBox(form, session.account)),
                as: UTF8.self
            )
        } catch {
            throw NodeProblem(fault: error, doing: "reading the draft")
        }
    }

    /// Keeps a draft in place of an earlier one; one that is too long is not kept.
    public func keepDraft(_ form: String, _ text: String, of session: Session) async throws(NodeProblem) {
        guard text.utf8.count <= Self.longestDraft else { return }
        do {
            let box = try questionSealer.seal(bytes: Array(text.utf8), id: Self.draftBox(form, session.account))
            let now = clock.seconds
            _ = try await vault.commit { transaction -> (Void, [AuditDraft]) in
                try transaction.storeDraft(form, of: session.account, box: box, at: now)
                return ((), [])
            }
        } catch {
            throw NodeProblem(fault: error, doing: "keeping the draft")
        }
    }

    public func removeDraft(_ form: String, of session: Session) async throws(NodeProblem) {
        do {
            _ = try await vault.commit { transaction -> (Void, [AuditDraft]) in
                try transaction.removeDraft(form, of: session.account)
                return ((), [])
            }
        } catch {
            throw NodeProblem(fault: error, doing: "removing the draft")
        }
    }

    private static func draftBox(_ form: String, _ account: String) -> String { "draft/\(account)/\(form)" }
}
