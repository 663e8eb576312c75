// A witness that lies, lags, forks, says 409 for ever, keeps silent or floods: over real TLS, each ends within bounds, is
// named to the operator, and takes nothing from the others.
import AuditLog
import FederationServer
import Foundation
import NodeTesting
import PeerTrust
import Sodium
import Synchronization
import Testing
import TransparencyLog
import Vault
import WireProtocol

@testable import NodeCore

@Suite(.serialized) struct HostileWitnessTests {
    /// Answers in bravo's place as the round wants it.
    private final class Hostile: PeerAnswering {
        typealias Script = @Sendable (VerifiedPeerRequest, Hostile) async throws -> PeerAnswer

        let node: Node
        let key: LogKey
        private let script = Mutex<Script?>(nil)
        private let counted = Mutex(0)

        init(_ node: Node) throws {
            self.node = node
            key = try node.witnessKey()
        }

        func play(_ script: @escaping Script) {
            self.script.withLock { $0 = script }
            counted.withLock { $0 = 0 }
        }

        /// Requests since the script began.
        var requests: Int { counted.withLock { $0 } }

        func answer(_ request: VerifiedPeerRequest) async -> PeerAnswer {
            let number = counted.withLock { counted in
                counted += 1
                return counted
            }
            // What asks without end must not keep the test from saying so.
            guard number < 100, let script = script.withLock({ $0 }) else { return .unavailable }
            return (try? await script(request, self)) ?? .unavailable
        }

        func reply(_ status: Int, _ body: String, _ type: String = MediaType.text) async throws -> PeerAnswer {
            .answer(
                status: status,
                contentType: type,
                body: Array(body.utf8),
                receipt: try await node.latestReceipt()
            )
        }

        func size(_ size: Int) async throws -> PeerAnswer { try await reply(409, "\(size)\n", MediaType.treeSize) }
    }

    private struct Behaviour: Sendable {
        let name: String
        /// Nil: it cosigns in the end.
        let reason: String?
        let script: Hostile.Script
    }

    private static let behaviours: [Behaviour] = [
        Behaviour(name: "lies", reason: "its cosignature does not verify") { request, hostile in
            let other = hostile.key.cosignature(of: "another text\n", at: hostile.node.now)
            return try await hostile.reply(200, other.line)
        },
        Behaviour(name: "lies about the time", reason: "is of another day") { request, hostile in
            let note = try CheckpointAddition(request.body).checkpoint
            let old = hostile.key.cosignature(of: note.text, at: hostile.node.now - 90_000)
            return try await hostile.reply(200, old.line)
        },
        Behaviour(name: "gives our own signature back", reason: "without a cosignature of its key") {
            request,
            hostile in
            let note = try CheckpointAddition(request.body).checkpoint
            return try await hostile.reply(200, note.signatures[0].line)
        },
        Behaviour(name: "answers words", reason: "no lines of signatures") { _, hostile in
            try await hostile.reply(200, "yes\n")
        },
        Behaviour(name: "says 409 and the same size for ever", reason: "shows no checkpoint that we signed") {
            request,
            hostile in
            guard request.route == .addCheckpoint else { return try await hostile.reply(404, "") }
            return try await hostile.size(try CheckpointAddition(request.body).oldSize)
        },
        Behaviour(name: "says 409 and another size each time", reason: "another size each time") { request, hostile in
            let old = try CheckpointAddition(request.body).oldSize
            return try await hostile.size(old == 1 ? 2 : 1)
        },
        Behaviour(name: "says 409 and no size", reason: "without the size it knows") { _, hostile in
            try await hostile.reply(409, "many\n", MediaType.treeSize)
        },
        Behaviour(name: "claims a longer log", reason: "shows no checkpoint that we signed") { request, hostile in
            guard request.route == .addCheckpoint else {
                // Well formed, and signed by nobody we know.
                let text = Checkpoint(origin: "alpha/audit/1", size: 9_000, root: .empty).text
                return try await hostile.reply(200, text + "\n" + hostile.key.cosignature(of: text, at: 1).line)
            }
            return try await hostile.size(9_000)
        },
        Behaviour(name: "says our proof is wrong", reason: "holds a checkpoint that does") { request, hostile in
            guard request.route == .addCheckpoint else {
                // Our own newest note, which our log extends.
                let kept = try await hostile.node.vault.read { try $0.witnessed("alpha/audit/1") }
                return try await hostile.reply(200, kept?.note ?? "")
            }
            return try await hostile.reply(422, "no\n")
        },
        Behaviour(name: "floods with lines", reason: "no lines of signatures") { request, hostile in
            let note = try CheckpointAddition(request.body).checkpoint
            let line = hostile.key.cosignature(of: note.text, at: hostile.node.now).line
            return try await hostile.reply(200, String(repeating: line, count: WireLimits.smallBody / line.utf8.count))
        },
        Behaviour(name: "breaks", reason: "refuses (500)") { _, hostile in try await hostile.reply(500, "") },
        Behaviour(name: "cannot", reason: "at its door (503)") { _, _ in .unavailable },
        Behaviour(name: "lags", reason: nil) { request, hostile in
            // It lost what it knew, and goes on from an older checkpoint.
            let addition = try CheckpointAddition(request.body)
            guard addition.oldSize == 3 else { return try await hostile.size(3) }
            let line = hostile.key.cosignature(of: addition.checkpoint.text, at: hostile.node.now).line
            return try await hostile.reply(200, line)
        },
    ]

