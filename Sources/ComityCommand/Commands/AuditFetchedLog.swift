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

    /// Fetches `checkpoint`, `vkey`, hash tiles and bundles, the newest cosigned checkpoint, time stamps and what they cover. What is missing stays missing: verification names it.
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
        let told = toldCheckpoints()
        for size in told.stamped.union([told.cosigned].compactMap { $0 }) {
            try? await fetch("checkpoints/\(size)", from: base)
        }
        for size in told.stamped { try? await fetch("timestamps/\(size).tsr", from: base) }
    }

    /// The newest checkpoint that the log says its witnesses cosigned, and all that it says were time-stamped.
    private func toldCheckpoints() -> (cosigned: Int?, stamped: Set<Int>) {
        var told: (cosigned: Int?, stamped: Set<Int>) = (nil, [])
        try? LogReader(AuditFolder(path: folder.path)).forEachEntry { _, bytes in
            guard let leaf = try? Leaf(bytes), let size = leaf.data["size"]?.integer else { return true }
            switch leaf.event {
            case "checkpoint.witnessed": told.cosigned = size
            case "checkpoint.timestamped": told.stamped.insert(size)
            default: break
            }
            return true
        }
        return told
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
