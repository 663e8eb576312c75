// Peers are held to their receipts: covered in time, covered late, or another entry in the place that was vouched for.
import AuditLog
import CanonicalJSON
import Foundation
import NodeTesting
import PeerTrust
import Testing
import TransparencyLog
import WireProtocol

@testable import NodeCore
@testable import Vault

@Suite struct ReceiptTests {
    private func waiting(_ node: TestNode) async throws -> [PeerReceipt] {
        try await node.node.vault.read { try $0.waitingReceipts(of: "bravo", limit: 100) }
    }

    @Test func aReceiptIsWatchedUntilACheckpointCoversIt() async throws {
        try await Pair.with { pair in
            let (alpha, bravo) = (pair.asker.node, pair.holder.node)
            #expect(try await pair.ask(People.youssef).outcome == "hits")
            #expect(try await alpha.followReceipts(through: pair.peers) == [], "there is time yet")
            let open = try await waiting(pair.asker)
            #expect(open.count == 1 && open[0].origin == "bravo/audit/1" && open[0].state == .open)
            let answered = try await bravo.vault.latestLeaf().index
            #expect(open[0].index <= answered)

            // Too late, said once, kept as a finding until it is covered.
            pair.asker.clock.advance(seconds: Node.receiptPatience + 1)
            let late = try await alpha.followReceipts(through: pair.peers)
            #expect(late.count == 1 && late[0].contains("shows no checkpoint that covers entry \(open[0].index)"))
            #expect(try await alpha.followReceipts(through: pair.peers) == [])
            #expect(await alpha.alarms().count == 1)
            let failed = await alpha.examine().checks.filter { $0.state == .failed }
            #expect(failed.contains { $0.text.contains("over entries that it vouched for") })
            _ = try await bravo.cosign(through: pair.network.peers(of: pair.holder))
            #expect(try await alpha.followReceipts(through: pair.peers) == [])
            #expect(try await waiting(pair.asker) == [])
            #expect(await alpha.alarms() == [])

            // Covered in time: nothing is said.
            #expect(try await pair.ask(People.nobody).outcome == "no-hit")
            _ = try await bravo.cosign(through: pair.network.peers(of: pair.holder))
            pair.asker.clock.advance(seconds: Node.receiptPatience + 1)
            #expect(try await alpha.followReceipts(through: pair.peers) == [])
            #expect(try await waiting(pair.asker) == [])
            let events = try await pair.asker.closedEvents()
            #expect(events.count { $0 == "witness.conflict" } == 1)
            #expect(pair.asker.logProblems() == [])
        }
    }

    @Test func anotherEntryInThePlaceVouchedForIsFound() async throws {
        try await Pair.with { pair in
            let (alpha, bravo) = (pair.asker.node, pair.holder.node)
            // More than a tile, so that the way to the root leads through several.
            for round in 0..<6 {
                _ = try await bravo.vault.commit { _ in
                    (
                        (),
                        (0..<60).map {
                            AuditDraft(
                                event: "login.failed",
                                actor: .system,
                                data: ["count": .integer(60 * round + $0)]
                            )
                        }
                    )
                }
            }
            _ = try await bravo.cosign(through: pair.network.peers(of: pair.holder))
            let reader = try LogReader(AuditFolder(path: pair.holder.folder.log.path))
            func vouch(_ index: Int, _ leaf: TreeHash) async throws {
                _ = try await alpha.vault.commit { transaction in
                    try transaction.store(
                        PeerReceipt(origin: "bravo/audit/1", index: index, leaf: leaf, peer: "bravo", seen: 1)
                    )
                    return ((), [])
                }
            }
            for index in [0, 7, 255, 256, 300] { try await vouch(index, .leaf(try reader.entry(index))) }
            #expect(try await alpha.followReceipts(through: pair.peers) == [])
            #expect(try await waiting(pair.asker) == [])
            for index in [9, 301] { try await vouch(index, .leaf(try reader.entry(index - 1))) }
            let said = try await alpha.followReceipts(through: pair.peers)
            #expect(said.count == 2 && said.allSatisfy { $0.contains("bravo's log has another entry") })
            #expect(await alpha.alarms().contains { $0.contains("2 entries, the first 9") })
            // What convicts the log is kept: the hash in that place leads to a root that its key signed.
            let found = try await alpha.vault.read { try $0.foundReceipts() }
            for receipt in found {
                let evidence = try #require(receipt.evidence)
                let key = bravo.vault.logKey
                let note = try VerifiedCheckpoint(Array(evidence.note.utf8), logKeys: [key]).checkpoint
                let row = try #require(evidence.row)
                #expect(row != receipt.leaf)
                try MerkleProof.verifyInclusion(
                    of: row,
                    index: receipt.index,
                    size: note.size,
                    proof: evidence.proof,
                    root: note.root
                )
            }
            #expect(found.count == 2)

            // Tiles that lead nowhere convict nobody, and are said.
            try await vouch(12, .leaf(try reader.entry(12)))
            let lying = InterceptedPeers(pair.peers) {
                (request, agency, next) async throws(PeerReachError) -> VerifiedPeerResponse in
                let answer = try await next.send(request, to: agency)
                guard case .log(let file) = request.route, file.hasPrefix("tile/") else { return answer }
                let body = answer.body.map { $0 ^ 1 }
                return VerifiedPeerResponse(status: answer.status, body: body, message: answer.message)
            }
            let unclear = try await alpha.followReceipts(through: lying)
            #expect(unclear == ["bravo's tiles do not lead to the checkpoint that it shows"])
            #expect(try await waiting(pair.asker).map(\.index) == [12])
            // But only so long: then nothing covers the entry.
            pair.asker.clock.advance(seconds: Node.receiptPatience + 1)
            #expect(try await alpha.followReceipts(through: lying) == unclear)
            #expect(try await waiting(pair.asker).map(\.state) == [.late])
            #expect(try await alpha.followReceipts(through: pair.peers) == [])
            #expect(try await waiting(pair.asker) == [])
            let events = try await pair.asker.closedEvents()
            #expect(events.count { $0 == "witness.conflict" } == 3)
        }
    }

