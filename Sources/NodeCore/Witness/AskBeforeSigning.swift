/// Use case: before a node that starts signs anything, its witnesses say what they hold of its log (AUDIT section 5). Whoever
/// does not answer soon is asked again at the first tick: a start waits for nobody long.

import PeerTrust
import TransparencyLog
import Vault
import WireProtocol

extension Node {
    /// Asks each peer which checkpoint of our log it holds.
    ///
    /// - Parameter patience: how long for all of them together.
    /// - Throws: when one holds a checkpoint under our key that our log does not extend; then nothing is signed any more.
    public func askBeforeSigning(
        through reaching: any PeerReaching,
        patience: Duration = .seconds(3)
    ) async throws(NodeProblem) {
        let asked = peers.all
        guard !asked.isEmpty else { return }
        let (answers, told) = AsyncStream.makeStream(of: (PinnedPeer, VerifiedCheckpoint?).self)
        let questions = asked.map { peer in
            Task { told.yield((peer, try? await self.heldCheckpoint(by: peer, through: reaching))) }
        }
        let end = Task {
            try? await Task.sleep(for: patience)
            told.finish()
        }
        defer {
            end.cancel()
            for question in questions { question.cancel() }
        }
        do {
            var left = asked.count
            for await (peer, held) in answers {
                if let held, try await !vault.extends(held.checkpoint) {
                    let ours = try await vault.signedCheckpoint()?.note
                    try await keepContradiction(held.note.encoded, held.checkpoint, from: peer, ours: ours)
                }
                left -= 1
                if left == 0 { break }
            }
        } catch {
            throw NodeProblem(opening: error, folder: folder)
        }
    }
}
