/// Records at rest: sealed one by one, found by dataset and id.
/// Sealing and opening happen in RecordSealer; this file moves boxes.

import Foundation
import GRDB
public import MatchKeys
public import Sodium
import Synchronization

/// A record in its place in the vault, still sealed: many are opened at once, on all cores.
public struct BoxedRecord: Sendable {
    /// Row number, never used again after a deletion.
    public var number: Int
    public var dataset: String
    public var id: String
    public var box: [UInt8]
    /// Keyed digest of the record's content: the version of the record.
    public var digest: [UInt8]
}

/// A record ready to be stored: sealed, with the digest of its content.
public struct SealedRecord: Sendable {
    public var dataset: String
    public var id: String
    public var box: [UInt8]
    /// 32 bytes.
    public var digest: [UInt8]
    /// What an index needs of it, sealed too.
    public var keys: [UInt8]?
}

/// What storing a record changed.
public enum RecordChange: Sendable, Equatable { case created, changed, unchanged }

/// Which rows an import has met, one bit each: a file of many million records takes a few mebibytes.
public final class RecordsMet: Sendable {
    private let bits = Mutex<[UInt64]>([])

    public init() {}

    /// Whether the row was not met before; from now on it was.
    func meet(_ number: Int) -> Bool {
        bits.withLock { bits in
            let (place, bit) = (number / 64, UInt64(1) << UInt64(number % 64))
            if place >= bits.count { bits += repeatElement(0, count: max(place + 1 - bits.count, bits.count)) }
            defer { bits[place] |= bit }
            return bits[place] & bit == 0
        }
    }
}

/// Seals records under the node's record key. The box is bound to dataset and id, so that boxes cannot change places.
public struct RecordSealer: Sendable {
    let key: SecretBytes
    let digestKey: SecretBytes

    /// - Parameter key: 32 bytes, from the keyring.
    public init(key: SecretBytes) throws(SodiumError) {
        self.key = key
        self.digestKey = try SecretBytes(
            copying: BLAKE2b.hash(Array("comity/record-digest/v1".utf8), key: key, length: 32)
        )
    }

    /// - Parameters:
    ///   - version: what the digest is taken of: the record without what the import added.
    ///   - keys: what an index needs of the record.
    public func seal(
        _ record: MatchKeys.Record,
        version: MatchKeys.Record,
        dataset: String,
        keys: RecordKeys? = nil
    ) throws -> SealedRecord {
        let plain = try RecordEncoding.encode(record)
        let digest = try BLAKE2b.hash(try RecordEncoding.encode(version), key: digestKey, length: 32)
        return SealedRecord(
            dataset: dataset,
            id: record.id,
            box: try XChaCha20Poly1305.seal(plain, key: key, associatedData: Self.binding(dataset, record.id)),
            digest: digest,
            keys: try keys.map { try seal($0, dataset: dataset, digest: digest) }
        )
    }

    func open(_ box: [UInt8], dataset: String, id: String) throws -> MatchKeys.Record {
        let plain = try XChaCha20Poly1305.open(box, key: key, associatedData: Self.binding(dataset, id))
        return try RecordEncoding.decode(plain)
    }

    /// The record in a box.
    public func open(_ boxed: BoxedRecord) throws -> MatchKeys.Record {
        try open(boxed.box, dataset: boxed.dataset, id: boxed.id)
    }

    private static func binding(_ dataset: String, _ id: String) -> [UInt8] {
        Array("comity/record/v1".utf8) + [0] + Array(dataset.utf8) + [0] + Array(id.utf8)
    }
}

