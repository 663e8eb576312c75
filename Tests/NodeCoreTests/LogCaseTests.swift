// What the log says of cases, and of settings that somebody changed.
import AuditLog
import CanonicalJSON
import Foundation
import NodeTesting
import Sodium
import Testing

@testable import NodeCore

@Suite("Cases and settings in the log") struct LogCaseTests {
    private static let event = ["case.opened", "case.linked", "query.asked", "query.outcome"]

    @Test func aCaseIsOpenedOnceAndLinkedWithEachHit() async throws {
        try await Pair.with { pair in
            #expect(try await pair.ask(People.youssef).outcome == "hits")
            #expect(try await pair.ask(People.nobody).outcome == "no-hit")
            let leaves = try await pair.asker.closedLeaves()
            #expect(
                leaves.map(\.event).filter(Self.event.contains) == [
                    "case.opened", "query.asked", "query.outcome", "case.linked", "query.asked", "query.outcome",
                ]
            )
            let opened = try #require(leaves.named("case.opened").first)
            #expect(opened.actor.role == .analyst && Set(opened.personal.keys) == ["case", "actor"])
            #expect(Set(try #require(leaves.named("case.linked").first).personal.keys) == ["case", "handles"])
            #expect(leaks(of: [People.caseNumber], below: pair.asker.folder.url) == [])
        }
    }

    @Test func changedSettingsAreLoggedByTheirDigests() async throws {
        try await withTemporaryFolder { folder in
            let clock = SettableClock.inForce
            let first = try await TestNode.make("alpha", in: folder, clock: clock, policies: TestPolicies())
            let second = try await first.reopened()
            let before = try Data(contentsOf: second.folder.configuration)
            let after = before + Data("\n".utf8)
            try after.write(to: second.folder.configuration)
            let third = try await second.reopened()
            let fourth = try await third.reopened()
            let changes = try await fourth.closedLeaves().named("config.changed")
            let digests = [before, after].map { JSONValue.string(Hex.encode(SHA2.sha256([UInt8]($0)))) }
            #expect(changes.map { $0.data["digests"] } == [.array(digests)])
        }
    }
}
