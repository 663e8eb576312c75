/// Use case: somebody registers security keys beside their app, sees them, removes them. A key signs for this console alone,
/// under its one name; what is kept is its public part.

public import Accounts
import AuditLog
import CanonicalJSON
import Sodium
import Vault

/// A registered key as it is kept.
struct KeptSecurityKey: Codable, Sendable {
    var key: SecurityKey
    /// What its owner calls it.
    var name: String
    /// Seconds since 1970.
    var added: Int
    var used: Int?
}

public struct SecurityKeyReport: Sendable, Equatable {
    /// In base64url.
    public let id: String
    public let name: String
    /// Seconds since 1970.
    public let added: Int
    public let used: Int?
    /// Whether whoever keeps it for its owner may copy it to other devices.
    public let mayBeCopied: Bool
}

/// What a browser needs to register a key.
public struct SecurityKeyOffer: Sendable, Equatable {
    public let challenge: String
    public let party: RelyingParty
    /// Whose it will be, as keys keep it: a digest, in base64url.
    public let owner: String
    public let account: String
    public let name: String
}

public enum SecurityKeyOutcome: Sendable, Equatable {
    case added
    /// What was sent is no registration for this console, or too old.
    case refused
    /// The key is registered already, here or by somebody else.
    case known
}

extension Node {
    public static let mostSecurityKeys = 8
    /// Longest name of a key, in characters.
    public static let longestKeyName = 40

    /// Under what name keys sign for this console; nil where its address has none that browsers take.
    public var relyingParty: RelyingParty? {
        RelyingParty(host: configuration.console.host, port: configuration.console.port)
    }

    /// A challenge for a key; nil where keys cannot sign for this console.
    public func challenge(for use: ChallengeUse) throws(NodeProblem) -> String? {
        guard relyingParty != nil else { return nil }
        do {
            return try desk.challenges.issue(for: use, at: clock.seconds, random: random)
        } catch {
            throw NodeProblem(fault: error, doing: "making a challenge")
        }
    }

    public func securityKeys(of session: Session) async throws(NodeProblem) -> [SecurityKeyReport] {
        do {
            return try await vault.read { transaction in
                try transaction.securityKeys(of: session.account).map { row in
                    let kept = try self.open(row.box, row.id, of: session.account)
                    return SecurityKeyReport(
                        id: Base64URL.encode(row.id),
                        name: kept.name,
                        added: kept.added,
                        used: kept.used,
                        mayBeCopied: kept.key.mayBeCopied
                    )
                }.sorted { ($0.added, $0.id) < ($1.added, $1.id) }
            }
        } catch {
            throw NodeProblem(fault: error, doing: "reading the security keys")
        }
    }

    /// What it takes to register a key under a name. Whoever asks has shown their second factor just now.
    public func offerSecurityKey(named name: String, to session: Session) async throws(NodeProblem) -> SecurityKeyOffer
    {
        guard let party = relyingParty else {
            throw NodeProblem(
                .refused,
                "security keys cannot sign for this console",
                because: "its address is of numbers, and browsers want a name",
                try: "ask your operator for a console with a name"
            )
        }
        guard (1...Self.longestKeyName).contains(name.count), name.utf8.count <= 4 * Self.longestKeyName else {
            throw NodeProblem(
                .usage,
                "a key takes a name of 1 to \(Self.longestKeyName) characters",
                try: "where it is kept, such as: key ring"
            )
        }
        guard session.keys.count < Self.mostSecurityKeys else {
            throw NodeProblem(
                .refused,
                "an account has at most \(Self.mostSecurityKeys) security keys",
                try: "remove one that is not used"
            )
        }
        guard let challenge = try challenge(for: .registration(named: name, session)) else {
            throw NodeProblem(.refused, "security keys cannot sign for this console")
        }
        return SecurityKeyOffer(
            challenge: challenge,
            party: party,
            owner: Base64URL.encode(ownerHandle(of: session.account)),
            account: session.account,
            name: name
        )
    }

