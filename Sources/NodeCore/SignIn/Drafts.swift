/// Use case: what somebody typed into a form and did not send survives signing out. Sealed; nobody else's page shows it.

import AuditLog
import Sodium
import Vault

extension Node {
    /// Longest draft that is kept, in bytes: the greatest form of the console, each byte of it escaped.
    /// After so long nobody goes on with what they typed.
    private static let longestDays = 30

    private static let longestDraft = 12 << 20

    /// What tells one form from another.
    public static func digest(ofForm text: String) -> [UInt8] {
        SHA2.sha256(Array("comity/form-sent/v1".utf8) + [0] + Array(text.utf8))
    }

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

    /// Keeps a draft in place of an earlier one.
    public func keepDraft(_ form: String, _ text: String, of session: Session) async throws(NodeProblem) {
        guard text.utf8.count <= Self.longestDraft else {
            throw NodeProblem(.usage, "what was typed is too long to be kept", try: "a file of fewer rows")
        }
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

    /// Forgets what was typed long ago and never sent.
    func eraseDrafts() async throws {
        let limit = clock.seconds - Self.longestDays * 86_400
        _ = try await vault.commit { transaction -> (Void, [AuditDraft]) in
            try transaction.removeDrafts(savedBefore: limit)
            return ((), [])
        }
    }

    /// Removes a draft, unless something else was typed since.
    public func removeDraft(_ form: String, ifStill text: String, of session: Session) async throws(NodeProblem) {
        do {
            let name = Self.draftBox(form, session.account)
            _ = try await vault.commit { transaction -> (Void, [AuditDraft]) in
                guard let box = try transaction.draft(form, of: session.account),
                    try self.questionSealer.open(bytes: box, id: name) == Array(text.utf8)
                else { return ((), []) }
                try transaction.removeDraft(form, of: session.account)
                return ((), [])
            }
        } catch {
            throw NodeProblem(fault: error, doing: "removing the draft")
        }
    }

    private static func draftBox(_ form: String, _ account: String) -> String { "draft/\(account)/\(form)" }
}
