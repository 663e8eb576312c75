/// Disclosure requests in the vault, both sides, and the records they may be about. Knows rows and sealed boxes.

import Foundation
import GRDB
public import SetIntersection

/// A disclosure request as stored.
public struct StoredDisclosure: Sendable {
    public enum Side: String, Sendable, CaseIterable {
        /// A disclosure request that we sent, or got.
        case asker, holder
        /// A question of a peer that our policy holds for a person.
        case question
        /// A question of ours that our own policy holds before it leaves.
        case ownQuestion = "own-question"
    }

    public var side: Side
    /// The other agency.
    public var peer: String
    /// The request's UUID.
    public var id: String
    /// Milliseconds since 1970.
    public var created: Int
    /// Seconds since 1970; nil until the holder named it.
    public var deadline: Int?
    /// Whether something is still to come.
    public var isOpen: Bool
    /// Whether people here may have something to decide; the box says whether they have.
    public var looksUndecided: Bool
    /// Keyed digest of its case's number, of requests of ours; empty without one, nil on other sides.
    public var reference: [UInt8]?
    /// Everything else, sealed.
    public var box: [UInt8]

    public init(
        side: Side,
        peer: String,
        id: String,
        created: Int,
        deadline: Int?,
        isOpen: Bool,
        looksUndecided: Bool = false,
        reference: [UInt8]? = nil,
        box: [UInt8]
    ) {
        self.side = side
        self.peer = peer
        self.id = id
        self.created = created
        self.deadline = deadline
        self.isOpen = isOpen
        self.looksUndecided = looksUndecided
        self.reference = reference
        self.box = box
    }
}

/// The record that a handle may stand for.
public struct DisclosureCandidate: Sendable {
    public var record: BoxedRecord
    /// False: the handle is none of this index, and this is another record of it, to do the same work on.
    public var isMeant: Bool
    /// Accounts that entered or edited it.
    public var editors: Set<String>
}

