/// Use case: a peer reads our log. It sees hash tiles and the checkpoint of the last ten-minute tick, never an entry: those
/// are for auditors, and a newer checkpoint would tell when we work (AUDIT section 5).

import PeerTrust
import TransparencyLog
import Vault
import WireProtocol

extension Node {
    /// `GET /log/<file>`.
    func answerLog(_ request: VerifiedPeerRequest, file: String) async throws -> PeerAnswer {
        guard try await remember(request) else { return try await refuse(request, .replayed) }
        let name = TileName(path: file)
        if name?.level == .entries {
            return try await refuse(request, .init(.refused, detail: "entries are shown to auditors only"))
        }
        let kept = try await vault.read { try $0.cosignedCheckpoints() }
        guard let shown = kept.last, let body = try bytes(of: file, tile: name, kept: kept, shown: shown.size) else {
            return try await refuse(request, .init(.notFound, detail: "the log has no such file at this checkpoint"))
        }
        return .answer(
            status: 200,
            contentType: name == nil ? MediaType.text : MediaType.bytes,
            body: body,
            receipt: try await latestReceipt()
        )
    }

    /// A file of the log as it stood at `shown` entries; nil for one that peers do not see.
    private func bytes(
        of file: String,
        tile: TileName?,
        kept: [CosignedCheckpoint],
        shown: Int
    ) throws -> [UInt8]? {
        if let tile { return try vault.tile(tile, at: shown) }
        switch file {
        case "vkey": return Array(vault.logKeyText.utf8)
        case "checkpoint": return kept.last.map { Array($0.note.utf8) }
        default: return kept.first { file == "checkpoints/\($0.size)" }.map { Array($0.note.utf8) }
        }
    }
}
