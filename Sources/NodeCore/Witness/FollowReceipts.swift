/// Use case: peers are held to their receipts. An entry that a message vouched for must stand in its sender's log, under a
/// checkpoint that peers can see, within minutes (AUDIT section 6). Only hash tiles are asked for, never an entry.

import AuditLog
import CanonicalJSON
import PeerTrust
import Sodium
import Synchronization
import TransparencyLog
import Vault
import WireProtocol

extension Node {
    /// Seconds after which a receipt that no checkpoint covers is a finding: ten minutes, and the tick that was missed by a
    /// moment on either side.
    static let receiptPatience = 1_200
    /// Receipts and tiles of one peer looked at at a time.
    private static let mostReceipts = 256
    private static let mostTiles = 256

    /// Looks whether peers' logs hold what their receipts promised.
    ///
    /// - Returns: what was found, for the operator.
    func followReceipts(through reaching: any PeerReaching) async throws -> [String] {
        while try await vault.read({ try $0.hasNewReceipts() }) {
            guard try await vault.commit({ (try $0.takeUpReceipts(), []) }).value else { break }
        }
        var said: [String] = []
        for peer in peers.all {
            let waiting = try await vault.read {
                try $0.waitingReceipts(of: peer.agency.text, limit: Self.mostReceipts)
            }
            guard !waiting.isEmpty else { continue }
            do {
                said += try await follow(waiting, of: peer, through: reaching)
            } catch is PeerReachError {
                // Who cannot be reached can show nothing: its receipts wait, and it has time again when it is back.
                reached.lose(peer.agency.text)
            }
        }
        return said
    }

    /// A log as a peer shows it. Without a checkpoint that its key signed it shows nothing.
    private struct Shown {
        var note = ""
        var checkpoint: Checkpoint?

        var size: Int { checkpoint?.size ?? 0 }
    }

    private func follow(
        _ receipts: [PeerReceipt],
        of peer: PinnedPeer,
        through reaching: any PeerReaching
    ) async throws -> [String] {
        let response = try await send(.log(file: "checkpoint"), [], to: peer, through: reaching)
        let since = reached.see(peer.agency.text, at: clock.seconds)
        var shown = Shown()
        var said: [String] = []
        if response.status == 200 {
            shown.note = String(decoding: response.body, as: UTF8.self)
            shown.checkpoint = try? VerifiedCheckpoint(response.body, logKeys: Self.logKeys(of: peer)).checkpoint
            if shown.checkpoint == nil {
                said.append("\(peer.agency) shows a checkpoint that its log's key did not sign")
            }
        }
        var tiles = PeerTiles(size: shown.size, left: Self.mostTiles)
        var isUnclear = false
        for receipt in receipts {
            let isDue = receipt.state == .open && clock.seconds - max(receipt.seen, since) > Self.receiptPatience
            guard let checkpoint = shown.checkpoint, receipt.index < checkpoint.size,
                receipt.origin == checkpoint.origin
            else {
                guard isDue else { continue }
                said.append(
                    "\(peer.agency) shows no checkpoint that covers entry \(receipt.index), which it vouched for"
                )
                try await keep(.late, receipt, shown, PeerReceipt.Evidence(note: shown.note), of: peer)
                continue
            }
            switch try await look(at: receipt, under: checkpoint, &tiles, of: peer, through: reaching) {
            case .covered: _ = try await vault.commit { (try $0.forget(receipt), []) }
            case .other(let row, let proof):
                said.append("\(peer.agency)'s log has another entry \(receipt.index) than it vouched for")
                let evidence = PeerReceipt.Evidence(note: shown.note, row: row, proof: proof)
                try await keep(.differs, receipt, shown, evidence, of: peer)
            case .unclear:
                isUnclear = true
                // What leads nowhere covers nothing: it is late like an entry without a checkpoint.
                guard isDue else { continue }
                try await keep(.late, receipt, shown, PeerReceipt.Evidence(note: shown.note), of: peer)
            // The rest has its turn at the next tick.
            case .exhausted: return said
            }
        }
        if isUnclear { said.append("\(peer.agency)'s tiles do not lead to the checkpoint that it shows") }
        return said
    }

    private enum Look {
        case covered, unclear, exhausted
        case other(TreeHash, proof: [TreeHash])
    }

