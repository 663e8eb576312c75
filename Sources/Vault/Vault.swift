/// The vault: everything a node keeps, in one SQLite database, one log folder and one folder of segments. A change and
/// its audit entries commit in one transaction (AUDIT section 5).

import AuditLog
import Foundation
import GRDB
import Sodium
public import TransparencyLog

public final class Vault: Sendable {
    public let segments: SegmentFolder
    public let sealer: RecordSealer
    /// The log's origin, `<agency id>/audit/<n>`.
    public let origin: String
    let buckets: BucketSealer
    let database: AuditedDatabase
    let publisher: AuditPublisher
    /// The published log.
    let log: URL
    /// What the log's checkpoints are checked with.
    public let logKey: VerifierKey
    /// All keys that the log has signed with, the present one first: what it signed once, it stands by.
    public let logKeyChain: [VerifierKey]
    private let keptAccounts: KeptReads<Bool, [StoredAccount]>
    private let keptManifests: KeptReads<ManifestName, StoredManifest>

    private init(
        database: AuditedDatabase,
        publisher: AuditPublisher,
        changes: TableChanges,
        log: URL,
        segments: SegmentFolder,
        sealer: RecordSealer,
        logKey: VerifierKey,
        earlierKeys: [VerifierKey],
        buckets: BucketSealer
    ) {
        self.database = database
        self.publisher = publisher
        self.log = log
        self.segments = segments
        self.sealer = sealer
        origin = logKey.name
        self.logKey = logKey
        logKeyChain = [logKey] + earlierKeys.filter { $0 != logKey }
        self.buckets = buckets
        keptAccounts = KeptReads(table: "account", changes: changes, greatest: 1)
        keptManifests = KeptReads(table: "manifest", changes: changes, greatest: 256)
    }

    /// Where the parts of a vault stand.
    public struct Places: Sendable {
        public var database: URL
        /// The published log.
        public var log: URL
        public var segments: URL

        public init(database: URL, log: URL, segments: URL) {
            self.database = database
            self.log = log
            self.segments = segments
        }
    }

    /// What a vault needs of the keyring.
    public struct Secrets: Sendable {
        /// Ed25519 seed of the log, 32 bytes.
        public var log: SecretBytes
        /// The one before, while both sign; nil otherwise.
        public var logBefore: SecretBytes?
        /// Seals records, 32 bytes.
        public var record: SecretBytes

        public init(log: SecretBytes, logBefore: SecretBytes? = nil, record: SecretBytes) {
            self.log = log
            self.logBefore = logBefore
            self.record = record
        }
    }

    /// Opens or creates a vault, recovers its log and publishes what a crash left unpublished.
    ///
    /// - Parameters:
    ///   - origin: the log's origin and key name.
    ///   - keyring: keeps the bucket keys of sealed audit values.
    ///   - retention: how long the log keeps personal values.
    ///   - follows: the log that this one goes on from, if it has no entry yet.
    ///   - clock: milliseconds since 1970.
    /// - Throws: `AuditStoreError` when database and log do not belong together; GRDB's errors.
    public static func open(
        _ places: Places,
        origin: String,
        secrets: Secrets,
        keyring: Keyring,
        retention: AuditRetention = AuditRetention(),
        follows: EndedLog? = nil,
        clock: @escaping @Sendable () -> Int,
        random: RandomBytes
    ) async throws -> Vault {
        let key = try LogKey(name: origin, seed: secrets.log)
        let buckets = BucketSealer(keyring: keyring, random: random, origin: origin)
        let dependencies = AuditDependencies(
            key: key.verifier,
            earlier: try secrets.logBefore.map { seed in
                let earlier = try LogKey(name: origin, seed: seed)
                return EarlierLogKey(key: earlier.verifier) { earlier.sign($0) }
            },
            follows: follows,
            sign: { key.sign($0) },
            clock: clock,
            randomBytes: { random.bytes($0) },
            seal: { try buckets.seal($0) },
            eraseAfter: { word, now in now + retention.days(of: word) * 86_400 }
        )
        let changes = TableChanges(of: ["account", "manifest"])
        let database = try AuditedDatabase(
            path: places.database.path,
            dependencies: dependencies,
            changes: changes
        ) {
            VaultSchema.register(in: &$0)
        }
        let isNewKey = try await database.beginRotation()
        let publisher = try AuditPublisher(database, folder: places.log.path)
        try await publisher.recover()
        let isUnconfirmed = try await database.read { try VaultTransaction(database: $0).isUnconfirmed() }
        if isUnconfirmed { await publisher.stop(.notConfirmed) }
        let signed = try await database.read {
            try VaultTransaction(database: $0).witnessConflicts().first { $0.origin == origin }
        }
        if let signed { throw AuditStoreError.signedElsewhere(size: signed.size) }
        if isNewKey, !isUnconfirmed { try await publisher.publish() }
        let rotations = try await database.read { try StoredKeyRotation.all(in: $0) }
        return Vault(
            database: database,
            publisher: publisher,
            changes: changes,
            log: places.log,
            segments: try SegmentFolder(places.segments),
            sealer: try RecordSealer(key: secrets.record),
            logKey: key.verifier,
            earlierKeys: rotations.reversed().compactMap { VerifierKey($0.earlier) },
            buckets: buckets
        )
    }

