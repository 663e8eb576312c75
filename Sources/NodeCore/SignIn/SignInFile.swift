/// What is kept of how one person signs in: sealed, and nothing of it readable without the keyring. Never the password or a
/// code, only what they are checked against; the second factor's secret must be kept, because codes are computed from it.

import Accounts
import Foundation
import Sodium
import Vault

struct SignInFile: Codable, Sendable {
    /// Argon2id of a password, with what it cost.
    struct Password: Codable, Sendable {
        var salt: Data
        var hash: Data
        var passes: UInt64
        var memory: Int

        var parameters: Argon2id.Parameters { .init(passes: passes, memory: memory) }
    }

    /// A one-time code that lets somebody set up their sign-in.
    struct FirstCode: Codable, Sendable {
        /// SHA-256.
        var digest: Data
        /// Seconds since 1970.
        var until: Int
    }

    struct AskedReset: Codable, Sendable {
        var by: String
        var at: Int
    }

    var password: Password?
    /// 20 bytes; of somebody who is setting up, not proved yet.
    var timeSecret: Data?
    /// The 30 seconds whose code was used last.
    var lastStep = 0
    /// SHA-256 of the recovery codes that are left.
    var recovery: [Data] = []
    var firstCode: FirstCode?
    var askedReset: AskedReset?
    /// Two people took the sign-in away, and nobody set one up since: a new code takes two again. Nil in older files.
    var isReset: Bool?

    /// Whether the person can sign in.
    var isSetUp: Bool { password != nil }

    /// How long a one-time code stands.
    static let firstCodeSeconds = 3 * 86_400
    /// How long a reset waits for the second person.
    static let resetSeconds = 86_400
    static let recoveryCodes = 8

    static func digest(ofCode text: String) -> Data {
        Data(SHA2.sha256(Array(Base32.canonical(text).utf8)))
    }

    /// A code of 80 bits, as it is printed.
    static func freshCode(_ random: RandomBytes) -> String { Base32.grouped(Base32.encode(random.bytes(10))) }

    func admits(firstCode text: String, at seconds: Int) -> Bool {
        // Digests are compared: how long it takes tells nothing of the code.
        firstCode.map { $0.digest == Self.digest(ofCode: text) && seconds < $0.until } ?? false
    }

    /// Takes a code of the second factor, or one of the recovery codes; each serves once.
    mutating func take(code text: String, at seconds: Int) -> SecondFactor? {
        guard isSetUp else { return nil }
        if let timeSecret,
            let step = TimeCode.matchingStep(
                text.filter { !$0.isWhitespace },
                secret: [UInt8](timeSecret),
                at: seconds,
                after: lastStep
            )
        {
            lastStep = step
            return .timeCode
        }
        let digest = Self.digest(ofCode: text)
        guard let place = recovery.firstIndex(of: digest) else { return nil }
        recovery.remove(at: place)
        return .recoveryCode
    }
}

/// By what somebody proved to be who they say, beside the password.
enum SecondFactor: String, Sendable {
    case timeCode = "time-code"
    case recoveryCode = "recovery-code"
    case securityKey = "security-key"
}

extension Node {
    /// The sign-in file of an account; an empty one if there is none yet.
    func signInFile(of account: String, in transaction: VaultTransaction) throws -> SignInFile {
        guard let box = try transaction.signIn(of: account) else { return SignInFile() }
        return try questionSealer.open(SignInFile.self, box, id: Self.signInBox(account))
    }

    func store(_ file: SignInFile, of account: String, in transaction: VaultTransaction) throws {
        try transaction.storeSignIn(try questionSealer.seal(file, id: Self.signInBox(account)), of: account)
    }

    private static func signInBox(_ account: String) -> String { "sign-in/\(account)" }

    /// A new one-time code for an account, in place of an earlier one.
    func giveFirstCode(to account: String, in transaction: VaultTransaction) throws -> String {
        let code = SignInFile.freshCode(random)
        var file = try signInFile(of: account, in: transaction)
        file.firstCode = SignInFile.FirstCode(
            digest: SignInFile.digest(ofCode: code),
            until: clock.seconds + SignInFile.firstCodeSeconds
        )
        try store(file, of: account, in: transaction)
        return code
    }
}
