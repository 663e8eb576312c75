// A node looks after the files of its own log: what is broken on the disk is named before an auditor finds it, and mended from
// the vault.
import AuditLog
import CanonicalJSON
import Foundation
import NodeTesting
import Synchronization
import Testing
import Vault

@testable import NodeCore

@Suite struct OwnLogTests {
    private static func log(_ node: TestNode) async -> DoctorReport.Check? {
        await node.node.examine().checks.first { $0.name == "log" }
    }

    @Test func aDamagedFileIsNamedAndMendedFromTheVault() async throws {
        try await Pair.with { pair in
            let node = pair.asker
            #expect(await Self.log(node) == nil, "nobody has looked yet")
            // Two full bundles and their tiles.
            for number in 0..<300 {
                _ = await #expect(throws: NodeProblem.self) {
                    try await node.node.activatePolicies(by: TestNode.analyst)
                }
                if number == 150 { try await node.node.verifyLog() }
            }
            try await node.node.verifyLog()
            let whole = try #require(await Self.log(node))
            #expect(whole.state == .ok && whole.text.contains("entries of the log verified at 20"), "\(whole.text)")

            for path in ["tile/0/000", "tile/entries/000"] {
                let file = node.folder.log.appendingPathComponent(path)
                var bytes = try Data(contentsOf: file)
                bytes[bytes.count / 2] ^= 1
                try bytes.write(to: file)
                try await node.node.verifyLog()
                let damaged = try #require(await Self.log(node))
                #expect(
                    damaged.state == .failed && damaged.text.contains("does not verify: \(path)"),
                    "\(damaged.text)"
                )
                #expect(damaged.remedy?.contains("comity audit verify") == true)
                bytes[bytes.count / 2] ^= 1
                try bytes.write(to: file)
            }
            try FileManager.default.removeItem(at: node.folder.log.appendingPathComponent("tile/0/000"))
            try await node.node.verifyLog()
            #expect(await Self.log(node)?.text.contains("tile/0/000") == true)

            let again = try await node.reopened()
            try await again.node.verifyLog()
            #expect(await Self.log(again)?.state == .ok)
            let entries = try await again.closedLeaves().named("audit.verified")
            let wrong = try entries.map { try #require($0.data["count"]?.integer) }
            #expect(entries.allSatisfy { $0.actor.role == .system })
            #expect(wrong.map { $0 > 0 } == [false, false, true, true, true, false], "\(wrong)")
        }
    }

    @Test func whatCannotBeNotedIsToldAllTheSame() async throws {
        try await Pair.with { pair in
            let node = pair.asker
            try await node.node.verifyLog()
            #expect(node.node.checkLog().map(\.state) == [.ok])
            await node.node.vault.close()
            await #expect(throws: NodeProblem.self) { try await node.node.verifyLog() }
            let told = node.node.checkLog()
            #expect(told.map(\.state) == [.ok, .warning] && told.last?.text.contains("no entry") == true)
        }
    }

    @Test func aLookThatIsStoppedFindsNothing() async throws {
        try await Pair.with { pair in
            let node = pair.asker
            let look = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                try await node.node.verifyLog()
            }
            await #expect(throws: NodeProblem.self) { try await look.value }
            #expect(node.node.checkLog() == [])
            let leaves = try await node.closedLeaves()
            #expect(leaves.named("audit.verified").isEmpty)
        }
    }

    @Test func aNodeThatServesLooksByItself() async throws {
        try await Pair.with { pair in
            let node = pair.asker
            let file = node.folder.log.appendingPathComponent("vkey")
            let said = Mutex<[String]>([])
            let days = Mutex(0)
            let task = Task {
                await node.node.keepLogVerified(
                    start: {},
                    pause: {
                        if days.withLock({
                            $0 += 1
                            return $0
                        }) == 1 {
                            try? Data("nobody's key\n".utf8).write(to: file)
                        } else {
                            withUnsafeCurrentTask { $0?.cancel() }
                        }
                    },
                    say: { text in said.withLock { $0.append(text) } }
                )
            }
            await task.value
            #expect(days.withLock { $0 } == 2)
            #expect(said.withLock { $0 }.count == 1 && said.withLock { $0 }.allSatisfy { $0.contains("vkey") })
        }
    }
}