extension VaultTransaction {
    /// - Parameters:
    ///   - account: who enters or edits it; kept with the record.
    ///   - met: the rows of this import until now.
    /// - Returns: nil, and nothing is changed, when this import has met a record of the same id.
    public func store(
        _ sealed: SealedRecord,
        by account: String,
        at milliseconds: Int,
        met: RecordsMet
    ) throws -> RecordChange? {
        let old = try row(
            "SELECT number, digest FROM record WHERE dataset = ? AND id = ?",
            [sealed.dataset, sealed.id]
        )
        if let old, !met.meet(old["number"]) { return nil }
        if let old, old.bytes("digest") == sealed.digest { return .unchanged }
        // Entries follow their change in its transaction: whoever saw a longer log saw this change.
        let change = try nextLeaf()
        if old != nil {
            try execute(
                """
                UPDATE record SET box = ?, digest = ?, imported = ?, keys = ?, change = ?,
                editors = CASE WHEN instr(editors, ?) > 0 THEN editors ELSE editors || ? END
                WHERE dataset = ? AND id = ?
                """,
                [
                    sealed.box.blob, sealed.digest.blob, milliseconds, sealed.keys?.blob, change,
                    Self.editor(account), Self.editor(account), sealed.dataset, sealed.id,
                ]
            )
            return .changed
        }
        try execute(
            """
            INSERT INTO record (dataset, id, box, digest, imported, editors, keys, change)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                sealed.dataset, sealed.id, sealed.box.blob, sealed.digest.blob, milliseconds, Self.editor(account),
                sealed.keys?.blob, change,
            ]
        )
        _ = met.meet(Int(database.lastInsertedRowID))
        return .created
    }

    /// Stores one record that is part of no import.
    public func store(_ sealed: SealedRecord, by account: String, at milliseconds: Int) throws -> RecordChange {
        try store(sealed, by: account, at: milliseconds, met: RecordsMet()) ?? .unchanged
    }

    /// A name between spaces, which no account name has.
    private static func editor(_ account: String) -> String { " \(account) " }

    /// These records, in the order of their numbers, still sealed.
    public func records(_ numbers: [Int]) throws -> [BoxedRecord] {
        try numbers.sorted().compactMap { number in
            try row("SELECT number, dataset, id, box, digest FROM record WHERE number = ?", [number]).map(Self.boxed)
        }
    }

    /// A page of the records of a data set, in the order of their numbers, still sealed.
    public func records(of dataset: String, after number: Int, limit: Int) throws -> [BoxedRecord] {
        try rows(
            """
            SELECT number, dataset, id, box, digest FROM record
            WHERE number > ? AND dataset = ? ORDER BY number LIMIT ?
            """,
            [number, dataset, limit]
        ).map(Self.boxed)
    }

    /// The record of that id, still sealed.
    public func record(_ id: String, of dataset: String) throws -> BoxedRecord? {
        try row(
            "SELECT number, dataset, id, box, digest FROM record WHERE dataset = ? AND id = ?",
            [dataset, id]
        ).map(Self.boxed)
    }

    /// From a row of number, dataset, id, box, digest.
    static func boxed(_ row: Row) -> BoxedRecord {
        BoxedRecord(
            number: row[0],
            dataset: row[1],
            id: row[2],
            box: [UInt8](row[3] as Data),
            digest: [UInt8](row[4] as Data)
        )
    }

    /// Keeps keys that were made after the record was stored, unless it has changed since.
    public func setKeys(_ keys: [UInt8], of number: Int, digest: [UInt8]) throws {
        try execute(
            "UPDATE record SET keys = ? WHERE number = ? AND digest = ?",
            [keys.blob, number, digest.blob]
        )
    }

    /// Whether a record went since the log had that length.
    public func isRecordErased(since leaf: Int) throws -> Bool {
        try row("SELECT 1 FROM audit_index WHERE event = 'record.erased' AND idx >= ? LIMIT 1", [leaf]) != nil
    }

    /// The log's last entry by which a record came, changed or went: as long as it is the same, so are the records.
    public func lastRecordChange() throws -> Int? {
        try row(
            "SELECT max(idx) AS last FROM audit_index WHERE event IN ('record.imported', 'record.changed', 'record.erased')"
        )?["last"]
    }

    public func recordCount() throws -> Int {
        try row("SELECT count(*) AS n FROM record")?["n"] ?? 0
    }

    public func datasets() throws -> [(name: String, records: Int)] {
        try rows("SELECT dataset, count(*) AS n FROM record GROUP BY dataset ORDER BY dataset").map {
            ($0["dataset"], $0["n"])
        }
    }
}
