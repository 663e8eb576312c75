/// Use case: our log's checkpoint goes to every peer, and comes back with cosignatures. Asking holds nothing: the writer is
/// taken for one short transaction at the end.

import AuditLog
import CanonicalJSON
import PeerTrust
import TransparencyLog
import Vault
import WireProtocol

/// What came of asking all peers.
public struct CosigningReport: Codable, Sendable {
    public struct Peer: Codable, Sendable {
        public var peer: String
        public var cosigned: Bool
        /// Why not, in a few words; empty if it did.
        public var reason: String
    }

    public var origin: String
    public var size: Int
    public var root: String
    /// The signed note, cosignatures under it.
    public var note: String
    /// Names of the keys that cosigned.
    public var cosignedBy: [String]
    /// Whether they suffice.
    public var quorum: Bool
    public var asked: [Peer]
}

extension Node {
    /// Has the newest checkpoint cosigned now.
    public func cosign(through reaching: any PeerReaching) async throws(NodeProblem) -> CosigningReport {
        do {
            return try await turns.run("witness") {
                let (note, checkpoint) = try await self.vault.newestCheckpoint()
                return try await self.gather(note, checkpoint, through: reaching)
            }
        } catch {
            throw NodeProblem(fault: error, doing: "having the log's checkpoint cosigned")
        }
    }

    /// What falls due at each tick: the newest checkpoint if there is news, else the one shown, of those who missed it.
    ///
    /// - Returns: nil when nothing was due.
    @discardableResult
    func cosignDue(through reaching: any PeerReaching) async throws -> CosigningReport? {
        try await turns.run("witness") {
            guard !self.peers.all.isEmpty else { return nil }
            let now = self.clock.milliseconds()
            let (shown, isNews) = try await self.vault.read { transaction in
                let shown = try transaction.cosignedCheckpoint()
                return (shown, try transaction.hasEntries(from: shown?.size ?? 0))
            }
            // Once a day at least, so that witnesses say when they last saw the log whole; a tick early rather than late.
            if let shown, !isNews, shown.time + WitnessSchedule.day - WitnessSchedule.period > now / 1_000 {
                guard !shown.isQuorum, let note = try? SignedNote(Array(shown.note.utf8)),
                    let checkpoint = Checkpoint(text: note.text)
                else { return nil }
                return try await self.gather(note, checkpoint, through: reaching)
            }
            let (note, checkpoint) = try await self.vault.newestCheckpoint()
            return try await self.gather(note, checkpoint, through: reaching)
        }
    }

    /// Only within the turn "witness".
    private func gather(
        _ note: SignedNote,
        _ checkpoint: Checkpoint,
        through reaching: any PeerReaching
    ) async throws -> CosigningReport {
        let contacts = try await vault.read { try $0.witnessContacts() }
        let known = Dictionary(contacts.map { ($0.peer, $0.size) }) { first, _ in first }
        let missing = peers.all.filter { peer in
            !note.signatures.contains { $0.keyID == Self.witnessKey(of: peer)?.id }
        }
        let outcomes = await withTaskGroup(of: (PinnedPeer, WitnessOutcome).self) { group in
            for peer in missing {
                group.addTask {
                    let size = known[peer.agency.text] ?? 0
                    return (peer, await self.askWitness(peer, to: note, checkpoint, from: size, through: reaching))
                }
            }
            return await group.reduce(into: []) { $0.append($1) }.sorted { $0.0.agency < $1.0.agency }
        }
        for (peer, outcome) in outcomes {
            if case .contradicted(let held, let other) = outcome {
                try await keepContradiction(held, other, from: peer, ours: note)
            }
        }
        return try await store(note, checkpoint, outcomes)
    }

