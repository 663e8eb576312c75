import AuditLog
import Foundation
import NodeTesting
import PeerTrust
import Sodium
import Synchronization
import Testing
import Vault
import WireProtocol

// How an index grows and is followed: deltas, gaps, two stories, a way back, a manifest that a crash left half told.
@testable import NodeCore

@Suite struct IndexChainTests {
    @Test func aRecordPublishedLaterIsFound() async throws {
        try await Pair.with { pair in
            #expect(try await pair.ask(People.nadia).outcome == "no-hit")
            let report = try #require(try await pair.holder.publish(People.later).indexes.first)
            #expect(report.version == 2 && report.epoch == 1 && report.records == 3)
            #expect(try await pair.ask(People.nadia).outcome == "hits")
            #expect(try await pair.ask(People.youssef).outcome == "hits")
        }
    }

    @Test func nothingNewPublishesNothing() async throws {
        try await Pair.with { pair in
            let report = try #require(try await pair.holder.index().indexes.first)
            #expect(report.version == 1 && report.notes.contains("nothing new to publish"))
        }
    }

    @Test func versionsThatWereMissedAreFollowedOneByOne() async throws {
        try await Pair.with { pair in
            #expect(try await pair.ask(People.youssef).outcome == "hits")
            for (number, name) in ["Aino Virtanen", "Luca Ferrari", "Mehmet Yilmaz"].enumerated() {
                try await pair.holder.publish(
                    People.header + "n\(number),\(name),1975-03-0\(number + 1),,,,suspect,H1,bravo,\n"
                )
            }
            #expect(try await pair.ask(["full_name": "Mehmet Yilmaz", "birth_date": "1975-03-03"]).outcome == "hits")
            let versions = try await pair.asker.node.vault.read { transaction in
                try (1...4).map { version in
                    try transaction.manifest(agreement: "shared", holder: "bravo", asker: "alpha", version: version)?
                        .version
                }
            }
            #expect(versions == [1, 2, 3, 4])
        }
    }

    @Test func twoStoriesAreRefusedAndKept() async throws {
        try await Pair.with(records: nil) { pair in
            // The same holder, keys and all, from one copy of its folder: each half publishes its own first version.
            let other = try await pair.clone()
            pair.network.join(other.first)
            try await other.first.publish(People.header + People.indexed)
            #expect(try await pair.ask(People.youssef).outcome == "hits")
            try await other.second.publish(People.later)
            pair.network.join(other.second)
            let fetched = try #require(
                try await pair.asker.node.fetchIndexes(peer: "bravo", agreement: nil, by: nil, through: pair.peers)
                    .fetched.first
            )
            #expect(fetched.version == nil && !fetched.unreachable && fetched.outcome.contains("two stories"))
            let kept = try await pair.asker.node.vault.read { transaction in
                try transaction.latestManifest(agreement: "shared", holder: "bravo", asker: "alpha")
            }
            #expect(kept?.version == 1)
            let evidence = try await pair.evidence()
            #expect(evidence.count == 1 && evidence.first?.version == 1 && evidence.first?.bytes != kept?.bytes)
            let checks = await pair.asker.node.examine().checks.filter { $0.name == "evidence" }
            #expect(checks.count == 1 && checks.first?.text.contains("bravo") == true)
            pair.network.join(other.first)
            #expect(try await pair.ask(People.youssef).outcome == "hits", "the story that was believed first goes on")
            let leaf = try #require(try await pair.asker.closedLeaves().named("access.refused").first)
            #expect(leaf.actor.pseudonym == "bravo" && leaf.text("route") == "conflict")
            await other.first.node.close()
            await other.second.node.close()
        }
    }

    @Test func anOlderManifestIsRefused() async throws {
        try await Pair.with { pair in
            let other = try await pair.clone()
            pair.network.join(other.first)
            try await other.first.publish(People.later)
            #expect(try await pair.ask(People.nadia).outcome == "hits")
            pair.network.join(other.second)
            let fetched = try #require(
                try await pair.asker.node.fetchIndexes(peer: "bravo", agreement: nil, by: nil, through: pair.peers)
                    .fetched.first
            )
            #expect(fetched.version == nil && fetched.outcome.contains("goes back"))
            let kept = try await pair.asker.node.vault.read { transaction in
                try transaction.latestManifest(agreement: "shared", holder: "bravo", asker: "alpha")
            }
            #expect(kept?.version == 2, "the newer one stays")
            #expect(try await pair.evidence().map(\.version) == [1])
            let leaf = try #require(try await pair.asker.closedLeaves().named("access.refused").first)
            #expect(leaf.actor.pseudonym == "bravo" && leaf.text("route") == "rollback")
            await other.first.node.close()
            await other.second.node.close()
        }
    }

    @Test func anIndexPublishedAnewWhileItIsFetchedIsFetchedAgain() async throws {
        try await Pair.with { pair in
            let isPublished = Mutex(false)
            let reaching = InterceptedPeers(pair.peers) {
                (request, agency, next) async throws(PeerReachError) -> VerifiedPeerResponse in
                if case .segment = request.route, !isPublished.withLock({ $0 }) {
                    isPublished.withLock { $0 = true }
                    let published = try? await pair.holder.publish(People.later)
                    #expect(published?.indexes.first?.version == 2)
                }
                return try await next.send(request, to: agency)
            }
            let answer = try await pair.ask(People.nadia, through: reaching)
            #expect(answer.outcome == "hits")
            #expect(isPublished.withLock { $0 })
        }
    }

    @Test func aSegmentThatIsNotTheNamedOneIsRefused() async throws {
        try await Pair.with { pair in
            let liar = InterceptedPeers(pair.peers) {
                (request, agency, next) async throws(PeerReachError) -> VerifiedPeerResponse in
                let response = try await next.send(request, to: agency)
                guard case .segment = request.route, !response.body.isEmpty else { return response }
                var body = response.body
                body[body.count / 2] ^= 1
                return VerifiedPeerResponse(status: response.status, body: body, message: response.message)
            }
            let answer = try await pair.ask(People.youssef, through: liar)
            #expect(answer.outcome == "refused" && answer.reason.contains("not the one its manifest names"))
            #expect(try await pair.ask(People.youssef).outcome == "hits")
        }
    }

    @Test func anIndexIsHandedOverOnlyWithItsEntryInTheLog() async throws {
        try await Pair.with { pair in
            let stored = try await pair.holder.node.vault.read { transaction in
                try transaction.latestManifest(agreement: "shared", holder: "bravo", asker: "alpha")
            }
            // Told in the transaction that published it: no crash can part the two.
            let leaf = try #require(stored?.leaf)
            let leaves = try await pair.holder.closedLeaves()
            #expect(leaves[leaf].event == "index.published")
        }
    }
}

