// Nodes witness each other: who cosigns, who is told what, and what a rewritten log comes to.
import AuditLog
import CanonicalJSON
import Foundation
import NodeTesting
import PeerTrust
import Sodium
import Testing
import TransparencyLog
import Vault
import WireProtocol

@testable import NodeCore

/// Three nodes, each with the others' cards.
struct Witnesses: Sendable {
    let alpha: TestNode
    let bravo: TestNode
    let charlie: TestNode
    let network: DirectNetwork

    var all: [TestNode] { [alpha, bravo, charlie] }

    static func with(ports: [Int] = [7443, 7443, 7443], _ body: (Witnesses) async throws -> Void) async throws {
        try await withTemporaryFolder { folder in
            let clock = SettableClock.inForce
            var nodes: [TestNode] = []
            for (agency, port) in zip(["alpha", "bravo", "charlie"], ports) {
                nodes.append(try await TestNode.make(agency, in: folder, clock: clock, port: port))
            }
            for node in nodes { for other in nodes where other.agency != node.agency { try await node.trust(other) } }
            let witnesses = Witnesses(
                alpha: nodes[0],
                bravo: nodes[1],
                charlie: nodes[2],
                network: DirectNetwork(nodes)
            )
            let result: Result<Void, any Error>
            do { result = .success(try await body(witnesses)) } catch { result = .failure(error) }
            for node in nodes { await node.node.close() }
            try result.get()
        }
    }

    func peers(of node: TestNode) -> DirectPeers { network.peers(of: node) }

    /// One more entry in a node's log.
    func act(_ node: TestNode, _ name: String) async throws {
        _ = try await node.node.addUser(name, roles: ["analyst"], by: nil)
    }

    func send(
        _ route: Route,
        _ body: String = "",
        from node: TestNode,
        to other: TestNode
    ) async throws -> VerifiedPeerResponse {
        let peer = try #require(node.node.peers.peer(agency: other.agency))
        return try await node.node.send(route, Array(body.utf8), to: peer, through: peers(of: node))
    }

    /// What verification makes of a node's folder under its own policy of witnesses.
    static func verify(_ node: TestNode, kept: [LogVerifier.Kept] = []) throws -> LogVerification {
        let policy = try WitnessPolicy(Array(node.node.witnessPolicyText().utf8))
        return LogVerifier(AuditFolder(path: node.folder.log.path), key: nil, kept: kept, policy: policy).verify()
    }
}

