/// Use case: hand a published index to the asker it was made for. Handing over segments is logged as a transfer of
/// pseudonymised data.

import AuditLog
import CanonicalJSON
import PeerTrust
import PolicyEngine
import SetIntersection
import Sodium
import TransparencyLog
import Vault
import WireProtocol

extension Node {
    func answerManifest(
        _ request: VerifiedPeerRequest,
        agreement: String,
        version: Int?
    ) async throws -> PeerAnswer {
        let asker = request.agency.text
        let now = clock.seconds
        let found = try await vault.commit { transaction -> ((isNew: Bool, manifest: StoredManifest?), [AuditDraft]) in
            let isNew = try transaction.remember(
                nonce: request.nonce,
                of: asker,
                until: request.nonceKeptUntil,
                now: now
            )
            let holder = self.configuration.agency
            let manifest =
                try version.map {
                    try transaction.manifest(agreement: agreement, holder: holder, asker: asker, version: $0)
                } ?? transaction.latestManifest(agreement: agreement, holder: holder, asker: asker)
            return ((isNew, manifest), [])
        }.value
        guard found.isNew else { return try await refuse(request, .replayed) }
        if let problem = refusal(of: agreement, to: asker) { return try await refuse(request, problem) }
        // An earlier version is asked for to follow the chain; the newest one to ask under it.
        guard let manifest = found.manifest, let leaf = manifest.leaf, version != nil || isLive(manifest),
            let proof = try await vault.inclusionProof(of: leaf)
        else {
            let detail = "no index is published for \(asker) under \(agreement)"
            return try await refuse(request, .init(.notFound, detail: detail))
        }
        let envelope = ManifestEnvelope(
            manifest: manifest.bytes,
            signature: manifest.signature,
            leaf: proof.leaf,
            leafIndex: leaf,
            inclusion: proof.hashes.map(\.bytes),
            checkpoint: proof.checkpoint
        )
        return try .message(envelope, receipt: try await latestReceipt())
    }

    func answerSegment(
        _ request: VerifiedPeerRequest,
        agreement: String,
        digest: [UInt8]
    ) async throws -> PeerAnswer {
        let asker = request.agency.text
        if let problem = refusal(of: agreement, to: asker) { return try await refuse(request, problem) }
        let now = clock.seconds
        let name = Hex.encode(digest)
        let committed = try await vault.commit { transaction -> (SegmentAnswer, [AuditDraft]) in
            guard
                try transaction.remember(nonce: request.nonce, of: asker, until: request.nonceKeptUntil, now: now)
            else { return (.replayed, []) }
            let stored = try transaction.latestManifest(
                agreement: agreement,
                holder: self.configuration.agency,
                asker: asker
            )
            guard let stored, self.isLive(stored), let manifest = try? Manifest(decoding: stored.bytes),
                let segment = manifest.classes.flatMap(\.segments).first(where: { $0.digest == digest })
            else { return (.unknown, []) }
            let draft = try self.draft(
                "index.fetched",
                by: .peer(asker),
                data: Self.logged(manifest, peer: asker, bytes: segment.entries * 13)
                    .merging(["count": .integer(segment.entries)]) { $1 },
                in: transaction
            )
            return (.found, [draft])
        }
        switch committed.value {
        case .replayed: return try await refuse(request, .replayed)
        case .unknown:
            return try await refuse(request, .init(.notFound, detail: "there is no such segment in the newest index"))
        case .found:
            guard let leaf = committed.leaves.first else { return .unavailable }
            return .answer(
                status: 200,
                contentType: MediaType.bytes,
                body: [UInt8](try vault.segments.read(name)),
                receipt: try receipt(leaf)
            )
        }
    }

    /// Whether an index of ours still answers. Its seed is gone after the agreement ended, and after a restore.
    func isLive(_ manifest: StoredManifest) -> Bool {
        keyring.contains(
            SecretName.epochSeed(agreement: manifest.agreement, asker: manifest.asker, epoch: manifest.epoch)
        )
    }

    private enum SegmentAnswer { case found, unknown, replayed }

    /// Why nothing under this agreement goes to that peer now; nil if it may.
    private func refusal(of agreement: String, to asker: String) -> WireProtocol.Problem? {
        guard let terms = activePolicies.set.agreements[agreement] else {
            return .init(
                .refused,
                detail: "this node knows no agreement \(agreement)",
                rule: "builtin/unknown-agreement"
            )
        }
        let admission = IndexAdmission(
            policies: activePolicies.set,
            agreement: terms,
            asker: asker,
            holder: configuration.agency,
            at: clock.moment
        )
        return admission.closed().map { rule in
            .init(.refused, detail: "the agreement \(agreement) does not let this index be handed over now", rule: rule)
        }
    }
}
