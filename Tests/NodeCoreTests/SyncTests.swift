import AuditLog
import CanonicalJSON
import Foundation
import NodeTesting
import PeerTrust
import SetIntersection
import Sodium
import Synchronization
import Testing
import Vault
import WireProtocol

// A peer's index comes in pieces: a sync that is cut goes on where it stood, and what is not the manifest's is refused.
@testable import NodeCore

@Suite struct SyncTests {
    /// Where the tests cut: the shortest piece that is taken.
    private static let step = 65_536
    /// A megabyte and a bit: the last piece is a short one.
    private static let entries = 81_920

    @Test func aSyncCutAtEvery64KiBEndsEqualToAnUncutOne() async throws {
        try await Pair.with { pair in
            let segment = try await pair.grow(entries: Self.entries)
            let whole = try pair.holder.node.vault.segments.read(Hex.encode(segment.digest))
            var asker = pair.asker
            let pieces = (segment.bytes + Self.step - 1) / Self.step
            for cut in 0..<pieces {
                let line = Line()
                line.breaks(after: cut)
                let first = try #require(try await Self.fetch(asker, pair, line))
                #expect(first.version == nil && first.unreachable, "cut after \(cut): \(first.outcome)")
                #expect(line.pieces == cut)
                // Every other time the node restarts before the line is there again.
                if cut.isMultiple(of: 2) {
                    asker = try await asker.reopened()
                    pair.network.join(asker)
                }
                line.isWhole()
                let second = try #require(try await Self.fetch(asker, pair, line))
                #expect(second.version == 2, "cut after \(cut): \(second.outcome)")
                #expect(line.pieces == pieces, "cut after \(cut): no piece comes twice")
                #expect(try asker.node.segments(of: "bravo").read(Hex.encode(segment.digest)) == whole)
                let leaf = try #require(try await asker.lastLeaf("index.fetched"))
                #expect(leaf.data["bytes"]?.integer ?? 0 >= segment.bytes, "the log tells the whole, however often cut")
                try await asker.forget(pair.bravo)
            }
            if asker.node !== pair.asker.node { await asker.node.close() }
        }
    }

    @Test func aLineThatBreaksOnceCostsNothingTwice() async throws {
        try await Pair.with { pair in
            let segment = try await pair.grow(entries: Self.entries)
            let line = Line()
            line.breaks(after: 3, times: 1)
            let fetched = try #require(try await Self.fetch(pair.asker, pair, line))
            #expect(fetched.version == 2)
            #expect(line.pieces == (segment.bytes + Self.step - 1) / Self.step)
        }
    }

    @Test func anAlteredOrTruncatedSegmentIsRefusedByName() async throws {
        try await Pair.with { pair in
            let segment = try await pair.grow(entries: Self.entries)
            let name = Hex.encode(segment.digest)
            let spoils: [@Sendable ([UInt8]) -> [UInt8]] = [
                { body in
                    var body = body
                    body[body.count / 2] ^= 1
                    return body
                },
                { body in Array(body[13..<26] + body[0..<13] + body[26...]) },
                { Array($0.dropLast(13)) }, { _ in [] },
            ]
            for spoil in spoils {
                let line = Line()
                line.spoils(piece: 5, spoil)
                let fetched = try #require(try await Self.fetch(pair.asker, pair, line))
                #expect(fetched.version == nil && !fetched.unreachable && fetched.outcome.contains(name))
                #expect(!pair.asker.node.segments(of: "bravo").contains(name))
                let taken = try await pair.asker.node.vault.read {
                    try $0.latestManifest(agreement: TestPolicies.agreement, holder: "bravo", asker: "alpha")
                }
                #expect(taken == nil, "a manifest is taken with all its segments or not at all")
            }
            #expect(try await Self.fetch(pair.asker, pair, Line())?.version == 2)
        }
    }

    @Test func whatACrashSpoiltHereIsFetchedAnewAndBlamesNobody() async throws {
        try await Pair.with { pair in
            let segment = try await pair.grow(entries: Self.entries)
            let line = Line()
            line.breaks(after: 4)
            _ = try await Self.fetch(pair.asker, pair, line)
            let part = pair.asker.folder.segments.appendingPathComponent("partial/bravo.shared")
                .appendingPathComponent(Hex.encode(segment.digest))
            var bytes = [UInt8](try Data(contentsOf: part))
            #expect(bytes.count == 4 * Self.step)
            bytes[70_000] ^= 0xFF
            try Data(bytes).write(to: part)
            line.isWhole()
            #expect(try await Self.fetch(pair.asker, pair, line)?.version == 2)
        }
    }

