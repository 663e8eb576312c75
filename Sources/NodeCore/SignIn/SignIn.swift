/// Use case: somebody signs in to the console, or proves again who they are before an act that weighs. Name, password and
/// code are checked together, so that nobody learns which of them was wrong; success and failure are entries.

import Accounts
import AuditLog
import CanonicalJSON
import Foundation
import Sodium
import Vault

/// What stands at the door: hashes under way, and who has to wait.
struct SignInDesk: Sendable {
    let passwords = PasswordWork()
    let backOff = BackOff()
    /// What a password for a name that is not there is checked against, so that it takes as long.
    let nobody = SignInFile.Password(
        salt: Data(repeating: 0, count: Argon2id.saltLength),
        hash: Data(),
        passes: PasswordWork.cost.passes,
        memory: PasswordWork.cost.memory
    )
}

/// What came of proving who one is.
public enum SignInOutcome: Sendable {
    /// The token is the browser's to keep, and nobody else's.
    case opened(token: String, session: Session)
    /// Name, password or code is wrong.
    case refused
    /// Too many failures: not looked at before so many seconds have passed.
    case wait(seconds: Int)
}

/// What came of a second factor that an act asks for.
public enum ConfirmationOutcome: Sendable, Equatable {
    case confirmed, refused
    case wait(seconds: Int)
}

extension Node {
    /// Longest name, password or code that is looked at, in bytes.
    static let longestTyped = 1_024

    /// - Parameter address: where the request came from, as far as is known.
    public func signIn(
        name: String,
        password: String,
        code: String,
        from address: String
    ) async throws(NodeProblem) -> SignInOutcome {
        guard max(password.utf8.count, code.utf8.count) <= Self.longestTyped else { return .refused }
        let now = clock.seconds
        let charge: BackOff.Charge
        switch try await admit(.door(name, address), name, from: address) {
        case .judged(let begun): charge = begun
        case .wait(let seconds, _): return .wait(seconds: seconds)
        }
        do {
            let kept = try await vault.read { try self.signInFile(of: name, in: $0).password }
            guard let isRight = try await isPassword(password, kept) else {
                desk.backOff.takeBack(charge)
                return .wait(seconds: 2)
            }
            let opened = try await vault.commit { transaction -> ((token: String, session: Session)?, [AuditDraft]) in
                guard isRight, let account = try transaction.account(name).flatMap(Account.init(stored:)) else {
                    return (nil, [try self.failedSignIn(name, "password", from: address, in: transaction)])
                }
                // Read again here: another sign-in may have used the code, or a reset the password.
                var file = try self.signInFile(of: name, in: transaction)
                guard file.password?.hash == kept?.hash, let factor = file.take(code: code, at: now) else {
                    return (nil, [try self.failedSignIn(name, "password", from: address, in: transaction)])
                }
                try self.store(file, of: name, in: transaction)
                let opened = try self.openSession(of: account, in: transaction)
                let entry = try self.signedIn(account, "password, \(factor.rawValue)", from: address, in: transaction)
                return (opened, [entry])
            }.value
            guard let opened else { return .refused }
            desk.backOff.succeeded(charge)
            return .opened(token: opened.token, session: opened.session)
        } catch {
            desk.backOff.takeBack(charge)
            throw NodeProblem(fault: error, doing: "signing in")
        }
    }