@Suite struct WitnessTests {
    @Test func threeNodesWitnessEachOther() async throws {
        try await Witnesses.with { nodes in
            for node in nodes.all {
                let report = try await node.node.cosign(through: nodes.peers(of: node))
                #expect(report.quorum && report.asked.allSatisfy(\.cosigned) && report.asked.count == 2)
                #expect(report.cosignedBy.count == 2)
                try await node.node.publishNow()
                let result = try Witnesses.verify(node)
                #expect(result.problems == [] && result.quorum == true && result.trusted)
                #expect(result.cosignedBy == report.cosignedBy)
                // What was said of the cosigning is not cosigned itself yet.
                #expect(result.warnings.contains { $0.text == "entries from \(report.size) on are not cosigned yet" })
                let last = try #require(try node.folder.publishedLeaves().last)
                #expect(last.event == "checkpoint.witnessed")
                #expect(last.data["size"] == .integer(report.size) && last.data["root"] == .string(report.root))
                #expect(last.data["cosigners"] == .array(report.cosignedBy.map { .string($0) }))
                #expect(await node.node.alarms() == [])
                // Each witness shows what it cosigned, and whoever asks finds the same.
                let origin = SHA2.sha256(Array(report.origin.utf8))
                for other in nodes.all where other.agency != node.agency {
                    let held = try await nodes.send(.witnessCheckpoint(origin: origin), from: node, to: other)
                    let key = other.node.identity.card.card.logKeys.witness
                    let note = try VerifiedCheckpoint(
                        held.body,
                        logKeys: [node.node.vault.logKey],
                        witnesses: [try #require(VerifierKey(key))]
                    )
                    #expect(note.checkpoint.size == report.size && note.cosigners.count == 1)
                }
            }
        }
    }

    @Test func aTickAsksForNewsAndForWhatIsMissing() async throws {
        try await Witnesses.with { nodes in
            let (alpha, peers) = (nodes.alpha, nodes.peers(of: nodes.alpha))
            #expect(WitnessSchedule.next(after: 1_199) == 1_200 && WitnessSchedule.next(after: 1_200) == 1_800)
            #expect(WitnessSchedule.next(after: 1_190, start: 1_190) == 1_800)
            #expect(WitnessSchedule.next(after: 1_500, start: 1_190) == 1_800)
            #expect(WitnessSchedule.next(after: 100, start: 1_190) == 600)
            let first = try #require(try await alpha.node.cosignDue(through: peers))
            #expect(first.quorum)
            // Only the entry about the cosigning is new: nobody need be asked.
            #expect(try await alpha.node.cosignDue(through: peers) == nil)
            try await nodes.act(alpha, "second")
            nodes.network.leave(nodes.bravo.agency)
            let half = try #require(try await alpha.node.cosignDue(through: peers))
            #expect(!half.quorum && half.size > first.size && half.cosignedBy == ["charlie/witness"])
            // Without news the one who missed it is asked for the same checkpoint, and nobody else.
            let again = try #require(try await alpha.node.cosignDue(through: peers))
            #expect(again.size == half.size && again.asked.map(\.peer) == ["bravo"] && !again.quorum)
            nodes.network.join(nodes.bravo)
            let whole = try #require(try await alpha.node.cosignDue(through: peers))
            #expect(whole.size == half.size && whole.quorum && Set(whole.cosignedBy).count == 2)
            #expect(try await alpha.node.cosignDue(through: peers) == nil)
            // Once a day witnesses say that they saw it whole.
            alpha.clock.advance(seconds: WitnessSchedule.day)
            #expect(try await alpha.node.cosignDue(through: peers)?.quorum == true)
            try await alpha.node.publishNow()
            #expect(try Witnesses.verify(alpha).ok)
        }
    }

    @Test func theLoopAsksAtTicksAndSaysWhoDidNot() async throws {
        try await Witnesses.with { nodes in
            let alpha = nodes.alpha
            nodes.network.leave(nodes.charlie.agency)
            let (said, told) = AsyncStream.makeStream(of: String.self)
            let loop = Task {
                try? await alpha.node.keepWitnessed(
                    through: nodes.peers(of: alpha),
                    pause: { seconds in
                        #expect((1...60).contains(seconds))
                        alpha.clock.advance(seconds: seconds)
                        await Task.yield()
                    },
                    say: { told.yield($0) }
                )
            }
            let line = await said.first { _ in true }
            #expect(line == "charlie did not cosign our log: the peer cannot be reached")
            loop.cancel()
            await loop.value
            let shown = try await alpha.node.vault.read { try $0.cosignedCheckpoint() }
            #expect(shown?.isQuorum == false)
        }
    }

    @Test func aQuorumUnmetForADayIsSaid() async throws {
        try await Witnesses.with { nodes in
            let (alpha, peers) = (nodes.alpha, nodes.peers(of: nodes.alpha))
            func warnings() async -> [String] {
                await alpha.node.examine().checks.filter { $0.name == "witness" && $0.state != .ok }.map(\.text)
            }
            nodes.network.leave(nodes.bravo.agency)
            _ = try await alpha.node.cosignDue(through: peers)
            #expect(await warnings() == [])
            alpha.clock.advance(seconds: WitnessSchedule.day + 60)
            _ = try await alpha.node.cosignDue(through: peers)
            let unmet = await warnings()
            #expect(unmet.count == 1 && unmet[0].contains("bravo: the peer cannot be reached"))
            // The log says the same to whoever verifies it: these entries have no quorum above them.
            try await nodes.act(alpha, "later")
            try await alpha.node.publishNow()
            #expect(try Witnesses.verify(alpha).quorum == false)
            nodes.network.join(nodes.bravo)
            _ = try await alpha.node.cosignDue(through: peers)
            #expect(await warnings() == [])
        }
    }

    @Test func aRewrittenLogConvictsItselfAtEveryWitness() async throws {
        try await Witnesses.with { nodes in
            let (alpha, bravo) = (nodes.alpha, nodes.bravo)
            try await alpha.node.publishNow()
            await alpha.node.close()
            let backup = alpha.folder.url.deletingLastPathComponent().appendingPathComponent("backup")
            try FileManager.default.copyItem(at: alpha.folder.url, to: backup)
            let seen = try await alpha.reopened()
            nodes.network.join(seen)
            try await nodes.act(seen, "seen")
            let kept = try await seen.node.cosign(through: nodes.peers(of: seen))
            await seen.node.close()

            // The old database comes back, and another history grows past what was cosigned.
            try FileManager.default.removeItem(at: alpha.folder.url)
            try FileManager.default.copyItem(at: backup, to: alpha.folder.url)
            let rewritten = try await seen.reopened()
            nodes.network.join(rewritten)
            for name in ["other", "another", "third", "fourth"] { try await nodes.act(rewritten, name) }
            await #expect(throws: NodeProblem.self) {
                try await rewritten.node.cosign(through: nodes.peers(of: rewritten))
            }
            #expect(await rewritten.node.alarms().count == 1)
            await #expect(throws: NodeProblem.self) { try await rewritten.node.publishNow() }
            await rewritten.node.close()
            await #expect(throws: NodeProblem.self) { try await rewritten.reopened() }

            // The witness has both notes under alpha's key, and says so.
            let conflicts = try await bravo.node.vault.read { try $0.witnessConflicts() }
            let conflict = try #require(conflicts.first)
            #expect(conflicts.count == 1 && conflict.peer == "alpha")
            let key = alpha.node.vault.logKey
            let earlier = try VerifiedCheckpoint(Array(conflict.earlier.utf8), logKeys: [key]).checkpoint
            let later = try VerifiedCheckpoint(Array(conflict.later.utf8), logKeys: [key]).checkpoint
            #expect(earlier.size == kept.size && later.size > earlier.size)
            #expect(await bravo.node.alarms().count == 1)
            let failed = await bravo.node.examine().checks.filter { $0.state == .failed }
            #expect(failed.contains { $0.name == "witness" && $0.text.contains("alpha signed checkpoints") })
            let entry = try #require(try await bravo.closedLeaves().last { $0.event == "witness.conflict" })
            let digests = [conflict.earlier, conflict.later].map {
                "\"\(Base64URL.encode(SHA2.sha256(Array($0.utf8))))\""
            }
            #expect(entry.actor.pseudonym == "alpha")
            let text = String(decoding: try entry.encode(), as: UTF8.self)
            #expect(text.contains("[\(digests.joined(separator: ","))]"))
        }
    }

