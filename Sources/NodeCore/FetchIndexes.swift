/// Use case: fetch what peers publish for us. A manifest is taken only if its holder signed it, logged it, and it
/// follows the one we had; segments only if they are the ones it names.

import Accounts
import AuditLog
import CanonicalJSON
import Foundation
import PeerTrust
import PolicyEngine
import SetIntersection
import Sodium
import TransparencyLog
import Vault
public import WireProtocol

public struct FetchReport: Codable, Sendable, Equatable {
    public struct Fetched: Codable, Sendable, Equatable {
        public var agreement: String
        public var peer: String
        /// Nil if nothing was fetched.
        public var version: Int?
        public var epoch: Int?
        /// In words.
        public var outcome: String
        public var unreachable: Bool
    }
    public var fetched: [Fetched]
}

/// Why an index was not fetched.
struct FetchFailure: Error, Sendable {
    /// In words for a person.
    var text: String
    /// The peer said no, or what it said is not believed; else it was not reached.
    var isRefusal: Bool
    /// The peer published anew while its index was fetched.
    var isOvertaken = false
}

extension Node {
    public func fetchIndexes(
        peer: String?,
        agreement: String?,
        by account: String?,
        through reaching: any PeerReaching
    ) async throws(NodeProblem) -> FetchReport {
        let person = try await person(account, for: .fetchIndex)
        let set = activePolicies.set
        var wanted: [(agreement: String, peer: PinnedPeer)] = []
        for id in set.agreements.keys.sorted() where agreement == nil || agreement == id {
            guard let terms = set.agreements[id], terms.askers.contains(configuration.agency) else { continue }
            for holder in terms.holders where holder != configuration.agency && (peer == nil || peer == holder) {
                if let agency = AgencyID(holder), let pinned = peers.peer(agency: agency) {
                    wanted.append((id, pinned))
                }
            }
        }
        let fetched = await withTaskGroup(of: FetchReport.Fetched.self) { group in
            for (agreement, peer) in wanted {
                group.addTask {
                    do throws(FetchFailure) {
                        let manifest = try await self.fetchIndex(
                            agreement,
                            of: peer,
                            by: person,
                            through: reaching,
                            force: true
                        )
                        return FetchReport.Fetched(
                            agreement: agreement,
                            peer: peer.agency.text,
                            version: manifest.version,
                            epoch: manifest.scope.epoch,
                            outcome:
                                "epoch \(manifest.scope.epoch), version \(manifest.version), \(manifest.entries) entries, "
                                + manifest.retrievalWords,
                            unreachable: false
                        )
                    } catch {
                        return FetchReport.Fetched(
                            agreement: agreement,
                            peer: peer.agency.text,
                            version: nil,
                            epoch: nil,
                            outcome: error.text,
                            unreachable: !error.isRefusal
                        )
                    }
                }
            }
            var fetched: [FetchReport.Fetched] = []
            for await one in group { fetched.append(one) }
            return fetched
        }
        return FetchReport(fetched: fetched.sorted { ($0.agreement, $0.peer) < ($1.agreement, $1.peer) })
    }

    /// The newest index of `peer` under `agreement`; our copy as it is unless there is none or `force` is set.
    func fetchIndex(
        _ agreement: String,
        of peer: PinnedPeer,
        by person: Person,
        through reaching: any PeerReaching,
        force: Bool
    ) async throws(FetchFailure) -> Manifest {
        do {
            if !force, let held = try await heldIndex(agreement, of: peer) { return held }
            return try await turns.run("fetch/\(peer.agency)/\(agreement)") {
                do {
                    return try await self.takeIndex(agreement, of: peer, by: person, through: reaching, force: force)
                } catch let failure as FetchFailure where failure.isOvertaken {
                    return try await self.takeIndex(agreement, of: peer, by: person, through: reaching, force: true)
                }
            }
        } catch let failure as FetchFailure {
            throw failure
        } catch let error as PeerReachError {
            throw FetchFailure(text: error.text, isRefusal: false)
        } catch {
            throw FetchFailure(text: "its index could not be taken in", isRefusal: true)
        }
    }

    /// Our copy, if it stands mapped: read and checked before.
    private func heldIndex(_ agreement: String, of peer: PinnedPeer) async throws -> Manifest? {
        try await latestManifest(agreement, of: peer).flatMap { engine.mapped($0) }
    }

