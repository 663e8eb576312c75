/// Use case: somebody closes a case. Knows its number and who closed it; erases nothing, and never learns whom it is about.

import Accounts
import AuditLog
import PolicyEngine
import Vault

/// That a case is closed, and by whom. The next question under its number opens it again.
public struct CaseClosing: Codable, Sendable, Equatable {
    /// RFC 3339.
    public var at: String
    /// The account.
    public var by: String

    init(_ stored: StoredClosing) {
        at = Moment(seconds: stored.at / 1_000).description
        by = stored.account
    }
}

extension Node {
    /// Closes a case: nobody expects anything more of it. Nothing is erased by that, and what was released keeps its last day.
    public func closeCase(_ number: String, by account: String?) async throws(NodeProblem) -> CaseClosing {
        let person = try await person(account, for: .closeCase)
        let reference = questionSealer.tag(ofCase: number)
        let closing = StoredClosing(at: clock.milliseconds(), account: person.account.name.description)
        do {
            return try await vault.commit { transaction -> (CaseClosing, [AuditDraft]) in
                guard try transaction.hasQuestion(ofCase: reference) else { throw self.unknownCase(number) }
                if let before = try transaction.closing(ofCase: reference).map(CaseClosing.init) {
                    throw NodeProblem(
                        .usage,
                        "this case is closed already",
                        because: "\(before.by) closed it at \(before.at)",
                        try: "a new question under its number opens it again"
                    )
                }
                try transaction.close(case: reference, closing)
                let personal = [Self.personal(case: number)]
                let entry = try self.draft("case.closed", by: .person(person), personal: personal, in: transaction)
                return (CaseClosing(closing), [entry])
            }.value
        } catch {
            throw NodeProblem(fault: error, doing: "closing the case")
        }
    }

}
