// What a hostile peer may try at the edge of the rules: other keys than it declares, words that lift the limits, floods.
import AuditLog
import CanonicalJSON
import Foundation
import NodeTesting
import PeerTrust
import PolicyEngine
import Testing
import Vault
import WireProtocol

@testable import NodeCore

@Suite struct BoundsTests {
    @Test func pointsOfAClassThatNoDeclaredKindHasAreRefusedAndLogged() async throws {
        try await Pair.with { pair in
            let request = try await pair.capturedQuery()
            var query = try QueryRequest(body: request.body)
            #expect(query.points.names.contains("names") && query.keyKinds.contains("name"))
            query.keyKinds = ["phone"]
            query.query = try #require(MessageID(random: [UInt8](repeating: 7, count: 16)))
            let response = try await pair.peers.send(try pair.renewed(request, query), to: pair.bravo)
            #expect(response.status == 400 && response.problem?.detail.contains("class names") == true)
            let leaves = try await pair.holder.closedLeaves()
            #expect(leaves.named("query.refused").last?.text("ground") == "malformed")
            #expect(leaves.last?.event == "query.refused", "no answer stands after it")
        }
    }

    private static let subjects = QuotaSubjects(direction: .answered, peer: "p", agreement: "a")

    @Test func aRuleThatCountsAnalystsLeavesTheNodesOwnLimits() {
        let limits = QuotaBook.limits([Quota(per: .analyst, period: .hour, keys: 9)], Self.subjects)
        let pairs = limits.filter { $0.subject == Self.subjects.pair }
        #expect(pairs.map(\.period) == [.hour, .day, .month] && pairs.map(\.keys) == [2_000, 20_000, 200_000])
        #expect(limits.contains { $0.weakOnly && $0.keys == 2_000 })
        #expect(limits.filter { $0.subject == Self.subjects.everybody }.count == 3)
    }

    @Test func aRuleThatCountsThePeerReplacesTheLimitOfItsPeriodAlone() {
        let limits = QuotaBook.limits([Quota(per: .peer, period: .day, keys: 70_000)], Self.subjects)
        #expect(limits.filter { $0.subject == Self.subjects.pair }.map(\.period) == [.hour, .month])
        let everybody = limits.first { $0.subject == Self.subjects.everybody && $0.period == .day }
        #expect(everybody?.keys == 70_000, "never lower than the largest rule")
    }

    @Test func aFloodAtTheDoorIsCountedInEntriesAMinute() async {
        let book = RefusalBook<CountedRefusal>()
        let refusal = CountedRefusal(
            place: .door,
            refusal: DoorRefusal(agency: AgencyID("bravo"), kind: .signature)
        )
        let stranger = CountedRefusal(place: .door, refusal: DoorRefusal(agency: nil, kind: .signature))
        #expect(await book.note(refusal, at: 0) == 1)
        for second in 1...59 { #expect(await book.note(refusal, at: second * 1_000) == 0) }
        #expect(await book.note(stranger, at: 30_000) == 1)
        #expect(await book.note(refusal, at: 60_000) == 60)
        #expect(await book.note(refusal, at: 60_001) == 0)
        #expect(await book.drain(at: 119_999).isEmpty, "less than a minute ago one was logged")
        let rest = await book.drain()
        #expect(rest.map(\.count) == [1] && rest.first?.counted == refusal)
        #expect(await book.drain().isEmpty)
    }

    @Test func aRefusalAtTheDoorIsAnEntryOfThePeer() async throws {
        try await Pair.with { pair in
            await pair.holder.node.refused(DoorRefusal(agency: AgencyID("alpha"), kind: .signature))
            let entry = try #require(try await pair.holder.closedLeaves().named("access.refused").last)
            #expect(entry.actor.role == .peer && entry.actor.pseudonym == "alpha")
            #expect(entry.text("method") == "door" && entry.data["count"]?.integer == 1)
        }
    }

    @Test func anEndedAgreementsIndexAnswersNothingAndItsSeedIsGone() async throws {
        try await Pair.with { pair in
            #expect(try await pair.ask(People.youssef).outcome == "hits")
            let seeds = { pair.holder.node.keyring.names.filter { $0.hasPrefix("epoch/") } }
            #expect(seeds().count == 1)
            let file = pair.holder.node.folder.policies.appendingPathComponent(
                "agreements/\(TestPolicies.agreement).yaml"
            )
            try FileManager.default.removeItem(at: file)
            guard case .activated = try await pair.holder.node.activatePolicies(by: nil) else {
                Issue.record("policies without the agreement are sound")
                return
            }
            #expect(seeds().isEmpty)
            #expect(try await pair.ask(People.youssef).outcome == "refused")
        }
    }
}
