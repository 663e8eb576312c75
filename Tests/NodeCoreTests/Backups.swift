// Nodes of this process, backed up and restored as the commands do it.
import Foundation
import NodeTesting
import Testing

@testable import NodeCore

enum Backups {
    /// A backup beside the node's folder.
    ///
    /// - Returns: its folder, and the file of month keys.
    static func make(_ node: TestNode, _ name: String, keys: Bool = true) async throws -> (String, String) {
        let parent = node.folder.url.deletingLastPathComponent()
        let (folder, file) = (
            parent.appendingPathComponent(name).path, parent.appendingPathComponent(name + ".keys").path
        )
        let report = try await node.node.backUp(
            to: folder,
            monthKeys: keys ? file : nil,
            program: "0.1.0",
            by: "operator"
        )
        #expect(report.size > 0 && (report.destroyBy == nil) != keys)
        return (folder, file)
    }

    /// Beside the backup, with a new log.
    static func plan(
        _ backup: String,
        _ name: String,
        keys: String? = nil,
        log: String? = nil,
        kept: [String] = [],
        people: [String] = ["operator"]
    ) -> RestoreNode {
        let parent = URL(fileURLWithPath: backup).deletingLastPathComponent()
        return RestoreNode(
            backup: backup,
            folder: NodeFolder(parent.appendingPathComponent(name).path),
            beginsNewLog: true,
            monthKeys: keys,
            logCopy: log,
            kept: kept,
            people: people,
            program: "0.1.0"
        )
    }

    static func restored(_ plan: RestoreNode, clock: SettableClock) async throws -> (RestoreReport, TestNode) {
        let report = try await plan.run(
            passphrase: TestNode.passphrase,
            clock: clock.clock,
            random: .seeded(0x4E57)
        )
        let node = try await Node.open(
            plan.folder,
            passphrase: TestNode.passphrase,
            clock: clock.clock,
            random: .seeded(0x4E58)
        )
        return (report, TestNode(node: node, clock: clock))
    }
}
