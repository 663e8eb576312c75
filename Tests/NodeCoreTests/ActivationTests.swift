// Policies decide once a person activated them: what a changed folder does until then, what never replaces working rules, and
// what moves in the indexes.
import AuditLog
import CanonicalJSON
import Foundation
import NodeTesting
import PolicyFiles
import Testing
import Vault

@testable import NodeCore

@Suite struct ActivationTests {
    private static let wider = TestPolicies().replacing(
        "{record.third_party: true}",
        with: "{record.third_party: true, record.handling: {at_least: H3}}",
        in: .jurisdiction("XB")
    )

    private func write(_ text: String, to path: String, of node: TestNode) throws {
        try DurableFile.write(Array(text.utf8), to: node.folder.policies.appendingPathComponent(path))
    }

    @Test func whatInitGaveIsInForceByTheNodeItself() async throws {
        try await Pair.with(records: nil) { pair in
            let status = try await pair.holder.node.policyStatus()
            #expect(status.by == "system" && status.since == "2026-03-02T09:00:00Z" && status.cases == 0)
            #expect(status.folder.state == .inForce && status.digest == status.folder.digest)
            #expect(status.folder.compared == nil && pair.holder.node.policyNotice() == nil)
        }
    }

    @Test func aChangedFolderDecidesNothingUntilSomebodyActivatesIt() async throws {
        try await Pair.with { pair in
            let before = pair.holder.node.policyDigest
            let text = TestPolicies().requiring("approvals: 1", sides: "holder", in: .agency("bravo"))
            try write(try #require(text.files["agencies/bravo.yaml"]), to: "agencies/bravo.yaml", of: pair.holder)
            let reopened = try await pair.holder.reopened()
            #expect(reopened.node.policyDigest == before)
            #expect(reopened.node.policyNotice()?.contains("nobody activated it") == true)
            let doctor = await reopened.node.examine()
            #expect(doctor.checks.contains { $0.state == .warning && $0.text.contains("nobody activated it") })
            let status = try await reopened.node.policyStatus()
            #expect(status.folder.state == .differs && status.digest == before && status.folder.digest != before)
            #expect((status.folder.changes ?? 0) > 0 && (status.folder.compared ?? 0) > (status.folder.changes ?? 0))

            guard case .activated(let report) = try await reopened.node.activatePolicies(by: "operator") else {
                Issue.record("the folder is sound")
                return
            }
            #expect(report.before == before && report.by == "operator" && report.agreements.isEmpty)
            #expect(reopened.node.policyDigest == report.digest && reopened.node.policyNotice() == nil)
            #expect(try await reopened.node.activatePolicies(by: "operator") == .unchanged)
            let after = try await reopened.reopened(seed: 7)
            #expect(after.node.policyDigest == report.digest)
            #expect(try await after.node.policyStatus().by == "operator")
            // What was in force before can still be read.
            let files = try await after.node.vault.read { try $0.policies(digest: before) }
            #expect(PolicyFolder.load(files: files).digest == before)

            let entry = try #require(try await after.closedLeaves().named("policy.activated").last)
            #expect(entry.text("old_digest") == before && entry.text("new_digest") == report.digest)
            #expect(entry.actor.role == .operator && entry.data["cases_passed"]?.integer == 0)
            #expect(after.logProblems() == [])
        }
    }

    @Test func whatIsBrokenOrFailsACaseReplacesNothing() async throws {
        try await Pair.with { pair in
            let node = pair.holder
            let before = node.node.policyDigest
            let good = try #require(TestPolicies().files["agencies/bravo.yaml"])
            let failing = """
                format: 1
                cases:
                  - name: bravo answers nobody
                    at: 2026-03-02T09:00:00Z
                    request:
                      stage: index
                      asker: alpha
                      holder: bravo
                      agreement: shared
                      record: {subject: [suspect], handling: H1, originator: bravo}
                    expect: {decision: refuse}

                """
            let spoiled: [(path: String, text: String, place: String, isUnsound: Bool)] = [
                ("agencies/bravo.yaml", good + "surprise: 1\n", "agencies/bravo.yaml:", true),
                ("agencies/bravo.yaml", "\u{0}", "agencies/bravo.yaml:1", true),
                ("cases/more.yaml", failing, "cases/more.yaml:3:", false),
                ("agencies/bravo.yaml", good.replacing("XB", with: "XC"), "", false),
            ]
            for one in spoiled {
                try FileManager.default.createDirectory(
                    at: node.folder.policies.appendingPathComponent("cases"),
                    withIntermediateDirectories: true
                )
                try write(one.text, to: one.path, of: node)
                guard case .kept(let fault) = try await node.node.activatePolicies(by: nil) else {
                    Issue.record("\(one.path) replaced working rules")
                    return
                }
                #expect(fault.isUnsound == one.isUnsound && (fault.place ?? "").hasPrefix(one.place), "\(fault)")
                #expect(node.node.policyDigest == before)
                let status = try await node.node.policyStatus()
                #expect(status.folder.state == .faulty && status.folder.fault == fault.words)
                #expect(one.isUnsound == status.folder.problems.contains { $0.contains(": error: ") })
                try write(good, to: "agencies/bravo.yaml", of: node)
                try? FileManager.default.removeItem(at: node.folder.policies.appendingPathComponent("cases/more.yaml"))
            }
            #expect(try await pair.ask(People.youssef).outcome == "hits")
            let leaves = try await node.closedLeaves()
            #expect(leaves.named("policy.activated").count == 1)
            let tried = leaves.named("access.refused").map { $0.text("route") }
            #expect(tried == Array(repeating: "activatePolicies", count: spoiled.count))
        }
    }

    @Test func onlyAnOperatorActivates() async throws {
        try await Pair.with { pair in
            let refused = await #expect(throws: NodeProblem.self) {
                try await pair.holder.node.activatePolicies(by: TestNode.analyst)
            }
            #expect(refused?.kind == .refused)
            let events = try await pair.holder.closedEvents()
            #expect(events.last == "access.refused")
        }
    }

    @Test func anActivationMovesOnlyWhatItsRulesDecide() async throws {
        try await Pair.with { pair in
            let node = pair.holder.node
            func version() async throws -> (version: Int, records: Int) {
                let list = try await node.indexList()
                let index = try #require(list.indexes.first)
                return (index.version, index.records)
            }
            #expect(try await version() == (1, 2))
            _ = await node.publishDue { Issue.record("\($0)") }
            // Another country's law, and one more case: nothing is looked at again.
            let elsewhere = TestPolicies().adding(
                """
                  - id: never
                    effect: forbid
                    stages: [question]
                    source: TREATY Art. 1
                    because: {en: A test.}

                """,
                to: .jurisdiction("XC")
            )
            guard case .activated(let other) = try await pair.holder.activate(elsewhere) else {
                Issue.record("sound policies")
                return
            }
            #expect(other.indexes.map(\.decidedAnew) == [false])
            #expect(await node.publishDue { Issue.record("\($0)") }.isEmpty)

            // Paula is of others, which only the law of bravo's country keeps out.
            guard case .activated(let wider) = try await pair.holder.activate(Self.wider) else {
                Issue.record("sound policies")
                return
            }
            #expect(wider.indexes.map(\.decidedAnew) == [true])
            #expect(try await pair.ask(People.paula).outcome == "no-hit")
            let published = await node.publishDue { Issue.record("\($0)") }
            #expect(published.map(\.records) == [3])
            #expect(try await version() == (2, 3))
            #expect(try await pair.ask(People.paula).outcome == "hits")
        }
    }
}
