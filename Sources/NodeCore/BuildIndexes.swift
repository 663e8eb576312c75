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
                try: "comity policy check \(folder.policies.path), then restart the node"
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
                    let report = try await turns.run("publish") {
                        try await self.build(admission, rotating: rotating, by: .person(person), say: say)
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
            records: manifest.records,
            entries: manifest.entries,
            notes: notes
        )
    }

    /// Only within the turn "publish".
    func build(
        _ admission: IndexAdmission,
        rotating: Bool,
        by actor: Actor,
        say: @escaping @Sendable (String) -> Void
    ) async throws -> IndexReport {
        let (agreement, asker) = (admission.agreement.id, admission.asker)
        let stored = try await vault.read {
            try $0.latestManifest(agreement: agreement, holder: self.configuration.agency, asker: asker)
        }
        let last = try stored.map { try Manifest(decoding: $0.bytes) }
        let epoch = last.map { rotating ? $0.scope.epoch + 1 : $0.scope.epoch } ?? 1
        let scope = try IndexScope(
            agreement: agreement,
            asker: asker,
            holder: configuration.agency,
            epoch: epoch
        )
        if let rule = admission.closed() {
            let note = "not published now: \(rule)"
            return last.map { report($0, notes: [note]) }
                ?? IndexReport(
                    agreement: agreement,
                    holder: configuration.agency,
                    asker: asker,
                    published: true,
                    epoch: 0,
                    version: 0,
                    records: 0,
                    entries: 0,
                    notes: [note]
                )
        }
        let predecessor = last.flatMap { $0.scope.epoch == epoch ? $0 : nil }
        let seed = try seed(of: scope, isRunning: predecessor != nil)
        let draft = IndexDraft(scope: scope, predecessor: predecessor, seed: try EpochSeed(seed))
        let gathered = try await gather(admission, draft: draft, say: say)
        if let predecessor, gathered.entries.isEmpty {
            return report(predecessor, notes: gathered.notes + ["nothing new to publish"])
        }
        let manifest = try await prf.offload { [self] in
            try publishSegments(draft, gathered: gathered, last: last)
        }
        try await publish(manifest, gathered: gathered, ended: rotating ? last?.scope : nil, by: actor)
        try removeSegments(of: last, keeping: manifest)
        return report(manifest, notes: gathered.notes)
    }

    /// The seed of an epoch, made at its beginning. In a running one a new seed would show other keys: two stories.
    private func seed(of scope: IndexScope, isRunning: Bool) throws -> SecretBytes {
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

    private var prf: BatchRunner { engine.prf.engine.runner }

    /// The records that enter, with their keys and fresh handles.
    private func gather(
        _ admission: IndexAdmission,
        draft: IndexDraft,
        say: @escaping @Sendable (String) -> Void
    ) async throws -> GatheredRecords {
        let scope = draft.scope
        let (known, total, taken) = try await vault.read { transaction in
            (
                try transaction.indexedVersions(scope),
                try transaction.recordCount(),
                try transaction.handlesTaken(agreement: scope.agreement, asker: scope.asker)
            )
        }
        let key = try keyring.secret(SecretName.handles(scope)) { try SecretBytes(random: 32, from: random) }
        var gathered = GatheredRecords(handles: try HandleSequence(key: key, next: taken))
        var progress = Progress(total: total, unit: "records", say: say)
        var page = try await vault.read { try $0.records(after: 0, limit: Self.page) }
        while let last = page.last?.number {
            // The next page is read while this one is worked on.
            async let following = vault.read { try $0.records(after: last, limit: Self.page) }
            let fresh = page.filter { known[$0.number]?.contains($0.digest) != true }
            let verdicts = try await prf.offload { [prf, vault] in
                try admission.verdicts(on: fresh, sealer: vault.sealer, runner: prf)
            }
            for (record, verdict) in zip(fresh, verdicts) {
                try gathered.take(record, verdict)
            }
            progress.advance(by: page.count)
            try Task.checkCancellation()
            page = try await following
        }
        gathered.known = Set(known.keys)
        return gathered
    }

    /// Records opened at once.
    private static let page = 4_096

    /// Evaluates, sorts and writes the segments of each class; gives the manifest that names them.
    private func publishSegments(
        _ draft: IndexDraft,
        gathered: consuming GatheredRecords,
        last: Manifest?
    ) throws -> Manifest {
        var classes: [Manifest.ClassIndex] = []
        for ownClass in MatchKeys.KeyClass.allCases.sorted(by: { $0.published < $1.published }) {
            let keyClass = ownClass.published
            let earlier = draft.predecessor?.classes.first { $0.keyClass == keyClass }
            let id = try draft.scope.indexID(of: keyClass)
            let key = try draft.seed.evaluationKey(of: id)
            let published = MatchIndex(
                id: id,
                segments: try (earlier?.segments ?? []).map {
                    try IndexSegment(data: vault.segments.read(Hex.encode($0.digest)), described: $0)
                }
            )
            var builder = IndexBuilder(adding: published, key: key, prf: engine.prf)
            builder.add(gathered.inputs[ownClass] ?? [])
            let built = try builder.finish(random: random)
            let segments = try IndexSegment.settled(published.segments + [built.segment])
            for segment in segments {
                let name = Hex.encode(segment.digest)
                // A large one that stays as it is need not be read.
                if vault.segments.contains(name) { continue }
                try vault.segments.write(segment.withUnsafeBytes { [UInt8]($0) }, name: name)
            }
            classes.append(
                try Manifest.ClassIndex(
                    scope: draft.scope,
                    keyClass: keyClass,
                    publicKey: key.publicKey,
                    segments: segments.map(\.description),
                    leftOut: (earlier?.leftOut ?? 0) + built.leftOutKeys
                )
            )
        }
        let manifest = try Manifest(
            scope: draft.scope,
            version: (last?.version ?? 0) + 1,
            predecessor: last?.digest,
            recipe: KeyRecipe.current.published,
            records: gathered.recordsAfterwards,
            classes: classes
        )
        guard manifest.bytes.count <= WireLimits.manifest else {
            throw NodeProblem(
                .refused,
                "the index of \(draft.scope.agreement) for \(draft.scope.asker) has too many segments to publish another",
                because: "a manifest has at most \(WireLimits.manifest >> 10) KiB",
                try: "comity index rotate \(folder.path) --agreement \(draft.scope.agreement) "
                    + "--asker \(draft.scope.asker) --confirm \(draft.scope.agreement)"
            )
        }
        return manifest
    }

    /// Signs the manifest and makes it the current one; with `ended`, erases the old epoch.
    private func publish(
        _ manifest: Manifest,
        gathered: GatheredRecords,
        ended: IndexScope?,
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
            leaf: nil
        )
        _ = try await vault.commit { [stored] transaction in
            var stored = stored
            // The manifest's own entry is the last one of this change; both become durable together.
            stored.leaf = try transaction.nextLeaf() + (ended == nil ? 0 : 1)
            try transaction.store(stored)
            for entry in gathered.entries {
                try transaction.storeIndexEntry(
                    manifest.scope,
                    record: entry.number,
                    digest: entry.digest,
                    handle: entry.handle.bytes
                )
            }
            try transaction.setHandlesTaken(
                agreement: manifest.scope.agreement,
                asker: manifest.scope.asker,
                to: gathered.handles.next
            )
            var drafts: [AuditDraft] = []
            if let ended {
                try transaction.eraseIndex(ended)
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

    /// Removes the segments that the manifest before named and this one does not: nobody is answered with them any more.
    private func removeSegments(of last: Manifest?, keeping manifest: Manifest) throws {
        let kept = Set(manifest.classes.flatMap(\.segments))
        for old in last?.classes.flatMap(\.segments) ?? [] where !kept.contains(old) {
            try vault.segments.remove(Hex.encode(old.digest))
        }
    }
}

/// An index while it is made.
private struct IndexDraft: Sendable {
    let scope: IndexScope
    /// The manifest before, if it is of the same epoch.
    let predecessor: Manifest?
    let seed: EpochSeed
}

/// What enters, and in numbers what does not.
private struct GatheredRecords: Sendable {
    struct Entry: Sendable {
        let number: Int
        let digest: [UInt8]
        let handle: Handle
    }

    private(set) var entries: [Entry] = []
    /// What goes into the index of each class.
    private(set) var inputs: [MatchKeys.KeyClass: [(key: [UInt8], handle: Handle)]] = [:]
    private(set) var handles: HandleSequence
    private var out: [String: Int] = [:]
    private var keyless = 0
    /// Records that stand in this epoch already.
    var known: Set<Int> = []

    init(handles: HandleSequence) {
        self.handles = handles
    }

    mutating func take(_ record: BoxedRecord, _ verdict: IndexAdmission.Verdict) throws {
        switch verdict {
        case .staysOut(let rule): out[rule, default: 0] += 1
        case .enters(let keys) where keys.isEmpty: keyless += 1
        case .enters(let keys):
            let handle = try handles.take()
            entries.append(Entry(number: record.number, digest: record.digest, handle: handle))
            for key in keys { inputs[key.kind.keyClass, default: []].append((key: key.prfInput, handle: handle)) }
        }
    }

    /// Records with entries once this is published; a changed record counts once.
    var recordsAfterwards: Int { known.union(entries.map(\.number)).count }

    var notes: [String] {
        var notes = out.sorted { $0.key < $1.key }.map { rule, count in
            "\(count) \(count == 1 ? "record stays" : "records stay") out by \(rule)"
        }
        if keyless > 0 { notes.append("\(keyless) without a key of a kind in scope") }
        return notes
    }
}

/// What a manifest's signature covers: a context, so that no other signature of the key can stand in for it.
enum ManifestSignature {
    static func message(_ bytes: [UInt8]) -> [UInt8] {
        Array("comity/manifest/v1".utf8) + [0] + SHA2.sha256(bytes)
    }
}
