/// Where a backup is written: beside its name until it is whole. Replaces nothing; takes away only what an earlier attempt at
/// the same name left.

import Foundation
import Vault

struct BackupTarget: Sendable {
    let url: URL
    let monthKeys: URL?

    init(_ path: String, monthKeys: String?, node: NodeFolder) throws(NodeProblem) {
        url = URL(fileURLWithPath: path, isDirectory: true).standardizedFileURL
        self.monthKeys = monthKeys.map { URL(fileURLWithPath: $0).standardizedFileURL }
        guard BackupFile.isPlain(url.lastPathComponent) else {
            throw NodeProblem(
                .usage,
                "that is no name for a backup",
                at: path,
                because: "it takes letters, digits and signs of ASCII, and no dot at the beginning",
                try: "a name such as north-2026-11-24"
            )
        }
        try Self.check(url, node: node)
        guard let keys = self.monthKeys else { return }
        try Self.check(keys, node: node)
        guard keys.path != url.path, !keys.path.hasPrefix(url.path + "/") else {
            throw NodeProblem(
                .usage,
                "the month keys cannot lie in the backup",
                at: keys.path,
                because: "they have to go within 35 days, and without what they open",
                try: "a file on another medium"
            )
        }
    }

    private static func check(_ url: URL, node: NodeFolder) throws(NodeProblem) {
        let parent = url.deletingLastPathComponent().resolvingSymlinksInPath().path
        let inner = node.url.resolvingSymlinksInPath().path
        guard parent != inner, !parent.hasPrefix(inner + "/") else {
            throw NodeProblem(
                .usage,
                "a backup does not lie in the folder that it is of",
                at: url.path,
                try: "a folder on another disk"
            )
        }
        var status = stat()
        guard lstat(url.path, &status) != 0 else {
            throw NodeProblem(
                .usage,
                "there is something of that name; nothing was written",
                at: url.path,
                try: "a name that is free"
            )
        }
    }

    private static func part(of url: URL, isDirectory: Bool) -> URL {
        url.deletingLastPathComponent()
            .appendingPathComponent(".\(url.lastPathComponent).unfinished", isDirectory: isDirectory)
    }

    /// Where the month keys are written first.
    var monthKeysPart: URL? { monthKeys.map { Self.part(of: $0, isDirectory: false) } }

    /// Makes the folder that takes the name later. What a killed attempt left there goes first.
    func begin() throws -> URL {
        let part = Self.part(of: url, isDirectory: true)
        discard(part)
        do {
            try FileManager.default.createDirectory(
                at: part,
                withIntermediateDirectories: false,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw NodeProblem(
                .usage,
                "the folder cannot be made",
                at: url.path,
                because: "the folder around it is not there, or this node may not write in it",
                try: "a folder that the node may write; under systemd: ReadWritePaths="
            )
        }
        return part
    }

    func discard(_ part: URL) {
        try? FileManager.default.removeItem(at: part)
        if let monthKeysPart { unlink(monthKeysPart.path) }
    }

    /// Gives both their names, unless something took one meanwhile: then neither is there.
    func appear(_ part: URL) throws {
        if let monthKeys, let monthKeysPart { try DurableFile.name(file: monthKeysPart, as: monthKeys) }
        do {
            try DurableFile.name(folder: part, as: url)
        } catch {
            // Keys without what they open would only wait to be forgotten.
            if let monthKeys { unlink(monthKeys.path) }
            throw error
        }
    }
}
