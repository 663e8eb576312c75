/// Use case: publish what policy lets each asker ask about. An index grows inside an epoch and never loses an entry;
/// a rotation begins a new epoch and erases the old seed.

import Accounts
import AuditLog
import CanonicalJSON
import Foundation
import MatchKeys
import ObliviousPRF
import PolicyEngine
import SetIntersection
import Sodium
import Vault
import WireProtocol

public struct IndexReport: Codable, Sendable, Equatable {
    public var agreement: String
    public var holder: String
    public var asker: String
    /// Whether this node published it (else it was fetched).
    public var published: Bool
    public var epoch: Int
    public var version: Int
    /// `synced` (the asker holds a copy) or `bucketed` (it fetches buckets).
    public var retrieval: String
    public var records: Int
    /// Entries of all classes, chaff included.
    public var entries: Int
    /// What a person should know: who stayed out and by which rule, in numbers.
    public var notes: [String]
}

public struct IndexList: Codable, Sendable, Equatable {
    public var indexes: [IndexReport]
}

extension Node {
    /// Builds or extends every index this node holds, or one; `rotating` begins a new epoch.
    public func buildIndexes(
        agreement: String?,
        asker: String?,
        rotating: Bool,
        by account: String?,
        say: @escaping @Sendable (String) -> Void
    ) async throws(NodeProblem) -> IndexList {
        let person = try await person(account, for: rotating ? .rotateIndex : .buildIndex)
        let policies = activePolicies.set
        if let agreement, policies.agreements[agreement] == nil {
            throw NodeProblem(
                .usage,
                "there is no agreement \(agreement)",
                at: "--agreement",
                because: "the active policies have \(policies.agreements.keys.sorted().joined(separator: ", "))",
                try: "comity policy status \(folder.path), then comity policy activate \(folder.path)"
            )
        }
        var reports: [IndexReport] = []
        for id in policies.agreements.keys.sorted() where agreement == nil || agreement == id {
            guard let terms = policies.agreements[id], terms.holders.contains(configuration.agency) else { continue }
            for other in terms.askers where other != configuration.agency && (asker == nil || asker == other) {
                let admission = IndexAdmission(
                    policies: policies,
                    agreement: terms,
                    asker: other,
                    holder: configuration.agency,
                    at: clock.moment
                )
                do {
                    let report = try await preparations.givingWay {
                        try await turns.run("publish") {
                            try await self.build(admission, rotating: rotating, by: .person(person), say: say).report
                        }
                    }
                    reports.append(report)
                } catch {
                    throw NodeProblem(fault: error, doing: "building the index of \(id) for \(other)")
                }
            }
        }
        guard !reports.isEmpty else {
            throw NodeProblem(
                .refused,
                "there is nothing to publish",
                because: "no agreement in the active policies names \(configuration.agency) as a holder"
                    + (asker.map { " and \($0) as an asker" } ?? ""),
                try: "comity policy check \(folder.policies.path)"
            )
        }
        return IndexList(indexes: reports)
    }

    public func indexList() async throws(NodeProblem) -> IndexList {
        do {
            let stored = try await vault.read { try $0.latestManifests() }
            return IndexList(
                indexes: try stored.map {
                    report(try Manifest(decoding: $0.bytes), notes: [])
                }
            )
        } catch {
            throw NodeProblem(fault: error, doing: "reading the indexes")
        }
    }

    private func report(_ manifest: Manifest, notes: [String]) -> IndexReport {
        IndexReport(
            agreement: manifest.scope.agreement,
            holder: manifest.scope.holder,
            asker: manifest.scope.asker,
            published: manifest.scope.holder == configuration.agency,
            epoch: manifest.scope.epoch,
            version: manifest.version,
            retrieval: manifest.retrieval == .synced ? "synced" : "bucketed",
            records: manifest.records,
            entries: manifest.entries,
            notes: notes
        )
    }

