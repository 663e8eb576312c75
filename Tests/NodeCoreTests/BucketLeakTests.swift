// What fetching buckets tells, how that is bounded, and what a holder cannot pass off as a bucket.
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

@Suite struct BucketLeakTests {
    /// Four bits a key, or three.
    @Test(arguments: [(64, 4, 2), (32, 3, 2)])
    func theNinthBitIsRefused(records: Int, bits: Int, times: Int) async throws {
        try await Pair.with(holder: .bucketed(), records: Phones.csv(0..<records)) { pair in
            for time in 0..<times {
                #expect(try await pair.ask(Phones.of(7)).outcome == "hits")
                #expect(try await pair.told(Phones.of(7)) == bits * (time + 1))
            }
            let sent = Sent()
            let refused = try await pair.ask(Phones.of(7), through: sent.recording(pair.peers))
            #expect(refused.outcome == "refused" && refused.reason.contains("\(bits) bits"))
            #expect(refused.reason.contains("\(bits * times) were told before") && refused.reason.contains("--cover"))
            #expect(await sent.requests.isEmpty, "nothing leaves")
            // What is told of one person is not held against another; what shares a key with one is.
            #expect(try await pair.ask(Phones.of(8)).outcome == "hits")
            #expect(try await pair.ask(Phones.of(7, 9)).outcome == "refused")
            let asker = try await pair.asker.reopened()
            pair.network.join(asker)
            #expect(try await pair.told(Phones.of(7), by: asker) == bits * times, "a restart forgets nothing")
            // Under new keys nothing of it is worth anything.
            try await pair.holder.index(rotating: true)
            _ = try await asker.node.fetchIndexes(
                peer: nil,
                agreement: nil,
                by: nil,
                through: pair.network.peers(of: asker)
            )
            #expect(try await pair.told(Phones.of(7), by: asker) == 0)
            let denied = try await asker.closedLeaves().named("query.denied")
            #expect(denied.map { $0.text("rule") } == ["buckets", "buckets"])
        }
    }

    @Test func exactlyTheBudgetIsAllowedInOneQuestion() async throws {
        try await Pair.with(holder: .bucketed(), records: Phones.csv(0..<64)) { pair in
            let twelve = try await pair.ask(Phones.of(1, 2, 3))
            #expect(twelve.outcome == "refused" && twelve.reason.contains("12 bits"))
            #expect(try await pair.told(Phones.of(1)) == 0, "a refusal costs nothing")
            #expect(try await pair.ask(Phones.of(1, 2)).outcome == "hits")
            #expect(try await pair.told(Phones.of(2)) == 8)
            // Three rows are three persons, unless they share a key.
            let numbers = (10..<20).map(Phones.number)
            #expect(try await pair.ask(rows: Array(numbers[0..<3])) == "hits")
            let shared = ["\(numbers[4]);\(numbers[5])", "\(numbers[5]);\(numbers[6])"]
            #expect(try await pair.ask(rows: shared) == "refused", "two rows, one person, three keys")
        }
    }

    @Test func coverOfHalfOfAllBucketsLiftsIt() async throws {
        try await Pair.with(holder: .bucketed(), records: Phones.csv(0..<64)) { pair in
            for _ in 0..<2 { _ = try await pair.ask(Phones.of(7)) }
            #expect(try await pair.ask(Phones.of(7)).outcome == "refused")
            var windows: [[Route]] = []
            for _ in 0..<2 {
                let sent = Sent()
                let answer = try await pair.ask(Phones.of(7), cover: true, through: sent.recording(pair.peers))
                #expect(answer.outcome == "hits", "\(answer.reason)")
                windows.append(await sent.requests.filter(\.route.isSegment).map(\.route))
            }
            #expect(windows.allSatisfy { $0.count == 8 && Set($0).count == 8 })
            #expect(Set(windows[0]) == Set(windows[1]), "two windows laid over each other show no more than one")
            #expect(try await pair.told(Phones.of(7)) == 16, "what is told under cover counts too")
            #expect(try await pair.ask(Phones.of(7)).outcome == "refused")
        }
    }

    @Test func aFetchThatNeverCameIsChargedAndNotForgotten() async throws {
        try await Pair.with(holder: .bucketed(), records: Phones.csv(0..<64)) { pair in
            let cut = InterceptedPeers(pair.peers) {
                (request, agency, next) async throws(PeerReachError) -> VerifiedPeerResponse in
                if request.route.isSegment { throw .unreachable }
                return try await next.send(request, to: agency)
            }
            #expect(try await pair.ask(Phones.of(7), through: cut).outcome == "unreachable")
            let asker = try await pair.asker.reopened()
            #expect(try await pair.told(Phones.of(7), by: asker) == 4)
            await asker.node.close()
        }
    }

