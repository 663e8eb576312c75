/// Segments on their way here: what came of them stands on disk until the rest is there, across cut connections and
/// restarts. Knows names, lengths and bytes; whether a segment is the one it should be, its reader says.

import Foundation

/// A file of a segment, open.
final class SegmentFile {
    private let file: Int32

    init(reading url: URL) throws {
        file = open(url.path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw DurableFileError(step: "open", code: errno) }
    }

    init(appendingTo url: URL) throws {
        file = open(url.path, O_CREAT | O_RDWR | O_CLOEXEC, 0o640)
        guard file >= 0 else { throw DurableFileError(step: "create", code: errno) }
    }

    deinit { close(file) }

    func length() throws -> Int {
        var status = stat()
        guard fstat(file, &status) == 0 else { throw DurableFileError(step: "stat", code: errno) }
        return Int(status.st_size)
    }

    /// `count` bytes, or as many as there are.
    func read(from first: Int, count: Int) throws -> [UInt8] {
        var failure: Int32?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count, let start = buffer.baseAddress {
                let got = pread(file, start + filled, count - filled, off_t(first + filled))
                if got < 0, errno == EINTR { continue }
                if got < 0 { failure = errno }
                if got <= 0 { break }
                filled += got
            }
        }
        if let failure { throw DurableFileError(step: "read", code: failure) }
        return bytes
    }

    func write(_ bytes: [UInt8], at first: Int) throws {
        var offset = 0
        while offset < bytes.count {
            let written = bytes[offset...].withUnsafeBytes {
                pwrite(file, $0.baseAddress, $0.count, off_t(first + offset))
            }
            if written < 0 {
                if errno == EINTR { continue }
                throw DurableFileError(step: "write", code: errno)
            }
            offset += written
        }
    }

    func sync() throws {
        guard fsync(file) == 0 else { throw DurableFileError(step: "sync", code: errno) }
    }
}

/// What came so far of the segments of one peer's index: a folder of its own.
public struct PartialSegments: Sendable {
    /// Beside the segments.
    static let folder = "partial"

    /// Where they go when they are whole.
    private let segments: SegmentFolder
    private let url: URL

    /// - Parameters:
    ///   - peer: whose index; an agency id.
    ///   - agreement: under which agreement. Neither kind of id has a dot.
    public init(in folder: SegmentFolder, of peer: String, agreement: String) throws {
        segments = folder.fetched(from: peer)
        url = folder.url.appendingPathComponent(Self.folder).appendingPathComponent("\(peer).\(agreement)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    /// Whose indexes under which agreements are on their way here.
    public static func all(in folder: SegmentFolder) throws -> [(peer: String, agreement: String)] {
        let place = folder.url.appendingPathComponent(Self.folder).path
        guard FileManager.default.fileExists(atPath: place) else { return [] }
        return try FileManager.default.contentsOfDirectory(atPath: place).sorted().compactMap { name in
            let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
            return parts.count == 2 ? (peer: parts[0], agreement: parts[1]) : nil
        }
    }

    /// Forgets what came of segments that nobody waits for any more: the holder published anew.
    public func keep(only names: Set<String>) throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: url.path) where !names.contains(name) {
            try discard(name)
        }
    }

    /// How many bytes are here.
    public func length(of name: String) throws -> Int {
        try SegmentFile(appendingTo: place(name)).length()
    }

    /// Adds bytes at the end. Not durable yet: what a crash spoils, the digest of the whole finds.
    public func append(_ bytes: [UInt8], to name: String, at offset: Int) throws {
        try SegmentFile(appendingTo: place(name)).write(bytes, at: offset)
    }

    /// Hands out all bytes, a part at a time.
    public func read(_ name: String, part: Int = 1 << 20, _ take: (UnsafeBufferPointer<UInt8>) -> Void) throws {
        let file = try SegmentFile(reading: place(name))
        var offset = 0
        while true {
            let bytes = try file.read(from: offset, count: part)
            guard !bytes.isEmpty else { return }
            bytes.withUnsafeBufferPointer(take)
            offset += bytes.count
        }
    }

    public func discard(_ name: String) throws {
        try FileManager.default.removeItem(at: place(name))
    }

    /// Puts a whole segment among the others, durably.
    public func complete(_ name: String) throws {
        try FileManager.default.createDirectory(at: segments.url, withIntermediateDirectories: true)
        try SegmentFile(appendingTo: place(name)).sync()
        guard rename(place(name).path, segments.url.appendingPathComponent(name).path) == 0 else {
            throw DurableFileError(step: "rename", code: errno)
        }
        try DurableFile.syncFolder(segments.url)
    }

    /// Forgets everything: the index is here, or will never be.
    public func discardAll() throws {
        try FileManager.default.removeItem(at: url)
        // The folder of all such goes with the last of them.
        rmdir(url.deletingLastPathComponent().path)
    }

    /// Forgets one of an index that ended, or of a peer that is trusted no more; nothing if there is none.
    public static func discard(in segments: SegmentFolder, of peer: String, agreement: String) throws {
        let url = segments.url.appendingPathComponent(folder).appendingPathComponent("\(peer).\(agreement)")
        guard FileManager.default.fileExists(atPath: url.path) else { return }
        try FileManager.default.removeItem(at: url)
        rmdir(url.deletingLastPathComponent().path)
    }

    private func place(_ name: String) -> URL { url.appendingPathComponent(name) }
}
