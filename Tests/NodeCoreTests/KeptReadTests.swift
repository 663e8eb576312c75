// What a question needs is kept in memory: a role, a copy or an epoch that is gone is gone with the next question.
import AuditLog
import Foundation
import NodeTesting
import SetIntersection
import Testing
import Vault
import WireProtocol

@testable import NodeCore

@Suite struct KeptReadTests {
    @Test func aRoleTakenAwayIsGoneAtOnce() async throws {
        try await Pair.with { pair in
            let node = pair.asker.node
            _ = try await node.addUser("ingrid", roles: ["analyst"], by: nil)
            let question = Pair.question(.fields(People.youssef))
            for _ in 0..<2 {
                let report = try await node.ask(question, dryRun: false, by: "ingrid", through: pair.peers) { _ in }
                #expect(report.asked.map(\.outcome) == ["hits"])
            }
            _ = try await node.vault.commit { transaction in
                try transaction.store(StoredAccount(name: "ingrid", roles: ["auditor"]), at: 1)
                return ((), [])
            }
            let refusal = try await problem {
                _ = try await node.ask(question, dryRun: false, by: "ingrid", through: pair.peers) { _ in }
            }
            #expect(refusal.kind == .refused)
        }
    }

    @Test func aRevokedPeerIsNotAskedThoughItsCopyIsAtHand() async throws {
        try await Pair.with { pair in
            for _ in 0..<2 { #expect(try await pair.ask(People.youssef).outcome == "hits") }
            _ = try await pair.asker.node.revokePeer("bravo", by: nil)
            #expect(try await pair.ask(People.youssef).outcome == "unreachable")
            try await pair.asker.trust(pair.holder)
            #expect(try await pair.ask(People.youssef).outcome == "hits")
        }
    }

    @Test func whatAnotherNodeOfThatNamePublishedIsFetchedAnew() async throws {
        try await Pair.with { pair in
            for _ in 0..<2 { #expect(try await pair.ask(People.youssef).outcome == "hits") }
            _ = try await pair.asker.node.vault.commit { transaction in
                try transaction.forgetManifests(of: "bravo")
                return ((), [])
            }
            #expect(try await pair.ask(People.youssef).outcome == "hits")
            #expect(try await pair.asker.closedLeaves().named("index.fetched").count == 2)
        }
    }

    @Test func aRotationIsSeenByTheNextQuery() async throws {
        try await Pair.with { pair in
            let query = try await pair.capturedQuery()
            _ = try await pair.holder.index(rotating: true)
            #expect(try await pair.peers.send(try pair.renewed(query), to: pair.bravo).problem?.kind == .epoch)
            #expect(try await pair.ask(People.youssef).outcome == "hits")
            #expect(try await pair.newest().scope.epoch == 2)
        }
    }

    @Test func aNewVersionIsFetchedAndUsed() async throws {
        try await Pair.with { pair in
            #expect(try await pair.ask(People.nadia).outcome == "no-hit")
            _ = try await pair.holder.publish(People.later)
            #expect(try await pair.ask(People.nadia).outcome == "hits")
            #expect(try await pair.ask(People.nadia).outcome == "hits")
        }
    }
}
