// Knows how the files of a log lie on a disk. Judges nothing and writes nothing.
import AuditLog
import Foundation

/// A published log in a folder of this machine.
public struct AuditFolder: LogFiles, Sendable {
    private let folder: URL

    /// - Parameter path: the folder that holds `checkpoint` and `tile`.
    public init(path: String) {
        folder = URL(fileURLWithPath: path, isDirectory: true)
    }

    public func read(_ path: String, offset: Int, count: Int) throws(LogFilesError) -> [UInt8]? {
        let url = folder.appendingPathComponent(path)
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder), !isFolder.boolValue else {
            return nil
        }
        do {
            let handle = try FileHandle(forReadingFrom: url)
            defer { try? handle.close() }
            if offset > 0 { try handle.seek(toOffset: UInt64(offset)) }
            var bytes: [UInt8] = []
            while bytes.count < count, let piece = try handle.read(upToCount: count - bytes.count), !piece.isEmpty {
                bytes += piece
            }
            return bytes
        } catch {
            throw LogFilesError(path: path, reason: "the system does not let it be read")
        }
    }

    public func list(_ path: String) throws(LogFilesError) -> [String] {
        let url = folder.appendingPathComponent(path, isDirectory: true)
        guard FileManager.default.fileExists(atPath: url.path) else { return [] }
        do {
            let items = try FileManager.default.contentsOfDirectory(
                at: url,
                includingPropertiesForKeys: [.isDirectoryKey]
            )
            return try items.map { item in
                let isFolder = try item.resourceValues(forKeys: [.isDirectoryKey]).isDirectory ?? false
                return item.lastPathComponent + (isFolder ? "/" : "")
            }
            .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        } catch {
            throw LogFilesError(path: path, reason: "the system does not let it be listed")
        }
    }
}