    @Test func damagedTilesOfOurOwnConvictNobody() async throws {
        try await Witnesses.with { nodes in
            let (alpha, peers) = (nodes.alpha, nodes.peers(of: nodes.alpha))
            #expect(try await alpha.node.cosign(through: peers).quorum)
            for name in ["one", "two", "three"] { try await nodes.act(alpha, name) }
            let (_, checkpoint) = try await alpha.node.vault.newestCheckpoint()
            let tile = alpha.folder.log.appendingPathComponent("tile/0/000.p/\(checkpoint.size)")
            let whole = try Data(contentsOf: tile)
            try Data(whole.map { $0 ^ 1 }).write(to: tile)
            let report = try await alpha.node.cosign(through: peers)
            #expect(report.asked.allSatisfy { $0.reason.contains("our own tiles are damaged") }, "\(report.asked)")
            for node in nodes.all { #expect(await node.node.alarms() == []) }
            // Nor does a witness's word: the database says what our log is.
            let bravo = try #require(alpha.node.peers.peer(agency: nodes.bravo.agency))
            let held = try #require(try await alpha.node.heldCheckpoint(by: bravo, through: peers))
            #expect(try alpha.node.vault.root(at: held.checkpoint.size) != held.checkpoint.root)
            #expect(try await alpha.node.vault.extends(held.checkpoint))
            try whole.write(to: tile)
            #expect(try await alpha.node.cosign(through: peers).quorum)
        }
    }

    @Test func aStartWaitsForNoPeerLong() async throws {
        try await Witnesses.with { nodes in
            let alpha = nodes.alpha
            _ = try await alpha.node.cosign(through: nodes.peers(of: alpha))
            try await alpha.node.askBeforeSigning(through: nodes.peers(of: alpha))
            nodes.network.leave(nodes.bravo.agency)
            let silent = InterceptedPeers(nodes.peers(of: alpha)) {
                (request, agency, next) async throws(PeerReachError) -> VerifiedPeerResponse in
                if agency == nodes.charlie.agency { try? await Task.sleep(for: .seconds(3_600)) }
                return try await next.send(request, to: agency)
            }
            try await alpha.node.askBeforeSigning(through: silent, patience: .milliseconds(50))
            try await alpha.node.publishNow()
        }
    }

    @Test(arguments: [true, false])
    func anOldDatabaseIsFoundAtTheFirstWitness(_ isStart: Bool) async throws {
        try await Witnesses.with { nodes in
            let alpha = nodes.alpha
            await alpha.node.close()
            let backup = alpha.folder.url.deletingLastPathComponent().appendingPathComponent("backup")
            try FileManager.default.copyItem(at: alpha.folder.url, to: backup)
            let seen = try await alpha.reopened()
            nodes.network.join(seen)
            for name in ["one", "two", "three"] { try await nodes.act(seen, name) }
            _ = try await seen.node.cosign(through: nodes.peers(of: seen))
            await seen.node.close()
            try FileManager.default.removeItem(at: alpha.folder.url)
            try FileManager.default.copyItem(at: backup, to: alpha.folder.url)
            let old = try await seen.reopened()
            nodes.network.join(old)
            if isStart {
                // Before anything is signed.
                await #expect(throws: NodeProblem.self) {
                    try await old.node.askBeforeSigning(through: nodes.peers(of: old), patience: .seconds(600))
                }
                await #expect(throws: NodeProblem.self) { try await old.node.publishNow() }
            } else {
                await #expect(throws: NodeProblem.self) { try await old.node.cosign(through: nodes.peers(of: old)) }
            }
            await old.node.close()
            // Nobody but alpha's own key has said anything: the witness holds nothing against it.
            #expect(await nodes.bravo.node.alarms() == [])
        }
    }

