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
                let hashes = try vault.consistency(from: old, to: checkpoint.size)
                guard try leads(hashes, from: old, to: checkpoint) else {
                    return .failed("our own tiles are damaged: it would hold the proof against our log")
                }
                let addition = CheckpointAddition(oldSize: old, hashes: hashes, checkpoint: note)
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

    /// Whether the hashes that our tiles give for a checkpoint lead to the root that it signs.
    private func leads(_ hashes: [TreeHash], from old: Int, to checkpoint: Checkpoint) throws -> Bool {
        guard let root = try vault.root(at: old) else { return false }
        do throws(ProofError) {
            try MerkleProof.verifyConsistency(
                oldSize: old,
                oldRoot: root,
                newSize: checkpoint.size,
                newRoot: checkpoint.root,
                proof: hashes
            )
            return true
        } catch {
            return false
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
        guard let held = try await heldCheckpoint(by: peer, through: reaching) else {
            return .failed("it says that our log does not fit, and shows no checkpoint that we signed")
        }
        guard try await vault.extends(held.checkpoint) else {
            return .contradicted(note: held.note.encoded, held.checkpoint)
        }
        return .failed("it says that our log does not fit, and holds a checkpoint that does")
    }

    /// What a peer as our witness holds of our log.
    enum Held {
        case nothing
        case checkpoint(VerifiedCheckpoint)
        /// It says neither.
        case unclear
    }

    func held(by peer: PinnedPeer, through reaching: any PeerReaching) async throws -> Held {
        let route = Route.witnessCheckpoint(origin: SHA2.sha256(Array(vault.origin.utf8)))
        let response = try await send(route, [], to: peer, through: reaching)
        if response.status == 404 { return .nothing }
        guard response.status == 200,
            let checkpoint = try? VerifiedCheckpoint(response.body, logKeys: vault.logKeyChain)
        else { return .unclear }
        return .checkpoint(checkpoint)
    }

    /// The checkpoint of our log that a peer holds; nil when it shows none that a key of our log signed.
    func heldCheckpoint(
        by peer: PinnedPeer,
        through reaching: any PeerReaching
    ) async throws -> VerifiedCheckpoint? {
        guard case .checkpoint(let held) = try await held(by: peer, through: reaching) else { return nil }
        return held
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
