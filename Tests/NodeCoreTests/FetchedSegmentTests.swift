// Segments of peers: apart from ours and from each other's, gone when nobody needs them, never more than there is room for.
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

@Suite struct FetchedSegmentTests {
    private static let ending = TestPolicies().replacing("until: 2035-12-31", with: "until: 2026-03-31", in: .agreement)

    private func names(_ url: URL) -> Set<String> {
        Set((try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? [])
    }

    private func named(_ manifest: Manifest) -> Set<String> {
        Set(manifest.classes.flatMap(\.segments).map { Hex.encode($0.digest) })
    }

    private func fetch(_ pair: Pair, through reaching: (any PeerReaching)? = nil) async throws -> FetchReport.Fetched {
        let report = try await pair.asker.node.fetchIndexes(
            peer: "bravo",
            agreement: nil,
            by: nil,
            through: reaching ?? pair.peers
        )
        return try #require(report.fetched.first)
    }

    // MARK: Apart

    @Test func aPeerThatNamesASegmentOfOursTakesNoneAway() async throws {
        try await Pair.with(asker: Self.ending, holder: Self.ending) { pair in
            let segment = try await pair.grow(entries: 64)
            let name = Hex.encode(segment.digest)
            // One of ours has the same bytes; to the peer that is no reason not to name it.
            let ours = pair.asker.node.vault.segments
            try ours.write([UInt8](pair.holder.node.vault.segments.read(name)), name: name)
            #expect(try await fetch(pair).version == 2)
            #expect(pair.asker.node.segments(of: "bravo").contains(name))
            pair.asker.clock.advance(seconds: 31 * 86_400)
            try await pair.asker.node.endIndexes()
            #expect(!pair.asker.node.segments(of: "bravo").contains(name))
            #expect(ours.contains(name), "what ends with the peer's agreement is the peer's")
        }
    }

    @Test func segmentsOfAnOlderFolderAreGivenToTheirPeersAndNotFetchedAgain() async throws {
        try await Pair.with { pair in
            #expect(try await pair.ask(People.youssef).outcome == "hits")
            let root = pair.asker.folder.segments
            let held = names(pair.asker.node.segments(of: "bravo").url)
            #expect(held.count == 3)
            await pair.asker.node.close()
            // As a version before this one left it: all in one folder.
            for name in held {
                try FileManager.default.moveItem(
                    at: root.appendingPathComponent("of/bravo/\(name)"),
                    to: root.appendingPathComponent(name)
                )
            }
            try FileManager.default.removeItem(at: root.appendingPathComponent("of"))
            let asker = try await pair.asker.reopened()
            #expect(names(root) == ["of"] && names(asker.node.segments(of: "bravo").url) == held)
            let sent = Sent()
            let report = try await asker.node.ask(
                Pair.question(.fields(People.youssef)),
                dryRun: false,
                by: nil,
                through: sent.recording(pair.network.peers(of: asker))
            ) { _ in }
            #expect(report.asked.map(\.outcome) == ["hits"])
            #expect(await sent.requests.allSatisfy { $0.route == .queries })
            await asker.node.close()
        }
    }

    // MARK: Gone when nobody needs them

    @Test func whatANewerManifestDoesNotNameGoesAWhileLater() async throws {
        try await Pair.with { pair in
            #expect(try await fetch(pair).version == 1)
            let old = named(try await pair.newest())
            try await pair.holder.index(rotating: true)
            #expect(try await fetch(pair).version == 2)
            let new = named(try await pair.newest())
            let place = pair.asker.node.segments(of: "bravo").url
            #expect(names(place) == old.union(new), "an answer may still be looked up in the old ones")
            await pair.asker.keep(until: pair.asker.clock.seconds + SupersededSegments.patience + 120)
            #expect(names(place) == new)
            #expect(try await pair.ask(People.youssef).outcome == "hits")
        }
    }

    /// A sync that broke off and left something.
    private func cut(_ pair: Pair) async throws -> URL {
        _ = try await pair.grow(entries: 100_000)
        let line = InterceptedPeers(pair.peers) {
            (request, agency, next) async throws(PeerReachError) -> VerifiedPeerResponse in
            if let range = request.range, range.first > 0 { throw .unreachable }
            return try await next.send(request, to: agency)
        }
        #expect(try await fetch(pair, through: line).unreachable)
        let partial = pair.asker.folder.segments.appendingPathComponent("partial/bravo.shared")
        try #require(!names(partial).isEmpty)
        return partial
    }

    @Test func whatWasOnItsWayFromARevokedPeerGoes() async throws {
        try await Pair.with { pair in
            let partial = try await cut(pair)
            _ = try await pair.asker.node.revokePeer("bravo", by: nil)
            #expect(!FileManager.default.fileExists(atPath: partial.path))
        }
    }

    @Test func whatWasOnItsWayUnderAnAgreementThatEndedGoes() async throws {
        try await Pair.with(asker: Self.ending, holder: Self.ending) { pair in
            let partial = try await cut(pair)
            pair.asker.clock.advance(seconds: 31 * 86_400)
            try await pair.asker.node.endIndexes()
            #expect(!FileManager.default.fileExists(atPath: partial.path))
        }
    }

    // MARK: Bounds

    @Test func moreThanThereIsRoomForIsRefusedWithTheNumbers() async throws {
        try await Pair.with { pair in
            let node = pair.asker.node
            let free = try node.vault.segments.freeBytes()
            try node.checkRoom(for: 1)
            let full = #expect(throws: NoRoom.self) { try node.checkRoom(for: free) }
            #expect(full?.text.contains("64 stay free") == true)
        }
    }

    @Test func followingTheManifestsOfAHolderIsBoundedInTime() async throws {
        try await Pair.with { pair in
            #expect(try await fetch(pair).version == 1)
            for number in 0..<12 {
                try await pair.holder.publish(
                    People.header + "n\(number),Person \("abcdefghijkl".dropFirst(number).first ?? "x") Somebody,"
                        + "1975-03-\(10 + number),,,,suspect,H1,bravo,\n"
                )
            }
            let slow = InterceptedPeers(pair.peers) {
                (request, agency, next) async throws(PeerReachError) -> VerifiedPeerResponse in
                let response = try await next.send(request, to: agency)
                if case .manifestVersion = request.route { pair.asker.clock.advance(seconds: 100) }
                return response
            }
            let fetched = try await fetch(pair, through: slow)
            #expect(fetched.version == nil && !fetched.unreachable)
            #expect(fetched.outcome.contains("more than 10 minutes"))
            #expect(try await pair.held()?.version == 1, "nothing of it was taken")
            #expect(try await fetch(pair).version == 13)
        }
    }

    @Test func followingTheManifestsOfAHolderIsBoundedInBytes() throws {
        var budget = Node.FollowBudget(begun: 0)
        for _ in 0..<32 { try budget.take(2 << 20, at: 1) }
        let refused = #expect(throws: FetchFailure.self) { try budget.take(1, at: 1) }
        #expect(refused?.isRefusal == true && refused?.text.contains("more than 64 MiB") == true)
    }
}
