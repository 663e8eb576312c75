/// A process that a test starts, waits for and ends by its id. Knows nothing of what it runs.

import Foundation
import Synchronization

/// Spawned here: Foundation's `Process.run` was seen to read past its memory and end the test runner when tests start
/// processes at once. Never waited for without a limit: a test that hangs fails by name.
public final class ChildProcess: Sendable {
    public let id: Int32
    /// The file that standard output goes to.
    public let output: URL
    private let end = End()

    /// More than a test opens, and no more than it may.
    private static let openFiles = Int32(min(4_096, sysconf(Int32(_SC_OPEN_MAX))))

    private final class End: Sendable { let status = Mutex<Int32?>(nil) }

    public enum Failure: Error {
        case notStarted(code: Int32)
        case stillRunning(id: Int32)
    }

    /// Starts `words`, the program's path first. Both streams are appended to their files, which may be the same one.
    public init(
        _ words: [String],
        in folder: URL,
        environment: [String: String] = ["PATH": "/usr/bin:/bin"],
        input: URL? = nil,
        output: URL,
        errors: URL? = nil
    ) throws(Failure) {
        self.output = output
        // The shell changes the folder and becomes the program: the id stays.
        let line = ["/bin/sh", "-c", "cd \"$1\" && shift && exec \"$@\"", "sh", folder.path] + words
        var arguments = line.map { strdup($0) } + [nil]
        var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for pointer in arguments + variables { free(pointer) } }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        let append = O_WRONLY | O_CREAT | O_APPEND
        posix_spawn_file_actions_addopen(&actions, 0, input?.path ?? "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output.path, append, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, (errors ?? output).path, append, 0o600)
        // Nothing else is handed on: a browser that inherits the socket a node listens on holds its port after the node has
        // ended. One by one, as glibc's `closefrom` is not shown to Swift; what is not open is passed over.
        for file in 3..<Self.openFiles { posix_spawn_file_actions_addclose(&actions, file) }
        // Swift's own threads block signals, and a child inherits that: SIGTERM would not reach it.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var id: Int32 = 0
        let code = posix_spawn(&id, line[0], &actions, &attributes, &arguments, &variables)
        guard code == 0 else { throw .notStarted(code: code) }
        self.id = id
        let (child, end) = (id, end)
        Thread.detachNewThread {
            var status: Int32 = 0
            while waitpid(child, &status, 0) < 0, errno == EINTR {}
            let signal = status & 0x7F
            let exit = signal == 0 ? (status >> 8) & 0xFF : signal
            end.status.withLock { $0 = exit }
        }
    }

    public var isRunning: Bool { end.status.withLock { $0 == nil } }

    /// The exit code, or the number of the signal that ended the process.
    ///
    /// A process that still runs after `seconds` is killed and is an error: a test that hangs must fail by name.
    @discardableResult
    public func status(within seconds: Int = 300) async throws(Failure) -> Int32 {
        for _ in 0..<(seconds * 100) where isRunning { try? await Task.sleep(for: .milliseconds(10)) }
        guard let status = end.status.withLock({ $0 }) else {
            kill(id, SIGKILL)
            throw .stillRunning(id: id)
        }
        return status
    }

    /// Sends the signal and waits for the end.
    public func end(_ signal: Int32) async throws(Failure) {
        if isRunning { kill(id, signal) }
        try await status(within: 30)
    }
}
