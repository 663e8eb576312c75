/// Part of the measures: a log made long. Knows no event; what is appended is about nobody.

package import AuditLog
import Vault

extension Node {
    /// Appends entries that nothing happened for. For measurements.
    package func append(_ drafts: [AuditDraft]) async throws { _ = try await vault.commit { _ in ((), drafts) } }
}
