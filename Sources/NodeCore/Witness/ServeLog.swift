/// Use case: a peer reads our log. It sees hash tiles and the checkpoint of the last ten-minute tick, never an entry: those
/// are for auditors, and a newer checkpoint would tell when we work (AUDIT section 5).

import PeerTrust
import TransparencyLog
import Vault
import WireProtocol

extension Node {
    /// `GET /log/<file>`.
    func answerLog(_ request: VerifiedPeerRequest, file: String) async throws -> PeerAnswer {
        guard logReads.take(request.agency.text, at: clock.milliseconds()) else {
            return try await refuseCounted(request, .readTooOften)
        }
        guard try await remember(request) else { return try await refuse(request, .replayed) }
        let name = TileName(path: file)
        if name?.level == .entries {
            return try await refuse(request, .init(.refused, detail: "entries are shown to auditors only"))
        }
        let (shown, kept) = try await vault.read { transaction in
            let size = file.hasPrefix("checkpoints/") ? Int(file.dropFirst("checkpoints/".count)) : nil
            return (
                try transaction.cosignedCheckpoint(), try size.flatMap { try transaction.cosignedCheckpoint(size: $0) }
            )
        }
        guard let shown, let body = try bytes(of: file, tile: name, shown: shown, kept: kept) else {
            return try await refuse(request, .init(.notFound, detail: "the log has no such file at this checkpoint"))
        }
        return .answer(
            status: 200,
            contentType: name == nil ? MediaType.text : MediaType.bytes,
            body: body,
            receipt: try await latestReceipt()
        )
    }

    /// A file of the log as it stood at the checkpoint shown; nil for one that peers do not see.
    private func bytes(
        of file: String,
        tile: TileName?,
        shown: CosignedCheckpoint,
        kept: CosignedCheckpoint?
    ) throws -> [UInt8]? {
        if let tile { return try vault.tile(tile, at: shown.size) }
        switch file {
        case "vkey": return Array(vault.logKeyText.utf8)
        case "checkpoint": return Array(shown.note.utf8)
        default: return kept.flatMap { file == "checkpoints/\($0.size)" ? Array($0.note.utf8) : nil }
        }
    }
}
