/// A process that a test starts, waits for and ends by its id. Knows nothing of what it runs.

import Foundation
import Synchronization

/// Never waited for without a limit, and never by a blocked thread: a test that hangs fails by name.
public final class ChildProcess: Sendable {
    public let id: Int32
    /// The file that standard output goes to.
    public let output: URL
    private let end: End

    private final class End: Sendable { let status = Mutex<Int32?>(nil) }

    public enum Failure: Error {
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
    ) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: words[0])
        process.arguments = Array(words.dropFirst())
        process.currentDirectoryURL = folder
        process.environment = environment
        process.standardInput = try input.map { try FileHandle(forReadingFrom: $0) } ?? FileHandle.nullDevice
        let out = try Self.appending(output)
        process.standardOutput = out
        process.standardError = try errors.map { try Self.appending($0) } ?? out
        let end = End()
        process.terminationHandler = { ended in end.status.withLock { $0 = ended.terminationStatus } }
        try process.run()
        id = process.processIdentifier
        self.output = output
        self.end = end
    }

    private static func appending(_ file: URL) throws -> FileHandle {
        if !FileManager.default.fileExists(atPath: file.path) {
            _ = FileManager.default.createFile(atPath: file.path, contents: nil)
        }
        let handle = try FileHandle(forWritingTo: file)
        try handle.seekToEnd()
        return handle
    }

    public var isRunning: Bool { end.status.withLock { $0 == nil } }

    /// The exit code, or the number of the signal that ended the process.
    ///
    /// A process that still runs after `seconds` is killed and is an error.
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
