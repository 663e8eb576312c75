/// Use case: entries past all retention leave the log (AUDIT section 2). Their hashes stay, so that nothing that was ever
/// signed or proven becomes wrong.

import Accounts
import AuditLog
import CanonicalJSON
public import Vault

extension Node {
    /// Prunes full bundles that are past all retention.
    ///
    /// - Parameter isRehearsal: only says up to where.
    public func pruneLog(isRehearsal: Bool, by account: String?) async throws(NodeProblem) -> Pruning {
        let who = try await person(account, for: .pruneAudit)
        let second = clock.seconds - longestRetention * 86_400
        do {
            if isRehearsal {
                return Pruning(below: try await vault.prunable(before: second), bundles: 0, entry: nil)
            }
            return try await vault.prune(before: second) { transaction, below in
                try self.draft(
                    "log.pruned",
                    by: .person(who),
                    data: ["below": .integer(below)],
                    in: transaction
                )
            }
        } catch is PruningHeld {
            let problem = NodeProblem(
                .refused,
                "nothing was pruned",
                because: "a legal hold stands",
                try: "comity audit hold \(folder.path) list"
            )
            throw await noted(problem, .pruneAudit, by: who)
        } catch {
            throw NodeProblem(fault: error, doing: "pruning the log")
        }
    }

    /// Days after which nothing of an entry is kept for anybody: those of the class that is kept longest.
    private var longestRetention: Int {
        let retention = configuration.auditRetention
        return RetentionClass.all.map { retention.days(of: $0) }.max() ?? AuditRetention.usual
    }
}
