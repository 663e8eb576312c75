/// Who acts, and how an act becomes an audit entry. Every human act carries the person's name as a personal value; what
/// stands in clear is a pseudonym for the year (AUDIT section 1).

import Accounts
import AuditLog
import CanonicalJSON
import PolicyEngine
import Sodium
import Vault

/// A person whose role for an act was checked.
struct Person: Sendable {
    let account: Account
    /// The role under which the act happens.
    let role: Role
}

/// Who stands behind an audit entry.
enum Actor: Sendable {
    case person(Person)
    /// Another agency.
    case peer(String)
    case system
}

extension Node {
    /// The person who may do `act`: the one named, or the only one who may if none is named.
    func person(_ name: String?, for act: Act) async throws(NodeProblem) -> Person {
        let stored: [StoredAccount]
        do {
            stored = try await vault.accounts()
        } catch {
            throw NodeProblem(fault: error, doing: "reading the accounts")
        }
        let accounts = stored.compactMap(Account.init(stored:))
        let needed = act.roles.map(\.rawValue).sorted().joined(separator: " or ")
        if let name {
            guard let account = accounts.first(where: { $0.name.description == name }) else {
                throw NodeProblem(
                    .usage,
                    "there is no account of that name",
                    at: "--as",
                    try: "comity user list \(folder.path)"
                )
            }
            guard let role = account.role(for: act) else {
                await logRefusedAccess(account, act: act)
                throw NodeProblem(
                    .refused,
                    "\(name) may not do this",
                    because: "it takes the role \(needed)",
                    try: "--as an account with that role, or comity user add \(folder.path) \(name) --role ROLE"
                )
            }
            return Person(account: account, role: role)
        }
        let able = accounts.compactMap { account in account.role(for: act).map { Person(account: account, role: $0) } }
        // An operator who may also ask does not make "the only analyst" unclear, and the other way round: the narrowest
        // choice is the accounts whose every role may act.
        let narrow = able.filter { $0.account.roles.isSubset(of: act.roles) }
        if able.count == 1 { return able[0] }
        if narrow.count == 1 { return narrow[0] }
        if able.count > 1, act.roles.contains(.operator),
            let only = able.first(where: { $0.account.name.description == Self.firstAccount })
        {
            return Person(account: only.account, role: .operator)
        }
        throw NodeProblem(
            .usage,
            able.isEmpty ? "nobody may do this yet" : "it is not clear who acts",
            at: "--as",
            because: able.isEmpty ? "no account has the role \(needed)" : "several accounts have the role \(needed)",
            try: able.isEmpty
                ? "comity user add \(folder.path) NAME --role \(act.roles.map(\.rawValue).sorted()[0])" : "--as NAME"
        )
    }

    /// The problem, once it is in the log that a rule or a check said no to what somebody's role lets them do.
    func noted(_ problem: NodeProblem, _ act: Act, by person: Person) async -> NodeProblem {
        switch problem.kind {
        case .refused, .data: await logRefusedAccess(person.account, act: act)
        case .usage, .unreachable, .fault: break
        }
        return problem
    }

    /// Somebody tried what their role, a rule or a check does not allow.
    func logRefusedAccess(_ account: Account, act: Act) async {
        // The refusal stands even if a full disk keeps its entry back.
        _ = try? await vault.commit { transaction in
            ((), [try self.accessRefused(account, act: act, in: transaction)])
        }
    }

    func accessRefused(_ account: Account, act: Act, in transaction: VaultTransaction) throws -> AuditDraft {
        let name = account.name.description
        let who = PersonalValue(name: "account", value: name, retentionClass: RetentionClass.access)
        return try draft(
            "access.refused",
            by: .system,
            data: ["method": "local", "route": .string(act.rawValue), "count": 1],
            personal: [who],
            in: transaction
        )
    }

    /// The account that `init` makes, so that the first acts have a name.
    static let firstAccount = "operator"

    /// An audit entry of `actor`.
    func draft(
        _ event: String,
        by actor: Actor,
        data: [String: JSONValue?] = [:],
        personal: [PersonalValue] = [],
        in transaction: VaultTransaction
    ) throws -> AuditDraft {
        let members = data.compactMapValues { $0 }
        switch actor {
        case .system:
            return AuditDraft(event: event, actor: .system, data: members, personal: personal)
        case .peer(let agency):
            return AuditDraft(
                event: event,
                actor: AuditActor(role: .peer, pseudonym: agency),
                data: members,
                personal: personal
            )
        case .person(let person):
            let word = try transaction.pseudonym(of: person.account.name.description, year: clock.moment.day.civil.year)
            {
                Pseudonym.fresh(random)
            }
            let name = PersonalValue(
                name: "actor",
                value: person.account.name.description,
                retentionClass: RetentionClass.access
            )
            return AuditDraft(
                event: event,
                actor: AuditActor(role: AuditActor.Role(rawValue: person.role.rawValue) ?? .operator, pseudonym: word),
                data: members,
                personal: [name] + personal
            )
        }
    }
}

/// Retention classes of personal values in the log; how long each is kept stands in the node's settings.
enum RetentionClass {
    /// Who did what on this node.
    static let access = "access"
    /// About whom was asked.
    static let question = "question"

    static let all = [access, question]
}

extension Account {
    /// Nil for a row that no version of this program wrote.
    init?(stored: StoredAccount) {
        guard let name = AccountName(stored.name) else { return nil }
        self.init(name: name, roles: Set(stored.roles.compactMap(Role.init(rawValue:))))
    }
}

/// The word that stands for somebody in the log for a year (AUDIT section 1).
enum Pseudonym {
    private static let start = "u-"
    private static let bytes = 4

    static func fresh(_ random: RandomBytes) -> String { start + Hex.encode(random.bytes(bytes)) }

    /// Whether a text has the form of such a word.
    static func isOne(_ text: String) -> Bool {
        text.hasPrefix(start) && text.utf8.count == start.utf8.count + 2 * bytes
            && text.dropFirst(start.count).allSatisfy(\.isHexDigit)
    }
}