    /// Changes the vault and appends the entries of the drafts in one durable step; many callers share one fsync.
    ///
    /// - Parameter body: a throw takes back what this caller did, and nothing of the others.
    public func commit<Value: Sendable>(
        _ body: @Sendable @escaping (VaultTransaction) throws -> (Value, [AuditDraft])
    ) async throws -> Committed<Value> {
        try await database.commit { try body(VaultTransaction(database: $0)) }
    }

    /// Reads what is durable.
    public func read<Value: Sendable>(
        _ body: @Sendable @escaping (VaultTransaction) throws -> Value
    ) async throws -> Value {
        try await database.read { try body(VaultTransaction(database: $0)) }
    }

    // MARK: What every question reads

    /// All accounts. A change that is durable is in what this gives from then on.
    public func accounts() async throws -> [StoredAccount] {
        try await keptAccounts.value(true) { try await self.read { try $0.accounts() } } ?? []
    }

    /// The newest manifest of an index; as ``accounts()``.
    public func latestManifest(agreement: String, holder: String, asker: String) async throws -> StoredManifest? {
        try await keptManifests.value(ManifestName(agreement: agreement, holder: holder, asker: asker)) {
            try await self.read { try $0.latestManifest(agreement: agreement, holder: holder, asker: asker) }
        }
    }

    private struct ManifestName: Hashable {
        let agreement: String
        let holder: String
        let asker: String
    }

    /// Transactions so far: each was one fsync. For measurements.
    package var groupsCommitted: Int { database.groupsCommitted }

    // MARK: Log

    /// The newest durable entry.
    public func latestLeaf() async throws -> DurableLeaf {
        try await read { transaction in
            guard let row = try transaction.row("SELECT idx, bytes, hash FROM audit_entries ORDER BY idx DESC LIMIT 1"),
                let hash = TreeHash(row.bytes("hash"))
            else { throw AuditStoreError.entryDamaged(index: 0) }
            return DurableLeaf(index: row["idx"], hash: hash, bytes: row.bytes("bytes"))
        }
    }

    /// What shows an outsider that an entry stands in the log.
    public struct EntryProof: Sendable {
        /// The entry's bytes.
        public var leaf: [UInt8]
        /// From the leaf upwards.
        public var hashes: [TreeHash]
        /// The signed note the proof leads to.
        public var checkpoint: String
    }

    /// The proof of an entry under the newest checkpoint, published first if that does not cover it yet.
    public func inclusionProof(of index: Int) async throws -> EntryProof? {
        try await proof { try $0.prove(index) }
    }

    /// The same of what lies in the folder, changed or not: whoever is shown it checks it.
    public func uncheckedProof(of index: Int) async throws -> EntryProof? {
        try await proof { try $0.asItLies(index) }
    }

    private func proof(_ read: (LogReader) throws -> LogProof) async throws -> EntryProof? {
        try await publisher.publish()
        let proof = try read(try LogReader(AuditFolder(path: log.path)))
        guard let leaf = proof.extra else { return nil }
        return EntryProof(leaf: leaf, hashes: proof.hashes, checkpoint: proof.checkpoint.encoded)
    }

    /// Publishes all entries that are durable now.
    public func publish() async throws {
        try await publisher.publish()
    }

    /// Publishes each second while there is news; returns when cancelled.
    public func publishContinuously() async throws {
        try await publisher.run()
    }

    /// Publishes what is left and closes the files.
    public func close() async {
        try? await publisher.publish()
        try? database.pool.close()
    }
}
