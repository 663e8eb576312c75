/// Whether a node listens on the socket of its folder. Asked before any HTTP: the HTTP client goes on trying for ten
/// seconds where a killed node left its socket behind.

import Foundation
import NodeCore
import Synchronization

enum LocalSocket {
    /// Longest path that a Unix socket can have, in bytes.
    static let longestPath = 107

    private static let folders = Mutex<[String: Int32]>([:])

    /// The socket's path; for a folder whose path is too long, the same file by way of the open folder.
    static func path(_ folder: NodeFolder) -> String {
        let path = folder.socket.path
        guard path.utf8.count > longestPath else { return path }
        let file = folders.withLock { folders in
            if let known = folders[folder.path] { return known }
            let file = open(folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            folders[folder.path] = file
            return file
        }
        return "/proc/self/fd/\(file)/\(folder.socket.lastPathComponent)"
    }

    /// False at once where nobody listens.
    static func isAnswered(_ folder: NodeFolder) -> Bool {
        let path = path(folder)
        let bytes = Array(path.utf8)
        guard bytes.count <= longestPath else { return false }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let file = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        guard file >= 0 else { return false }
        defer { close(file) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                connect(file, address, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
    }
}
