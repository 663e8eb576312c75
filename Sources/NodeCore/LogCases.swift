/// What the log says of cases (AUDIT section 3, combination of data): that the node hears of one, which hits were put to it,
/// and that somebody closed it. Knows case numbers; never learns whom a case is about.

import Accounts
import AuditLog
import CanonicalJSON
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
    /// Keeps a question, once for all its parts.
    ///
    /// - Parameter number: its case, as the analyst calls it.
    /// - Returns: the entry of a case that no other question of this node is kept of, or that was closed.
    func keepOnce(
        _ question: StoredQuestion,
        case number: String?,
        by person: Person,
        in transaction: VaultTransaction
    ) throws -> [AuditDraft] {
        let isKnown = try transaction.hasQuestion(ofCase: question.reference)
        try transaction.storeOnce(question)
        guard let number else { return [] }
        if isKnown {
            guard try transaction.closing(ofCase: question.reference) != nil else { return [] }
            try transaction.reopen(case: question.reference)
        }
        return [try draft("case.opened", by: .person(person), personal: [Self.personal(case: number)], in: transaction)]
    }

    /// The entry that hits of a question were put to its case; nil where it has none.
    ///
    /// - Parameter handles: as the outcome's entry has them.
    func linked(_ number: String?, _ handles: PersonalValue?, in transaction: VaultTransaction) throws -> AuditDraft? {
        guard let number, let handles else { return nil }
        return try draft("case.linked", by: .system, personal: [Self.personal(case: number), handles], in: transaction)
    }

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

    func unknownCase(_ number: String) -> NodeProblem {
        NodeProblem(
            .usage,
            "there is no case of that number",
            at: number,
            because: "no question was asked under it",
            try: "comity case list \(folder.path)"
        )
    }

    private static func personal(case number: String) -> PersonalValue {
        PersonalValue(name: "case", value: number, retentionClass: RetentionClass.question)
    }
}
