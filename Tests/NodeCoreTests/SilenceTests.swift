// Silence is uniform: whatever a request is about, its answer, its entries and its time are those of every other.
import AuditLog
import CanonicalJSON
import Foundation
import NodeTesting
import PeerTrust
import Testing
import Vault
import WireProtocol

@testable import NodeCore

@Suite(.serialized) struct SilenceTests {
    /// What a request may be about.
    enum Kind: String, CaseIterable {
        case held, absent, badMAC, otherRequestsMAC, oldEpoch, unknownQuery
    }

    static func message(_ kind: Kind, like message: DisclosureRequest, record: Int) throws -> DisclosureRequest {
        var message = message
        switch kind {
        case .held: break
        case .absent: message.question.handle = String(format: "%010lx", 0xA5_0000_0000 + record)
        case .badMAC, .otherRequestsMAC:
            message.proofs = message.proofs.map { HitProof(mac: $0.mac.map { $0 ^ 0x5A }, slot: $0.slot) }
        case .oldEpoch: message.question.epoch += 7
        case .unknownQuery: message.query = try Disclosures.freshID()
        }
        return message
    }

    /// A message of `kind` with an id of its own. Proofs are over the id: those that must hold are made by the node.
    private func fresh(_ kind: Kind, _ it: Disclosures, number: Int) async throws -> DisclosureRequest {
        let made = try await unsent(it)
        return try Self.message(kind, like: made, record: number)
    }

    /// A request as the asker's node writes it, kept from leaving.
    private func unsent(_ it: Disclosures) async throws -> DisclosureRequest {
        let sent = Sent()
        let stopped = InterceptedPeers(it.pair.peers) {
            (request, _, _) async throws(PeerReachError) -> VerifiedPeerResponse in
            await sent.add(request)
            throw .unreachable
        }
        _ = try? await it.request(through: stopped)
        let request = try #require(await sent.requests.last { $0.route == .disclosureRequests })
        return try DisclosureRequest(body: request.body)
    }

    @Test func everySilenceHasTheSameBytesEntriesAndEnd() async throws {
        try await Disclosures.with { it in
            var ids: [(Kind, MessageID)] = []
            for (number, kind) in Kind.allCases.enumerated() {
                let message = try await fresh(kind, it, number: number)
                let answer = try await it.send(message)
                #expect(answer.status == 202, "\(kind)")
                let accepted = try DisclosureAccepted(body: answer.body)
                #expect(accepted.deadline == it.clock.seconds + 168 * 3_600, "\(kind)")
                ids.append((kind, message.question.id))
            }
            let states = try await it.holder.disclosureList(openOnly: false, by: "lena").requests
            #expect(states.filter { $0.state == "held" }.count == 1)
            #expect(states.filter { $0.state == "silent" }.count == Kind.allCases.count - 1)
            // The vault without its keys tells none of them from another, and the silent ones hide none that waits.
            let rows = try await it.holder.vault.read { try $0.disclosures(openOnly: true) }
            #expect(Set(rows.map { "\($0.deadline ?? 0) \($0.isOpen) \($0.looksUndecided)" }).count == 1)
            let queue = try await it.holder.queue(most: 1, by: "lena")
            #expect(queue.requests.map(\.state) == ["held"] && queue.areAll)
            for time in [0, 60, 7 * 86_400 - 1] {
                let bodies = try await bodies(ids, it, after: time)
                #expect(Set(bodies).count == 1, "at \(time) s")
                #expect(bodies[0].contains("deciding"))
            }
            let ended = try await bodies(ids, it, after: 7 * 86_400)
            #expect(Set(ended).count == 1 && ended[0].contains("nothing"))
            try await it.holder.followDeadlines()
            let theirs = try await it.pair.holder.closedLeaves()
            for (_, id) in ids {
                let own = theirs.filter { $0.text("request") == id.description }
                #expect(own.count == 3, "two entries at first, one at the deadline")
                #expect(own.prefix(2).map(\.event) == ["disclosure.request_received", "disclosure.held"])
                #expect(own[1].data.keys.sorted() == ["deadline", "request", "rules"])
            }
        }
    }

    /// Status bodies `after` seconds, without the id in which they differ.
    private func bodies(_ ids: [(Kind, MessageID)], _ it: Disclosures, after: Int) async throws -> [String] {
        let start = it.clock.seconds
        it.clock.seconds = 1_772_442_000 + after
        defer { it.clock.seconds = max(start, 1_772_442_000 + after) }
        var bodies: [String] = []
        for (_, id) in ids {
            let answer = try await it.send(.disclosureRequest(id))
            bodies.append(String(decoding: answer.body, as: UTF8.self).replacing(id.description, with: "ID"))
        }
        return bodies
    }

    @Test func aWithdrawnOrExpiredRecordFallsSilentAtOnceAndItsEntryStays() async throws {
        try await Disclosures.with { it in
            let before = try await it.holder.indexList().indexes[0]
            let held = try await it.request()
            let protected = People.all.replacing(
                "+491512441001,suspect,H1,bravo,\n",
                with: "+491512441001,suspect,H3,bravo,\n"
            )
            _ = try await it.pair.holder.publish(protected)
            let after = try await it.holder.indexList().indexes[0]
            #expect(after.entries >= before.entries, "nothing leaves the index before the rotation")
            let silent = try await it.request()
            let seen = try await it.holder.disclosure(silent.id, by: "lena")
            #expect(seen.state == "silent" && seen.note?.contains("no-h3") == true)
            // Held before, withdrawn now: approval finds out.
            #expect(try await it.decide(held.id, .approve).state == "silent")
            it.tick()
            #expect(try await it.receive(held.id).state == "deciding")
            let theirs = try await it.pair.holder.closedLeaves()
            #expect(theirs.named("disclosure.released").isEmpty)
        }
    }

