/// Step of the use case "fetch indexes": the segments a manifest names, piece by piece, straight to disk. A sync that is
/// cut goes on where it stood, after a reconnect as after a restart; what comes out at the end is what the manifest names.

import CanonicalJSON
import Foundation
import ObliviousPRF
import PeerTrust
import SetIntersection
import Sodium
import Vault
import WireProtocol

extension Node {
    /// Brings the segments of a manifest here that we lack.
    ///
    /// - Returns: bytes that this index cost since `last` was taken, whatever was cut in between.
    func syncSegments(
        _ manifest: Manifest,
        after last: Manifest?,
        of peer: PinnedPeer,
        through reaching: any PeerReaching
    ) async throws -> Int {
        guard manifest.entries <= Self.greatestIndex / SegmentDescription.entryBytes else {
            throw FetchFailure(text: "its index is larger than \(Self.greatestIndex >> 20) MiB", isRefusal: true)
        }
        let agreement = manifest.scope.agreement
        let wanted = manifest.classes.flatMap(\.segments)
        let missing = wanted.filter { !vault.segments.contains(Hex.encode($0.digest)) }
        let held = Set(last?.classes.flatMap(\.segments) ?? [])
        let bytes = wanted.filter { !held.contains($0) || missing.contains($0) }.reduce(0) { $0 + $1.bytes }
        guard !missing.isEmpty else { return bytes }
        // Neither kind of id has a dot.
        let partial = try PartialSegments(in: vault.segments, sync: "\(peer.agency).\(agreement)")
        try partial.keep(only: Set(missing.map { Hex.encode($0.digest) }))
        let end = clock.seconds + Self.patience
        for segment in missing {
            try await bring(segment, agreement: agreement, of: peer, into: partial, until: end, through: reaching)
        }
        try partial.discardAll()
        return bytes
    }

    /// Most bytes of one index that are fetched: 80 million entries.
    private static let greatestIndex = 1 << 30
    /// Seconds after which a fetch gives up, so that no peer holds a question for ever. What came stays.
    static let patience = 600
    /// Bytes of a piece, unless it is the last: a peer that gives fewer wants to be asked without end.
    private static let leastPiece = 65_536
    /// How often in a row a line may break before the fetch is given up, to be taken up another time.
    private static let tries = 3

    private func bring(
        _ segment: SegmentDescription,
        agreement: String,
        of peer: PinnedPeer,
        into partial: PartialSegments,
        until end: Int,
        through reaching: any PeerReaching
    ) async throws {
        let name = Hex.encode(segment.digest)
        var here = try partial.length(of: name)
        if here > segment.bytes {
            try partial.discard(name)
            here = 0
        }
        // Bytes that an earlier run left may be spoilt by a crash of this machine: then the peer is not to blame.
        var isResumed = here > 0
        while true {
            try await fill(name, from: here, of: segment, agreement, peer, into: partial, until: end, reaching)
            do {
                try await check(segment, name, in: partial)
                break
            } catch is IntersectionError {
                try partial.discard(name)
                guard isResumed else {
                    let text = "the segment \(name) is not the one its manifest names: cut off, altered or out of order"
                    throw FetchFailure(text: text, isRefusal: true)
                }
                (here, isResumed) = (0, false)
            }
        }
        try partial.complete(name)
    }

    /// Asks for the bytes from `start` to the end of a segment, one signed request for each piece.
    private func fill(
        _ name: String,
        from start: Int,
        of segment: SegmentDescription,
        _ agreement: String,
        _ peer: PinnedPeer,
        into partial: PartialSegments,
        until end: Int,
        _ reaching: any PeerReaching
    ) async throws {
        try await bringPieces(
            of: segment,
            name: name,
            from: start,
            agreement: agreement,
            peer: peer,
            until: end,
            through: reaching
        ) { piece, here in try partial.append(piece, to: name, at: here) }
    }

    /// The bytes of a segment from `start` to its end, piece by piece to `take`, which is told where each begins.
    func bringPieces(
        of segment: SegmentDescription,
        name: String,
        from start: Int,
        agreement: String,
        peer: PinnedPeer,
        until end: Int,
        through reaching: any PeerReaching,
        _ take: ([UInt8], Int) throws -> Void
    ) async throws {
        var here = start
        var failures = 0
        while here < segment.bytes {
            try Task.checkCancellation()
            guard clock.seconds < end else {
                let text = "it took more than \(Self.patience / 60) minutes to give its index; what came is kept"
                throw FetchFailure(text: text, isRefusal: false)
            }
            let wanted = min(WireLimits.segmentPiece, segment.bytes - here)
            guard let range = ByteRange(first: here, last: here + wanted - 1) else { return }
            do {
                let request = PeerRequest(
                    id: try freshMessageID(),
                    route: .segment(agreement: agreement, digest: segment.digest),
                    receipt: try await latestReceipt(),
                    range: range
                )
                let piece = try Self.piece(
                    of: try await reaching.send(request, to: peer.agency),
                    range: range,
                    total: segment.bytes,
                    name: name
                )
                try take(piece, here)
                here += piece.count
                failures = 0
            } catch let error as PeerReachError where error == .unreachable || error == .timeout {
                failures += 1
                guard failures < Self.tries else { throw error }
                try await Task.sleep(for: .milliseconds(100 * failures))
            }
        }
    }

    /// The bytes of an answer: those asked for, or fewer of them from the same place on.
    private static func piece(
        of response: VerifiedPeerResponse,
        range: ByteRange,
        total: Int,
        name: String
    ) throws(FetchFailure) -> [UInt8] {
        guard response.status == 206 || response.status == 200 else {
            throw FetchFailure(
                text: response.problem?.detail ?? "it gave no segment",
                isRefusal: true,
                isOvertaken: response.problem?.kind == .notFound
            )
        }
        guard response.status == 206, response.contentType == MediaType.bytes, let found = response.contentRange,
            found.total == total, found.range.first == range.first, found.range.last <= range.last,
            found.range.count == response.body.count,
            found.range.count == range.count || found.range.count >= leastPiece
        else {
            throw FetchFailure(text: "of the segment \(name) it gave other bytes than were asked for", isRefusal: true)
        }
        return response.body
    }

    /// Reads a segment that is all here, off the threads that answer.
    private func check(_ segment: SegmentDescription, _ name: String, in partial: PartialSegments) async throws {
        try await runner.offload {
            var check = SegmentCheck(segment)
            try partial.read(name) { check.update($0) }
            try check.finish()
        }
    }
}