extension VaultTransaction {
    public func store(_ disclosure: StoredDisclosure) throws {
        try execute(
            """
            INSERT OR REPLACE INTO disclosure (side, peer, id, created, deadline, open, undecided, reference, box)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                disclosure.side.rawValue, disclosure.peer, disclosure.id, disclosure.created, disclosure.deadline,
                disclosure.isOpen, disclosure.isOpen && disclosure.looksUndecided, disclosure.reference?.blob,
                disclosure.box.blob,
            ]
        )
    }

    public func disclosure(_ side: StoredDisclosure.Side, peer: String, id: String) throws -> StoredDisclosure? {
        try row(
            "SELECT * FROM disclosure WHERE side = ? AND peer = ? AND id = ?",
            [side.rawValue, peer, id]
        ).map(Self.disclosure)
    }

    /// Requests whose id begins with `prefix`: one that we sent, and those of peers.
    public func disclosures(idPrefix prefix: String) throws -> [StoredDisclosure] {
        try rows(
            """
            SELECT * FROM disclosure WHERE id >= ? AND id < ? AND +side IN \(Self.knownSides)
            ORDER BY side, peer, id LIMIT 2
            """,
            // No letter of an id comes after this one.
            [prefix, prefix + "\u{7F}"]
        ).map(Self.disclosure)
    }

    /// Those of a side that this version does not know are left out: they are counted apart.
    public func disclosures(openOnly: Bool) throws -> [StoredDisclosure] {
        try rows(
            "SELECT * FROM disclosure WHERE open >= ? AND +side IN \(Self.knownSides) ORDER BY created, id",
            [openOnly ? 1 : 0]
        ).map(Self.disclosure)
    }

    /// Open ones of a side, oldest first.
    public func openDisclosures(_ side: StoredDisclosure.Side) throws -> [StoredDisclosure] {
        try rows(
            "SELECT * FROM disclosure WHERE open = 1 AND side = ? ORDER BY created, id",
            [side.rawValue]
        ).map(Self.disclosure)
    }

    /// Open ones whose deadline came, soonest first.
    ///
    /// - Parameter now: seconds since 1970.
    public func lateDisclosures(at now: Int) throws -> [StoredDisclosure] {
        try rows(
            "SELECT * FROM disclosure WHERE open = 1 AND deadline <= ? AND +side IN \(Self.knownSides) ORDER BY deadline",
            [now]
        ).map(Self.disclosure)
    }

    /// Those that people here may have to decide on, the soonest deadline first.
    ///
    /// - Parameter skipping: so many of them are left out at the beginning.
    public func undecidedDisclosures(most: Int, skipping: Int = 0) throws -> [StoredDisclosure] {
        try rows(
            """
            SELECT * FROM disclosure WHERE undecided = 1 AND +side IN \(Self.knownSides)
            ORDER BY deadline, id LIMIT ? OFFSET ?
            """,
            [most, skipping]
        ).map(Self.disclosure)
    }

    /// The newest of a side, newest first.
    public func disclosures(_ side: StoredDisclosure.Side, newest count: Int) throws -> [StoredDisclosure] {
        try rows(
            "SELECT * FROM disclosure WHERE side = ? ORDER BY created DESC, id DESC LIMIT ?",
            [side.rawValue, count]
        ).map(Self.disclosure)
    }

    /// Requests that another version of the program wrote.
    public func strangeDisclosures() throws -> Int {
        try row("SELECT count(*) FROM disclosure WHERE side NOT IN \(Self.knownSides)")?[0] ?? 0
    }

    static let knownSides =
        "(" + StoredDisclosure.Side.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ") + ")"

    /// Requests that came from a peer since `milliseconds`.
    public func disclosureCount(of peer: String, since milliseconds: Int) throws -> Int {
        try row(
            "SELECT count(*) AS n FROM disclosure WHERE side = 'holder' AND peer = ? AND created > ?",
            [peer, milliseconds]
        )?["n"] ?? 0
    }

    /// A record with those who entered or edited it.
    public func record(dataset: String, id: String) throws -> (record: BoxedRecord, editors: Set<String>)? {
        try row(
            "SELECT number, dataset, id, box, digest, editors FROM record WHERE dataset = ? AND id = ?",
            [dataset, id]
        ).map { (Self.boxed($0), Self.editors($0)) }
    }

    private static func editors(_ row: Row) -> Set<String> {
        Set((row["editors"] as String).split(separator: " ").map(String.init))
    }

    /// The hash of an entry of our log: for the receipt of a message that belongs to it.
    public func leafHash(_ index: Int) throws -> [UInt8]? {
        try row("SELECT hash FROM audit_entries WHERE idx = ?", [index]).map { $0.bytes("hash") }
    }

    /// The record under a handle of the index, or another one of it; nil for an index without entries. The work is the
    /// same for both.
    /// - Parameter number: the number of the handle in the sequence of its agreement and asker.
    public func disclosureCandidate(
        _ scope: IndexScope,
        handle: [UInt8],
        number: UInt64
    ) throws -> DisclosureCandidate? {
        let from = "FROM index_entry WHERE agreement = ? AND asker = ? AND epoch = ?"
        let place: StatementArguments = [scope.agreement, scope.asker, scope.epoch]
        // Rows from before there were numbers; a blob is greater than every number.
        let former: Int? = try row("SELECT record \(from) AND handle = ?", place + [handle.blob])?[0]
        let numbers = "SELECT handle \(from) AND handle < x'' ORDER BY handle"
        let low: Int? = try row("\(numbers) LIMIT 1", place)?[0]
        let high: Int? = try row("\(numbers) DESC LIMIT 1", place)?[0]
        let wanted = Int(truncatingIfNeeded: number & 0xff_ffff_ffff)
        let (start, end) = (low ?? 0, high ?? 0)
        let near = (start...end).contains(wanted) ? wanted : start + wanted % (end - start + 1)
        let next = try row(
            "SELECT record, handle = ? \(from) AND handle >= ? ORDER BY handle LIMIT 1",
            [wanted] + place + [near]
        )
        guard let record = former ?? next?[0] as Int?,
            let found = try row(
                "SELECT number, dataset, id, box, digest, editors FROM record WHERE number = ?",
                [record]
            )
        else { return nil }
        return DisclosureCandidate(
            record: Self.boxed(found),
            isMeant: former != nil || next?[1] == true,
            editors: Self.editors(found)
        )
    }

    static func disclosure(_ row: Row) throws -> StoredDisclosure {
        guard let side = StoredDisclosure.Side(rawValue: row["side"]) else {
            throw DatabaseError(message: "a disclosure request of a side that this version does not know")
        }
        return StoredDisclosure(
            side: side,
            peer: row["peer"],
            id: row["id"],
            created: row["created"],
            deadline: row["deadline"],
            isOpen: row["open"],
            looksUndecided: row["undecided"] ?? false,
            reference: (row["reference"] as Data?).map { [UInt8]($0) },
            box: row.bytes("box")
        )
    }
}
