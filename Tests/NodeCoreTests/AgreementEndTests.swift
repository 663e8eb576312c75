// An agreement past its last day: seeds erased, copies dropped, nothing answered; and what happens when it comes back.
import AuditLog
import Foundation
import NodeTesting
import PeerTrust
import SetIntersection
import Sodium
import Testing
import Vault
import WireProtocol

@testable import NodeCore

@Suite struct AgreementEndTests {
    private static let ending = TestPolicies().replacing("until: 2035-12-31", with: "until: 2026-03-31", in: .agreement)
    private static let month = 31 * 86_400

    private func seeds(_ node: TestNode) -> [String] { node.node.keyring.names.filter { $0.hasPrefix("epoch/") } }

    /// Segments of bravo, which holds.
    private func segments(_ node: TestNode) throws -> Int {
        let path = node.node.segments(of: "bravo").url.path
        guard FileManager.default.fileExists(atPath: path) else { return 0 }
        return try FileManager.default.contentsOfDirectory(atPath: path).count
    }

    @Test func afterTheLastDaySeedsAndCopiesAreGoneAndNothingIsAnswered() async throws {
        try await Pair.with(asker: Self.ending, holder: Self.ending) { pair in
            #expect(try await pair.ask(People.youssef).outcome == "hits")
            let query = try await pair.capturedQuery()
            for node in [pair.asker, pair.holder] { try await node.node.endIndexes() }
            #expect(seeds(pair.holder).count == 1)
            #expect(try segments(pair.asker) == 3)
            pair.holder.clock.advance(seconds: Self.month)
            for node in [pair.asker, pair.holder] {
                await node.keep(until: pair.holder.clock.seconds + 60)
                try await node.node.endIndexes()
            }
            #expect(seeds(pair.holder).isEmpty)
            #expect(try segments(pair.asker) == 0 && segments(pair.holder) == 0)
            let problem = try await pair.peers.send(try pair.renewed(query), to: pair.bravo).problem
            #expect(problem?.rule == "builtin/agreement-not-in-force")
            for node in [pair.asker, pair.holder] {
                let ended = try await node.closedLeaves().named("agreement.ended")
                #expect(ended.map(\.actor.role) == [.system] && ended.first?.text("agreement") == "shared")
            }
        }
    }

    @Test func anAgreementThatComesBackBeginsAnotherEpoch() async throws {
        try await Pair.with(asker: Self.ending, holder: Self.ending) { pair in
            #expect(try await pair.ask(People.youssef).outcome == "hits")
            pair.holder.clock.advance(seconds: Self.month)
            for node in [pair.asker, pair.holder] {
                try await node.node.endIndexes()
                guard case .activated = try await node.activate(TestPolicies()) else {
                    Issue.record("the prolonged agreement was not activated")
                    return
                }
            }
            #expect(try await pair.ask(People.youssef).outcome == "refused", "no keys until the next publication")
            await pair.holder.node.publishDue { Issue.record("\($0)") }
            #expect(try await pair.ask(People.youssef).outcome == "hits")
            #expect(try await pair.newest().scope.epoch == 2)
        }
    }

    @Test func aPartyThatLeftHasNoSeed() async throws {
        try await Pair.with { pair in
            let left = TestPolicies().replacing("askers: [alpha]", with: "askers: [charlie]", in: .agreement)
            guard case .activated = try await pair.holder.activate(left) else {
                Issue.record("the changed policies were not activated")
                return
            }
            #expect(seeds(pair.holder).isEmpty)
        }
    }

    @Test func aSuspensionErasesNothing() async throws {
        try await Pair.with { pair in
            #expect(try await pair.ask(People.youssef).outcome == "hits")
            let suspended = TestPolicies().replacing(
                "scope:\n",
                with: "suspensions: [{from: 2026-03-01, until: 2026-03-05, because: {en: An incident.}}]\nscope:\n",
                in: .agreement
            )
            for node in [pair.asker, pair.holder] {
                guard case .activated = try await node.activate(suspended) else {
                    Issue.record("the changed policies were not activated")
                    return
                }
                await node.keep(until: node.clock.seconds + 7_200)
            }
            #expect(seeds(pair.holder).count == 1)
            #expect(try segments(pair.asker) == 3)
            pair.holder.clock.advance(seconds: 5 * 86_400)
            #expect(try await pair.ask(People.youssef).outcome == "hits")
        }
    }
}

extension Pair {
    /// The same query under another id.
    func renewed(_ request: PeerRequest) throws -> PeerRequest {
        var query = try QueryRequest(body: request.body)
        query.query = try #require(MessageID(random: RandomBytes.system.bytes(16)))
        return try renewed(request, query)
    }
}
