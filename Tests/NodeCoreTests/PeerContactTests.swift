// How peers answer, as a node remembers it: for its operator, and for `comity doctor`.
import Foundation
import NodeCore
import NodeTesting
import Testing
import WireProtocol

@Suite struct PeerContactTests {
    private static func told(_ node: Node) async -> [String] {
        await node.examine().checks.filter { $0.name == "peers" && $0.text.contains("bravo") }.map(\.text)
    }

    @Test func whatAPeerAnsweredAndWhyItDidNotIsTold() async throws {
        try await withTemporaryFolder { folder in
            let (ours, theirs) = (SettableClock.inForce, SettableClock.inForce)
            theirs.advance(seconds: 45)
            let alpha = try await TestNode.make("alpha", in: folder, clock: ours)
            let bravo = try await TestNode.make("bravo", in: folder, clock: theirs)
            let result: Result<Void, any Error>
            do {
                try await alpha.trust(bravo)
                try await bravo.trust(alpha)
                try await bravo.publish(People.all)
                result = .success(try await Self.ask(alpha, DirectNetwork([alpha, bravo]).peers(of: alpha), ours))
            } catch {
                result = .failure(error)
            }
            await alpha.node.close()
            await bravo.node.close()
            try result.get()
        }
    }

    private static func ask(_ alpha: TestNode, _ peers: DirectPeers, _ clock: SettableClock) async throws {
        let node = alpha.node
        func ask(_ peers: any PeerReaching) async throws {
            let question = Pair.question(.fields(People.youssef))
            _ = try await node.ask(question, dryRun: false, by: nil, through: node.watching(peers)) { _ in }
        }
        let before = try #require(try await node.peerHealth().first)
        #expect(before.agency == "bravo" && before.answered == nil && before.failure == nil && before.fetched.isEmpty)
        #expect(await Self.told(node) == [], "nothing is known of who was not asked")

        try await ask(peers)
        let after = try #require(try await node.peerHealth().first)
        #expect(after.answered == clock.seconds && after.skew == 45 && after.failure == nil)
        #expect(after.fetched.map(\.epoch) == [1] && (after.certificateEnds ?? 0) > clock.seconds)
        #expect(await Self.told(node).contains { $0.hasPrefix("the clock of bravo is 45 seconds ahead of ours") })

        let silent = InterceptedPeers(peers) { _, _, _ throws(PeerReachError) in throw .timeout }
        try await ask(silent)
        let lost = try #require(try await node.peerHealth().first)
        #expect(lost.failure == "the peer did not answer in time" && lost.answered == clock.seconds)
        let text =
            "bravo gave no answer that counts when it was last asked: the peer did not answer in time; the last answer came at "
        #expect(await Self.told(node).contains { $0.hasPrefix(text) })

        try await ask(peers)
        #expect(try await node.peerHealth().first?.failure == nil, "it answers again")
    }
}
