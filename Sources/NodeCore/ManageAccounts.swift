/// Use case: who may act on this node.

import Accounts
import AuditLog
import CanonicalJSON
import Vault

public struct UserReport: Codable, Sendable, Equatable {
    public var name: String
    public var roles: [String]
}

extension Node {
    /// Adds an account, or gives one more roles. The first operator is made by `init`.
    public func addUser(_ name: String, roles: [String], by account: String?) async throws(NodeProblem) -> UserReport {
        guard let accountName = AccountName(name) else {
            throw NodeProblem(
                .usage,
                "that is no account name",
                because: "it takes 1 to 64 of a-z, 0-9, dot, underscore, hyphen, and begins with a letter or digit",
                try: "a short name in lower case"
            )
        }
        var wanted: Set<Role> = []
        for word in roles {
            guard let role = Role(rawValue: word) else {
                throw NodeProblem(
                    .usage,
                    "\(word) is no role",
                    at: "--role",
                    try: Role.allCases.map(\.rawValue).joined(separator: ", ")
                )
            }
            wanted.insert(role)
        }
        guard !wanted.isEmpty else {
            throw NodeProblem(.usage, "an account needs a role", at: "--role", try: "--role analyst")
        }
        let person = try await person(account, for: .addUser)
        do {
            let committed = try await vault.commit { [wanted] transaction in
                let before = try transaction.account(name).flatMap(Account.init(stored:))
                let all = wanted.union(before?.roles ?? [])
                try transaction.store(
                    StoredAccount(name: accountName.description, roles: Set(all.map(\.rawValue))),
                    at: self.clock.milliseconds()
                )
                let who = PersonalValue(
                    name: "account",
                    value: accountName.description,
                    retentionClass: RetentionClass.access
                )
                let draft = try self.draft(
                    before == nil ? "user.added" : "role.granted",
                    by: .person(person),
                    data: ["role": .string(all.sorted().map(\.rawValue).joined(separator: " "))],
                    personal: [who],
                    in: transaction
                )
                return (UserReport(name: name, roles: all.sorted().map(\.rawValue)), [draft])
            }
            return committed.value
        } catch {
            throw NodeProblem(fault: error, doing: "adding the account")
        }
    }

    public func users() async throws(NodeProblem) -> [UserReport] {
        do {
            return try await vault.read { transaction in
                try transaction.accounts().map { UserReport(name: $0.name, roles: $0.roles.sorted()) }
            }
        } catch {
            throw NodeProblem(fault: error, doing: "reading the accounts")
        }
    }
}
