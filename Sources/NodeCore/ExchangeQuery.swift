/// One query on its way: its bytes go out, and what comes back is believed or not. Knows one peer and one message; what
/// may be asked was decided before, and what is kept of it `AskPeer` writes down.

import AuditLog
import CanonicalJSON
import Foundation
import MatchKeys
import ObliviousPRF
import PeerTrust
import SetIntersection
import Sodium
import TransparencyLog
import Vault
import WireProtocol

extension QueryExchange {
    /// What an asker knows of it.
    ///
    /// - Parameter body: of the request.
    init(body: [UInt8], answered response: VerifiedPeerResponse? = nil) {
        // A refusal, or a 202 that came before, may have no entry of its own: its receipt promises nothing about this query.
        let answer = response.flatMap { $0.status == 200 ? $0 : nil }
        self.init(
            request: SHA2.sha256(body),
            answer: answer.map { SHA2.sha256($0.body) },
            receipt: answer?.receipt
        )
    }
}

extension Node {
    /// Sends a query's bytes and reads what comes of them; beside it, what the log says of the exchange.
    func exchange(
        _ plan: PeerPlan,
        body: [UInt8],
        manifest: Manifest,
        blinded: BlindedQuestion,
        receipt: PeerTrust.AuditReceipt,
        peer: PinnedPeer,
        by person: Person,
        through reaching: any PeerReaching
    ) async -> (outcome: PeerOutcome, exchange: JSONValue?) {
        func x(_ response: VerifiedPeerResponse? = nil) -> JSONValue? {
            let exchange = QueryExchange(body: body, answered: response)
            return MessageID(plan.id).map { exchange.value(of: $0, side: .asker, peer: plan.holder) }
        }
        let response: VerifiedPeerResponse
        do {
            response = try await reaching.send(
                PeerRequest(id: freshMessageID(), route: .queries, body: body, receipt: receipt),
                to: peer.agency
            )
        } catch let error as PeerReachError {
            return (.unreachable(error.text), x())
        } catch {
            return (.unreachable("the answer could not be worked on"), x())
        }
        let outcome = await read(
            response,
            plan: plan,
            manifest: manifest,
            blinded: blinded,
            peer: peer,
            by: person,
            through: reaching
        )
        return (outcome, x(response))
    }

    private func read(
        _ response: VerifiedPeerResponse,
        plan: PeerPlan,
        manifest: Manifest,
        blinded: BlindedQuestion,
        peer: PinnedPeer,
        by person: Person,
        through reaching: any PeerReaching
    ) async -> PeerOutcome {
        do {
            switch response.status {
            case 200:
                return try await lookUp(
                    try QueryAnswer(body: response.body),
                    plan: plan,
                    manifest: manifest,
                    blinded: blinded,
                    peer: peer,
                    by: person,
                    through: reaching
                )
            case 202: return .held(until: try QueryHeld(body: response.body).deadline)
            default:
                guard let problem = response.problem else { return .unreachable("the peer's refusal cannot be read") }
                if problem.kind == .epoch { return .epochOver }
                let rule = problem.rule ?? problem.kind.rawValue
                return .refused(reason: problem.detail, rule: rule)
            }
        } catch let error as PeerReachError {
            return .unreachable(error.text)
        } catch is WireError {
            return .unreachable("the peer's answer cannot be read")
        } catch is IntersectionError {
            return .unreachable("the peer's answer is not believed: it is not what its published keys give")
        } catch let failure as FetchFailure {
            return .unreachable("what its index says to this could not be fetched: \(failure.text)")
        } catch {
            return .unreachable("the answer could not be worked on")
        }
    }

    /// Verifies the answer against the pinned keys and looks the outputs up in our copy.
    private func lookUp(
        _ answer: QueryAnswer,
        plan: PeerPlan,
        manifest held: Manifest,
        blinded: BlindedQuestion,
        peer: PinnedPeer,
        by person: Person,
        through reaching: any PeerReaching
    ) async throws -> PeerOutcome {
        guard answer.epoch == held.scope.epoch, answer.query.description == plan.id else {
            return .unreachable("the peer's answer belongs to another query or epoch")
        }
        let manifest: Manifest
        do throws(FetchFailure) {
            manifest = try await newest(held, answered: answer.indexVersion, of: peer, by: person, through: reaching)
        } catch {
            return .unreachable("its newer index could not be fetched: \(error.text)")
        }
        let outputs = try await runner.offload(items: plan.keyCount) {
            try blinded.finalise([answer.evaluations()], publicKeys: manifest.publicKeys)
        }
        let copy = try await entries(of: manifest, plan: plan, peer: peer, by: person, through: reaching)
            .indexes(for: outputs)
        return try await runner.offload(items: plan.keyCount) { [runner] in
            let found = try outputs.lookUp(in: copy)
            let (reports, kept) = try plan.scored(found, by: Weighing(manifest), on: runner) {
                try outputs.hitKeyBytes(of: $0, in: copy)
            }
            return .found(reports, kept: kept, epoch: manifest.scope.epoch)
        }
    }
}
