// Indexes that stay with their holder: who decides it, what is found, what stays home.
import AuditLog
import CanonicalJSON
import Foundation
import NodeTesting
import PeerTrust
import SetIntersection
import Sodium
import Synchronization
import Testing
import Vault
import WireProtocol

@testable import NodeCore

@Suite struct BucketModeTests {
    @Test func policyDemandsBucketsAndTheHitsAreThoseOfACopy() async throws {
        let questions = [
            People.youssef, People.greta, People.paula, People.nobody,
            ["full_name": "Ivan Petrov", "birth_date": "1979-05-03"],
        ]
        func hits(_ holder: TestPolicies, isBucketed: Bool) async throws -> [[String]] {
            var found: [[String]] = []
            try await Pair.with(holder: holder) { pair in
                for fields in questions {
                    let answer = try await pair.ask(fields, cover: true)
                    #expect(["hits", "no-hit"].contains(answer.outcome), "\(answer.reason)")
                    found.append(answer.hits.map { "\($0.subject) \($0.score) \($0.band) \($0.kinds)" })
                }
                let report = try #require(try await pair.asker.node.indexList().indexes.first)
                #expect(report.retrieval == (isBucketed ? "bucketed" : "synced"))
            }
            return found
        }
        let copied = try await hits(TestPolicies(), isBucketed: false)
        #expect(try await hits(.bucketed(), isBucketed: true) == copied)
        #expect(copied.map(\.count) == [1, 0, 0, 0, 1])
    }

    @Test func theIndexStaysHomeAndBothLogsSayWhatLeft() async throws {
        try await Pair.with(holder: .bucketed(), records: Phones.csv(0..<64)) { pair in
            let sent = Sent()
            #expect(try await pair.ask(Phones.of(7), through: sent.recording(pair.peers)).outcome == "hits")
            let manifest = try await pair.newest()
            #expect(manifest.retrieval == .bucketed(minimum: 2))
            #expect(manifest.classes.map(\.cut.bits) == [4, 0, 0] && manifest.classes[0].segments.count == 16)
            let fetched = await sent.requests.filter(\.route.isSegment)
            #expect(fetched.count == 1)
            for segment in manifest.classes.flatMap(\.segments) {
                #expect(!pair.asker.node.vault.segments.contains(Hex.encode(segment.digest)))
            }
            #expect(leaks(of: [Phones.number(7), "1512441007"], below: pair.asker.folder.url) == [])
            let own = try await pair.asker.closedLeaves().named("index.fetched")
            let given = try await pair.holder.closedLeaves().named("index.fetched")
            // The manifest brought no entries; then one bucket, told before it came.
            #expect(own.map { $0.data["bytes"]?.integer == 0 } == [true, false])
            #expect(own.last?.data["bytes"] == given.last?.data["bytes"] && given.count == 1)
            #expect(own.last?.data["count"] == given.last?.data["count"])
        }
    }

    @Test func oneRecordThatDemandsBucketsEndsTheEpochOfCopies() async throws {
        let policies = TestPolicies().retrieval("bucketed", of: "H2")
        try await Pair.with(holder: policies) { pair in
            #expect(try await pair.ask(People.youssef).outcome == "hits")
            #expect(try await pair.newest().retrieval == .synced)
            try await pair.holder.importMore(Phones.csv(60..<61, handling: "H2"))
            let report = try #require(try await pair.holder.index().indexes.first)
            #expect(report.retrieval == "bucketed" && report.epoch == 2 && report.records == 3)
            #expect(report.notes.contains { $0.contains("a new epoch began") })
            #expect(try await pair.ask(People.youssef, cover: true).outcome == "hits")
            #expect(try await pair.ask(Phones.of(60), cover: true).outcome == "hits")
            // Nothing of the old epoch is left, and what comes later changes the mode no more.
            try await pair.expectOnlyNamedSegments()
            try await pair.holder.add(1)
            #expect(try await pair.holder.index().indexes.first?.epoch == 2)
            #expect(try await pair.newest().retrieval != .synced)
        }
    }

    @Test func aRecordThatForbidsBucketsStaysOutOfThem() async throws {
        let policies = TestPolicies().retrieval("bucketed", of: "H2").retrieval("synced", of: "H1")
        try await Pair.with(holder: policies, records: nil) { pair in
            let report = try #require(try await pair.holder.publish(Phones.csv(0..<3)).indexes.first)
            #expect(report.retrieval == "synced" && report.records == 3)
            try await pair.holder.importMore(Phones.csv(60..<61, handling: "H2"))
            let mixed = try #require(try await pair.holder.index().indexes.first)
            #expect(mixed.retrieval == "bucketed" && mixed.records == 1)
            #expect(mixed.notes.contains("3 records stay out by XB/way-of-h1 (retrieval)"))
        }
    }

