/// Whether somebody changed the node's settings since it was last opened: the log says so, by digests alone.

import AuditLog
import CanonicalJSON
import Foundation
import Sodium
import Vault

extension Node {
    private static let settingsDigest = "settings-digest"

    /// Looks at `comity.json` as it stands now. A node that was never opened before has nothing to compare with.
    func logChangedSettings() async throws {
        let digest = SHA2.sha256([UInt8](try Data(contentsOf: folder.configuration)))
        guard try await vault.read({ try $0.setting(Self.settingsDigest) }) != digest else { return }
        _ = try await vault.commit { transaction in
            let before = try transaction.setting(Self.settingsDigest)
            try transaction.set(Self.settingsDigest, to: digest)
            guard let before else { return ((), []) }
            let digests = JSONValue.array([before, digest].map { .string(Hex.encode($0)) })
            return ((), [try self.draft("config.changed", by: .system, data: ["digests": digests], in: transaction)])
        }
    }
}