    private func look(
        at receipt: PeerReceipt,
        under checkpoint: Checkpoint,
        _ tiles: inout PeerTiles,
        of peer: PinnedPeer,
        through reaching: any PeerReaching
    ) async throws -> Look {
        while true {
            do throws(MissingTile) {
                let (row, proof) = try tiles.proof(of: receipt.index)
                // The row is the log's own word only when it leads to the signed root.
                guard PeerTiles.leads(row, receipt.index, proof, checkpoint) else { return .unclear }
                return row == receipt.leaf ? .covered : .other(row, proof: proof)
            } catch {
                guard !tiles.broken.contains(error.name) else { return .unclear }
                guard tiles.left > 0 else { return .exhausted }
                tiles.left -= 1
                let file = Route.log(file: error.name.path)
                let response = try await send(file, [], to: peer, through: reaching)
                guard response.status == 200, let rows = HashTile.decode(response.body),
                    rows.count == error.name.width
                else {
                    tiles.broken.insert(error.name)
                    return .unclear
                }
                tiles.rows[error.name] = rows
            }
        }
    }

    private func keep(
        _ state: PeerReceipt.State,
        _ receipt: PeerReceipt,
        _ shown: Shown,
        _ evidence: PeerReceipt.Evidence,
        of peer: PinnedPeer
    ) async throws {
        let promise = "\(receipt.origin)\n\(receipt.index)\n\(receipt.leaf.base64)\n"
        let digests = [promise, shown.note].map { text -> JSONValue in
            .string(Base64URL.encode(SHA2.sha256(Array(text.utf8))))
        }
        let data: [String: JSONValue?] = [
            "size": .integer(shown.size), "root": .string((shown.checkpoint?.root ?? .empty).base64),
            "peer": .string(peer.agency.text), "digests_of_both_notes": .array(digests),
        ]
        _ = try await vault.commit { transaction in
            try transaction.set(state, of: receipt, evidence: evidence)
            return ((), [try self.draft("witness.conflict", by: .system, data: data, in: transaction)])
        }
    }
}

/// Since when each peer shows its log without a break, as far as this process has seen: one that was away, or that we
/// could not ask, has its time to show anew.
final class ReachedPeers: Sendable {
    private let since = Mutex<[String: Int]>([:])

    /// The peer answers at that second.
    ///
    /// - Returns: since when it does.
    func see(_ peer: String, at second: Int) -> Int {
        since.withLock { since in
            // A clock that went back must not give more time than there was.
            let first = min(since[peer] ?? second, second)
            since[peer] = first
            return first
        }
    }

    func lose(_ peer: String) { since.withLock { $0[peer] = nil } }
}

/// A tile that has to be fetched first.
private struct MissingTile: Error {
    let name: TileName
}

/// Tiles of hashes of a peer's log, as far as they were fetched.
private struct PeerTiles {
    let size: Int
    /// How many more may be fetched.
    var left: Int
    var rows: [TileName: [TreeHash]] = [:]
    /// What came malformed or not at all; it is not asked for again.
    var broken: Set<TileName> = []

    private func tile(_ level: Int, _ index: Int) throws(MissingTile) -> [TreeHash] {
        let layout = TileName.layout(level: .hashes(level), size: size)
        let name = TileName(
            .hashes(level),
            index: index,
            width: index < layout.full ? TileName.fullWidth : layout.partial
        )
        guard let rows = rows[name] else { throw MissingTile(name: name) }
        return rows
    }

    private func node(_ level: Int, _ index: Int) throws(MissingTile) -> TreeHash {
        // What the tiles do not cover cannot lead to the root: any hash does for saying so.
        try HashTile.node(level: level, index: index, rows: tile) ?? .empty
    }

    /// The hash at a place below `size`, and its path to the root.
    func proof(of index: Int) throws(MissingTile) -> (row: TreeHash, proof: [TreeHash]) {
        let rows = try tile(0, index / TileName.fullWidth)
        return (rows[index % TileName.fullWidth], try MerkleProof.inclusion(index: index, size: size, node: node) ?? [])
    }

    static func leads(_ row: TreeHash, _ index: Int, _ proof: [TreeHash], _ checkpoint: Checkpoint) -> Bool {
        do throws(ProofError) {
            try MerkleProof.verifyInclusion(
                of: row,
                index: index,
                size: checkpoint.size,
                proof: proof,
                root: checkpoint.root
            )
            return true
        } catch {
            return false
        }
    }
}
