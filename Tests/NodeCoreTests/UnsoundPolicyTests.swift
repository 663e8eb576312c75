// A later program reads policy files more strictly than the one that activated them: then nothing is answered under them, and
// others can be activated.
import AuditLog
import CanonicalJSON
import Foundation
import NodeTesting
import PolicyFiles
import Testing
import Vault

@testable import NodeCore

@Suite struct UnsoundPolicyTests {
    /// What an earlier program took: the policies of the tests with a member more.
    private func store(_ node: TestNode) async throws -> String {
        var files = TestPolicies().bytes
        files["agencies/bravo.yaml", default: []] += Array("surprise: 1\n".utf8)
        let (digest, stored) = (PolicyFolder.load(files: files).digest, files)
        _ = try await node.node.vault.commit { transaction in
            let activation = StoredActivation(digest: digest, at: 1_772_000_000_000, account: "operator", cases: 0)
            try transaction.activate(activation, files: stored)
            return ((), [])
        }
        return digest
    }

    @Test func nothingIsAnsweredUntilPoliciesAreActivatedThatCheckClean() async throws {
        try await Pair.with { pair in
            let holder = pair.holder
            let indexes = try await holder.node.indexList()
            let unsound = try await store(holder)
            await holder.node.close()
            func open(for intent: Node.Intent) async throws -> TestNode {
                let node = try await Node.open(
                    holder.folder,
                    passphrase: TestNode.passphrase,
                    for: intent,
                    clock: holder.clock.clock,
                    random: .seeded(5)
                )
                return TestNode(node: node, clock: holder.clock)
            }
            for intent in [Node.Intent.acts, .serving] {
                let problem = await #expect(throws: NodeProblem.self) { _ = try await open(for: intent) }
                #expect(problem?.kind == .data && problem?.place?.contains("policies/agencies/bravo.yaml:") == true)
                #expect(problem?.remedy?.contains("comity policy activate \(holder.folder.path)") == true)
            }

            let mending = try await open(for: .mendingPolicies)
            let status = try await mending.node.policyStatus()
            #expect(status.digest == unsound && status.fault?.contains("agencies/bravo.yaml:") == true)
            #expect(status.folder.state == .differs && status.folder.compared == nil)
            // A folder that is as wrong replaces nothing, and its seeds and copies are where they were.
            let path = mending.folder.policies.appendingPathComponent("agencies/bravo.yaml")
            let good = try Data(contentsOf: path)
            try DurableFile.write([UInt8](good) + Array("surprise: 1\n".utf8), to: path)
            guard case .kept = try await mending.node.activatePolicies(by: "operator") else {
                Issue.record("it does not check clean")
                return
            }
            try DurableFile.write([UInt8](good), to: path)
            guard case .activated(let report) = try await mending.node.activatePolicies(by: "operator") else {
                Issue.record("the folder is sound")
                return
            }
            #expect(report.before == unsound)
            await mending.node.close()
            let open = try await open(for: .serving)
            #expect(try await open.node.policyStatus().fault == nil)
            #expect(try await open.node.indexList() == indexes)
            pair.network.join(open)
            #expect(try await pair.ask(People.youssef).outcome == "hits")
            let entry = try #require(try await open.closedLeaves().named("policy.activated").last)
            #expect(entry.text("old_digest") == unsound && entry.text("new_digest") == report.digest)
        }
    }
}
