/// Use case: somebody with a one-time code chooses a password and connects an authenticator app. What they are given, recovery
/// codes and the app's secret, is shown once.

public import Accounts
import AuditLog
import CanonicalJSON
import Foundation
import Sodium
import Vault

/// What it takes to connect an authenticator app.
public struct FactorOffer: Sendable, Equatable {
    public let account: String
    /// Base32 in groups of four, to type.
    public let secret: String
    /// The same as apps read it.
    public let link: String
}

public enum FactorOfferOutcome: Sendable, Equatable {
    case offered(FactorOffer)
    /// Name or code is wrong, or the code is too old.
    case refused
    case wait(seconds: Int)
}

public enum SetUpOutcome: Sendable {
    /// The recovery codes are shown this once.
    case opened(token: String, session: Session, recoveryCodes: [String])
    /// Name or one-time code is wrong, or the code is too old.
    case refused
    case wait(seconds: Int)
    case weakPassword(PasswordStrength)
    /// The app's code does not fit: nothing was set up, and the one-time code still stands.
    case wrongCode
}

extension Node {
    /// Checks the one-time code and offers a secret for the app; the same one until it is all set up.
    public func offerFactor(
        name: String,
        firstCode: String,
        from address: String
    ) async throws(NodeProblem) -> FactorOfferOutcome {
        guard firstCode.utf8.count <= Self.longestTyped else { return .refused }
        let charge: BackOff.Charge
        switch try await admit(.door(name, address), name, from: address) {
        case .judged(let begun): charge = begun
        case .wait(let seconds, _): return .wait(seconds: seconds)
        }
        do {
            let secret = try await vault.commit { transaction -> (Data?, [AuditDraft]) in
                guard var file = try self.fileForSetUp(name, firstCode: firstCode, in: transaction) else {
                    return (nil, [try self.failedSignIn(name, "first-code", from: address, in: transaction)])
                }
                let secret = file.timeSecret ?? Data(self.random.bytes(TimeCode.secretLength))
                file.timeSecret = secret
                try self.store(file, of: name, in: transaction)
                return (secret, [])
            }.value
            guard let secret else { return .refused }
            desk.backOff.takeBack(charge)
            return .offered(offer([UInt8](secret), to: name))
        } catch {
            desk.backOff.takeBack(charge)
            throw NodeProblem(fault: error, doing: "setting up the sign-in")
        }
    }

    /// Sets up the sign-in and opens the first session.
    public func setUpSignIn(
        name: String,
        firstCode: String,
        password: String,
        code: String,
        from address: String
    ) async throws(NodeProblem) -> SetUpOutcome {
        guard max(password.utf8.count, firstCode.utf8.count) <= Self.longestTyped else { return .refused }
        let charge: BackOff.Charge
        switch try await admit(.door(name, address), name, from: address) {
        case .judged(let begun): charge = begun
        case .wait(let seconds, _): return .wait(seconds: seconds)
        }
        do {
            // The one-time code comes first: judging a password takes work, and its verdict is for whoever holds the code.
            let admitted = try await vault.commit { transaction -> (Bool, [AuditDraft]) in
                guard try self.fileForSetUp(name, firstCode: firstCode, in: transaction) == nil else {
                    return (true, [])
                }
                return (false, [try self.failedSignIn(name, "first-code", from: address, in: transaction)])
            }.value
            guard admitted else { return .refused }
            let strength = PasswordStrength(of: password, here: [name, configuration.agency, configuration.name])
            guard strength.suffices else {
                desk.backOff.takeBack(charge)
                return .weakPassword(strength)
            }
            let salt = random.bytes(Argon2id.saltLength)
            let cost = PasswordWork.cost
            guard let hash = try await desk.passwords.hash(password, salt: salt, cost: cost) else {
                desk.backOff.takeBack(charge)
                return .wait(seconds: 2)
            }
            let kept = SignInFile.Password(
                salt: Data(salt),
                hash: Data(hash.withUnsafeBytes { Array($0) }),
                passes: cost.passes,
                memory: cost.memory
            )
            let outcome = try await vault.commit { transaction in
                try self.setUp(name, firstCode: firstCode, kept, code: code, from: address, in: transaction)
            }.value
            if case .opened = outcome {
                desk.backOff.succeeded(charge)
                removeFirstCode()
            }
            return outcome
        } catch {
            desk.backOff.takeBack(charge)
            throw NodeProblem(fault: error, doing: "setting up the sign-in")
        }
    }

    private func setUp(
        _ name: String,
        firstCode: String,
        _ password: SignInFile.Password,
        code: String,
        from address: String,
        in transaction: VaultTransaction
    ) throws -> (SetUpOutcome, [AuditDraft]) {
        guard var file = try fileForSetUp(name, firstCode: firstCode, in: transaction),
            let account = try transaction.account(name).flatMap(Account.init(stored:))
        else { return (.refused, [try failedSignIn(name, "first-code", from: address, in: transaction)]) }
        file.password = password
        // Recovery codes come last: none may stand in for the app before there are any.
        file.recovery = []
        guard file.take(code: code, at: clock.seconds) == .timeCode else {
            return (.wrongCode, [try failedSignIn(name, "first-code", from: address, in: transaction)])
        }
        let codes = (0..<SignInFile.recoveryCodes).map { _ in SignInFile.freshCode(random) }
        file.recovery = codes.map(SignInFile.digest(ofCode:))
        file.firstCode = nil
        try store(file, of: name, in: transaction)
        try transaction.endSessions(of: name)
        let opened = try openSession(of: account, in: transaction)
        let role = account.roles.min() ?? .analyst
        let entries = [
            try draft(
                "user.set_up",
                by: .person(Person(account: account, role: role)),
                data: ["method": "password, time-code"],
                personal: [PersonalValue(name: "account", value: name, retentionClass: RetentionClass.access)],
                in: transaction
            ),
            try signedIn(account, "first-code", from: address, in: transaction),
        ]
        return (.opened(token: opened.token, session: opened.session, recoveryCodes: codes), entries)
    }

    /// The file of somebody who may set up their sign-in with that code; nil for anybody else.
    private func fileForSetUp(
        _ name: String,
        firstCode: String,
        in transaction: VaultTransaction
    ) throws -> SignInFile? {
        guard try transaction.account(name) != nil else { return nil }
        let file = try signInFile(of: name, in: transaction)
        return !file.isSetUp && file.admits(firstCode: firstCode, at: clock.seconds) ? file : nil
    }

    private func offer(_ secret: [UInt8], to name: String) -> FactorOffer {
        let text = Base32.encode(secret)
        let label = "Comity%20\(configuration.agency):\(name)"
        return FactorOffer(
            account: name,
            secret: Base32.grouped(text),
            link: "otpauth://totp/\(label)?secret=\(text)&issuer=Comity%20\(configuration.agency)"
        )
    }
}
