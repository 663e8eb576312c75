// A record that policy keeps back from now on: silent at once behind its handle, in the index until the switch.
import Foundation
import MatchKeys
import NodeTesting
import PolicyEngine
import SetIntersection
import Testing
import Vault

@testable import NodeCore

@Suite struct WithdrawTests {
    private static let youssef = "b1,Youssef Chahine,1988-02-11,A24710140,EGY,+491512441001,suspect,"

    private func scope(epoch: Int = 1, asker: String = "alpha") throws -> IndexScope {
        try IndexScope(agreement: TestPolicies.agreement, asker: asker, holder: "bravo", epoch: epoch)
    }

    private func hit(_ pair: Pair) async throws -> Handle {
        try Handle(text: try #require(try await pair.ask(People.youssef).hits.first).handle)
    }

    /// Imports one row without publishing.
    private func importRow(_ row: String, to node: TestNode) async throws {
        let report = try await node.node.importRecords(
            csv: Array((People.header + row + "\n").utf8),
            fileName: "row.csv",
            dataset: "main",
            renames: [:],
            defaults: [:],
            by: "operator"
        )
        #expect(report.changed == 1)
    }

    @Test func aLiveHandleGivesItsRecordAndTheKeysInScope() async throws {
        try await Pair.with { pair in
            let handle = try await hit(pair)
            let live = try #require(try await pair.holder.node.liveRecord(scope(), handle: handle))
            #expect(
                live.dataset == "main" && live.record.id == "b1" && live.record.cell("full_name") == "Youssef Chahine"
            )
            let kinds = Set(live.keys.map { $0.kind.policyKind.rawValue })
            #expect(kinds == ["name", "document", "phone"])
        }
    }

    @Test func nothingStandsBehindAHandleOfAnotherIndex() async throws {
        try await Pair.with { pair in
            let handle = try await hit(pair)
            let node = pair.holder.node
            let unknown = try Handle(bytes: handle.bytes.map { $0 ^ 1 })
            #expect(try await node.liveRecord(scope(), handle: unknown) == nil)
            #expect(try await node.liveRecord(scope(epoch: 2), handle: handle) == nil)
            #expect(try await node.liveRecord(scope(asker: "charlie"), handle: handle) == nil)
            #expect(try await pair.asker.node.liveRecord(scope(), handle: handle) == nil)
            try await pair.holder.index(rotating: true)
            #expect(try await node.liveRecord(scope(), handle: handle) == nil, "the epoch of the handle is over")
            #expect(try await node.liveRecord(scope(epoch: 2), handle: handle) == nil)
        }
    }

    @Test func aWithdrawnRecordIsSilentAtOnceAndGoneAtTheSwitch() async throws {
        try await Pair.with { pair in
            let handle = try await hit(pair)
            try await importRow(Self.youssef + "H3,bravo,", to: pair.holder)
            #expect(try await pair.holder.node.liveRecord(scope(), handle: handle) == nil)
            // A removal would announce itself: the epoch goes on as if nothing had happened.
            let report = try #require(try await pair.holder.index().indexes.first)
            #expect(report.version == 1 && report.entries == 192)
            #expect(try await pair.ask(People.youssef).hits.map(\.handle) == [handle.description])
            let rotated = try #require(try await pair.holder.index(rotating: true).indexes.first)
            #expect(rotated.records == 1)
            #expect(try await pair.ask(People.youssef).outcome == "no-hit")
        }
    }

    @Test func aRecordExpiresWithoutAnybodyTouchingIt() async throws {
        let row = People.header + Self.youssef + "H1,bravo,2026-03-31\n"
        try await Pair.with(records: row) { pair in
            let handle = try await hit(pair)
            #expect(try await pair.holder.node.liveRecord(scope(), handle: handle) != nil)
            pair.holder.clock.advance(seconds: 31 * 86_400)
            #expect(try await pair.holder.node.liveRecord(scope(), handle: handle) == nil)
        }
    }

    @Test func aCorrectedRecordIsGivenAsItIsNow() async throws {
        try await Pair.with { pair in
            let handle = try await hit(pair)
            try await importRow(Self.youssef.replacing("441001", with: "441009") + "H1,bravo,", to: pair.holder)
            let live = try #require(try await pair.holder.node.liveRecord(scope(), handle: handle))
            #expect(live.keys.contains { $0.kind == .phone && $0.value.hasSuffix("441009") })
            #expect(!live.keys.contains { $0.kind == .phone && $0.value.hasSuffix("441001") })
        }
    }

    @Test func anAgreementOutOfForceSilencesEveryHandle() async throws {
        try await Pair.with { pair in
            let handle = try await hit(pair)
            let suspended = TestPolicies().replacing(
                "scope:\n",
                with: "suspensions: [{from: 2026-03-01, until: 2026-03-05, because: {en: An incident.}}]\nscope:\n",
                in: .agreement
            )
            guard case .activated = try await pair.holder.activate(suspended) else {
                Issue.record("the changed policies were not activated")
                return
            }
            #expect(try await pair.holder.node.liveRecord(scope(), handle: handle) == nil)
        }
    }
}
