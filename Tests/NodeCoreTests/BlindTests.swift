// Blinds: fresh for every question and every peer, and the same when a query has to be sent once more.
import AuditLog
import Foundation
import MatchKeys
import NodeTesting
import ObliviousPRF
import PeerTrust
import SetIntersection
import Sodium
import Synchronization
import Testing
import TransparencyLog
import Vault
import WireProtocol

@testable import NodeCore

@Suite struct BlindTests {
    @Test func theSameQuestionTwiceAndToTwoPeersHasNoPointInCommon() async throws {
        try await FanOutTests.three { alpha, _, network in
            let sent = Mutex<[QueryRequest]>([])
            let reaching = InterceptedPeers(network.peers(of: alpha)) {
                (request, agency, next) async throws(PeerReachError) -> VerifiedPeerResponse in
                if request.route == .queries, let query = try? QueryRequest(body: request.body) {
                    sent.withLock { $0.append(query) }
                }
                return try await next.send(request, to: agency)
            }
            for _ in 0..<2 {
                let question = Pair.question(.fields(People.youssef), peers: [])
                _ = try await alpha.node.ask(question, dryRun: false, by: nil, through: reaching) { _ in }
            }
            let queries = sent.withLock { $0 }
            try #require(queries.count == 4)
            let points = queries.flatMap { $0.points.each }
            #expect(points.count >= 4 * 24 && Set(points).count == points.count)
            #expect(Set(queries.map(\.query)).count == 4)
            #expect(Set(queries.map { $0.points.pointRoot.bytes }).count == 4)
        }
    }

    @Test func whatIsStoredWithTheQuestionGivesTheSameBytesAgain() async throws {
        try await Pair.with { pair in
            let node = pair.asker.node
            let box = Sent()
            let question = Pair.question(.fields(People.youssef))
            let report = try await node.ask(question, dryRun: false, by: nil, through: box.recording(pair.peers)) {
                _ in
            }
            let request = try #require(await box.requests.first { $0.route == .queries })
            let sent = try QueryRequest(body: request.body)
            let id = sent.query.description
            let stored = try #require(try await node.vault.read { try $0.peerQueries(of: report.query) }.first)
            let opened = try node.questionSealer.open(SealedPeerQuery.self, stored.box, id: id)
            let seed = try #require(opened.blindSeed)
            let record = Record(id: "field", cells: People.youssef.map { (column: $0.key, cell: $0.value) })
            let kinds = Set(["name", "document", "phone"])
            let keys = KeyRecipe.current.keys(of: record).filter { kinds.contains($0.kind.policyKind.rawValue) }
            let subject = QuestionSubject(id: "field", record: record, keys: keys)
            let again = try BlindedQuestion(
                query: QueryID(text: id),
                keys: Node.keysByClass([subject]).mapValues { $0.map(\.prfInput) },
                seed: BlindSeed(SecretBytes(copying: seed)),
                prf: node.engine.prf
            )
            let points = again.batches[0].classes.map { ($0.keyClass.name, $0.points.bytes) }
            #expect(try PointsByClass(Dictionary(uniqueKeysWithValues: points)) == sent.points)
        }
    }
}

extension PointsByClass {
    /// Every point, 32 bytes each.
    var each: [[UInt8]] {
        classes.values.flatMap { bytes in
            stride(from: 0, to: bytes.count, by: 32).map { Array(bytes[$0..<($0 + 32)]) }
        }
    }
}
