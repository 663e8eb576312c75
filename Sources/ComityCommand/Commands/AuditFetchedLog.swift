/// A log behind a URL, brought into a folder of its own for `comity audit verify`: the files that its checkpoint needs.

import AsyncHTTPClient
import AuditLog
import CanonicalJSON
import Foundation
import NIOCore
import NIOHTTP1
import TransparencyLog
import Vault

struct FetchedLog {
    let folder: URL
    /// Why there is nothing to verify; nil when its checkpoint came.
    private(set) var fault: String?

    /// Fetches `checkpoint`, `vkey`, hash tiles and bundles. What is missing stays missing: verification names it.
    init(_ address: String) async {
        let base = address.hasSuffix("/") ? String(address.dropLast()) : address
        folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("comity-log-\(UInt32.random(in: 0...UInt32.max))")
        do { try await fetch("checkpoint", from: base) } catch {
            fault = "no log answers there: its checkpoint cannot be fetched"
            return
        }
        try? await fetch("vkey", from: base)
        let note = FileManager.default.contents(atPath: folder.appendingPathComponent("checkpoint").path) ?? Data()
        guard let signed = try? SignedNote([UInt8](note)), let checkpoint = Checkpoint(text: signed.text) else {
            return
        }
        for name in Self.tiles(of: checkpoint.size) { try? await fetch(name.path, from: base) }
        if let size = cosignedSize() { try? await fetch("checkpoints/\(size)", from: base) }
    }

    /// The newest checkpoint that the log says its witnesses cosigned.
    private func cosignedSize() -> Int? {
        var size: Int?
        try? LogReader(AuditFolder(path: folder.path)).forEachEntry { _, bytes in
            if let leaf = try? Leaf(bytes), leaf.event == "checkpoint.witnessed",
                case .integer(let said)? = leaf.data["size"]
            {
                size = said
            }
            return true
        }
        return size
    }

    func remove() { try? FileManager.default.removeItem(at: folder) }

    private func fetch(_ path: String, from base: String) async throws {
        let response = try await HTTPClient.shared.execute(
            HTTPClientRequest(url: base + "/" + path),
            timeout: .seconds(30)
        )
        guard response.status == .ok else { throw HTTPClientError.invalidURL }
        let body = try await response.body.collect(upTo: 64 << 20)
        let target = folder.appendingPathComponent(path)
        try FileManager.default.createDirectory(
            at: target.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try Data(body.readableBytesView).write(to: target)
    }

    private static func tiles(of size: Int) -> [TileName] {
        // A checkpoint that claims more than any log has would ask for ever; verification refuses it.
        guard size <= 1 << 32 else { return [] }
        let levels = [TileName.Level.entries] + TileName.hashLevels(size: size).map { TileName.Level.hashes($0) }
        return levels.flatMap { level in
            let (full, partial) = TileName.layout(level: level, size: size)
            return (0..<full).map { TileName(level, index: $0) }
                + (partial > 0 ? [TileName(level, index: full, width: partial)] : [])
        }
    }
}
