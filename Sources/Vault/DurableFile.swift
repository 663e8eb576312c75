/// Files that are either whole or absent: written beside, synced, renamed, folder synced.
/// Knows paths and bytes only.

public import Foundation

/// A write that did not happen. The old file, if any, is as it was.
public struct DurableFileError: Error, CustomStringConvertible {
    public var step: String
    public var code: Int32
    public var description: String { "\(step): \(String(cString: strerror(code)))" }
}

public enum DurableFile {
    /// Replaces `url` by `bytes` as one step: after a crash it holds the old bytes or the new, never a part.
    public static func write(_ bytes: [UInt8], to url: URL, mode: mode_t = 0o640) throws {
        let temporary = url.deletingLastPathComponent()
            .appendingPathComponent(".\(url.lastPathComponent).\(UInt32.random(in: 0...UInt32.max)).tmp")
        let file = open(temporary.path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, mode)
        guard file >= 0 else { throw DurableFileError(step: "create", code: errno) }
        do {
            try writeAll(bytes, to: file)
            guard fsync(file) == 0 else { throw DurableFileError(step: "sync", code: errno) }
            guard close(file) == 0 else { throw DurableFileError(step: "close", code: errno) }
            guard rename(temporary.path, url.path) == 0 else { throw DurableFileError(step: "rename", code: errno) }
        } catch {
            unlink(temporary.path)
            throw error
        }
        try syncFolder(url.deletingLastPathComponent())
    }

    /// Gives a file that is whole its name; replaces nothing.
    public static func name(file part: URL, as url: URL) throws {
        if link(part.path, url.path) == 0 {
            unlink(part.path)
        } else {
            // File systems of memory sticks know no second name of a file, and say so in different ways.
            guard errno != EEXIST else { throw DurableFileError(step: "link", code: errno) }
            try takeName(url, for: part)
        }
        try syncFolder(url.deletingLastPathComponent())
    }

    /// The name is taken first by an empty file, so that no other is replaced.
    static func takeName(_ url: URL, for part: URL) throws {
        let place = open(url.path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard place >= 0 else { throw DurableFileError(step: "create", code: errno) }
        close(place)
        guard rename(part.path, url.path) == 0 else {
            let code = errno
            unlink(url.path)
            throw DurableFileError(step: "rename", code: code)
        }
    }

    /// Gives a folder that is whole its name; replaces nothing but an empty folder.
    public static func name(folder part: URL, as url: URL) throws {
        guard rename(part.path, url.path) == 0 else { throw DurableFileError(step: "rename", code: errno) }
        try syncFolder(url.deletingLastPathComponent())
    }

    /// Removes what a crash between writing and renaming left beside `url`.
    static func removeUnfinished(of url: URL) {
        let folder = url.deletingLastPathComponent()
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        for name in names where name.hasPrefix(".\(url.lastPathComponent).") && name.hasSuffix(".tmp") {
            unlink(folder.appendingPathComponent(name).path)
        }
    }

    /// Makes the names in a folder durable.
    public static func syncFolder(_ url: URL) throws {
        let folder = open(url.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw DurableFileError(step: "open folder", code: errno) }
        defer { close(folder) }
        guard fsync(folder) == 0 else { throw DurableFileError(step: "sync folder", code: errno) }
    }

    private static func writeAll(_ bytes: [UInt8], to file: Int32) throws {
        guard bytes.withUnsafeBytes({ FileBytes.write($0, to: file) }) else {
            throw DurableFileError(step: "write", code: errno)
        }
    }
}
