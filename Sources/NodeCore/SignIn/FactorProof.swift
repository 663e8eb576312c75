/// What somebody shows beside the password, and what comes of it: a code, or what a security key signed. Codes are used up and
/// counters moved on in the transaction that lets the person in.

import Accounts
import CanonicalJSON
import Sodium
import Vault

public enum FactorProof: Sendable, Equatable {
    /// Of an app, or a recovery code.
    case code(String)
    /// What a security key signed, as the console's script sends it.
    case key(String)

    /// Longest that is looked at, in bytes.
    var longest: Int {
        switch self {
        case .code: Node.longestTyped
        case .key: SentAssertion.longest
        }
    }

    var isTooLong: Bool {
        switch self {
        case .code(let text), .key(let text): text.utf8.count > longest
        }
    }
}

/// What a script sends of a security key: its parts in base64url with dots between, the challenge first.
struct SentAssertion: Sendable {
    let challenge: String
    let assertion: KeyAssertion

    static let longest = 12_288

    init?(_ text: String) {
        guard let (challenge, parts) = Self.parts(text, 5) else { return nil }
        self.challenge = challenge
        assertion = KeyAssertion(
            id: parts[0],
            clientData: parts[1],
            authenticatorData: parts[2],
            signature: parts[3],
            owner: parts[4]
        )
    }

    /// - Parameter count: how many parts come after the challenge.
    static func parts(_ text: String, _ count: Int) -> (challenge: String, parts: [[UInt8]])? {
        guard text.utf8.count <= longest else { return nil }
        let texts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        let parts = texts.dropFirst().compactMap(Base64URL.decode)
        guard texts.count == count + 1, parts.count == count else { return nil }
        return (texts[0], parts)
    }
}

/// A proof before it is judged: of a key, its challenge is used up by now.
enum ShownFactor: Sendable {
    case code(String)
    case key(SentAssertion)
    /// It cannot be read, or its challenge is not one that stands.
    case nothing
}

enum FactorVerdict: Sendable {
    case taken(SecondFactor)
    /// - Parameter method: what the log says was not right; nil where nothing more is known than that.
    case refused(method: String?)

    /// What was not right, where that is known.
    var method: String? {
        guard case .refused(let method) = self else { return nil }
        return method
    }
}

extension Node {
    /// Reads what is shown and uses its challenge up.
    func shown(_ proof: FactorProof, for use: ChallengeUse) -> ShownFactor {
        switch proof {
        case .code(let text): return .code(text)
        case .key(let text):
            guard let sent = SentAssertion(text), desk.challenges.take(sent.challenge, for: use, at: clock.seconds)
            else { return .nothing }
            return .key(sent)
        }
    }

    /// Judges it for an account that is set up, and keeps what was used.
    func judge(
        _ shown: ShownFactor,
        of name: String,
        _ file: SignInFile,
        in transaction: VaultTransaction
    ) throws -> FactorVerdict {
        switch shown {
        case .nothing: return .refused(method: SecondFactor.securityKey.rawValue)
        case .code(let text):
            var file = file
            guard let factor = file.take(code: text, at: clock.seconds) else { return .refused(method: nil) }
            try store(file, of: name, in: transaction)
            return .taken(factor)
        case .key(let sent):
            guard file.isSetUp, let party = relyingParty,
                var kept = try keptKey(sent.assertion.id, of: name, in: transaction)
            else { return .refused(method: SecondFactor.securityKey.rawValue) }
            do throws(SecurityKeyRefusal) {
                kept.key = try sent.assertion.verified(
                    by: kept.key,
                    of: ownerHandle(of: name),
                    challenge: sent.challenge,
                    for: party
                )
            } catch {
                // A key that counts back may have been copied: that stands in the log by its name.
                let method = SecondFactor.securityKey.rawValue
                return .refused(method: error == .counter ? "\(method), \(error.rawValue)" : method)
            }
            kept.used = clock.seconds
            try store(kept, of: name, in: transaction)
            return .taken(.securityKey)
        }
    }
}