    private func latestManifest(_ agreement: String, of peer: PinnedPeer) async throws -> StoredManifest? {
        try await vault.latestManifest(
            agreement: agreement,
            holder: peer.agency.text,
            asker: configuration.agency
        )
    }

    private func takeIndex(
        _ agreement: String,
        of peer: PinnedPeer,
        by person: Person,
        through reaching: any PeerReaching,
        force: Bool
    ) async throws -> Manifest {
        let stored = try await latestManifest(agreement, of: peer)
        let last = try stored.map { try Manifest(decoding: $0.bytes) }
        if let last, !force, isHeld(last) { return last }
        let route = Route.manifest(agreement: agreement)
        let held = last.flatMap { isHeld($0) ? EntityTag(digest: $0.digest) : nil }
        guard let offered = try await manifest(route, unless: held, of: peer, through: reaching) else {
            guard let last else { throw FetchFailure(text: "it names no index that we hold", isRefusal: true) }
            return last
        }
        let (taken, newest) = try await follow(offered, after: last, of: peer, through: reaching)
        // Of an index that stays with its holder there is nothing to bring here but the manifest.
        let isSynced = newest.retrieval == .synced
        let bytes = isSynced ? try await syncSegments(newest, after: last, of: peer, through: reaching) : 0
        guard !taken.isEmpty || bytes > 0 else { return newest }
        // All segments are durable by now: the manifest that names them is taken with its entry, or not at all.
        _ = try await vault.commit { transaction in
            for manifest in taken { try transaction.store(manifest.stored) }
            if last?.scope != newest.scope { try transaction.forgetBitsTold(before: newest.scope) }
            let draft = try self.draft(
                "index.fetched",
                by: .person(person),
                data: Self.logged(newest, peer: peer.agency.text, bytes: bytes)
                    .merging(["count": .integer(isSynced ? newest.entries : 0)]) { $1 },
                in: transaction
            )
            return ((), [draft])
        }
        return newest
    }

    /// Whether all segments are here that should be: those of an agreement that ended and came back are not.
    private func isHeld(_ manifest: Manifest) -> Bool {
        manifest.retrieval != .synced
            || manifest.classes.flatMap(\.segments).allSatisfy { vault.segments.contains(Hex.encode($0.digest)) }
    }

    /// What the log says of an index handed over.
    static func logged(_ manifest: Manifest, peer: String, bytes: Int) -> [String: JSONValue?] {
        [
            "agreement": .string(manifest.scope.agreement), "epoch": .integer(manifest.scope.epoch),
            "version": .integer(manifest.version), "manifest_digest": .string(Hex.encode(manifest.digest)),
            "count": .integer(manifest.entries), "peer": .string(peer), "bytes": .integer(bytes),
        ]
    }

    /// A manifest whose signature and log entry were checked, as it came.
    private struct CheckedManifest: Sendable {
        let manifest: Manifest
        let stored: StoredManifest
    }

    /// - Returns: nil if the newest manifest is the one `held`.
    private func manifest(
        _ route: Route,
        unless held: EntityTag? = nil,
        of peer: PinnedPeer,
        through reaching: any PeerReaching
    ) async throws -> CheckedManifest? {
        let response = try await reaching.send(
            PeerRequest(id: freshMessageID(), route: route, receipt: try await latestReceipt(), held: held),
            to: peer.agency
        )
        if response.status == 304, held != nil { return nil }
        guard response.status == 200 else {
            throw FetchFailure(text: response.problem?.detail ?? "it publishes no index for us", isRefusal: true)
        }
        guard let envelope = try? ManifestEnvelope(body: response.body),
            let manifest = try? Manifest(decoding: envelope.manifest)
        else { throw FetchFailure(text: "its manifest cannot be read", isRefusal: true) }
        let card = peer.card.card
        guard card.signingKey.verifies(envelope.signature, over: ManifestSignature.message(envelope.manifest)),
            manifest.scope.holder == peer.agency.text, manifest.scope.asker == configuration.agency,
            Self.answers(manifest, route)
        else {
            let text = "its manifest is not signed by its card's key, or not the one that was asked for"
            throw FetchFailure(text: text, isRefusal: true)
        }
        guard Self.isLogged(manifest, envelope: envelope, vkey: card.logKeys.log) else {
            throw FetchFailure(text: "its manifest does not stand in its own audit log", isRefusal: true)
        }
        let stored = StoredManifest(
            agreement: manifest.scope.agreement,
            holder: manifest.scope.holder,
            asker: manifest.scope.asker,
            version: manifest.version,
            epoch: manifest.scope.epoch,
            bytes: envelope.manifest,
            signature: envelope.signature,
            leaf: nil,
            bucketMinimum: manifest.retrieval.minimum
        )
        return CheckedManifest(manifest: manifest, stored: stored)
    }