    @Test func whatWasToldIsForgottenWhenTheAgreementEnds() async throws {
        let asker = TestPolicies().replacing("until: 2035-12-31", with: "until: 2026-03-31", in: .agreement)
        let holder = TestPolicies.bucketed().replacing("until: 2035-12-31", with: "until: 2026-03-31", in: .agreement)
        try await Pair.with(asker: asker, holder: holder, records: Phones.csv(0..<64)) { pair in
            func isKept() async throws -> Bool {
                try await pair.asker.node.vault.read { try $0.hasBitsTold(agreement: "shared", holder: "bravo") }
            }
            let answer = try await pair.ask(Phones.of(7))
            #expect(answer.outcome == "hits")
            try await pair.asker.node.endIndexes()
            #expect(try await isKept())
            pair.asker.clock.advance(seconds: 31 * 86_400)
            try await pair.asker.node.endIndexes()
            #expect(try await !isKept())
        }
    }

    @Test func anAlteredBucketIsRefusedByName() async throws {
        try await Pair.with(holder: .bucketed(), records: Phones.csv(0..<64)) { pair in
            let spoils: [@Sendable ([UInt8]) -> [UInt8]] = [
                { body in
                    var body = body
                    body[body.count / 2] ^= 1
                    return body
                },
                { Array($0.dropLast(13)) }, { Array($0.reversed()) },
            ]
            for (number, spoil) in spoils.enumerated() {
                let asked = Mutex<[UInt8]>([])
                let bent = InterceptedPeers(pair.peers) {
                    (request, agency, next) async throws(PeerReachError) -> VerifiedPeerResponse in
                    let response = try await next.send(request, to: agency)
                    guard case .segment(_, let digest) = request.route else { return response }
                    asked.withLock { $0 = digest }
                    return VerifiedPeerResponse(
                        status: response.status,
                        body: spoil(response.body),
                        message: response.message
                    )
                }
                let answer = try await pair.ask(Phones.of(20 + number), through: bent)
                let name = Hex.encode(asked.withLock { $0 })
                #expect(answer.outcome == "unreachable" && answer.reason.contains(name), "\(answer.reason)")
            }
        }
    }

    @Test func entriesPutIntoAnotherBucketAreRefused() async throws {
        try await Pair.with(holder: .bucketed(), records: Phones.csv(0..<64)) { pair in
            // The holder signs and logs a manifest in which two buckets changed places.
            try await pair.republish { part in
                guard part.cut.bits > 0 else { return part.segments }
                return [part.segments[1], part.segments[0]] + part.segments[2...]
            }
            // A digest and an order that hold, and other keys than the number says: only the buckets' tags tell.
            var outcomes: [String] = []
            for record in 0..<64 { outcomes.append(try await pair.ask(Phones.of(record)).outcome) }
            #expect(outcomes.contains("hits") && outcomes.contains("unreachable") && !outcomes.contains("no-hit"))
        }
    }

    @Test func aNewerIndexIsFollowedWhileBucketsAreFetched() async throws {
        try await Pair.with(holder: .bucketed(), records: Phones.csv(0..<64)) { pair in
            let isFirst = Mutex(true)
            let moving = InterceptedPeers(pair.peers) {
                (request, agency, next) async throws(PeerReachError) -> VerifiedPeerResponse in
                if request.route.isSegment,
                    isFirst.withLock({ first in
                        defer { first = false }
                        return first
                    })
                {
                    try? await pair.holder.importMore(Phones.csv(64..<99))
                    _ = try? await pair.holder.index()
                }
                return try await next.send(request, to: agency)
            }
            let answer = try await pair.ask(Phones.of(7), cover: true, through: moving)
            #expect(answer.outcome == "hits", "\(answer.reason)")
            #expect(try await pair.newest().version == 2)
            #expect(try await pair.told(Phones.of(7)) == 4, "charged once")
        }
    }

    @Test func aHolderGivesSoManyBucketsInAnEpochAndNoMore() async throws {
        try await Pair.with(holder: .bucketed(), records: Phones.csv(0..<64)) { pair in
            let limit = BucketBook.limit(of: try await pair.newest())
            #expect(limit == 256 * 18)
            _ = try await pair.holder.node.vault.commit { transaction in
                let counter = QuotaCounter(subject: "fetched/bucket/alpha/shared", period: "epoch", window: 1)
                try transaction.addQuotaUse([counter], keys: limit - 1)
                return ((), [])
            }
            #expect(try await pair.ask(Phones.of(7)).outcome == "hits")
            let answer = try await pair.ask(Phones.of(8))
            #expect(answer.outcome == "unreachable" && answer.reason.contains("all buckets"))
            try await pair.holder.index(rotating: true)
            #expect(try await pair.ask(Phones.of(8)).outcome == "hits")
        }
    }
}
