/// Use case: somebody searches the audit log. The search is an entry of its own, durable before its result is shown.

import Accounts
import AuditLog
import CanonicalJSON
import Vault

extension Node {
    /// Publishes all that is durable, so that a search finds what was done a moment ago.
    public func publishNow() async throws(NodeProblem) {
        do {
            try await vault.publish()
        } catch {
            throw NodeProblem(fault: error, doing: "publishing the log")
        }
    }

    /// Logs that somebody read `count` entries; `filter` is what was searched for, which the log only commits to.
    public func recordAuditRead(count: Int, filter: String, by account: String?) async throws(NodeProblem) {
        let person = try await person(account, for: .readAudit)
        do {
            _ = try await vault.commit { transaction in
                let what = PersonalValue(name: "filter", value: filter, retentionClass: RetentionClass.access)
                let draft = try self.draft(
                    "audit.read",
                    by: .person(person),
                    data: ["count": .integer(count)],
                    personal: [what],
                    in: transaction
                )
                return ((), [draft])
            }
        } catch {
            throw NodeProblem(fault: error, doing: "logging the search")
        }
    }
}
