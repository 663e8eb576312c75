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
        let tag = EntityTag(digest: SHA2.sha256(manifest.bytes))
        if request.held == tag { return .notModified(tag, receipt: try await latestReceipt()) }
        let envelope = ManifestEnvelope(
            manifest: manifest.bytes,
            signature: manifest.signature,
            leaf: proof.leaf,
            leafIndex: leaf,
            inclusion: proof.hashes.map(\.bytes),
            checkpoint: proof.checkpoint
        )
        return .tagged(tag, body: try envelope.body(), receipt: try await latestReceipt())
    }

    func answerSegment(
        _ request: VerifiedPeerRequest,
        agreement: String,
        digest: [UInt8]
    ) async throws -> PeerAnswer {
        let asker = request.agency.text
        if let problem = refusal(of: agreement, to: asker) { return try await refuse(request, problem) }
        let now = clock.seconds
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
            guard let piece = Self.piece(of: segment, request.range) else { return (.outOfRange(segment.bytes), []) }
            guard try BucketBook.take(from: manifest, in: transaction) else { return (.usedUp, []) }
            let draft = try self.draft(
                "index.fetched",
                by: .peer(asker),
                data: Self.logged(manifest, peer: asker, bytes: piece.range.count)
                    .merging(["count": .integer(Self.entries(in: piece.range))]) { $1 },
                in: transaction
            )
            return (.found(piece), [draft])
        }
        switch committed.value {
        case .replayed: return try await refuse(request, .replayed)
        case .unknown:
            return try await refuse(request, .init(.notFound, detail: "there is no such segment in the newest index"))
        case .outOfRange(let bytes):
            let detail =
                "of the segment's \(bytes) bytes at most \(WireLimits.segmentPiece) are given at once: ask for a range"
            return try await refuse(request, .init(.range, detail: detail))
        case .usedUp:
            let detail = "all buckets that are given to one asker in one epoch were given: wait for the next one"
            return try await refuse(request, .init(.quota, detail: detail))
        case .found(let piece):
            guard let leaf = committed.leaves.first else { return .unavailable }
            let body = try vault.segments.read(
                Hex.encode(digest),
                from: piece.range.first,
                count: piece.range.count
            )
            guard body.count == piece.range.count else { return .unavailable }
            let receipt = try receipt(leaf)
            guard request.range != nil else {
                return .answer(status: 200, contentType: MediaType.bytes, body: body, receipt: receipt)
            }
            return .piece(piece, body: body, receipt: receipt)
        }
    }

    /// Which bytes are given: those asked for that there are, without a range all of them. Nil for more than a piece.
    private static func piece(of segment: SegmentDescription, _ asked: ByteRange?) -> ContentRange? {
        let last = min(asked?.last ?? segment.bytes - 1, segment.bytes - 1)
        guard let range = ByteRange(first: asked?.first ?? 0, last: last), range.count <= WireLimits.segmentPiece
        else { return nil }
        return ContentRange(range, of: segment.bytes)
    }

    /// Entries of which some bytes lie in a range: the log may overstate what was handed over, never understate.
    private static func entries(in range: ByteRange) -> Int {
        range.last / SegmentDescription.entryBytes - range.first / SegmentDescription.entryBytes + 1
    }

    /// Whether an index of ours still answers. Its seed is gone after the agreement ended, and after a restore.
    func isLive(_ manifest: StoredManifest) -> Bool {
        keyring.contains(
            SecretName.epochSeed(agreement: manifest.agreement, asker: manifest.asker, epoch: manifest.epoch)
        )
    }

    private enum SegmentAnswer {
        case found(ContentRange)
        case unknown, replayed, usedUp
        case outOfRange(Int)
    }

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
