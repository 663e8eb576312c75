/// Use case: the log gets a new key (AUDIT section 4). From the next start both keys sign for 30 days, so that whoever knows the
/// one before follows; then the one before is destroyed. The node's card is renewed with the start.

import Accounts
import AuditLog
import Sodium
import TransparencyLog
import Vault

/// What a rotation came to.
public struct LogKeyReport: Codable, Sendable {
    public var earlier: String
    public var vkey: String
}

extension Node {
    /// Makes a new log key, which signs from the next start on.
    public func rotateLogKey(by account: String?) async throws(NodeProblem) -> LogKeyReport {
        let who = try await person(account, for: .rotateLogKey)
        guard !keyring.contains(SecretName.logBefore) else {
            throw NodeProblem(
                .refused,
                "the log's key is being changed already",
                because: "for 30 days after a change both keys sign",
                try: "start the node again if it has not been since; else wait"
            )
        }
        do {
            let seed = try SecretBytes(random: 32, from: random)
            let (earlier, later) = (vault.logKey, try LogKey(name: vault.origin, seed: seed).verifier)
            // The keyring first: what a crash leaves out of the log, the next start says there.
            try keyring.update(set: [
                SecretName.log: seed, SecretName.logBefore: try keyring.secret(SecretName.log),
            ])
            _ = try await vault.commit { transaction in
                let data = try transaction.rotateLogKey(from: earlier, to: later, now: self.clock.seconds)
                return ((), [try self.draft("key.rotated", by: .person(who), data: data, in: transaction)])
            }
            return LogKeyReport(earlier: earlier.text, vkey: later.text)
        } catch {
            throw NodeProblem(fault: error, doing: "changing the log's key")
        }
    }

    /// Destroys the key before, once it signs no more: where the running log signs with the keyring's key already, and the
    /// change to that very key is in the log and its time over. Anything else is a change that no start has taken up yet.
    func destroyEarlierLogKey() async throws {
        guard keyring.contains(SecretName.logBefore) else { return }
        let present = try LogKey(name: vault.origin, seed: keyring.secret(SecretName.log)).verifier
        guard present == vault.logKey else { return }
        let change = try await vault.logKeyRotations().last { $0.later == present.text }
        guard let change, clock.seconds > change.until else { return }
        try keyring.update(set: [:], remove: [SecretName.logBefore])
    }
}
