/// What the log says of cases (AUDIT section 3, combination of data): that the node hears of one for the first time, and which
/// hits were put to it. Knows case numbers; the database keeps of them only a code under a key of the node.

import AuditLog
import CanonicalJSON
import Sodium
import Vault

extension Node {
    /// The entry of the first question of a case; nil where there is none to make.
    ///
    /// - Parameter number: the case, as the analyst calls it.
    func opened(_ number: String?, by person: Person, in transaction: VaultTransaction) throws -> AuditDraft? {
        guard let number else { return nil }
        let key = try keyring.secret(SecretName.caseReference)
        // A peer's code begins with its agency's name, so no peer ever saw this one.
        let mark = "case/" + Hex.encode(SHA2.hmacSHA256(Array("\0\(number)".utf8), key: key))
        guard try transaction.setting(mark) == nil else { return nil }
        try transaction.set(mark, to: [])
        return try draft("case.opened", by: .person(person), personal: [Self.personal(case: number)], in: transaction)
    }

    /// The entry that hits of a question were put to its case; nil where it has none.
    ///
    /// - Parameter handles: as the outcome's entry has them.
    func linked(_ number: String?, _ handles: PersonalValue?, in transaction: VaultTransaction) throws -> AuditDraft? {
        guard let number, let handles else { return nil }
        return try draft("case.linked", by: .system, personal: [Self.personal(case: number), handles], in: transaction)
    }

    private static func personal(case number: String) -> PersonalValue {
        PersonalValue(name: "case", value: number, retentionClass: RetentionClass.question)
    }
}
