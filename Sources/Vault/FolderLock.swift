/// One process at a time on a node's folder.

public import Foundation
import Synchronization

/// A lock on `DIR/lock`, held until released or the process ends (also by SIGKILL).
public final class FolderLock: Sendable {
    private let file: Mutex<Int32>

    /// Takes the lock, or returns nil if another process holds it for more than a second: a command that is just ending,
    /// or a child between fork and exec, is waited for.
    public init?(folder: URL) throws {
        let path = folder.appendingPathComponent("lock").path
        let file = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw DurableFileError(step: "open lock", code: errno) }
        var tries = 50
        while flock(file, LOCK_EX | LOCK_NB) != 0 {
            tries -= 1
            guard tries > 0, errno == EWOULDBLOCK || errno == EINTR else {
                close(file)
                return nil
            }
            usleep(20_000)
        }
        self.file = Mutex(file)
    }

    public func release() {
        file.withLock { file in
            if file >= 0 { close(file) }
            file = -1
        }
    }

    deinit { release() }
}