    @Test func aMinimumHoldsForEveryBucketAndGrows() async throws {
        try await Pair.with(holder: .bucketed(), records: Phones.csv(0..<40)) { pair in
            #expect(try await pair.newest().classes[0].cut.bits == 3)
            _ = try await pair.holder.activate(.bucketed(minimum: 90))
            try await pair.holder.importMore(Phones.csv(60..<61))
            try await pair.holder.index()
            let manifest = try await pair.newest()
            #expect(manifest.scope.epoch == 1 && manifest.retrieval == .bucketed(minimum: 90))
            #expect(manifest.classes[0].cut.bits == 3, "cut once in an epoch")
            #expect(manifest.classes.flatMap(\.segments).allSatisfy { $0.entries >= 90 })
            for record in [0, 39, 60] {
                #expect(try await pair.ask(Phones.of(record), cover: true).outcome == "hits")
            }
            try await pair.expectOnlyNamedSegments()
        }
    }

    @Test(arguments: [true, false])
    func anEpochBuiltAheadHasTheModeOfItsRecords(isBucketed: Bool) async throws {
        let policies = isBucketed ? .bucketed() : TestPolicies().retrieval("bucketed", of: "H2")
        try await Pair.with(holder: policies, records: Phones.csv(0..<8)) { pair in
            let node = pair.holder.node
            let scope = try await pair.newest().scope
            let began = try #require(try await node.vault.read { try $0.epochBegan(scope) })
            let due = try PublishSchedule.rotation(began: began, seed: node.keyring.secret(SecretName.epochSeed(scope)))
            let seen = Mutex(0)
            await pair.holder.keep(until: due, step: 3_600) { now in
                guard now == due - 3_600, let ahead = node.preparations.epoch("shared alpha") else { return }
                seen.withLock { $0 += 1 }
                #expect((ahead.manifest.retrieval != .synced) == isBucketed)
                do { try await pair.holder.importMore(Phones.csv(60..<62, handling: "H2")) } catch {
                    Issue.record("\(error)")
                }
            }
            #expect(seen.withLock { $0 } == 1)
            let newest = try await pair.newest()
            #expect(newest.scope.epoch == 2 && newest.retrieval != .synced && newest.records == 10)
            try await pair.expectOnlyNamedSegments()
            for record in [0, 61] { #expect(try await pair.ask(Phones.of(record), cover: true).outcome == "hits") }
        }
    }

    @Test func aQuestionWhoseRulesForbidTheModeIsRefusedOnEitherSide() async throws {
        let cases = [
            ("retrieval: [synced]", TestPolicies.bucketed(), "bucketed"),
            ("retrieval: [bucketed]", TestPolicies(), "synced"),
            ("bucket_minimum: 3", TestPolicies.bucketed(), "buckets of 2 entries"),
        ]
        for (duty, holder, words) in cases {
            let asker = TestPolicies().requiring(duty, sides: "asker", in: .jurisdiction("XA"))
            try await Pair.with(asker: asker, holder: holder) { pair in
                let sent = Sent()
                let answer = try await pair.ask(People.youssef, through: sent.recording(pair.peers))
                #expect(
                    answer.outcome == "refused" && answer.reason.contains("XA/duty") && answer.reason.contains(words)
                )
                #expect(await sent.requests.allSatisfy { $0.route != .queries }, "no point left")
                #expect(try await pair.ask(People.youssef, dryRun: true).outcome == "refused")
                let denied = try #require(try await pair.asker.closedLeaves().named("query.denied").first)
                #expect(denied.text("rule") == "XA/duty")
            }
            let strict = holder.requiring(duty, sides: "holder", in: .agency("bravo"))
            try await Pair.with(holder: strict) { pair in
                let answer = try await pair.ask(People.youssef, cover: true)
                #expect(
                    answer.outcome == "refused" && answer.reason.contains("bravo/duty") && answer.reason.contains(words)
                )
                let refused = try #require(try await pair.holder.closedLeaves().named("query.refused").first)
                #expect(refused.text("rule") == "bravo/duty")
            }
        }
    }

    @Test func whereBothAreAllowedTheAskerHoldsACopy() async throws {
        let policies = TestPolicies().requiring(
            "retrieval: [synced, bucketed], bucket_minimum: 500",
            at: "index",
            sides: "holder",
            in: .jurisdiction("XB")
        )
        try await Pair.with(holder: policies) { pair in
            #expect(try await pair.newest().retrieval == .synced)
            let dry = try await pair.ask(People.youssef, dryRun: true)
            #expect(dry.reason.contains("was not fetched yet"))
            #expect(try await pair.ask(People.youssef).outcome == "hits")
            #expect(try await pair.ask(People.youssef, dryRun: true).reason.contains("(synced)"))
        }
    }

    @Test func aQuestionInBatchesIsRefusedBeforeAnythingLeaves() async throws {
        try await Pair.with(holder: .bucketed(), records: Phones.csv(0..<8)) { pair in
            let rows = (0..<8_200).map { "s\($0),+49151\(10_000_000 + $0)\n" }.joined()
            var question = Pair.question(.file(Array("id,phone\n\(rows)".utf8), name: "many.csv"))
            question.cover = true
            let sent = Sent()
            let report = try await pair.asker.node.ask(
                question,
                dryRun: false,
                by: nil,
                through: sent.recording(pair.peers)
            ) { _ in }
            #expect(report.asked.first?.outcome == "refused")
            #expect(report.asked.first?.reason.contains("split the file") == true)
            #expect(await sent.requests.allSatisfy { $0.route != .queries })
        }
    }
}