@Suite struct TidyFolderTests {
    @Test func whatACrashLeftBehindIsGoneAfterTheNextStart() async throws {
        try await Pair.with { pair in
            #expect(try await pair.ask(People.youssef).outcome == "hits")
            try await pair.holder.index(rotating: true)
            // As a crash leaves it between the switch to a new epoch and the erasure of the old seed.
            let keyring = pair.holder.node.keyring
            try keyring.update(set: ["epoch/shared/alpha/1": try SecretBytes(copying: [UInt8](repeating: 7, count: 32))]
            )
            try pair.holder.node.vault.segments.write([1, 2, 3], name: "left-over")
            let holder = try await pair.holder.reopened()
            #expect(holder.node.keyring.names.filter { $0.hasPrefix("epoch/") } == ["epoch/shared/alpha/2"])
            #expect(!holder.node.vault.segments.contains("left-over"))
            pair.network.join(holder)
            let asker = try await pair.asker.reopened()
            pair.network.join(asker)
            let report = try await asker.node.ask(
                Pair.question(.fields(People.youssef)),
                dryRun: false,
                by: nil,
                through: pair.network.peers(of: asker)
            ) { _ in }
            #expect(report.asked.map(\.outcome) == ["hits"])
            await holder.node.close()
            await asker.node.close()
        }
    }
}

extension Pair {
    /// What the asker kept against the holder: each manifest with a signature of the holder's card under it.
    func evidence() async throws -> [(version: Int, bytes: [UInt8])] {
        let kept = try await asker.node.vault.read { try $0.conflicts(of: "bravo") }
        let key = try #require(asker.node.peers.peer(agency: holder.agency)).card.card.signingKey
        for one in kept { #expect(key.verifies(one.signature, over: ManifestSignature.message(one.bytes))) }
        return kept.map { ($0.version, $0.bytes) }
    }

    /// The holder's folder twice, each opened as a node of its own; the pair's own holder is closed.
    func clone() async throws -> (first: TestNode, second: TestNode) {
        await holder.node.close()
        let parent = holder.folder.url.deletingLastPathComponent()
        let copies = try ["first", "second"].map { name in
            let copy = parent.appendingPathComponent(name)
            try FileManager.default.copyItem(at: holder.folder.url, to: copy)
            return NodeFolder(copy.path)
        }
        func open(_ folder: NodeFolder, seed: UInt64) async throws -> TestNode {
            let node = try await Node.open(
                folder,
                passphrase: TestNode.passphrase,
                clock: holder.clock.clock,
                random: .seeded(seed)
            )
            return TestNode(node: node, clock: holder.clock)
        }
        return (try await open(copies[0], seed: 11), try await open(copies[1], seed: 22))
    }
}
