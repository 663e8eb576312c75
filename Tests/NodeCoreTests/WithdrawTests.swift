// A record that policy keeps back from now on: silent at once behind its handle, in the index until the switch.
import NodeCore
import NodeTesting
import Testing
import WireProtocol

@Suite struct WithdrawTests {
    private static let youssef = "b1,Youssef Chahine,1988-02-11,A24710140,EGY,+491512441001,suspect,"

    /// What the holder's approver sees of a request made now.
    private func seen(_ it: Disclosures) async throws -> DisclosureReport {
        let sent = try await it.request()
        return try await it.holder.disclosure(sent.id, by: "lena")
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

    @Test func aWithdrawnRecordIsSilentAtOnceAndGoneAtTheSwitch() async throws {
        try await Disclosures.with { it in
            #expect(try await seen(it).state == "held")
            try await importRow(Self.youssef + "H3,bravo,", to: it.pair.holder)
            #expect(try await seen(it).state == "silent")
            // A removal would announce itself: the epoch goes on as if nothing had happened.
            let report = try #require(try await it.pair.holder.index().indexes.first)
            #expect(report.version == 1 && report.entries == 192)
            #expect(try await it.pair.ask(People.youssef).hits.map(\.handle) == it.hit.hits.map(\.handle))
            let rotated = try #require(try await it.pair.holder.index(rotating: true).indexes.first)
            #expect(rotated.records == 1)
            #expect(try await it.pair.ask(People.youssef).outcome == "no-hit")
        }
    }

    @Test func aRecordExpiresWithoutAnybodyTouchingIt() async throws {
        let row = People.header + Self.youssef + "H1,bravo,2026-03-31\n"
        try await Disclosures.with(records: row) { it in
            #expect(try await seen(it).state == "held")
            it.clock.advance(seconds: 30 * 86_400)
            let late = try await seen(it)
            #expect(late.state == "silent" && late.note?.contains("record-expired") == true)
        }
    }

    @Test func aCorrectedRecordIsShownAsItIsNow() async throws {
        try await Disclosures.with { it in
            try await importRow(Self.youssef.replacing("Chahine", with: "Shahine") + "H1,bravo,", to: it.pair.holder)
            #expect(try await seen(it).data?["full_name"] == ["Youssef Shahine"])
        }
    }

    @Test func anAgreementOutOfForceTellsSoAndNothingOfTheRecord() async throws {
        try await Disclosures.with { it in
            let message = try await it.captured()
            let suspended = TestPolicies.disclosing().replacing(
                "scope:\n",
                with: "suspensions: [{from: 2026-03-01, until: 2026-03-05, because: {en: An incident.}}]\nscope:\n",
                in: .agreement
            )
            guard case .activated = try await it.pair.holder.activate(suspended) else {
                Issue.record("the changed policies were not activated")
                return
            }
            for handle in [message.question.handle, "0000000001"] {
                var other = message
                other.question.id = try Disclosures.freshID()
                other.question.handle = handle
                #expect(try await it.send(other).status == 202)
                it.tick()
                let status = try await it.status(other.question.id)
                let because = "The agreement is suspended on this day. (POLICY)"
                #expect(status.state == .refused(ground: "policy", because: because))
            }
        }
    }
}