    /// Only within the turn "publish".
    /// - Parameter isBucketed: a record was met that demands it, so that a new epoch begins with that mode.
    func build(
        _ admission: IndexAdmission,
        rotating isWanted: Bool,
        isBucketed: Bool = false,
        sight: RecordSight = .missing,
        attempts: Int = 3,
        by actor: Actor,
        say: @escaping @Sendable (String) -> Void
    ) async throws -> BuiltIndex {
        let effort = BuildEffort.full(engine.prf)
        let (agreement, asker) = (admission.agreement.id, admission.asker)
        let stored = try await vault.read {
            try $0.latestManifest(agreement: agreement, holder: self.configuration.agency, asker: asker)
        }
        let last = try stored.map { try Manifest(decoding: $0.bytes) }
        // Keys of another recipe cannot stand beside those of this one: no asker would take that for the same epoch.
        let isOutgrown = last.map { $0.recipe != recipe.published } ?? false
        let rotating = isWanted || isOutgrown
        let epoch = last.map { rotating ? self.epoch(after: $0.scope.epoch) : $0.scope.epoch } ?? self.epoch(after: 0)
        let scope = try IndexScope(
            agreement: agreement,
            asker: asker,
            holder: configuration.agency,
            epoch: epoch
        )
        if let rule = admission.closed() {
            let note = "not published now: \(rule)"
            let closed =
                last.map { report($0, notes: [note]) }
                ?? IndexReport(
                    agreement: agreement,
                    holder: configuration.agency,
                    asker: asker,
                    published: true,
                    epoch: 0,
                    version: 0,
                    retrieval: "synced",
                    records: 0,
                    entries: 0,
                    notes: [note]
                )
            return BuiltIndex(report: closed, looked: nil)
        }
        if let last { try await eraseEndedEntries(of: last.scope) }
        let running = last.flatMap { $0.scope.epoch == epoch ? $0 : nil }
        let records = try await vault.read { try $0.recordCount() }
        do {
            try checkRoom(for: Self.room(after: running, records: records))
        } catch let full as NoRoom {
            throw NodeProblem(
                .refused,
                "there is no room to build the index of \(agreement) for \(asker)",
                at: vault.segments.url.path,
                because: full.text,
                try: NoRoom.remedy
            )
        }
        let seed = try seed(of: scope, isRunning: running != nil)
        let prepared =
            rotating
            ? try await preparedEpoch(
                scope,
                rules: activePolicies.indexRules(
                    agreement: agreement,
                    asker: asker,
                    holder: configuration.agency
                ),
                day: admission.at.day,
                isBucketed: isBucketed
            ) : nil
        let predecessor = running ?? prepared?.manifest
        let draft = IndexDraft(
            scope: scope,
            predecessor: predecessor,
            isBucketed: predecessor.map { $0.retrieval != .synced } ?? isBucketed,
            seed: try EpochSeed(seed)
        )
        let gathered: GatheredRecords
        var unseen = [prepared?.manifest]
        let manifest: Manifest
        do {
            gathered = try await gather(
                admission,
                draft: draft,
                sight: prepared.map { .changed(since: $0.looked) } ?? sight,
                effort: effort,
                say: say
            )
            if let running, gathered.entered == 0 {
                let notes = gathered.notes + ["nothing new to publish"]
                return BuiltIndex(report: report(running, notes: notes), looked: gathered.looked)
            }
            manifest = try await writeIndex(draft, gathered: gathered, last: last, effort: effort)
            unseen.append(manifest)
            try await publish(
                manifest,
                gathered: gathered,
                notices: (prepared?.notices ?? .none).joined(gathered.notices),
                ended: rotating ? last?.scope : nil,
                // What stands in a running epoch stays; a new one must not begin with what is protected or gone by now.
                asOf: running == nil ? (prepared?.looked ?? gathered.looked) : nil,
                by: actor
            )
        } catch is BucketsDemanded {
            // An epoch has one mode from its beginning to its end: this one is over, or never began.
            for one in unseen { try removeSegments(of: one, keeping: last) }
            return try await build(
                admission,
                rotating: rotating || running != nil,
                isBucketed: true,
                attempts: attempts,
                by: actor,
                say: say
            )
        } catch let outdated as OutdatedEpoch {
            for one in unseen { try removeSegments(of: one, keeping: last) }
            try await eraseEntries(of: scope)
            guard attempts > 1 else { throw outdated.problem(agreement, asker) }
            return try await build(
                admission,
                rotating: rotating,
                isBucketed: isBucketed,
                attempts: attempts - 1,
                by: actor,
                say: say
            )
        } catch {
            await removeUnpublished(unseen, of: scope)
            throw error
        }
        for old in [last, prepared?.manifest] { try removeSegments(of: old, keeping: manifest) }
        if rotating, let last { try await eraseEntries(of: last.scope) }
        var notes = (prepared?.notes ?? []) + gathered.notes
        if isOutgrown { notes.append("a new epoch began: keys are made by another recipe now (\(recipe.name))") }
        if isBucketed, let last, last.retrieval == .synced {
            notes.append("a new epoch began: a record may be fetched in buckets alone, so the index is bucketed")
        }
        return BuiltIndex(report: report(manifest, notes: notes), looked: gathered.looked)
    }

    /// The number of the epoch after one. It names one set of keys for ever; how many there were between a backup and the end of
    /// the log that a restore ended, nobody knows: the epochs of each log begin at a million of their own.
    func epoch(after epoch: Int) -> Int {
        let log = LogOrigin.number(vault.origin, of: configuration.agency) ?? 1
        return max(epoch + 1, (log - 1) * 1_000_000 + 1)
    }

    /// The seed of an epoch, made at its beginning. In a running one a new seed would show other keys: two stories.
    func seed(of scope: IndexScope, isRunning: Bool) throws -> SecretBytes {
        let name = SecretName.epochSeed(scope)
        guard isRunning, !keyring.contains(name) else {
            return try keyring.secret(name) { try SecretBytes(random: 32, from: random) }
        }
        throw NodeProblem(
            .refused,
            "the seed of epoch \(scope.epoch) of \(scope.agreement) for \(scope.asker) is gone",
            because: "seeds are in no backup, and the keyring was restored",
            try: "comity index rotate \(folder.path) --agreement \(scope.agreement) --asker \(scope.asker) "
                + "--confirm \(scope.agreement)"
        )
    }

