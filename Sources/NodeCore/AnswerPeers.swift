/// The door by which peers reach the use cases: each verified request goes to its use case, and what cannot be answered
/// is refused and logged as an act of that peer.

import AuditLog
import CanonicalJSON
import PeerTrust
import Sodium
import TransparencyLog
import Vault
public import WireProtocol

extension Node: PeerAnswering {
    public func answer(_ request: VerifiedPeerRequest) async -> PeerAnswer {
        do {
            switch request.route {
            case .hello: return try await answerHello(request)
            case .queries: return try await answerQuery(request)
            case .queryBatches(let id): return try await answerBatch(request, of: id)
            case .manifest(let agreement): return try await answerManifest(request, agreement: agreement, version: nil)
            case .manifestVersion(let agreement, let version):
                return try await answerManifest(request, agreement: agreement, version: version)
            case .segment(let agreement, let digest):
                return try await answerSegment(request, agreement: agreement, digest: digest)
            case .disclosureRequests: return try await answerDisclosureRequest(request)
            case .disclosureRequest(let id): return try await answerDisclosureStatus(request, id: id)
            case .addCheckpoint: return try await answerAddCheckpoint(request)
            case .witnessCheckpoint(let origin): return try await answerWitnessed(request, origin: origin)
            case .log(let file): return try await answerLog(request, file: file)
            }
        } catch {
            return .unavailable
        }
    }

    private func answerHello(_ request: VerifiedPeerRequest) async throws -> PeerAnswer {
        guard try await remember(request) else { return try await refuse(request, .replayed) }
        let hello = Hello(agency: identity.agency, cardSerial: identity.card.card.serial)
        return try .message(hello, receipt: try await latestReceipt())
    }

    /// Stores the nonce of a request that brings no entry of its own; false if it was seen before.
    func remember(_ request: VerifiedPeerRequest) async throws -> Bool {
        let now = clock.seconds
        return try await vault.commit { transaction in
            let isNew = try transaction.remember(
                nonce: request.nonce,
                of: request.agency.text,
                until: request.nonceKeptUntil,
                now: now
            )
            return (isNew, [])
        }.value
    }

    /// Refuses and logs a request that no use case took: unknown, malformed, replayed.
    func refuse(_ request: VerifiedPeerRequest, _ problem: Problem) async throws -> PeerAnswer {
        guard free.take(request.agency.text, at: clock.milliseconds()) else {
            return try await refuseCounted(request, problem)
        }
        let committed = try await vault.commit { transaction in
            ((), [try self.refusalDraft(request, problem, in: transaction)])
        }
        guard let leaf = committed.leaves.first else { return .unavailable }
        return try .problem(problem, receipt: receipt(leaf))
    }

    func refusalDraft(
        _ request: VerifiedPeerRequest,
        _ problem: Problem,
        in transaction: VaultTransaction
    ) throws -> AuditDraft {
        let data: [String: JSONValue?] = [
            "method": .string("peer"), "route": .string("\(request.route.label) \(problem.kind.rawValue)"),
            "count": 1,
        ]
        return try draft("access.refused", by: .peer(request.agency.text), data: data, in: transaction)
    }

    /// Refuses a request beyond the peer's allowance: told as ever, and counted instead of logged on its own. It carries
    /// the receipt of our newest entry.
    func refuseCounted(_ request: VerifiedPeerRequest, _ problem: Problem) async throws -> PeerAnswer {
        let refusal = DoorRefusal(agency: request.agency, kind: problem.kind)
        await note(CountedRefusal(place: .peer, refusal: refusal))
        return try .problem(problem, receipt: try await latestReceipt())
    }

    // MARK: Receipts

    func receipt(_ leaf: DurableLeaf) throws -> PeerTrust.AuditReceipt {
        guard let receipt = PeerTrust.AuditReceipt(origin: vault.origin, index: leaf.index, leaf: leaf.hash.bytes)
        else {
            throw NodeProblem(.fault, "the receipt of a log entry could not be written")
        }
        return receipt
    }

    /// The receipt of our newest durable entry, for messages that bring none of their own.
    func latestReceipt() async throws -> PeerTrust.AuditReceipt {
        try receipt(try await vault.latestLeaf())
    }

    func freshMessageID() throws -> MessageID {
        guard let id = MessageID(random: random.bytes(16)) else {
            throw NodeProblem(.fault, "a message id could not be made")
        }
        return id
    }

    /// An Ed25519 signature of the node's signing key: 64 bytes.
    func signed(_ message: [UInt8]) throws -> [UInt8] {
        guard let signature = identity.signer.sign(message) else {
            throw NodeProblem(.fault, "the node's signing key could not sign")
        }
        return signature
    }
}

extension WireProtocol.Problem {
    static let resentTooOften = WireProtocol.Problem(.quota, detail: "too many repeated queries: wait a minute")
    static let replayed = WireProtocol.Problem(.conflict, detail: "this message was received before")
}
