/// Use case: this node is the witness of its peers' logs (C2SP tlog-witness). It compares and stores in one transaction,
/// and answers afterwards. Two histories of one log are never both cosigned; what contradicts is kept as evidence.

import AuditLog
import CanonicalJSON
import PeerTrust
import Sodium
import TransparencyLog
import Vault
import WireProtocol

extension Node {
    /// `POST /v1/witness/add-checkpoint`. A peer submits its own log and no other: who hears a bad proof blamed on a log
    /// must have it from the log itself.
    func answerAddCheckpoint(_ request: VerifiedPeerRequest) async throws -> PeerAnswer {
        guard free.hasRoom(request.agency.text, at: clock.milliseconds()) else {
            return try await refuseCounted(request, .witnessedTooOften)
        }
        let addition: SignedAddition
        do throws(WitnessRefusal) {
            let keys = Self.logKeys(of: request.peer)
            addition = try SignedAddition(request.body) { origin in keys.filter { $0.name == origin } }
        } catch {
            guard try await remember(request) else { return try await refuse(request, .replayed) }
            return try await refuse(request, WireProtocol.Problem(error))
        }
        _ = free.take(request.agency.text, at: clock.milliseconds())
        let key = try witnessKey()
        let now = clock.seconds
        let committed = try await vault.commit { transaction -> (WitnessAnswer?, [AuditDraft]) in
            let isNew = try transaction.remember(
                nonce: request.nonce,
                of: request.agency.text,
                until: request.nonceKeptUntil,
                now: now
            )
            guard isNew else { return (nil, []) }
            let answer = try transaction.witness(addition, of: request.agency.text, at: now) {
                key.cosignature(of: $0, at: now)
            }
            guard case .refused(_, let conflict?) = answer else { return (answer, []) }
            let actor = Actor.peer(request.agency.text)
            return (answer, [try self.conflictDraft(conflict, by: actor, in: transaction)])
        }
        let receipt: PeerTrust.AuditReceipt
        if let leaf = committed.leaves.first {
            receipt = try self.receipt(leaf)
        } else {
            receipt = try await latestReceipt()
        }
        switch committed.value {
        case .cosigned(let signature):
            return .answer(
                status: 200,
                contentType: MediaType.text,
                body: Array(signature.line.utf8),
                receipt: receipt
            )
        case .refused(.otherSize(let size), _), .refused(.otherRoot(let size), _):
            return .answer(
                status: 409,
                contentType: MediaType.treeSize,
                body: Array("\(size)\n".utf8),
                receipt: receipt
            )
        case .refused(let refusal, _):
            return .answer(
                status: refusal.status,
                contentType: MediaType.text,
                body: Array("the hashes do not lead from the checkpoint cosigned last to this one\n".utf8),
                receipt: receipt
            )
        case nil: return try await refuse(request, .replayed)
        }
    }

    /// `GET /v1/witness/<sha256 of origin>/checkpoint`: the newest checkpoint of a log that we cosigned.
    func answerWitnessed(_ request: VerifiedPeerRequest, origin digest: [UInt8]) async throws -> PeerAnswer {
        guard logReads.take(request.agency.text, at: clock.milliseconds()) else {
            return try await refuseCounted(request, .readTooOften)
        }
        guard try await remember(request) else { return try await refuse(request, .replayed) }
        let witnessed = try await vault.read { try $0.witnessed() }
        guard let found = witnessed.first(where: { SHA2.sha256(Array($0.checkpoint.origin.utf8)) == digest }) else {
            return try await refuse(request, .init(.notFound, detail: "this node has cosigned nothing of that log"))
        }
        return .answer(
            status: 200,
            contentType: MediaType.text,
            body: Array(found.note.utf8),
            receipt: try await latestReceipt()
        )
    }

    /// What a peer's log may sign with.
    static func logKeys(of peer: PinnedPeer) -> [VerifierKey] {
        [VerifierKey(peer.card.card.logKeys.log)].compactMap(\.self)
    }

    /// What a peer cosigns with.
    static func witnessKey(of peer: PinnedPeer) -> VerifierKey? { VerifierKey(peer.card.card.logKeys.witness) }

    func witnessKey() throws -> LogKey {
        try LogKey(
            name: "\(configuration.agency)/witness",
            seed: keyring.secret(SecretName.witness),
            algorithm: .cosignatureV1
        )
    }

    /// The entry that says that two signed notes of one log contradict each other.
    func conflictDraft(
        _ conflict: WitnessConflict,
        by actor: Actor,
        in transaction: VaultTransaction
    ) throws -> AuditDraft {
        let digests = [conflict.earlier, conflict.later].map { note -> JSONValue in
            .string(Base64URL.encode(SHA2.sha256(Array(note.utf8))))
        }
        let data: [String: JSONValue?] = [
            "size": .integer(conflict.size), "root": .string(conflict.root.base64), "peer": .string(conflict.peer),
            "digests_of_both_notes": .array(digests),
        ]
        return try draft("witness.conflict", by: actor, data: data, in: transaction)
    }
}

extension WireProtocol.Problem {
    static let witnessedTooOften = WireProtocol.Problem(.quota, detail: "too many checkpoints: wait a minute")
    static let readTooOften = WireProtocol.Problem(.quota, detail: "too many looks at the log: wait a minute")

    fileprivate init(_ refusal: WitnessRefusal) {
        switch refusal {
        case .unknownOrigin: self.init(.notFound, detail: "this node witnesses of you only the log on your card")
        case .unsigned: self.init(.refused, detail: "the log's key on your card did not sign this checkpoint")
        default: self.init(.malformed, detail: "this is not the body of add-checkpoint")
        }
    }
}
