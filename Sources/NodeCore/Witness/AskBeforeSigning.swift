/// Use case: before a node that starts signs anything, its witnesses say what they hold of its log (AUDIT section 5). Whoever
/// does not answer soon is asked again at the first tick: a start waits for nobody long. A node that was restored from a
/// backup waits for a quorum of them.

import Foundation
import PeerTrust
import TransparencyLog
import Vault
import WireProtocol

extension Node {
    /// Asks each peer which checkpoint of our log it holds.
    ///
    /// - Parameters:
    ///   - patience: how long for all of them together.
    ///   - patienceOfRestored: the same for a node that was restored and has to hear them.
    /// - Throws: when one holds a checkpoint under our key that our log does not extend; then nothing is signed any more. For
    ///   a restored node also when too few say what they hold.
    public func askBeforeSigning(
        through reaching: any PeerReaching,
        patience: Duration = .seconds(3),
        patienceOfRestored: Duration = .seconds(60)
    ) async throws(NodeProblem) {
        let isRestored: Bool
        do {
            isRestored = try await vault.read { try $0.isUnconfirmed() }
        } catch {
            throw NodeProblem(fault: error, doing: "reading whether the node was restored")
        }
        do {
            let heard = try await ask(
                peers.all,
                through: reaching,
                patience: isRestored ? patienceOfRestored : patience
            )
            if isRestored { try await confirm(heard) }
        } catch let error as AuditStoreError where isRestored {
            throw NodeProblem(
                .data,
                "the backup is older than what left this node",
                at: folder.path,
                because: "\(error)",
                try: "keep this folder, and restore the backup into another one: comity restore BACKUP DIR --new-log"
            )
        } catch {
            throw NodeProblem(opening: error, folder: folder)
        }
    }

    /// - Returns: those who said what they hold, and it fits.
    private func ask(
        _ asked: [PinnedPeer],
        through reaching: any PeerReaching,
        patience: Duration
    ) async throws -> [PinnedPeer] {
        guard !asked.isEmpty else { return [] }
        let (answers, told) = AsyncStream.makeStream(of: (PinnedPeer, Held).self)
        let questions = asked.map { peer in
            Task { told.yield((peer, (try? await self.held(by: peer, through: reaching)) ?? .unclear)) }
        }
        let end = Task {
            try? await Task.sleep(for: patience)
            told.finish()
        }
        defer {
            end.cancel()
            for question in questions { question.cancel() }
        }
        var left = asked.count
        var heard: [PinnedPeer] = []
        for await (peer, held) in answers {
            switch held {
            case .checkpoint(let held):
                if try await !vault.extends(held.checkpoint) {
                    let ours = try await vault.signedCheckpoint()?.note
                    try await keepContradiction(held.note.encoded, held.checkpoint, from: peer, ours: ours)
                }
                heard.append(peer)
            case .nothing: heard.append(peer)
            case .unclear: break
            }
            left -= 1
            if left == 0 { break }
        }
        return heard
    }

    /// A restored node signs on once as many witnesses were heard as its policy of witnesses asks for.
    private func confirm(_ heard: [PinnedPeer]) async throws {
        guard try witnessQuorum().policy.isMet(by: heard.compactMap { Self.witnessKey(of: $0) }) else {
            let silent = peers.all.filter { peer in !heard.contains { $0.agency == peer.agency } }.map(\.agency.text)
            throw NodeProblem(
                .unreachable,
                "this node was restored, and too few witnesses say what they hold of its log",
                at: folder.path,
                because:
                    "nothing was heard from \(silent.sorted().joined(separator: ", ")); a log that signs less than peers "
                    + "know of it cannot be believed again",
                try: "comity serve \(folder.path), once they can be reached"
            )
        }
        try await vault.confirm()
    }

    /// Only a node that serves can ask: until it did, nobody works on a restored folder.
    static func refuseUnconfirmed(_ vault: Vault, _ folder: NodeFolder, for intent: Intent) async throws {
        guard intent != .serving, try await vault.read({ try $0.isUnconfirmed() }) else { return }
        throw NodeProblem(
            .refused,
            "this node was restored, and its witnesses were not asked yet",
            at: folder.path,
            because: "a log that signs less than peers know of it cannot be believed again",
            try: "comity serve \(folder.path): it asks them before anything else"
        )
    }
}