    private func store(
        _ note: SignedNote,
        _ checkpoint: Checkpoint,
        _ outcomes: [(PinnedPeer, WitnessOutcome)]
    ) async throws -> CosigningReport {
        var note = note
        var fresh: [String] = []
        for case (let peer, .cosigned(let signature)) in outcomes {
            note.add(signature)
            fresh.append("\(peer.agency)/witness")
        }
        // A policy that cannot be read asks for something nobody can give.
        let policy = (try? witnessQuorum())?.policy
        let keys = policy.map(\.witnesses) ?? peers.all.compactMap { Self.witnessKey(of: $0) }
        let cosigners = try VerifiedCheckpoint(note, logKeys: [vault.logKey], witnesses: keys).cosigners.map(\.key)
        let now = clock.seconds
        let stored = CosignedCheckpoint(
            size: checkpoint.size,
            note: note.encoded,
            time: now,
            isQuorum: policy?.isMet(by: cosigners) ?? false
        )
        let (added, hasPeers) = (fresh, !outcomes.isEmpty)
        let superseded = try await vault.commit { transaction -> ([Int], [AuditDraft]) in
            for (peer, outcome) in outcomes {
                try transaction.store(self.contact(peer, outcome, size: checkpoint.size, at: now, in: transaction))
            }
            let superseded = hasPeers ? try transaction.store(stored) : []
            guard !added.isEmpty else { return (superseded, []) }
            let data: [String: JSONValue?] = [
                "size": .integer(checkpoint.size), "root": .string(checkpoint.root.base64),
                "cosigners": .array(added.map { .string($0) }),
            ]
            return (superseded, [try self.draft("checkpoint.witnessed", by: .system, data: data, in: transaction)])
        }.value
        // Those of the last day too: a stop between row and file is made good here.
        let kept = try await vault.read { try $0.cosignedCheckpoints(since: now - WitnessSchedule.day) }
        try await vault.keepFiles(kept, instead: superseded)
        return CosigningReport(
            origin: checkpoint.origin,
            size: checkpoint.size,
            root: checkpoint.root.base64,
            note: note.encoded,
            cosignedBy: cosigners.map(\.name),
            quorum: stored.isQuorum,
            asked: outcomes.map { peer, outcome in
                var line = CosigningReport.Peer(peer: peer.agency.text, cosigned: true, reason: "")
                if let reason = outcome.failure { (line.cosigned, line.reason) = (false, reason) }
                return line
            }
        )
    }

    private func contact(
        _ peer: PinnedPeer,
        _ outcome: WitnessOutcome,
        size: Int,
        at now: Int,
        in transaction: VaultTransaction
    ) throws -> WitnessContact {
        if case .cosigned = outcome {
            return WitnessContact(peer: peer.agency.text, size: size, cosigned: now, failure: nil)
        }
        let before = try transaction.witnessContacts().first { $0.peer == peer.agency.text }
        return WitnessContact(
            peer: peer.agency.text,
            size: before?.size ?? 0,
            cosigned: before?.cosigned,
            failure: outcome.failure
        )
    }

    /// A checkpoint under our key that our log does not extend: the database is old or was changed, or the key is in other
    /// hands. Evidence is kept, and nothing is signed any more (AUDIT section 5).
    func keepContradiction(
        _ held: String,
        _ other: Checkpoint,
        from peer: PinnedPeer,
        ours: SignedNote?
    ) async throws -> Never {
        let conflict = WitnessConflict(
            .roots,
            peer: peer.agency.text,
            later: other,
            laterNote: held,
            earlierNote: ours?.encoded ?? "",
            seen: clock.seconds
        )
        _ = try await vault.commit { transaction -> (Void, [AuditDraft]) in
            guard try transaction.store(conflict) else { return ((), []) }
            return ((), [try self.conflictDraft(conflict, by: .system, in: transaction)])
        }
        await vault.stopSigning(at: other.size)
        throw AuditStoreError.signedElsewhere(size: other.size)
    }
}

extension WitnessOutcome {
    var failure: String? {
        switch self {
        case .cosigned: nil
        case .failed(let reason): reason
        case .contradicted: "it holds a checkpoint under our key that our log does not extend"
        }
    }
}
