/// One person's decision on what can only go or stay: nobody can be asked back. What the log says of it comes with it.

import Accounts
import AuditLog
import CanonicalJSON
import Casework
import Vault

extension VaultTransaction {
    /// Who may approve at this moment.
    func approvers() throws -> Set<String> {
        let able = try accounts().compactMap(Account.init(stored:)).filter { $0.role(for: .decideDisclosure) != nil }
        return Set(able.map(\.name.description))
    }
}

extension AwaitsPeople {
    /// - Parameters:
    ///   - approvers: those whose approvals count.
    ///   - grounds: of the agreement, id to words.
    ///   - what: "a question", for whoever wants to ask back.
    /// - Returns: the second word of the entry's event, its ground, and what it keeps sealed.
    mutating func take(
        _ verdict: DisclosureVerdict,
        stating authorisations: [Authorisation],
        by person: Person,
        among approvers: Set<String>,
        grounds: [String: String],
        at now: Int,
        what: String
    ) throws(CaseworkRefusal) -> (word: String, ground: JSONValue?, personal: [PersonalValue]) {
        let name = person.account.name.description
        switch verdict {
        case .approve:
            keepApprovals(of: approvers)
            _ = try approve(by: name, stating: authorisations, at: now)
            return ("approved", authorisations.ground, authorisations.personal)
        case .refuse(let ground):
            try refuse(by: name, ground: ground, grounds: grounds, at: now)
            return ("refused", .string(ground), [])
        case .askBack: throw .notOpen(state: "\(what): it can be approved or refused")
        }
    }
}
