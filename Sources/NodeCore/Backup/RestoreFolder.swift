/// The folder of a node while it is restored: beside its name until it is whole. What a killed attempt left there goes first; what
/// anybody else laid there is left alone and refused. Knows names; never learns what files mean.

import Foundation
import Vault

struct RestoreFolder: Sendable {
    let staging: NodeFolder
    let lock: FolderLock
    private let target: URL

    static func staging(of folder: NodeFolder) -> URL {
        folder.url.deletingLastPathComponent()
            .appendingPathComponent(".\(folder.url.lastPathComponent).restoring", isDirectory: true)
    }

    init(_ folder: NodeFolder) throws {
        target = folder.url
        let url = Self.staging(of: folder)
        staging = NodeFolder(url.path)
        try Self.refuseMountPoint(target)
        if mkdir(url.path, 0o700) != 0 {
            guard errno == EEXIST else {
                throw NodeProblem(
                    .usage,
                    "the folder cannot be made",
                    at: target.path,
                    because: String(cString: strerror(errno)),
                    try: "a folder that you may write"
                )
            }
            try Self.refuseForeign(url)
        }
        lock = try Node.takeLock(staging)
        for name in try FileManager.default.contentsOfDirectory(atPath: url.path) where name != Self.lockName {
            try FileManager.default.removeItem(at: url.appendingPathComponent(name))
        }
    }

    private static let lockName = "lock"

    /// Whatever has that name already is taken for an attempt's only if it is a folder of this user, closed to others, with
    /// the attempt's lock in it or nothing at all. A link would lead keys elsewhere, and what is in it would be removed.
    private static func refuseForeign(_ url: URL) throws {
        func refusal(_ because: String) -> NodeProblem {
            NodeProblem(
                .usage,
                "there is something where the node would be put together; nothing was written",
                at: url.path,
                because: because,
                try: "take it away after a look at it, or restore into another folder"
            )
        }
        var status = stat()
        guard lstat(url.path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw refusal("it is a link or no folder")
        }
        guard status.st_uid == geteuid() else { throw refusal("it belongs to another user") }
        guard status.st_mode & 0o077 == 0 else { throw refusal("others may read or write it") }
        let names = try FileManager.default.contentsOfDirectory(atPath: url.path)
        guard names.isEmpty || names.contains(lockName) else { throw refusal("no restore made it") }
    }

    /// A folder takes the place of an empty one in one step, but not that of a file system.
    private static func refuseMountPoint(_ target: URL) throws {
        var (inner, outer) = (stat(), stat())
        let parent = target.deletingLastPathComponent().path
        guard lstat(target.path, &inner) == 0, stat(parent, &outer) == 0 else { return }
        guard inner.st_dev != outer.st_dev || Mounts.include(target) else { return }
        throw NodeProblem(
            .usage,
            "a node cannot take the place of a mount point; nothing was written",
            at: target.path,
            because: "it takes its name in one step, when all of it is there",
            try: "a folder below it, as \(target.path)/node"
        )
    }

    /// All of it is durable and takes its name. An empty folder of that name is replaced, nothing else is.
    func appear() throws {
        _ = try BackupFile.all(below: staging.url)
        try DurableFile.name(folder: staging.url, as: target)
        lock.release()
    }

    func discard() {
        try? FileManager.default.removeItem(at: staging.url)
        lock.release()
    }
}

/// What this process sees mounted: a folder bound to its place has the device of the one around it.
enum Mounts {
    static func include(_ url: URL) -> Bool {
        let table = (try? String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8)) ?? ""
        return include(url.resolvingSymlinksInPath().path, in: table)
    }

    /// - Parameter table: lines of proc_pid_mountinfo(5): the fifth word is the place, in octal what would end a word.
    static func include(_ path: String, in table: String) -> Bool {
        let escaped = [("\\", "\\134"), (" ", "\\040"), ("\t", "\\011"), ("\n", "\\012")].reduce(path) { path, pair in
            path.replacingOccurrences(of: pair.0, with: pair.1)
        }
        return table.split(separator: "\n").contains { line in
            let words = line.split(separator: " ")
            return words.count > 4 && words[4] == escaped
        }
    }
}