    /// Asks for the second factor again: the code is part of the act named by `route`.
    public func confirm(
        _ session: Session,
        code: String,
        route: String,
        from address: String
    ) async throws(NodeProblem) -> ConfirmationOutcome {
        let name = session.account
        guard code.utf8.count <= Self.longestTyped else { return .refused }
        let now = clock.seconds
        let charge: BackOff.Charge
        // Not what the door counts: a stranger there could hold up a decision until its deadline is over.
        switch try await admit([.act(name)], name, route: route, from: address) {
        case .judged(let begun): charge = begun
        case .wait(let seconds, _): return .wait(seconds: seconds)
        }
        do {
            let isConfirmed = try await vault.commit { transaction -> (Bool, [AuditDraft]) in
                var file = try self.signInFile(of: name, in: transaction)
                guard let account = try transaction.account(name).flatMap(Account.init(stored:)),
                    let factor = file.take(code: code, at: now)
                else {
                    return (false, [try self.failedSignIn(name, "code", route: route, from: address, in: transaction)])
                }
                try self.store(file, of: name, in: transaction)
                // With its method: that a recovery code was spent must show.
                let entry = try self.signedIn(account, factor.rawValue, route: route, from: address, in: transaction)
                return (true, [entry])
            }.value
            guard isConfirmed else { return .refused }
            desk.backOff.succeeded(charge)
            return .confirmed
        } catch {
            desk.backOff.takeBack(charge)
            throw NodeProblem(fault: error, doing: "checking the code")
        }
    }

    /// Lets a try be judged, or says how long it must wait. What waits leaves an entry when it begins, and one with the number
    /// of all that followed when somebody is judged again: one each would let a guesser fill the log.
    func admit(
        _ subjects: [BackOff.Subject],
        _ name: String,
        route: String? = nil,
        from address: String
    ) async throws(NodeProblem) -> BackOff.Admission {
        let admission = desk.backOff.begin(subjects, at: clock.seconds)
        let count =
            switch admission {
            case .judged(let charge): charge.unjudged
            case .wait(_, let isFirst): isFirst ? 1 : 0
            }
        guard count > 0 else { return admission }
        do {
            _ = try await vault.commit { transaction in
                let entry = try self.failedSignIn(
                    name,
                    "waiting",
                    route: route,
                    count: count,
                    from: address,
                    in: transaction
                )
                return ((), [entry])
            }
        } catch {
            if case .judged(let charge) = admission { desk.backOff.takeBack(charge) }
            throw NodeProblem(fault: error, doing: "signing in")
        }
        return admission
    }

    /// Whether the password is the one kept; takes as long where none is. Nil when too many wait already.
    private func isPassword(_ password: String, _ kept: SignInFile.Password?) async throws -> Bool? {
        let against = kept ?? desk.nobody
        let typed = password.isEmpty ? " " : password
        let salt = [UInt8](against.salt)
        guard let hash = try await desk.passwords.hash(typed, salt: salt, cost: against.parameters) else { return nil }
        let bytes = hash.withUnsafeBytes { Array($0) }
        return Memory.isEqual(bytes, [UInt8](against.hash)) && kept != nil
    }

    func signedIn(
        _ account: Account,
        _ method: String,
        route: String? = nil,
        from address: String,
        in transaction: VaultTransaction
    ) throws -> AuditDraft {
        let role = account.roles.min() ?? .analyst
        return try draft(
            "login.succeeded",
            by: .person(Person(account: account, role: role)),
            data: ["method": .string(method), "route": .string(route ?? Self.signInRoute)],
            personal: [
                PersonalValue(
                    name: "account",
                    value: account.name.description,
                    retentionClass: RetentionClass.access
                ),
                PersonalValue(name: "address", value: address, retentionClass: RetentionClass.access),
            ],
            in: transaction
        )
    }

    private static let signInRoute = "/sign-in"

    /// Of a name that nobody has, the log keeps nothing: it may be a password typed into the wrong line.
    func failedSignIn(
        _ name: String,
        _ method: String,
        route: String? = nil,
        count: Int? = nil,
        from address: String,
        in transaction: VaultTransaction
    ) throws -> AuditDraft {
        var personal = [PersonalValue(name: "address", value: address, retentionClass: RetentionClass.access)]
        if try transaction.account(name) != nil {
            personal.append(PersonalValue(name: "account", value: name, retentionClass: RetentionClass.access))
        }
        return try draft(
            "login.failed",
            by: .system,
            data: [
                "method": .string(method), "route": .string(route ?? Self.signInRoute),
                "count": count.map { .integer($0) },
            ],
            personal: personal,
            in: transaction
        )
    }
}