    @Test func aDeltaThatDoesNotArriveLeavesTheIndexWeHave() async throws {
        try await Pair.with { pair in
            #expect(try await pair.ask(People.youssef).outcome == "hits")
            let before = try #require(try await pair.held())
            _ = try await pair.grow(entries: Self.entries)
            let line = Line()
            line.breaks(after: 7)
            #expect(try await Self.fetch(pair.asker, pair, line)?.unreachable == true)
            #expect(try await pair.held() == before)
            let reopened = try await pair.asker.reopened()
            let manifest = try Manifest(decoding: before.bytes)
            let index = try reopened.node.engine.index(manifest, segments: reopened.node.segments(of: "bravo"))
            #expect(index.values.reduce(0) { $0 + $1.segments.reduce(0) { $0 + $1.count } } == manifest.entries)
            await reopened.node.close()
        }
    }

    @Test func aManifestThatIsHeldIsNotSentAgain() async throws {
        try await Pair.with { pair in
            #expect(try await Self.fetch(pair.asker, pair, Line())?.version == 1)
            let statuses = Mutex<[Int]>([])
            let reaching = InterceptedPeers(pair.peers) {
                (request, agency, next) async throws(PeerReachError) -> VerifiedPeerResponse in
                let response = try await next.send(request, to: agency)
                statuses.withLock { $0.append(response.status) }
                return response
            }
            let again = try await pair.asker.node.fetchIndexes(peer: nil, agreement: nil, by: nil, through: reaching)
            #expect(again.fetched.first { $0.peer == "bravo" }?.version == 1)
            #expect(statuses.withLock { $0 } == [304])
        }
    }

    @Test func piecesAreBoundedAndWhatIsNotThereIsNotGiven() async throws {
        try await Pair.with { pair in
            let segment = try await pair.grow(entries: Self.entries)
            func status(_ range: ByteRange?) async throws -> Int {
                let request = PeerRequest(
                    id: try pair.asker.node.freshMessageID(),
                    route: .segment(agreement: TestPolicies.agreement, digest: segment.digest),
                    receipt: try await pair.asker.node.latestReceipt(),
                    range: range
                )
                return try await pair.peers.send(request, to: pair.bravo).status
            }
            #expect(try await status(nil) == 416)
            #expect(try await status(ByteRange(first: 0, last: WireLimits.segmentPiece)) == 416)
            #expect(try await status(ByteRange(first: segment.bytes, last: segment.bytes)) == 416)
            #expect(try await status(ByteRange(first: segment.bytes - 1, last: segment.bytes + 99)) == 206)
            let leaf = try #require(try await pair.holder.lastLeaf("index.fetched"))
            #expect(leaf.data["bytes"]?.integer == 1 && leaf.data["count"]?.integer == 1)
        }
    }

    private static func fetch(_ asker: TestNode, _ pair: Pair, _ line: Line) async throws -> FetchReport.Fetched? {
        let report = try await asker.node.fetchIndexes(
            peer: "bravo",
            agreement: nil,
            by: nil,
            through: line.between(pair.network.peers(of: asker))
        )
        return report.fetched.first
    }

    /// A line that brings pieces of 64 KiB, and breaks or spoils as told.
    private final class Line: Sendable {
        private struct State {
            var pieces = 0
            var breaksAfter: Int?
            var times = Int.max
            var spoilt: (piece: Int, change: @Sendable ([UInt8]) -> [UInt8])?
        }

        private let state = Mutex(State())

        /// Pieces that came, of the segment that has more than one.
        var pieces: Int { state.withLock { $0.pieces } }

        func breaks(after pieces: Int, times: Int = .max) {
            state.withLock { ($0.breaksAfter, $0.times) = (pieces, times) }
        }

        func isWhole() { state.withLock { $0.breaksAfter = nil } }

        func spoils(piece: Int, _ change: @escaping @Sendable ([UInt8]) -> [UInt8]) {
            state.withLock { $0.spoilt = (piece, change) }
        }

