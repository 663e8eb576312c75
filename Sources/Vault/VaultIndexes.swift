/// Match indexes in the vault: which records stand in which index, manifests, and the segment files beside the database.

public import Foundation
import GRDB
public import SetIntersection

/// A signed manifest, published (holder's side) or received (asker's side).
public struct StoredManifest: Sendable, Equatable {
    public var agreement: String
    public var holder: String
    public var asker: String
    public var version: Int
    public var epoch: Int
    public var bytes: [UInt8]
    /// 64 bytes, Ed25519.
    public var signature: [UInt8]
    /// Index of our `index.published` leaf; nil for a received one.
    public var leaf: Int?
    /// Entries a bucket has at least; nil for an index that askers hold a copy of.
    public var bucketMinimum: Int?

    public init(
        agreement: String,
        holder: String,
        asker: String,
        version: Int,
        epoch: Int,
        bytes: [UInt8],
        signature: [UInt8],
        leaf: Int?,
        bucketMinimum: Int? = nil
    ) {
        self.agreement = agreement
        self.holder = holder
        self.asker = asker
        self.version = version
        self.epoch = epoch
        self.bytes = bytes
        self.signature = signature
        self.leaf = leaf
        self.bucketMinimum = bucketMinimum
    }
}

extension VaultTransaction {
    /// Up to `limit` records that an index may be made of, with a number above `number`, in order.
    public func keyed(after number: Int, limit: Int) throws -> [KeyedRecord] {
        try keyed(
            """
            SELECT number, change, dataset, digest, keys, 0 FROM record
            WHERE number > ? ORDER BY number LIMIT ?
            """,
            [number, limit]
        )
    }

    /// Those of them that do not stand in an index as they are.
    public func keyed(missingIn scope: IndexScope, after number: Int, limit: Int) throws -> [KeyedRecord] {
        try keyed(
            """
            SELECT number, change, dataset, digest, keys, \(Self.stands) FROM record
            WHERE number > ? AND NOT \(Self.standsAsItIs) ORDER BY number LIMIT ?
            """,
            Self.place(scope) + [number] + Self.place(scope) + [limit]
        )
    }

    /// Those of them that changed since the log had the length `leaf`, in the order of change and number; found by an
    /// index of the database, however many others there are.
    /// - Parameter last: the last one of the page before.
    public func keyed(
        changedSince leaf: Int,
        missingIn scope: IndexScope,
        after last: KeyedRecord?,
        limit: Int
    ) throws -> [KeyedRecord] {
        try keyed(
            """
            SELECT number, change, dataset, digest, keys, \(Self.stands) FROM record
            WHERE (change, number) > (?, ?) AND NOT \(Self.standsAsItIs) ORDER BY change, number LIMIT ?
            """,
            Self.place(scope) + [last?.change ?? leaf, last?.number ?? 0] + Self.place(scope) + [limit]
        )
    }

    /// Whether a record that stands in an index has changed since the log had that length.
    public func hasChanged(since leaf: Int, standingIn scope: IndexScope) throws -> Bool {
        try row("SELECT 1 FROM record WHERE change >= ? AND \(Self.stands) LIMIT 1", [leaf] + Self.place(scope)) != nil
    }

    /// Whether a record stands in an index as it was before the log had that length, and is another by now or gone.
    public func isOutdated(since leaf: Int, standingIn scope: IndexScope) throws -> Bool {
        let changed = try row(
            "SELECT 1 FROM record WHERE change >= ? AND \(Self.stands) AND NOT \(Self.standsAsItIs) LIMIT 1",
            [leaf] + Self.place(scope) + Self.place(scope)
        )
        return try changed != nil || isRecordErased(since: leaf)
    }

    private static let stands = """
        EXISTS (SELECT 1 FROM index_entry e WHERE e.agreement = ? AND e.asker = ? AND e.epoch = ?
        AND e.record = record.number)
        """
    private static let standsAsItIs = """
        EXISTS (SELECT 1 FROM index_entry e WHERE e.agreement = ? AND e.asker = ? AND e.epoch = ?
        AND e.record = record.number AND e.digest = record.digest)
        """