    /// Signs the manifest and makes it the current one; with `ended`, erases the old epoch.
    private func publish(
        _ manifest: Manifest,
        gathered: GatheredRecords,
        notices: NoticeDuties,
        ended: IndexScope?,
        asOf looked: Int?,
        by actor: Actor
    ) async throws {
        let signature = try signed(ManifestSignature.message(manifest.bytes))
        let stored = StoredManifest(
            agreement: manifest.scope.agreement,
            holder: manifest.scope.holder,
            asker: manifest.scope.asker,
            version: manifest.version,
            epoch: manifest.scope.epoch,
            bytes: manifest.bytes,
            signature: signature,
            leaf: nil,
            bucketMinimum: manifest.retrieval.minimum
        )
        _ = try await vault.commit { [stored] transaction in
            var stored = stored
            if let looked, try transaction.isOutdated(since: looked, standingIn: manifest.scope) {
                throw OutdatedEpoch()
            }
            // The manifest's own entry is the last one of this change; both become durable together.
            stored.leaf = try transaction.nextLeaf() + (ended == nil ? 0 : 1)
            try transaction.store(stored)
            for entry in gathered.entries {
                try transaction.storeIndexEntry(
                    manifest.scope,
                    record: entry.record,
                    digest: entry.digest,
                    handle: entry.number
                )
            }
            try transaction.setHandlesTaken(
                agreement: manifest.scope.agreement,
                asker: manifest.scope.asker,
                to: gathered.handles.next
            )
            try self.notify(
                notices,
                of: .indexPublished,
                about: "epoch \(manifest.scope.epoch) version \(manifest.version)",
                agreement: manifest.scope.agreement,
                peer: manifest.scope.asker,
                in: transaction
            )
            var drafts: [AuditDraft] = []
            if let ended {
                drafts.append(
                    try self.draft(
                        "epoch.rotated",
                        by: actor,
                        data: [
                            "agreement": .string(ended.agreement), "peer": .string(ended.asker),
                            "epoch": .integer(manifest.scope.epoch),
                        ],
                        in: transaction
                    )
                )
            }
            drafts.append(
                try self.draft(
                    "index.published",
                    by: actor,
                    data: [
                        "agreement": .string(manifest.scope.agreement), "peer": .string(manifest.scope.asker),
                        "epoch": .integer(manifest.scope.epoch), "version": .integer(manifest.version),
                        "manifest_digest": .string(Hex.encode(manifest.digest)),
                        "count": .integer(manifest.entries),
                        "bytes": .integer(manifest.entries * SegmentDescription.entryBytes),
                    ],
                    in: transaction
                )
            )
            return ((), drafts)
        }
        if let ended {
            try keyring.update(set: [:], remove: [SecretName.epochSeed(ended)])
            engine.forget(ended)
        }
    }

    /// Removes the segments of manifests that were not published, if so much is sure; what is left the next start sweeps.
    private func removeUnpublished(_ unseen: [Manifest?], of scope: IndexScope) async {
        do {
            // No read: that would end at once where the build was cancelled.
            let stored = try await vault.commit { transaction in
                (
                    try transaction.latestManifest(
                        agreement: scope.agreement,
                        holder: scope.holder,
                        asker: scope.asker
                    ), []
                )
            }.value
            let newest = try stored.map { try Manifest(decoding: $0.bytes) }
            for one in unseen { try removeSegments(of: one, keeping: newest) }
        } catch {
            return
        }
    }

    /// Removes the segments that the manifest before named and this one does not: nobody is answered with them any more.
    private func removeSegments(of last: Manifest?, keeping manifest: Manifest?) throws {
        let kept = Set(manifest?.classes.flatMap(\.segments) ?? [])
        for old in last?.classes.flatMap(\.segments) ?? [] where !kept.contains(old) {
            try vault.segments.remove(Hex.encode(old.digest))
        }
    }
}

/// A record of a new epoch changed or went while it was built.
private struct OutdatedEpoch: Error {
    func problem(_ agreement: String, _ asker: String) -> NodeProblem {
        NodeProblem(
            .refused,
            "the index of \(agreement) for \(asker) was not published",
            because: "records in it changed each time while it was built",
            try: "again, once what changes them is over"
        )
    }
}

/// What a build came to.
struct BuiltIndex: Sendable {
    var report: IndexReport
    /// Length of the log when its records were looked at; nil where none were.
    var looked: Int?
}

/// What a manifest's signature covers: a context, so that no other signature of the key can stand in for it.
enum ManifestSignature {
    static func message(_ bytes: [UInt8]) -> [UInt8] {
        Array("comity/manifest/v1".utf8) + [0] + SHA2.sha256(bytes)
    }
}
