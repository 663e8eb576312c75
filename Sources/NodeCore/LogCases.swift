/// What the log says of cases (AUDIT section 3, combination of data): that the node hears of one, and which hits were put to it.
/// Knows case numbers; never learns whom a case is about.

import AuditLog
import CanonicalJSON
import Vault

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
        let wasClosed = try transaction.closing(ofCase: question.reference) != nil
        guard !isKnown || wasClosed else { return [] }
        try transaction.reopen(case: question.reference)
        return [try draft("case.opened", by: .person(person), personal: [Self.personal(case: number)], in: transaction)]
    }

    /// The entry that hits of a question were put to its case; nil where it has none.
    ///
    /// - Parameter handles: as the outcome's entry has them.
    func linked(_ number: String?, _ handles: PersonalValue?, in transaction: VaultTransaction) throws -> AuditDraft? {
        guard let number, let handles else { return nil }
        return try draft("case.linked", by: .system, personal: [Self.personal(case: number), handles], in: transaction)
    }

    static func personal(case number: String) -> PersonalValue {
        PersonalValue(name: "case", value: number, retentionClass: RetentionClass.question)
    }
}