    private static func place(_ scope: IndexScope) -> StatementArguments {
        [scope.agreement, scope.asker, scope.epoch]
    }

    private func keyed(_ sql: String, _ arguments: StatementArguments) throws -> [KeyedRecord] {
        var records: [KeyedRecord] = []
        let cursor = try Row.fetchCursor(database.cachedStatement(sql: sql), arguments: arguments)
        while let row = try cursor.next() {
            records.append(
                KeyedRecord(
                    number: row[0],
                    change: row[1],
                    dataset: row[2],
                    digest: row.bytes(at: 3),
                    keys: row.hasNull(atIndex: 4) ? nil : row.bytes(at: 4),
                    stands: row[5]
                )
            )
        }
        return records
    }

    /// How many handles this agreement and asker have had, in all epochs.
    public func handlesTaken(agreement: String, asker: String) throws -> UInt64 {
        let taken: Int? = try row(
            "SELECT taken FROM handle_count WHERE agreement = ? AND asker = ?",
            [agreement, asker]
        )?["taken"]
        return UInt64(taken ?? 0)
    }

    public func setHandlesTaken(agreement: String, asker: String, to taken: UInt64) throws {
        try execute(
            "INSERT OR REPLACE INTO handle_count (agreement, asker, taken) VALUES (?, ?, ?)",
            [agreement, asker, Int(taken)]
        )
    }

    /// Which version of a record stands in an index, and the number of its handle. Numbers go up, so that rows are added
    /// at the end of both trees; rows from before there were numbers hold the handle itself, a blob.
    public func storeIndexEntry(_ scope: IndexScope, record: Int, digest: [UInt8], handle number: UInt64) throws {
        try execute(
            "INSERT INTO index_entry (agreement, asker, epoch, record, digest, handle) VALUES (?, ?, ?, ?, ?, ?)",
            [scope.agreement, scope.asker, scope.epoch, record, digest.blob, Int(number)]
        )
    }

    /// Forgets which records stood in an epoch, some at a time: one change of hundreds of thousands would keep every
    /// other one waiting.
    /// - Returns: whether there are more.
    public func eraseIndex(_ scope: IndexScope, limit: Int = 512) throws -> Bool {
        let rows = "FROM index_entry WHERE agreement = ? AND asker = ? AND epoch = ?"
        let next: Int? = try row(
            "SELECT record \(rows) ORDER BY record LIMIT 1 OFFSET ?",
            Self.place(scope) + [limit]
        )?[0]
        // Versions of one record go together.
        try execute("DELETE \(rows) AND record <= ?", Self.place(scope) + [next ?? Int.max])
        return next != nil
    }

    /// Epochs before this one of which rows are left: a crash came between the switch and the end of their erasure.
    public func epochsLeft(before scope: IndexScope) throws -> [Int] {
        let least: Int? = try row(
            "SELECT min(epoch) FROM index_entry WHERE agreement = ? AND asker = ?",
            [scope.agreement, scope.asker]
        )?[0]
        return least.map { Array($0..<max($0, scope.epoch)) } ?? []
    }

    // MARK: Manifests

    public func latestManifest(agreement: String, holder: String, asker: String) throws -> StoredManifest? {
        try row(
            "SELECT * FROM manifest WHERE agreement = ? AND holder = ? AND asker = ? ORDER BY version DESC LIMIT 1",
            [agreement, holder, asker]
        ).map(Self.manifest)
    }

    public func manifest(agreement: String, holder: String, asker: String, version: Int) throws -> StoredManifest? {
        try row(
            "SELECT * FROM manifest WHERE agreement = ? AND holder = ? AND asker = ? AND version = ?",
            [agreement, holder, asker, version]
        ).map(Self.manifest)
    }

    public func latestManifests() throws -> [StoredManifest] {
        try rows(
            """
            SELECT m.* FROM manifest m WHERE version = (SELECT max(version) FROM manifest n
            WHERE n.agreement = m.agreement AND n.holder = m.holder AND n.asker = m.asker)
            ORDER BY agreement, holder, asker
            """
        ).map(Self.manifest)
    }