    /// - Parameter text: as the console's script sends it: challenge, id, client data, attestation.
    public func addSecurityKey(
        _ text: String,
        named name: String,
        of session: Session
    ) async throws(NodeProblem) -> SecurityKeyOutcome {
        guard let party = relyingParty, let (challenge, parts) = SentAssertion.parts(text, 3),
            desk.challenges.take(challenge, for: .registration(named: name, session), at: clock.seconds)
        else { return .refused }
        let sent = KeyRegistration(id: parts[0], clientData: parts[1], attestation: parts[2])
        guard let key = try? sent.verified(challenge: challenge, for: party) else { return .refused }
        let kept = KeptSecurityKey(key: key, name: name, added: clock.seconds)
        do {
            return try await vault.commit { transaction -> (SecurityKeyOutcome, [AuditDraft]) in
                guard try !transaction.hasSecurityKey(key.id) else { return (.known, []) }
                guard let account = try transaction.account(session.account).flatMap(Account.init(stored:)),
                    // The session may have ended meanwhile, by a reset for instance; two pages may be open.
                    try transaction.session(session.digest) != nil,
                    try transaction.securityKeyIDs(of: session.account).count < Self.mostSecurityKeys
                else { return (.refused, []) }
                try transaction.addSecurityKey(
                    key.id,
                    of: session.account,
                    box: try self.questionSealer.seal(kept, id: Self.keyBox(session.account, key.id))
                )
                return (.added, [try self.keyEntry("user.key_added", account, "new_digest", key.id, in: transaction)])
            }.value
        } catch {
            throw NodeProblem(fault: error, doing: "adding the security key")
        }
    }

    /// Removes one; false if there is none of that id. The app and the recovery codes stay: nobody is left without a factor.
    public func removeSecurityKey(_ id: String, of session: Session) async throws(NodeProblem) -> Bool {
        guard let bytes = Base64URL.decode(id) else { return false }
        do {
            return try await vault.commit { transaction -> (Bool, [AuditDraft]) in
                guard let account = try transaction.account(session.account).flatMap(Account.init(stored:)),
                    try transaction.securityKey(bytes, of: session.account) != nil
                else { return (false, []) }
                let isLast = try transaction.securityKeyIDs(of: session.account).count == 1
                guard try !isLast || self.signInFile(of: session.account, in: transaction).timeSecret != nil else {
                    throw NodeProblem(
                        .refused,
                        "the last factor stays",
                        because: "without one nobody could sign in to this account",
                        try: "add another one first"
                    )
                }
                try transaction.removeSecurityKey(bytes, of: session.account)
                return (true, [try self.keyEntry("user.key_removed", account, "old_digest", bytes, in: transaction)])
            }.value
        } catch {
            throw NodeProblem(fault: error, doing: "removing the security key")
        }
    }

    // MARK: What is kept

    func keptKey(
        _ id: [UInt8],
        of account: String,
        in transaction: VaultTransaction
    ) throws -> KeptSecurityKey? {
        try transaction.securityKey(id, of: account).map { try open($0, id, of: account) }
    }

    func store(_ kept: KeptSecurityKey, of account: String, in transaction: VaultTransaction) throws {
        let box = try questionSealer.seal(kept, id: Self.keyBox(account, kept.key.id))
        try transaction.storeSecurityKey(kept.key.id, of: account, box: box)
    }

    /// Whose a key is, as the key keeps it: tells nobody a name.
    func ownerHandle(of account: String) -> [UInt8] {
        SHA2.sha256(
            Array("comity/security-key-owner/v1".utf8) + [0] + Array(configuration.agency.utf8) + [0]
                + Array(account.utf8)
        )
    }

    private func open(_ box: [UInt8], _ id: [UInt8], of account: String) throws -> KeptSecurityKey {
        try questionSealer.open(KeptSecurityKey.self, box, id: Self.keyBox(account, id))
    }

    private static func keyBox(_ account: String, _ id: [UInt8]) -> String {
        "security-key/\(account)/\(Base64URL.encode(id))"
    }

    private func keyEntry(
        _ event: String,
        _ account: Account,
        _ word: String,
        _ id: [UInt8],
        in transaction: VaultTransaction
    ) throws -> AuditDraft {
        try draft(
            event,
            by: .person(Person(account: account, role: account.roles.min() ?? .analyst)),
            data: [
                "method": .string(SecondFactor.securityKey.rawValue),
                word: .string(Hex.encode(SHA2.sha256(id))),
            ],
            personal: [
                PersonalValue(
                    name: "account",
                    value: account.name.description,
                    retentionClass: RetentionClass.access
                )
            ],
            in: transaction
        )
    }
}