    @Test func whatWasApprovedAndNotYetFetchedIsTakenBackByAWithdrawal() async throws {
        try await Disclosures.with { it in
            let sent = try await it.request()
            #expect(try await it.decide(sent.id, .approve).state == "released")
            let protected = People.all.replacing("suspect,H1,bravo,\nb2", with: "suspect,H3,bravo,\nb2")
            try #require(protected != People.all)
            _ = try await it.pair.holder.publish(protected)
            it.tick()
            #expect(try await it.receive(sent.id).state == "deciding")
            it.clock.advance(seconds: 7 * 86_400)
            #expect(try await it.receive(sent.id).state == "nothing")
            try await it.holder.followDeadlines()
            let theirs = try await it.pair.holder.closedLeaves()
            #expect(theirs.named("disclosure.refused").map { $0.text("ground") } == ["withdrawn"])
        }
    }

    @Test func aLostSeedAndAnUnknownOffenceAreSilentAndNoFault() async throws {
        try await Disclosures.with { it in
            let message = try await unsent(it)
            let keyring = try Keyring.open(at: it.pair.holder.folder.keyring, passphrase: TestNode.passphrase)
            let seeds = keyring.names.filter { $0.hasPrefix("epoch/") }
            let holder = try await it.pair.holder.reopened()
            await holder.node.close()
            try keyring.update(set: [:], remove: seeds)
            let again = try await it.pair.holder.reopened()
            it.pair.network.join(again)
            #expect(try await it.send(message).status == 202)
            let seen = try await again.node.disclosure(message.question.id.description, by: "lena")
            #expect(seen.state == "silent")
            await again.node.close()
        }
        try await Disclosures.with { it in
            let odd =
                People.header.replacing("expires\n", with: "expires,offence\n")
                + "b1,Youssef Chahine,1988-02-11,A24710140,EGY,+491512441001,suspect,H1,bravo,,not-declared\n"
            _ = try await it.pair.holder.publish(odd)
            let sent = try await it.request()
            it.tick()
            #expect(try await it.receive(sent.id).state == "deciding", "what it says of the record is not told")
        }
    }

    @Test func aRuleThatReadsNoRecordIsToldAndOneThatDoesIsNot() async throws {
        func forbidding(_ when: String, tell: String) -> TestPolicies {
            TestPolicies.disclosing().adding(
                """
                  - id: no
                    effect: forbid
                    stages: [disclosure]
                    sides: [holder]
                    when: \(when)
                    tell: \(tell)
                    source: TREATY Art. 11
                    because: {en: Not on these days.}

                """,
                to: .jurisdiction("XB")
            )
        }
        try await Disclosures.with(forbidding("{time.weekday: [mon]}", tell: "reason")) { it in
            let sent = try await it.request()
            #expect(try await it.receive(sent.id).state == "deciding")
            it.tick()
            let told = try await it.receive(sent.id)
            #expect(told.state == "refused" && told.ground == "policy")
            #expect(told.note == "Not on these days. (TREATY Art. 11)")
        }
        try await Disclosures.with(forbidding("{record.subject: {any_of: [suspect]}}", tell: "reason")) { it in
            let sent = try await it.request()
            it.tick()
            #expect(try await it.receive(sent.id).state == "deciding")
            #expect(try await it.holder.disclosure(sent.id, by: "lena").state == "silent")
        }
    }

    @Test func timesAreNotToldApart() async throws {
        // A test of Kolmogorov and Smirnov on two samples: D * sqrt(n/2) < 1.63 is p > 0.01.
        let isLong = ProcessInfo.processInfo.environment["COMITY_LONG_TESTS"] == "1"
        let count = isLong ? 1_000 : 60
        try await Disclosures.with { it in
            var greatest = 0.0
            for attempt in 1...3 {
                var times: [Kind: [Double]] = [:]
                for number in 0..<count {
                    // Interleaved: whatever else the machine does meets both alike.
                    for kind in [Kind.held, .absent, .badMAC].shuffled() {
                        let message = try await fresh(kind, it, number: attempt * count + number)
                        let clock = ContinuousClock()
                        let start = clock.now
                        let answer = try await it.send(message)
                        times[kind, default: []].append((clock.now - start) / .seconds(1))
                        try #require(answer.status == 202)
                    }
                    // The holder's limit of requests a day.
                    if number % 500 == 499 { it.clock.advance(seconds: 86_400) }
                }
                greatest = [Kind.absent, .badMAC].map { distance(times[.held] ?? [], times[$0] ?? []) }.max() ?? 1
                if greatest * (Double(count) / 2).squareRoot() < 1.63 { return }
                it.clock.advance(seconds: 86_401)
            }
            Issue.record("the times of a silence are told apart: D = \(greatest) of \(count)")
        }
    }

    /// The greatest distance between two empirical distributions.
    private func distance(_ left: [Double], _ right: [Double]) -> Double {
        let (left, right) = (left.sorted(), right.sorted())
        return (left + right).map { value in
            let below = (left.count { $0 <= value }, right.count { $0 <= value })
            return abs(Double(below.0) / Double(left.count) - Double(below.1) / Double(right.count))
        }
        .max() ?? 0
    }
}