    /// Whether a manifest is of the agreement, and where one was named of the version, that was asked for.
    private static func answers(_ manifest: Manifest, _ route: Route) -> Bool {
        switch route {
        case .manifest(let agreement): manifest.scope.agreement == agreement
        case .manifestVersion(let agreement, let version):
            manifest.scope.agreement == agreement && manifest.version == version
        default: false
        }
    }

    /// Whether the holder's log, under its signed checkpoint, holds the `index.published` entry of this manifest.
    private static func isLogged(_ manifest: Manifest, envelope: ManifestEnvelope, vkey: String) -> Bool {
        guard let leaf = try? Leaf(envelope.leaf), leaf.event == "index.published",
            leaf.index == envelope.leafIndex,
            leaf.data["manifest_digest"]?.string == Hex.encode(manifest.digest),
            let key = VerifierKey(vkey),
            let checkpoint = try? VerifiedCheckpoint(Array(envelope.checkpoint.utf8), logKeys: [key]).checkpoint
        else { return false }
        do throws(ProofError) {
            try MerkleProof.verifyInclusion(
                of: .leaf(envelope.leaf),
                index: envelope.leafIndex,
                size: checkpoint.size,
                proof: envelope.inclusion.compactMap { TreeHash($0) },
                root: checkpoint.root
            )
            return true
        } catch {
            return false
        }
    }

    /// The manifests from ours to the one offered, each following the last.
    private func follow(
        _ offered: CheckedManifest,
        after last: Manifest?,
        of peer: PinnedPeer,
        through reaching: any PeerReaching
    ) async throws -> (taken: [CheckedManifest], newest: Manifest) {
        var taken: [CheckedManifest] = []
        var newest = last
        while taken.count < Self.greatestGap {
            switch ManifestChain.check(offered.manifest, after: newest) {
            case .accepted: return (taken + [offered], offered.manifest)
            case .unchanged: return (taken, offered.manifest)
            case .refused(.gap(let next, _)):
                let step = try await manifest(
                    .manifestVersion(agreement: offered.manifest.scope.agreement, version: next),
                    of: peer,
                    through: reaching
                )
                guard let step else { throw FetchFailure(text: "it left out a manifest", isRefusal: true) }
                guard step.manifest.version == next, case .accepted = ManifestChain.check(step.manifest, after: newest)
                else {
                    try await keep([step.stored, offered.stored], as: "conflict")
                    throw FetchFailure(text: "its manifests do not follow each other; both are kept", isRefusal: true)
                }
                taken.append(step)
                newest = step.manifest
            case .refused:
                try await keep([offered.stored], as: "rollback")
                throw FetchFailure(
                    text: "its manifest goes back behind the one we have, and is kept",
                    isRefusal: true
                )
            case .conflict:
                try await keep([offered.stored], as: "conflict")
                throw FetchFailure(
                    text: "it shows two stories: two manifests that cannot both be honest; both are kept",
                    isRefusal: true
                )
            }
        }
        throw FetchFailure(text: "it published more often than can be followed at once", isRefusal: true)
    }

    /// Most manifests followed in one fetch: hourly ones of almost half a year.
    private static let greatestGap = 4_096

    /// Keeps signed manifests that contradict what we hold, as evidence, with an entry of the holder's refused act.
    private func keep(_ manifests: [StoredManifest], as ground: String) async throws {
        let now = clock.milliseconds()
        _ = try await vault.commit { transaction in
            let drafts = try manifests.map { manifest in
                try transaction.storeConflict(manifest, at: now)
                let data: [String: JSONValue?] = ["method": "manifest", "route": .string(ground), "count": 1]
                return try self.draft("access.refused", by: .peer(manifest.holder), data: data, in: transaction)
            }
            return ((), drafts)
        }
    }
}
