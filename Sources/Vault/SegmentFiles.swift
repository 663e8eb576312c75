/// Files of an index while it is built: a segment on its way to disk, and a file without a name for what memory has no
/// room for. Knows bytes and paths; what goes through the second is sealed before it comes here.

import Foundation
public import SetIntersection
import Sodium
import Synchronization

/// A segment that is written in order and is no segment until `finish`. Without it nothing stays.
public final class SegmentWriter: SegmentSink {
    private let folder: SegmentFolder
    private let temporary: URL
    private var file: Int32

    fileprivate init(_ folder: SegmentFolder) throws {
        self.folder = folder
        temporary = folder.url.appendingPathComponent(SegmentFolder.unfinishedName())
        file = open(temporary.path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o640)
        guard file >= 0 else { throw DurableFileError(step: "create", code: errno) }
    }

    deinit {
        guard file >= 0 else { return }
        close(file)
        unlink(temporary.path)
    }

    public func append(_ bytes: UnsafeBufferPointer<UInt8>) throws(IntersectionError) {
        guard FileBytes.write(UnsafeRawBufferPointer(bytes), to: file) else { throw .storage(code: errno) }
    }

    /// Makes it durable under its name. Call it once.
    public func finish(as description: SegmentDescription) throws {
        let name = Hex.encode(description.digest)
        guard !folder.contains(name) else { return }
        guard fsync(file) == 0 else { throw DurableFileError(step: "sync", code: errno) }
        close(file)
        file = -1
        guard rename(temporary.path, folder.url.appendingPathComponent(name).path) == 0 else {
            let code = errno
            unlink(temporary.path)
            throw DurableFileError(step: "rename", code: code)
        }
        try DurableFile.syncFolder(folder.url)
    }
}

/// A file that lost its name when it was made: the system takes it back when it is closed, and when the process dies.
public final class UnnamedFile: SpillFile {
    private let file: Int32
    private let end = Mutex(0)

    fileprivate init(in folder: SegmentFolder) throws {
        let url = folder.url.appendingPathComponent(SegmentFolder.unfinishedName())
        file = open(url.path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw DurableFileError(step: "create", code: errno) }
        // A crash before this line leaves an empty file, which the next start sweeps away.
        guard unlink(url.path) == 0 else { throw DurableFileError(step: "unlink", code: errno) }
    }

    deinit { close(file) }

    public func append(_ bytes: [UInt8]) throws(IntersectionError) -> Int {
        let written: Result<Int, IntersectionError> = end.withLock { end in
            guard bytes.withUnsafeBytes({ FileBytes.write($0, to: file, at: end) }) else {
                return .failure(.storage(code: errno))
            }
            defer { end += bytes.count }
            return .success(end)
        }
        return try written.get()
    }

    public func read(at offset: Int, count: Int) throws(IntersectionError) -> [UInt8] {
        var done = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialised in
            while done < count {
                let length = pread(file, buffer.baseAddress! + done, count - done, off_t(offset + done))
                if length < 0, errno == EINTR { continue }
                guard length > 0 else { break }
                done += length
            }
            initialised = done
        }
        guard done == count else { throw .storage(code: errno) }
        return bytes
    }
}

extension SegmentFolder {
    /// Begins a segment.
    public func writer() throws -> SegmentWriter { try SegmentWriter(self) }

    /// A place for what one build sets aside.
    public func spillFile() throws -> UnnamedFile { try UnnamedFile(in: self) }

    /// No segment has such a name, so that `sweep` takes what a crash left.
    fileprivate static func unfinishedName() -> String { ".unfinished-\(Hex.encode(RandomBytes.system.bytes(8)))" }
}

enum FileBytes {
    /// Writes all bytes, at an offset or where the file stands; false leaves the reason in `errno`.
    static func write(_ bytes: UnsafeRawBufferPointer, to file: Int32, at offset: Int? = nil) -> Bool {
        var done = 0
        while done < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
            let written =
                offset.map { pwrite(file, rest.baseAddress, rest.count, off_t($0 + done)) }
                ?? Foundation.write(file, rest.baseAddress, rest.count)
            if written < 0 {
                if errno == EINTR { continue }
                return false
            }
            done += written
        }
        return true
    }
}