    @Test func peersSeeTilesAndTheCheckpointOfTheTickAndNoEntry() async throws {
        try await Witnesses.with { nodes in
            let (alpha, bravo) = (nodes.alpha, nodes.bravo)
            func get(_ file: String) async throws -> VerifiedPeerResponse {
                try await nodes.send(.log(file: file), from: bravo, to: alpha)
            }
            try await alpha.node.publishNow()
            #expect(try await get("checkpoint").status == 404, "before a tick peers see nothing")
            let report = try await alpha.node.cosign(through: nodes.peers(of: alpha))
            try await nodes.act(alpha, "later")
            try await alpha.node.publishNow()
            let shown = try await get("checkpoint")
            #expect(String(decoding: shown.body, as: UTF8.self) == report.note && shown.contentType == MediaType.text)
            #expect(try await get("checkpoints/\(report.size)").body == shown.body)
            #expect(try await get("vkey").body == Array("\(alpha.node.vault.logKey.text)\n".utf8))
            let tile = try await get("tile/0/000.p/\(report.size)")
            let rows = try #require(HashTile.decode(tile.body))
            #expect(tile.contentType == MediaType.bytes && rows.count == report.size)
            var frontier = TreeFrontier()
            for row in rows { frontier.append(row) }
            #expect(frontier.root.base64 == report.root)
            for path in [
                "tile/0/000.p/\(report.size + 1)", "tile/0/000.p/\(report.size + 2)", "tile/0/000", "tile/1/000.p/1",
                "timestamps/\(report.size).tsr", "checkpoints/\(report.size + 2)", "sealed.jsonl", "checkpoints/1",
            ] {
                #expect(try await get(path).status == 404, "\(path)")
            }
            for path in ["tile/entries/000.p/\(report.size)", "tile/entries/000"] {
                let refused = try await get(path)
                #expect(refused.status == 403 && refused.problem?.kind == .refused, "\(path)")
            }
        }
    }

