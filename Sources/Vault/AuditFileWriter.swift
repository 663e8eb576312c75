// Knows how a file of the log becomes durable: written beside, synced, renamed, its folder synced. Knows no content.
import Foundation

/// Writes files of one log, and syncs each folder once for many files.
struct AuditFileWriter: Sendable {
    let folder: String
    private var unsynced: Set<String> = []

    init(folder: String) throws(AuditStoreError) {
        self.folder = folder
        try make(folder)
    }

    func absolute(_ path: String) -> String { folder + "/" + path }

    /// The file's bytes; nil when it is absent.
    func read(_ path: String) throws(AuditStoreError) -> [UInt8]? {
        let absolute = absolute(path)
        guard FileManager.default.fileExists(atPath: absolute) else { return nil }
        guard let data = FileManager.default.contents(atPath: absolute) else {
            throw .file(path: path, step: "be read")
        }
        return [UInt8](data)
    }

    /// Writes a file that may not change any more: when it is there already, it must be the same.
    mutating func writeOnce(_ path: String, _ bytes: [UInt8]) throws(AuditStoreError) {
        if let present = try read(path) {
            guard present == bytes else { throw .fileDiffers(path: path) }
            return
        }
        try write(path, bytes)
    }

    /// Puts `bytes` in place of whatever is there; durable after `syncFolders`.
    mutating func write(_ path: String, _ bytes: [UInt8]) throws(AuditStoreError) {
        let target = absolute(path)
        let parent = (target as NSString).deletingLastPathComponent
        try make(parent)
        // In the log's own folder, so that a crash leaves at most this one, which the next write replaces.
        let temporary = absolute(".writing")
        let file = open(temporary, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw .file(path: path, step: "be created") }
        var offset = 0
        while offset < bytes.count {
            let count = bytes.withUnsafeBytes {
                Foundation.write(file, $0.baseAddress?.advanced(by: offset), $0.count - offset)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return try abandon(file, temporary, path, "be written") }
            offset += count
        }
        guard fsync(file) == 0 else { return try abandon(file, temporary, path, "be synced") }
        close(file)
        guard rename(temporary, target) == 0 else {
            unlink(temporary)
            throw .file(path: path, step: "be renamed")
        }
        unsynced.insert(parent)
    }

    private func abandon(_ file: Int32, _ temporary: String, _ path: String, _ step: String) throws(AuditStoreError) {
        close(file)
        unlink(temporary)
        throw .file(path: path, step: step)
    }

    /// Makes the names of all files written so far durable.
    mutating func syncFolders() throws(AuditStoreError) {
        for folder in unsynced { try sync(folder) }
        unsynced = []
    }

    /// Removes a file that nothing speaks of any more; its folder too when it was the last.
    func remove(_ path: String) {
        let target = absolute(path)
        unlink(target)
        let parent = (target as NSString).deletingLastPathComponent
        if parent.hasSuffix(".p") { rmdir(parent) }
    }

    /// The same, durable after `syncFolders`.
    mutating func removeForGood(_ path: String) {
        remove(path)
        let parent = (absolute(path) as NSString).deletingLastPathComponent
        let isThere = FileManager.default.fileExists(atPath: parent)
        unsynced.insert(isThere ? parent : (parent as NSString).deletingLastPathComponent)
        if !isThere { unsynced.remove(parent) }
    }

    private mutating func make(_ path: String) throws(AuditStoreError) {
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue { return }
        let parent = (path as NSString).deletingLastPathComponent
        if !parent.isEmpty, parent != path { try make(parent) }
        guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw .file(path: path, step: "be made") }
        if !parent.isEmpty { unsynced.insert(parent) }
    }

    private func sync(_ path: String) throws(AuditStoreError) {
        let folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw .file(path: path, step: "be opened") }
        defer { close(folder) }
        guard fsync(folder) == 0 else { throw .file(path: path, step: "be synced") }
    }
}
