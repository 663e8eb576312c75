/// Use case: who stands behind a request of the console. A session is a random token in the browser and its digest here.

public import Accounts
import AuditLog
import CanonicalJSON
import Sodium
import Vault

/// Somebody who is signed in.
public struct Session: Sendable, Equatable {
    public let account: String
    public let roles: Set<Role>
    /// Seconds since 1970.
    public let opened: Int
    public let seen: Int
    /// Stands in each form of this session, and in none of another.
    public let formToken: String
    /// Ids of the security keys of its owner, in base64url.
    public let keys: [String]
    let digest: [UInt8]

    /// Without a request for so long it ends, in seconds.
    public static let idle = 900
    /// After so long it ends in any case, in seconds.
    public static let longest = 36_000
    /// How much later a request must come for the session to be written again.
    static let seenEvery = 60

    init(_ stored: StoredSession, roles: Set<Role>, token: [UInt8], keys: [[UInt8]]) {
        account = stored.account
        self.roles = roles
        opened = stored.opened
        seen = stored.seen
        digest = stored.digest
        self.keys = keys.map { Base64URL.encode($0) }
        formToken = Base64URL.encode(SHA2.sha256(Array("comity/form/v1".utf8) + [0] + token))
    }

    /// Whether a form came from this session.
    public func owns(formToken text: String) -> Bool {
        Memory.isEqual(Array(text.utf8), Array(formToken.utf8))
    }
}

/// A session's token, as the browser keeps it: 256 bits.
struct SessionToken {
    let bytes: [UInt8]

    init(_ random: RandomBytes) { bytes = random.bytes(32) }

    init?(_ text: String) {
        guard text.utf8.count == 43, let bytes = Base64URL.decode(text), bytes.count == 32 else { return nil }
        self.bytes = bytes
    }

    var text: String { Base64URL.encode(bytes) }
    var digest: [UInt8] { SHA2.sha256(Array("comity/session/v1".utf8) + [0] + bytes) }
}

extension Node {
    /// The session of a token; nil if there is none, or it is over.
    public func session(token text: String) async throws(NodeProblem) -> Session? {
        guard let token = SessionToken(text) else { return nil }
        let digest = token.digest
        let now = clock.seconds
        do {
            let found = try await vault.read { transaction in
                try transaction.session(digest).map { ($0, try transaction.securityKeyIDs(of: $0.account)) }
            }
            guard let (kept, keys) = found else { return nil }
            var stored = kept
            guard stored.isOpen(at: now),
                let account = try await vault.accounts().first(where: { $0.name == stored.account })
                    .flatMap(Account.init(stored:))
            else {
                _ = try await vault.commit { transaction -> (Void, [AuditDraft]) in
                    try transaction.endSession(digest)
                    return ((), [])
                }
                return nil
            }
            if now - stored.seen >= Session.seenEvery {
                stored.seen = now
                let row = stored
                // Nobody may bring an ended session back: written only where it still stands.
                _ = try await vault.commit { transaction -> (Void, [AuditDraft]) in
                    if try transaction.session(digest) != nil { try transaction.store(row) }
                    return ((), [])
                }
            }
            return Session(stored, roles: account.roles, token: token.bytes, keys: keys)
        } catch {
            throw NodeProblem(fault: error, doing: "reading the session")
        }
    }

    /// Whether it is open still; a look that is no sign of life of its owner.
    public func isOpen(_ session: Session) async -> Bool {
        let now = clock.seconds
        let stored = try? await vault.read { try $0.session(session.digest) }
        return (stored ?? nil)?.isOpen(at: now) ?? false
    }

    /// Opens a session within the transaction that found its owner to be who they say.
    func openSession(of account: Account, in transaction: VaultTransaction) throws -> (token: String, session: Session)
    {
        let now = clock.seconds
        try transaction.endSessions(openedBefore: now - Session.longest, seenBefore: now - Session.idle)
        let token = SessionToken(random)
        let stored = StoredSession(
            digest: token.digest,
            account: account.name.description,
            opened: now,
            seen: now
        )
        try transaction.store(stored)
        let keys = try transaction.securityKeyIDs(of: stored.account)
        return (token.text, Session(stored, roles: account.roles, token: token.bytes, keys: keys))
    }

    /// Ends one session, or all of its owner.
    public func endSession(_ session: Session, all: Bool) async throws(NodeProblem) {
        do {
            _ = try await vault.commit { transaction -> (Void, [AuditDraft]) in
                if all {
                    try transaction.endSessions(of: session.account)
                } else {
                    try transaction.endSession(session.digest)
                }
                return ((), [])
            }
        } catch {
            throw NodeProblem(fault: error, doing: "ending the session")
        }
    }

    /// Sessions of that person that are open now, the newest first.
    public func openSessions(of session: Session) async throws(NodeProblem) -> [OpenSession] {
        let now = clock.seconds
        do {
            return try await vault.read { try $0.sessions(of: session.account) }
                .filter { $0.isOpen(at: now) }
                .map { OpenSession($0, isThis: $0.digest == session.digest) }
        } catch {
            throw NodeProblem(fault: error, doing: "reading the sessions")
        }
    }

    /// Ends one session of the same person; nothing where it is over, or is another's.
    public func endSession(_ id: String, of session: Session) async throws(NodeProblem) {
        guard let digest = Base64URL.decode(id) else { return }
        do {
            _ = try await vault.commit { transaction -> (Void, [AuditDraft]) in
                guard try transaction.session(digest)?.account == session.account else { return ((), []) }
                try transaction.endSession(digest)
                return ((), [])
            }
        } catch {
            throw NodeProblem(fault: error, doing: "ending the session")
        }
    }
}

extension StoredSession {
    fileprivate func isOpen(at now: Int) -> Bool { now - seen <= Session.idle && now - opened <= Session.longest }
}

/// A session as its owner sees it among theirs.
public struct OpenSession: Sendable, Equatable {
    /// Names it; opens nothing.
    public let id: String
    /// Seconds since 1970.
    public let opened: Int
    /// To the minute.
    public let seen: Int
    /// Whether it is the one that looks.
    public let isThis: Bool

    init(_ stored: StoredSession, isThis: Bool) {
        id = Base64URL.encode(stored.digest)
        (opened, seen, self.isThis) = (stored.opened, stored.seen, isThis)
    }
}