    @Test func whatIsNoCheckpointOfThePeerItselfIsRefused() async throws {
        try await Witnesses.with { nodes in
            let (alpha, bravo, charlie) = (nodes.alpha, nodes.bravo, nodes.charlie)
            let (note, _) = try await alpha.node.vault.newestCheckpoint()
            let body = "old 0\n\n\(note.encoded)"
            func post(_ body: String, from node: TestNode) async throws -> VerifiedPeerResponse {
                try await nodes.send(.addCheckpoint, body, from: node, to: bravo)
            }
            #expect(try await post(body, from: charlie).status == 404, "another's log")
            #expect(try await post("hello", from: alpha).status == 400)
            let other = try await charlie.node.vault.newestCheckpoint().note
            let forged = SignedNote(text: note.text, signatures: other.signatures)
            #expect(try await post("old 0\n\n\(forged.encoded)", from: alpha).status == 403)
            #expect(try await post(body, from: alpha).status == 200)
            let again = try await post(body, from: alpha)
            let size = try #require(Checkpoint(text: note.text)?.size)
            #expect(again.status == 409 && again.contentType == MediaType.treeSize)
            #expect(again.body == Array("\(size)\n".utf8))
            let nobody = [UInt8](repeating: 1, count: 32)
            #expect(try await nodes.send(.witnessCheckpoint(origin: nobody), from: alpha, to: bravo).status == 404)
            #expect(await bravo.node.alarms() == [])

            // A flood is cut off, and fills no log.
            let before = try await bravo.node.vault.latestLeaf().index
            var statuses: [Int: Int] = [:]
            for _ in 0..<100 { statuses[try await post(body, from: alpha).status, default: 0] += 1 }
            #expect(statuses[429, default: 0] >= 40 && statuses.keys.sorted() == [409, 429])
            #expect(try await bravo.node.vault.latestLeaf().index - before < 5)

            // So is one of looks, which cost a durable nonce each.
            bravo.clock.advance(seconds: 60)
            var looks: [Int: Int] = [:]
            for _ in 0..<310 {
                looks[try await nodes.send(.log(file: "vkey"), from: alpha, to: bravo).status, default: 0] += 1
            }
            #expect(looks[429] == 10)
            #expect(try await nodes.send(.witnessCheckpoint(origin: nobody), from: alpha, to: bravo).status == 429)
        }
    }

    @Test func theOperatorsPolicyDecidesWhoSuffices() async throws {
        try await Witnesses.with { nodes in
            let alpha = nodes.alpha
            var configuration = alpha.node.configuration
            configuration.witnessPolicy = "witnesses"
            try DurableFile.write(try configuration.encoded(), to: alpha.folder.configuration)
            let bravo = nodes.bravo.node.identity.card.card.logKeys.witness
            let stranger = try #require(
                VerifierKey(
                    name: "delta/witness",
                    algorithm: .cosignatureV1,
                    publicKey: [UInt8](repeating: 9, count: 32)
                )
            )
            func write(_ text: String) throws {
                try DurableFile.write(Array(text.utf8), to: alpha.folder.url.appendingPathComponent("witnesses"))
            }
            try write("witness b \(bravo)\nquorum b\n")
            let node = try await alpha.reopened()
            nodes.network.leave(nodes.charlie.agency)
            let report = try await node.node.cosign(through: nodes.peers(of: node))
            #expect(report.quorum && report.cosignedBy == ["bravo/witness"])
            try await node.node.publishNow()
            #expect(try Witnesses.verify(node).quorum == true)
            func found() async -> [DoctorReport.Check] {
                await node.node.examine().checks.filter { $0.name == "witness" }
            }
            try write("witness b \(bravo)\nwitness d \(stranger.text)\ngroup g all b d\nquorum g\n")
            #expect(await found().contains { $0.state == .warning && $0.text.contains("delta/witness") })
            #expect(try await node.node.cosign(through: nodes.peers(of: node)).quorum == false)
            try write("quorum nobody\n")
            #expect(await found().contains { $0.state == .failed && $0.text.contains("line before it defines") })
            try write("quorum none\n")
            #expect(try node.node.witnessPolicyText().hasPrefix("log \(node.node.vault.logKey.text)\n"))
            #expect(await found().contains { $0.state == .ok && $0.text.contains("no cosignature is asked for") })
            await node.node.close()
        }
    }
}
