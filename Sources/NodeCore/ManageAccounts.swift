/// Use case: who may act on this node.

import Accounts
import AuditLog
import CanonicalJSON
import Vault

public struct UserReport: Codable, Sendable, Equatable {
    public var name: String
    public var roles: [String]
    /// One-time code by which the person sets up their sign-in; only where the account was just added, or has none yet.
    public var code: String?
    /// Whether the person can sign in to the console; nil where that was not looked up.
    public var signIn: Bool?

    enum CodingKeys: String, CodingKey {
        case name, roles, code
        case signIn = "sign_in"
    }
}

extension Node {
    /// Adds an account, or gives one more roles and ends its sessions. The first operator is made by `init`.
    public func addUser(_ name: String, roles: [String], by account: String?) async throws(NodeProblem) -> UserReport {
        guard let accountName = AccountName(name) else {
            throw NodeProblem(
                .usage,
                "that is no account name",
                because: "it takes 1 to 64 of a-z, 0-9, dot, underscore, hyphen, and begins with a letter or digit",
                try: "a short name in lower case"
            )
        }
        let wanted = try Self.roles(roles)
        let person = try await person(account, for: .addUser)
        do {
            let committed = try await vault.commit { transaction in
                let before = try transaction.account(name).flatMap(Account.init(stored:))
                let all = wanted.union(before?.roles ?? [])
                // The same roles again are no change: that is how somebody gets a new one-time code.
                if all != before?.roles {
                    try Self.checkOthers(name, person)
                    try transaction.endSessions(of: name)
                }
                try transaction.store(
                    StoredAccount(name: accountName.description, roles: Set(all.map(\.rawValue))),
                    at: self.clock.milliseconds()
                )
                let who = PersonalValue(
                    name: "account",
                    value: accountName.description,
                    retentionClass: RetentionClass.access
                )
                let file = try self.signInFile(of: name, in: transaction)
                if all == before?.roles, file.isReset == true, !file.isSetUp {
                    throw NodeProblem(
                        .refused,
                        "the sign-in of this account was reset by two people, and a new code takes two again",
                        try: "comity user reset \(self.folder.path) \(name), by two people"
                    )
                }
                let givesCode = !file.isSetUp && file.isReset != true
                let changed = all == before?.roles && givesCode ? "user.code_given" : "role.granted"
                let draft = try self.draft(
                    before == nil ? "user.added" : changed,
                    by: .person(person),
                    data: ["role": .string(all.sorted().map(\.rawValue).joined(separator: " "))],
                    personal: [who],
                    in: transaction
                )
                let code = givesCode ? try self.giveFirstCode(to: name, in: transaction) : nil
                return (UserReport(name: name, roles: all.sorted().map(\.rawValue), code: code), [draft])
            }
            return committed.value
        } catch {
            throw await noted(NodeProblem(fault: error, doing: "adding the account"), .addUser, by: person)
        }
    }

    /// Gives an account exactly these roles, and ends its sessions: what is open was opened under others.
    public func changeRoles(_ name: String, roles: [String], by account: String?) async throws(NodeProblem)
        -> UserReport
    {
        let wanted = try Self.roles(roles)
        let person = try await person(account, for: .changeRoles)
        do {
            return try await vault.commit { transaction -> (UserReport, [AuditDraft]) in
                let accounts = try transaction.accounts()
                guard accounts.contains(where: { $0.name == name }) else {
                    throw NodeProblem(
                        .usage,
                        "there is no account of that name",
                        try: "comity user list \(self.folder.path)"
                    )
                }
                let others = accounts.filter { $0.name != name && $0.roles.contains(Role.operator.rawValue) }
                guard wanted.contains(.operator) || !others.isEmpty else {
                    throw NodeProblem(
                        .refused,
                        "\(name) is the last operator",
                        because: "without one nobody could add or change accounts",
                        try: "give another account the role first"
                    )
                }
                try Self.checkOthers(name, person)
                let words = wanted.sorted().map(\.rawValue)
                try transaction.store(StoredAccount(name: name, roles: Set(words)), at: self.clock.milliseconds())
                try transaction.endSessions(of: name)
                let who = PersonalValue(name: "account", value: name, retentionClass: RetentionClass.access)
                let entry = try self.draft(
                    "role.changed",
                    by: .person(person),
                    data: ["role": .string(words.joined(separator: " "))],
                    personal: [who],
                    in: transaction
                )
                return (UserReport(name: name, roles: words), [entry])
            }.value
        } catch {
            throw await noted(NodeProblem(fault: error, doing: "changing the roles"), .changeRoles, by: person)
        }
    }

    /// A one-time code for the first operator, as long as nobody can sign in; nil afterwards.
    public func firstRunCode() async throws(NodeProblem) -> (account: String, code: String)? {
        do {
            return try await vault.commit { transaction -> ((account: String, code: String)?, [AuditDraft]) in
                let accounts = try transaction.accounts()
                let isUsed = try accounts.contains { try self.signInFile(of: $0.name, in: transaction).isSetUp }
                let operators = accounts.filter { $0.roles.contains(Role.operator.rawValue) }.map(\.name)
                guard !isUsed,
                    let first = operators.first(where: { $0 == Self.firstAccount }) ?? operators.first
                else { return (nil, []) }
                return ((first, try self.giveFirstCode(to: first, in: transaction)), [])
            }.value
        } catch {
            throw NodeProblem(fault: error, doing: "making the first code")
        }
    }

    /// Nobody changes their own roles: one operator alone would be approver and officer as well.
    private static func checkOthers(_ name: String, _ person: Person) throws(NodeProblem) {
        guard person.account.name.description == name else { return }
        throw NodeProblem(
            .refused,
            "nobody changes their own roles",
            because: "another operator does, so that one person alone does not become several",
            try: "--as another operator"
        )
    }

    private static func roles(_ words: [String]) throws(NodeProblem) -> Set<Role> {
        var wanted: Set<Role> = []
        for word in words {
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
        return wanted
    }

    public func users() async throws(NodeProblem) -> [UserReport] {
        do {
            return try await vault.read { transaction in
                try transaction.accounts().map { account in
                    UserReport(
                        name: account.name,
                        roles: account.roles.sorted(),
                        signIn: try self.signInFile(of: account.name, in: transaction).isSetUp
                    )
                }
            }
        } catch {
            throw NodeProblem(fault: error, doing: "reading the accounts")
        }
    }
}
