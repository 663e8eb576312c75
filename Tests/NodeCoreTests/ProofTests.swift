// A holder that lies about what its key gives: whatever it hands back in place of a proven answer, nothing is used.
import AuditLog
import NodeTesting
import ObliviousPRF
import PeerTrust
import SetIntersection
import Sodium
import Testing
import WireProtocol

@testable import NodeCore

/// What the holder puts in the place of its answer.
enum Lie: CaseIterable {
    /// A proof with a bit flipped.
    case bentProof
    /// Two points of one class in each other's place.
    case swappedPoints
    /// The answer to another query, under this one's id.
    case anotherAnswer
    /// Points under another key, with the proof that holds under that key.
    case anotherKey
    /// Points under another key, with the honest proof.
    case anotherKeysPoints
    /// The points as they came, unevaluated.
    case echo
    /// A class left out.
    case noPoints
    /// A point too few.
    case fewerPoints
    /// A point that is none.
    case badPoint
}

@Suite struct ProofTests {
    @Test(arguments: Lie.allCases)
    func anAnswerThatIsNotProvenIsNotBelieved(_ lie: Lie) async throws {
        try await Pair.with { pair in
            let first = try await Self.honest(pair)
            let liar = InterceptedPeers(pair.peers) {
                (request, agency, next) async throws(PeerReachError) -> VerifiedPeerResponse in
                let response = try await next.send(request, to: agency)
                guard request.route == .queries, response.status == 200 else { return response }
                guard let body = try? Self.lied(lie, to: request, with: response, before: first, pair: pair) else {
                    throw .malformedResponse
                }
                return VerifiedPeerResponse(status: response.status, body: body, message: response.message)
            }
            let answer = try await pair.ask(People.youssef, through: liar)
            #expect(answer.outcome == "unreachable" && answer.hits.isEmpty, "\(lie)")
            #expect(answer.reason.contains("not believed"), "\(lie): \(answer.reason)")
            let outcome = try #require(try await pair.asker.closedLeaves().named("query.outcome").last)
            #expect(outcome.text("failure") == "unreachable" && outcome.data["hits_per_kind"] == nil)
        }
    }

    /// An honest answer to an earlier query.
    private static func honest(_ pair: Pair) async throws -> QueryAnswer {
        let request = try await pair.capturedQuery()
        return try QueryAnswer(body: try await pair.peers.send(request, to: pair.bravo).body)
    }

    private static func lied(
        _ lie: Lie,
        to request: PeerRequest,
        with response: VerifiedPeerResponse,
        before first: QueryAnswer,
        pair: Pair
    ) throws -> [UInt8] {
        let query = try QueryRequest(body: request.body)
        var answer = try QueryAnswer(body: response.body)
        var classes = answer.evaluated.classes
        let name = try #require(classes.keys.sorted().first)
        let points = try #require(classes[name])
        switch lie {
        case .bentProof: answer.proofs[name]?[40] ^= 1
        case .swappedPoints: classes[name] = Array(points[32..<64] + points[..<32] + points[64...])
        case .anotherAnswer:
            classes = first.evaluated.classes
            answer.proofs = first.proofs
        case .anotherKey, .anotherKeysPoints:
            for evaluation in try evaluatedUnderAnotherKey(query, pair: pair) {
                classes[evaluation.keyClass.name] = evaluation.evaluation.elements
                if lie == .anotherKey { answer.proofs[evaluation.keyClass.name] = evaluation.evaluation.proof }
            }
        case .echo: classes = query.points.classes
        case .noPoints:
            classes[name] = nil
            answer.proofs[name] = nil
        case .fewerPoints: classes[name] = Array(points.dropLast(32))
        case .badPoint: classes[name] = [UInt8](repeating: 0xFF, count: 32) + points.dropFirst(32)
        }
        answer.evaluated = try PointsByClass(classes)
        return try answer.body()
    }

    private static func evaluatedUnderAnotherKey(_ query: QueryRequest, pair: Pair) throws -> [ClassEvaluation] {
        let engine = MatchEngine()
        let scope = try IndexScope(agreement: query.agreement, asker: "alpha", holder: "bravo", epoch: query.epoch)
        let holder = try engine.holder(scope) { try SecretBytes(copying: [UInt8](repeating: 0x5A, count: 32)) }
        let batch = try PointBatch(
            decoding: try query.points.names.map { name in
                (keyClass: try SetIntersection.KeyClass(name), points: query.points.classes[name] ?? [])
            },
            announced: query.keys,
            engine: engine.prf.engine
        )
        return try holder.answer(batch, random: .seeded(7))
    }
}
