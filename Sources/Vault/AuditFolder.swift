// Knows how the files of a log lie on a disk. Judges nothing and writes nothing.
import AuditLog
import Foundation

/// A published log in a folder of this machine.
public struct AuditFolder: LogFiles, Sendable {
    private let folder: String

    /// - Parameter path: the folder that holds `checkpoint` and `tile`.
    public init(path: String) {
        folder = path
    }

    // System calls rather than Foundation's files: a log of millions is tens of thousands of small ones.
    public func read(_ path: String, offset: Int, count: Int) throws(LogFilesError) -> [UInt8]? {
        let unreadable = LogFilesError(path: path, reason: "the system does not let it be read")
        let file = open(folder + "/" + path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw unreadable
        }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw unreadable }
        if status.st_mode & S_IFMT == S_IFDIR { return nil }
        let most = max(0, min(count, Int(status.st_size) - offset))
        var isWhole = true
        let bytes = [UInt8](unsafeUninitializedCapacity: most) { buffer, taken in
            while taken < most {
                let got = pread(file, buffer.baseAddress?.advanced(by: taken), most - taken, off_t(offset + taken))
                if got < 0, errno == EINTR { continue }
                if got < 0 { isWhole = false }
                guard got > 0 else { return }
                taken += got
            }
        }
        guard isWhole else { throw unreadable }
        return bytes
    }

    public func list(_ path: String) throws(LogFilesError) -> [String] {
        guard let stream = opendir(folder + "/" + path) else {
            if errno == ENOENT { return [] }
            throw LogFilesError(path: path, reason: "the system does not let it be listed")
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let item = readdir(stream) {
            let name = withUnsafePointer(to: &item.pointee.d_name) { name in
                name.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name == "." || name == ".." { continue }
            names.append(name + (isFolder(item.pointee.d_type, path + "/" + name) ? "/" : ""))
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    private func isFolder(_ kind: UInt8, _ path: String) -> Bool {
        guard Int(kind) == Int(DT_UNKNOWN) else { return Int(kind) == Int(DT_DIR) }
        var status = stat()
        return lstat(folder + "/" + path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}