    /// When the first manifest of an epoch of ours was published, in seconds since 1970.
    public func epochBegan(_ scope: IndexScope) throws -> Int? {
        let milliseconds: Int? = try row(
            """
            SELECT min(i.time) AS began FROM manifest m JOIN audit_index i ON i.idx = m.leaf
            WHERE m.agreement = ? AND m.holder = ? AND m.asker = ? AND m.epoch = ?
            """,
            [scope.agreement, scope.holder, scope.asker, scope.epoch]
        )?["began"]
        return milliseconds.map { $0 / 1000 }
    }

    public func store(_ manifest: StoredManifest) throws {
        try execute(
            """
            INSERT INTO manifest (agreement, holder, asker, version, epoch, bytes, signature, leaf, bucket_minimum)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                manifest.agreement, manifest.holder, manifest.asker, manifest.version, manifest.epoch,
                manifest.bytes.blob, manifest.signature.blob, manifest.leaf, manifest.bucketMinimum,
            ]
        )
    }

    /// Forgets what was received from a holder.
    public func forgetManifests(of holder: String) throws {
        try execute("DELETE FROM manifest WHERE holder = ?", [holder])
    }

    public func storeConflict(_ manifest: StoredManifest, at milliseconds: Int) throws {
        try execute(
            "INSERT INTO manifest_conflict (agreement, holder, version, bytes, signature, seen) VALUES (?, ?, ?, ?, ?, ?)",
            [
                manifest.agreement, manifest.holder, manifest.version, manifest.bytes.blob, manifest.signature.blob,
                milliseconds,
            ]
        )
    }

    /// What was kept as evidence against a holder, oldest first: signed manifests that do not fit the ones taken.
    public func conflicts(of holder: String) throws -> [(version: Int, bytes: [UInt8], signature: [UInt8])] {
        try rows("SELECT * FROM manifest_conflict WHERE holder = ? ORDER BY rowid", [holder]).map {
            (version: $0["version"], bytes: $0.bytes("bytes"), signature: $0.bytes("signature"))
        }
    }

    private static func manifest(_ row: Row) -> StoredManifest {
        StoredManifest(
            agreement: row["agreement"],
            holder: row["holder"],
            asker: row["asker"],
            version: row["version"],
            epoch: row["epoch"],
            bytes: row.bytes("bytes"),
            signature: row.bytes("signature"),
            leaf: row["leaf"],
            bucketMinimum: row["bucket_minimum"]
        )
    }
}

/// Immutable segment files, named by the SHA-256 of their bytes. A file is durable before a row speaks of it; a file no
/// manifest names is left over from a crash and can go.
public struct SegmentFolder: Sendable {
    public let url: URL

    public init(_ url: URL) throws {
        self.url = url
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    public func contains(_ name: String) -> Bool {
        FileManager.default.fileExists(atPath: url.appendingPathComponent(name).path)
    }

    public func write(_ bytes: [UInt8], name: String) throws {
        guard !contains(name) else { return }
        try DurableFile.write(bytes, to: url.appendingPathComponent(name))
    }

    /// Part of the bytes, read without mapping the rest; fewer if the file ends before.
    public func read(_ name: String, from first: Int, count: Int) throws -> [UInt8] {
        let file = try SegmentFile(reading: url.appendingPathComponent(name))
        return try file.read(from: first, count: count)
    }

    /// The bytes, mapped where the file system can.
    public func read(_ name: String) throws -> Data {
        try Data(contentsOf: url.appendingPathComponent(name), options: .alwaysMapped)
    }

    public func remove(_ name: String) throws {
        guard contains(name) else { return }
        try FileManager.default.removeItem(at: url.appendingPathComponent(name))
    }

    /// Removes files whose name is not in `kept`. Segments on their way here stay.
    public func sweep(keeping kept: Set<String>) throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: url.path)
        where !kept.contains(name) && name != PartialSegments.folder {
            try FileManager.default.removeItem(at: url.appendingPathComponent(name))
        }
    }
}
