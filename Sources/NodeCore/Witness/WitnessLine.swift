/// One peer asked for its cosignature. Whatever it answers, this ends: at most three submissions and one look at what it
/// holds, each bounded in time and size. Believes a cosignature that verifies, and a contradiction that our own key signed.

import PeerTrust
import Sodium
import TransparencyLog
import Vault
import WireProtocol

/// What came of asking a peer.
enum WitnessOutcome: Sendable {
    case cosigned(SignedNote.Signature)
    /// In a few words, for the operator.
    case failed(String)
    /// The peer holds a checkpoint that our key signed and our log does not extend.
    case contradicted(note: String, Checkpoint)
}

extension Node {
    /// How often a checkpoint is submitted to one peer at a time: the size it knows may be told anew each time.
    static let witnessTries = 3
    /// Seconds by which a cosignature's time may differ from ours.
    private static let witnessClock = 86_400

    /// - Parameter known: the size that this peer cosigned last, as far as we know.
    func askWitness(
        _ peer: PinnedPeer,
        to cosign: SignedNote,
        _ checkpoint: Checkpoint,
        from known: Int,
        through reaching: any PeerReaching
    ) async -> WitnessOutcome {
        guard let key = Self.witnessKey(of: peer) else { return .failed("its card has no witness key") }
        // As it was signed: what others cosigned is not this peer's matter.
        let keys = vault.logKeys.map(\.id)
        let note = SignedNote(text: cosign.text, signatures: cosign.signatures.filter { keys.contains($0.keyID) })
        var old = known <= checkpoint.size ? known : 0
        do {
            for _ in 0..<Self.witnessTries {
                let addition = CheckpointAddition(
                    oldSize: old,
                    hashes: try vault.consistency(from: old, to: checkpoint.size),
                    checkpoint: note
                )
                let response = try await send(.addCheckpoint, Array(addition.encoded.utf8), to: peer, through: reaching)
                switch response.status {
                case 200: return cosignature(in: response, of: note, by: key)
                case 409:
                    guard response.contentType == MediaType.treeSize, let size = knownSize(response.body) else {
                        return .failed("it refuses without the size it knows")
                    }
                    guard size != old, size <= checkpoint.size else {
                        return try await confront(peer, through: reaching)
                    }
                    old = size
                case 422: return try await confront(peer, through: reaching)
                case 403: return .failed("it does not know our log's key: it may hold an old card of ours")
                case 404: return .failed("it does not witness our log")
                default: return .failed("it refuses (\(response.status))")
                }
            }
            return .failed("it names another size each time")
        } catch let error as PeerReachError {
            return .failed(error.text)
        } catch {
            return .failed("our own log could not be read")
        }
    }

    private func cosignature(
        in response: VerifiedPeerResponse,
        of note: SignedNote,
        by key: VerifierKey
    ) -> WitnessOutcome {
        do throws(NoteError) {
            let (signature, time) = try note.cosignature(by: key, in: response.body)
            guard abs(time - clock.seconds) <= Self.witnessClock else {
                return .failed("its cosignature is of another day: one of the two clocks is wrong")
            }
            return .cosigned(signature)
        } catch {
            switch error {
            case .badSignature: return .failed("its cosignature does not verify")
            case .noKnownSignature: return .failed("it answered without a cosignature of its key")
            case .malformed, .tooLong: return .failed("its answer is no lines of signatures")
            }
        }
    }

    /// The peer says that our log does not fit: it has to show the checkpoint that it means.
    private func confront(_ peer: PinnedPeer, through reaching: any PeerReaching) async throws -> WitnessOutcome {
        let route = Route.witnessCheckpoint(origin: SHA2.sha256(Array(vault.origin.utf8)))
        let response = try await send(route, [], to: peer, through: reaching)
        guard response.status == 200,
            let held = try? VerifiedCheckpoint(response.body, logKeys: vault.logKeys)
        else { return .failed("it says that our log does not fit, and shows no checkpoint that we signed") }
        let checkpoint = held.checkpoint
        guard try vault.root(at: checkpoint.size) == checkpoint.root else {
            return .contradicted(note: held.note.encoded, checkpoint)
        }
        return .failed("it says that our log does not fit, and holds a checkpoint that does")
    }

    func send(
        _ route: Route,
        _ body: [UInt8],
        to peer: PinnedPeer,
        through reaching: any PeerReaching
    ) async throws -> VerifiedPeerResponse {
        let request = PeerRequest(
            id: try freshMessageID(),
            route: route,
            body: body,
            receipt: try await latestReceipt()
        )
        return try await reaching.send(request, to: peer.agency)
    }
}
