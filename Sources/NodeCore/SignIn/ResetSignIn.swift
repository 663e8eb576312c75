/// Use case: somebody lost password or authenticator. Two other people reset the sign-in, each by an act of their own; only
/// then does a new one-time code exist.

import Accounts
import AuditLog
import Vault

public struct ResetReport: Codable, Sendable, Equatable {
    public var name: String
    /// `waiting` for a second person, or `reset`.
    public var state: String
    /// Who asked first.
    public var askedBy: String
    /// The one-time code to hand over; only once both have acted.
    public var code: String?

    enum CodingKeys: String, CodingKey {
        case name, state, code
        case askedBy = "asked_by"
    }
}

extension Node {
    public func resetUser(_ name: String, by account: String?) async throws(NodeProblem) -> ResetReport {
        let person = try await person(account, for: .resetUser)
        let actor = person.account.name.description
        guard actor != name else {
            let problem = NodeProblem(
                .refused,
                "nobody resets their own sign-in",
                because: "two other people do, so that a stolen session cannot",
                try: "--as somebody else"
            )
            throw await noted(problem, .resetUser, by: person)
        }
        do {
            return try await vault.commit { transaction -> (ResetReport, [AuditDraft]) in
                guard try transaction.account(name) != nil else {
                    throw NodeProblem(
                        .usage,
                        "there is no account of that name",
                        try: "comity user list \(self.folder.path)"
                    )
                }
                var file = try self.signInFile(of: name, in: transaction)
                let who = PersonalValue(name: "account", value: name, retentionClass: RetentionClass.access)
                let now = self.clock.seconds
                guard let asked = file.askedReset, now - asked.at < SignInFile.resetSeconds, asked.by != actor else {
                    if file.askedReset?.by != actor || now - (file.askedReset?.at ?? 0) >= SignInFile.resetSeconds {
                        file.askedReset = SignInFile.AskedReset(by: actor, at: now)
                        try self.store(file, of: name, in: transaction)
                    }
                    let entry = try self.draft(
                        "user.reset_asked",
                        by: .person(person),
                        personal: [who],
                        in: transaction
                    )
                    return (ResetReport(name: name, state: "waiting", askedBy: actor), [entry])
                }
                // Whoever vouches alone, or asked when still in another role, does not count.
                guard try transaction.account(asked.by).flatMap(Account.init(stored:))?.role(for: .resetUser) != nil
                else {
                    throw NodeProblem(
                        .refused,
                        "who asked for this reset may not do so any more",
                        try: "ask again, then a second person"
                    )
                }
                var fresh = SignInFile()
                fresh.isReset = true
                try self.store(fresh, of: name, in: transaction)
                try transaction.removeSecurityKeys(of: name)
                try transaction.endSessions(of: name)
                let code = try self.giveFirstCode(to: name, in: transaction)
                let entry = try self.draft("user.reset", by: .person(person), personal: [who], in: transaction)
                return (ResetReport(name: name, state: "reset", askedBy: asked.by, code: code), [entry])
            }.value
        } catch {
            throw NodeProblem(fault: error, doing: "resetting the sign-in")
        }
    }
}