    @Test func whoSignsItsCheckpointBadlyShowsNone() async throws {
        try await Pair.with { pair in
            let (alpha, bravo) = (pair.asker.node, pair.holder.node)
            #expect(try await pair.ask(People.youssef).outcome == "hits")
            _ = try await bravo.cosign(through: pair.network.peers(of: pair.holder))
            let lying = InterceptedPeers(pair.peers) {
                (request, agency, next) async throws(PeerReachError) -> VerifiedPeerResponse in
                let answer = try await next.send(request, to: agency)
                guard case .log(file: "checkpoint") = request.route else { return answer }
                let body = Array(
                    String(decoding: answer.body, as: UTF8.self).replacing("bravo/audit", with: "b/audit").utf8
                )
                return VerifiedPeerResponse(status: answer.status, body: body, message: answer.message)
            }
            let unsigned = "bravo shows a checkpoint that its log's key did not sign"
            #expect(try await alpha.followReceipts(through: lying) == [unsigned])
            pair.asker.clock.advance(seconds: Node.receiptPatience + 1)
            #expect(try await alpha.followReceipts(through: lying).count == 2)
            #expect(try await waiting(pair.asker).map(\.state) == [.late])
            #expect(try await alpha.followReceipts(through: pair.peers) == [])
            #expect(await alpha.alarms() == [])
        }
    }

    @Test func whoWasAwayHasItsTimeAnew() async throws {
        try await Pair.with { pair in
            let (alpha, bravo) = (pair.asker.node, pair.holder)
            let asked = try await pair.ask(People.youssef)
            #expect(asked.outcome == "hits")
            #expect(try await alpha.followReceipts(through: pair.peers) == [])
            pair.network.leave(bravo.agency)
            pair.asker.clock.advance(seconds: 10 * Node.receiptPatience)
            #expect(try await alpha.followReceipts(through: pair.peers) == [])
            pair.network.join(bravo)
            #expect(try await alpha.followReceipts(through: pair.peers) == [], "it is back and had no tick yet")
            pair.asker.clock.advance(seconds: Node.receiptPatience + 1)
            #expect(try await alpha.followReceipts(through: pair.peers).count == 1)
        }
    }

    @Test func whatIsLateStandsBehindWhatIsNew() async throws {
        try await Pair.with { pair in
            let leaf = TreeHash.leaf([1])
            for (index, state) in [(1, PeerReceipt.State.late), (2, .late), (3, .open)] {
                _ = try await pair.asker.node.vault.commit { transaction in
                    let receipt = PeerReceipt(
                        origin: "bravo/audit/1",
                        index: index,
                        leaf: leaf,
                        peer: "bravo",
                        seen: index,
                        state: state
                    )
                    return (try transaction.store(receipt), [])
                }
            }
            #expect(try await waiting(pair.asker).map(\.index) == [3, 1, 2])
        }
    }
}
