/// Receipts that peers gave for entries of their logs, until a checkpoint of theirs is seen to cover them. They are read
/// from our own entries, so that no message waits for more than its own.

import AuditLog
import Foundation
import GRDB
public import TransparencyLog

/// A peer's promise that an entry stands in its log.
public struct PeerReceipt: Sendable, Hashable {
    public enum State: String, Sendable {
        /// No checkpoint was seen to cover it yet.
        case open
        /// None covered it in time.
        case late
        /// The peer's log has another entry there.
        case differs
    }

    /// What the peer showed when something was found: for a court, not for us.
    public struct Evidence: Sendable, Hashable {
        /// The signed note; empty when it showed none.
        public let note: String
        /// The hash in the receipt's place, and its path to the note's root; none where the note covers no such place.
        public let row: TreeHash?
        public let proof: [TreeHash]

        public init(note: String, row: TreeHash? = nil, proof: [TreeHash] = []) {
            self.note = note
            self.row = row
            self.proof = proof
        }
    }

    public let origin: String
    public let index: Int
    public let leaf: TreeHash
    public let peer: String
    /// When our entry about it was written, seconds since 1970.
    public let seen: Int
    public let state: State
    public let evidence: Evidence?

    public init(
        origin: String,
        index: Int,
        leaf: TreeHash,
        peer: String,
        seen: Int,
        state: State = .open,
        evidence: Evidence? = nil
    ) {
        self.origin = origin
        self.index = index
        self.leaf = leaf
        self.peer = peer
        self.seen = seen
        self.state = state
        self.evidence = evidence
    }
}

extension VaultTransaction {
    static let receiptCursor = "receipts_followed"
    /// Entries looked at in one step.
    static let receiptPage = 1_024

    /// Takes up the receipts in entries that were not looked at yet.
    ///
    /// - Returns: whether there may be more.
    public func takeUpReceipts() throws -> Bool {
        let start = try setting(Self.receiptCursor).flatMap { Int(String(decoding: $0, as: UTF8.self)) } ?? 0
        let rows = try rows(
            """
            SELECT e.idx AS idx, e.bytes AS bytes FROM audit_index i JOIN audit_entries e ON e.idx = i.idx
            WHERE i.idx >= ? AND (i.event GLOB 'query.*' OR i.event GLOB 'disclosure.*') ORDER BY i.idx LIMIT ?
            """,
            [start, Self.receiptPage]
        )
        guard let last = rows.last else { return false }
        for row in rows {
            guard let leaf = try? Leaf(row.bytes("bytes")), let value = leaf.data["x"], let x = try? Exchange(value),
                let receipt = x.receipt
            else { continue }
            try store(
                PeerReceipt(
                    origin: receipt.origin,
                    index: receipt.index,
                    leaf: receipt.leaf,
                    peer: x.peer,
                    seen: leaf.time.milliseconds / 1_000
                )
            )
        }
        let next: Int = last["idx"]
        try set(Self.receiptCursor, to: Array(String(next + 1).utf8))
        return rows.count == Self.receiptPage
    }

    /// Takes up a receipt, unless it is there already.
    func store(_ receipt: PeerReceipt) throws {
        try execute(
            "INSERT OR IGNORE INTO peer_receipt (origin, idx, leaf, peer, seen, state) VALUES (?, ?, ?, ?, ?, ?)",
            [
                receipt.origin, receipt.index, receipt.leaf.bytes.blob, receipt.peer, receipt.seen,
                receipt.state.rawValue,
            ]
        )
    }

    /// Whether there are entries that `takeUpReceipts` has not looked at.
    public func hasNewReceipts() throws -> Bool {
        let start = try setting(Self.receiptCursor).flatMap { Int(String(decoding: $0, as: UTF8.self)) } ?? 0
        return try row(
            """
            SELECT 1 FROM audit_index WHERE idx >= ? AND (event GLOB 'query.*' OR event GLOB 'disclosure.*') LIMIT 1
            """,
            [start]
        ) != nil
    }

    /// Receipts of a peer that wait to be covered, oldest first; those found late stand behind the others.
    public func waitingReceipts(of peer: String, limit: Int) throws -> [PeerReceipt] {
        try rows(
            "SELECT * FROM peer_receipt WHERE peer = ? AND state IN ('open', 'late') ORDER BY state = 'late', seen, idx LIMIT ?",
            [peer, limit]
        ).compactMap(Self.receipt)
    }

    /// Receipts that something was found about.
    public func foundReceipts() throws -> [PeerReceipt] {
        try rows("SELECT * FROM peer_receipt WHERE state IN ('late', 'differs') ORDER BY peer, seen, idx LIMIT 1000")
            .compactMap(Self.receipt)
    }

    /// Notes what was found about a receipt, and what the peer showed for it.
    public func set(_ state: PeerReceipt.State, of receipt: PeerReceipt, evidence: PeerReceipt.Evidence) throws {
        try execute(
            "UPDATE peer_receipt SET state = ?, note = ?, row = ?, proof = ? WHERE origin = ? AND idx = ? AND leaf = ?",
            [
                state.rawValue, evidence.note, evidence.row?.bytes.blob,
                evidence.proof.flatMap(\.bytes).blob, receipt.origin, receipt.index, receipt.leaf.bytes.blob,
            ]
        )
    }

    /// A checkpoint covers it: there is nothing left to watch.
    public func forget(_ receipt: PeerReceipt) throws {
        try execute(
            "DELETE FROM peer_receipt WHERE origin = ? AND idx = ? AND leaf = ?",
            [receipt.origin, receipt.index, receipt.leaf.bytes.blob]
        )
    }

    private static func receipt(_ row: Row) -> PeerReceipt? {
        guard let leaf = TreeHash(row.bytes("leaf")), let state = PeerReceipt.State(rawValue: row["state"]) else {
            return nil
        }
        return PeerReceipt(
            origin: row["origin"],
            index: row["idx"],
            leaf: leaf,
            peer: row["peer"],
            seen: row["seen"],
            state: state,
            evidence: (row["note"] as String?).map { note in
                PeerReceipt.Evidence(
                    note: note,
                    row: TreeHash(row.bytes("row")),
                    proof: HashTile.decode(row.bytes("proof")) ?? []
                )
            }
        )
    }
}
