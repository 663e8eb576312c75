/// The keys to which releases are sealed: one for each 30 days, erased a week after (PROTOCOL section 4).

import PeerTrust
import PolicyEngine
import Sodium
import Vault
import WireProtocol

enum SealingKeys {
    /// Days for which a key is offered: the longest deadline ends within the 30 days that a key lives.
    static let offered = 23
    /// Days after which it is erased: a release that was made on the last day can be fetched for a week.
    static let kept = 37

    static let prefix = "sealing/"

    /// The newest key, made when there is none of the last 30 days.
    static func current(_ keyring: Keyring, today: Day) throws -> SealingKeyOffer {
        let known = days(keyring).filter { today.number - $0.number < offered && $0 <= today }
        let day = known.max() ?? today
        let name = prefix + day.description
        let seed = try keyring.secret(name) {
            guard let fresh = ReleaseOpeningKey() else {
                throw NodeProblem(.fault, "a sealing key could not be made")
            }
            return try SecretBytes(copying: fresh.seed)
        }
        guard let key = ReleaseOpeningKey(seed: seed.copy()) else {
            throw NodeProblem(.fault, "the sealing key in the keyring is no key")
        }
        return SealingKeyOffer(id: day.description, key: key.publicKey)
    }

    /// The private half; nil once it is erased.
    static func opening(_ id: String, _ keyring: Keyring) -> ReleaseOpeningKey? {
        guard let seed = try? keyring.secret(prefix + id) else { return nil }
        return ReleaseOpeningKey(seed: seed.copy())
    }

    /// Erases keys past their time.
    static func eraseOld(_ keyring: Keyring, today: Day) throws {
        let old = days(keyring).filter { today.number - $0.number > kept }.map { prefix + $0.description }
        if !old.isEmpty { try keyring.update(set: [:], remove: old) }
    }

    private static func days(_ keyring: Keyring) -> [Day] {
        keyring.names.filter { $0.hasPrefix(prefix) }.compactMap { Day(String($0.dropFirst(prefix.count))) }
    }
}