        func between(_ peers: DirectPeers) -> InterceptedPeers {
            InterceptedPeers(peers) { (request, agency, next) async throws(PeerReachError) -> VerifiedPeerResponse in
                guard let range = request.range, range.count > step || range.first > 0 else {
                    return try await next.send(request, to: agency)
                }
                let isBroken = self.state.withLock { state in
                    guard let after = state.breaksAfter, state.pieces >= after, state.times > 0 else { return false }
                    state.times -= 1
                    return true
                }
                if isBroken { throw .unreachable }
                let short = ByteRange(first: range.first, last: min(range.last, range.first + step - 1))
                let narrowed = PeerRequest(
                    id: request.id,
                    route: request.route,
                    receipt: request.receipt,
                    range: short
                )
                let response = try await next.send(narrowed, to: agency)
                return self.state.withLock { state in
                    state.pieces += 1
                    guard let spoilt = state.spoilt, spoilt.piece == state.pieces else { return response }
                    return VerifiedPeerResponse(
                        status: response.status,
                        body: spoilt.change(response.body),
                        message: response.message
                    )
                }
            }
        }
    }
}

extension Pair {
    /// What the asker holds of the holder's index.
    func held() async throws -> StoredManifest? {
        try await asker.node.vault.read {
            try $0.latestManifest(agreement: TestPolicies.agreement, holder: "bravo", asker: "alpha")
        }
    }

    /// The holder publishes the next version with one more segment of chaff: as large as a test wants, with no key.
    func grow(entries: Int) async throws -> SegmentDescription {
        let node = holder.node
        let stored = try #require(
            try await node.vault.read {
                try $0.latestManifest(agreement: TestPolicies.agreement, holder: "bravo", asker: "alpha")
            }
        )
        let last = try Manifest(decoding: stored.bytes)
        var random = SystemRandomNumberGenerator()
        var tags: Set<UInt64> = []
        while tags.count < entries { tags.insert(random.next()) }
        var bytes: [UInt8] = []
        for tag in tags.sorted() {
            withUnsafeBytes(of: tag.bigEndian) { bytes.append(contentsOf: $0) }
            bytes.append(contentsOf: [1, 2, 3, 4, 5])
        }
        let segment = try IndexSegment(bytes: bytes)
        try node.vault.segments.write(bytes, name: Hex.encode(segment.digest))
        let classes = try last.classes.map { part in
            try Manifest.ClassIndex(
                scope: last.scope,
                keyClass: part.keyClass,
                publicKey: part.publicKey,
                segments: part.segments + (part.keyClass == .names ? [segment.description] : []),
                leftOut: part.leftOut
            )
        }
        let next = try Manifest(
            scope: last.scope,
            version: last.version + 1,
            predecessor: last.digest,
            recipe: last.recipe,
            records: last.records,
            classes: classes
        )
        let signature = try node.signed(ManifestSignature.message(next.bytes))
        _ = try await node.vault.commit { transaction in
            try transaction.store(
                StoredManifest(
                    agreement: next.scope.agreement,
                    holder: next.scope.holder,
                    asker: next.scope.asker,
                    version: next.version,
                    epoch: next.scope.epoch,
                    bytes: next.bytes,
                    signature: signature,
                    leaf: try transaction.nextLeaf()
                )
            )
            let data: [String: JSONValue?] = [
                "agreement": .string(next.scope.agreement), "peer": .string(next.scope.asker),
                "epoch": .integer(next.scope.epoch), "version": .integer(next.version),
                "manifest_digest": .string(Hex.encode(next.digest)), "count": .integer(next.entries),
            ]
            return ((), [try node.draft("index.published", by: .system, data: data, in: transaction)])
        }
        return segment.description
    }
}

extension TestNode {
    /// Drops what was fetched of a peer, as if it had never been.
    func forget(_ peer: AgencyID) async throws {
        let names = try await node.vault.read { try $0.latestManifests() }.flatMap {
            try Manifest(decoding: $0.bytes).classes.flatMap(\.segments).map { Hex.encode($0.digest) }
        }
        _ = try await node.vault.commit { transaction in
            try transaction.forgetManifests(of: peer.text)
            return ((), [])
        }
        node.engine.forgetIndexes()
        for name in names { try node.segments(of: peer.text).remove(name) }
    }

    /// The newest entry of that event.
    func lastLeaf(_ event: String) async throws -> Leaf? {
        try await node.publishNow()
        return try folder.publishedLeaves().last { $0.event == event }
    }
}