    @Test func whateverAWitnessDoesEndsAndTakesNothingFromTheOthers() async throws {
        let ports = try (0..<3).map { _ in try #require(FreePort.find()) }
        try await Witnesses.with(ports: ports) { nodes in
            let alpha = nodes.alpha
            let hostile = try Hostile(nodes.bravo.node)
            // Bravo itself has cosigned once, so that it can show a note of ours.
            _ = try await alpha.node.cosign(through: nodes.peers(of: alpha))
            try await Loopback.connect(
                alpha,
                to: [nodes.bravo, nodes.charlie],
                answering: { $0.agency == nodes.bravo.agency ? hostile : nil }
            ) { reaching in
                for (round, behaviour) in Self.behaviours.enumerated() {
                    try await nodes.act(alpha, "round-\(round)")
                    hostile.play(behaviour.script)
                    let report = try await alpha.node.cosign(through: reaching)
                    let bravo = try #require(report.asked.first { $0.peer == "bravo" })
                    let charlie = try #require(report.asked.first { $0.peer == "charlie" })
                    #expect(charlie.cosigned, "\(behaviour.name): charlie: \(charlie.reason)")
                    #expect(
                        hostile.requests <= 4,
                        "\(behaviour.name): \(hostile.requests) requests"
                    )
                    if let reason = behaviour.reason {
                        #expect(!bravo.cosigned && bravo.reason.contains(reason), "\(behaviour.name): \(bravo.reason)")
                        #expect(!report.quorum && report.cosignedBy == ["charlie/witness"], "\(behaviour.name)")
                    } else {
                        #expect(bravo.cosigned && report.quorum, "\(behaviour.name): \(bravo.reason)")
                    }
                }
            }
            #expect(await alpha.node.alarms() == [])
            try await alpha.node.publishNow()
            #expect(try Witnesses.verify(alpha).problems == [])
            print("hostile witnesses: \(Self.behaviours.count) behaviours")
        }
    }

    @Test func whoKeepsSilentIsGivenUp() async throws {
        let ports = try (0..<3).map { _ in try #require(FreePort.find()) }
        try await Witnesses.with(ports: ports) { nodes in
            let hostile = try Hostile(nodes.bravo.node)
            let latch = Latch()
            hostile.play { _, _ in
                _ = await latch.wait(seconds: 600)
                return .unavailable
            }
            try await Loopback.connect(
                nodes.alpha,
                to: [nodes.bravo],
                patience: 3,
                answering: { _ in hostile }
            ) { reaching in
                let report = try await nodes.alpha.node.cosign(through: reaching)
                await latch.open()
                let bravo = try #require(report.asked.first { $0.peer == "bravo" })
                #expect(bravo.reason == "the peer did not answer in time" && hostile.requests == 1)
            }
        }
    }

    @Test func honestNodesWitnessEachOtherOverTLSAndSeeNoEntry() async throws {
        let ports = try (0..<3).map { _ in try #require(FreePort.find()) }
        try await Witnesses.with(ports: ports) { nodes in
            try await Loopback.connect(nodes.alpha, to: [nodes.bravo, nodes.charlie]) { reaching in
                let report = try await nodes.alpha.node.cosign(through: reaching)
                #expect(report.quorum && report.cosignedBy.count == 2)
                _ = try await nodes.bravo.node.cosign(through: nodes.peers(of: nodes.bravo))
                let bravo = try #require(nodes.alpha.node.peers.peer(agency: nodes.bravo.agency))
                func get(_ file: String) async throws -> VerifiedPeerResponse {
                    try await nodes.alpha.node.send(.log(file: file), [], to: bravo, through: reaching)
                }
                let shown = try await get("checkpoint")
                let key = nodes.bravo.node.vault.logKey
                let size = try VerifiedCheckpoint(shown.body, logKeys: [key]).checkpoint.size
                #expect(try await get("tile/0/000.p/\(size)").body.count == size * TreeHash.byteCount)
                #expect(try await get("tile/entries/000.p/\(size)").status == 403)
            }
        }
    }
}
