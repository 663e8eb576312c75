// The built program as processes: arguments in; exit code and both streams out. Knows nothing of what it runs.
import Foundation
import NodeTesting
import Testing

/// What a finished process left.
struct Ran: Sendable {
    var exit: Int32
    var out: String
    var err: String

    /// Both streams, for assertions on what stands in neither.
    var all: String { out + err }

    var json: [String: Any]? {
        (try? JSONSerialization.jsonObject(with: Data(out.utf8))) as? [String: Any]
    }

    var error: [String: Any]? { json?["error"] as? [String: Any] }
}

/// One folder to work in, and the program on its PATH.
struct Program: Sendable {
    let folder: URL
    let binary: URL

    init(in folder: URL) throws {
        self.folder = folder
        binary = try #require(Self.built, "comity is not built: swift build --product comity, or set COMITY_BINARY")
    }

    /// `COMITY_BINARY`, else beside the test bundle in the build folder.
    private static let built: URL? = {
        if let path = ProcessInfo.processInfo.environment["COMITY_BINARY"] { return URL(fileURLWithPath: path) }
        let own = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        let places = [own, Bundle.main.bundleURL, Bundle.main.bundleURL.deletingLastPathComponent()]
        return places.map { $0.appendingPathComponent("comity") }
            .first { FileManager.default.isExecutableFile(atPath: $0.path) }
    }()

    private func start(_ executable: URL, _ arguments: [String], input: URL? = nil, out: URL, err: URL) throws
        -> ChildProcess
    {
        try ChildProcess(
            [executable.path] + arguments,
            in: folder,
            environment: [
                "PATH": binary.deletingLastPathComponent().path + ":/usr/bin:/bin", "HOME": folder.path,
                "LANG": "C.UTF-8", "NO_COLOR": "1",
            ],
            input: input,
            output: out,
            errors: err
        )
    }

    /// Runs the program to its end.
    func run(_ arguments: String..., input: String? = nil) async throws -> Ran {
        try await finish(binary, arguments, input: input)
    }

    func run(_ arguments: [String]) async throws -> Ran { try await finish(binary, arguments, input: nil) }

    /// Runs a line of shell to its end.
    func shell(_ line: String) async throws -> Ran {
        try await finish(URL(fileURLWithPath: "/bin/sh"), ["-c", line], input: nil)
    }

    private func finish(_ executable: URL, _ arguments: [String], input: String?) async throws -> Ran {
        let name = UUID().uuidString
        let place = folder.appendingPathComponent(".streams", isDirectory: true)
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        // Files, not pipes: no output is so long that its reader has to keep up.
        let (out, err) = (place.appendingPathComponent(name + ".out"), place.appendingPathComponent(name + ".err"))
        var file: URL?
        if let input {
            let given = place.appendingPathComponent(name + ".in")
            try Data(input.utf8).write(to: given)
            file = given
        }
        let exit = try await start(executable, arguments, input: file, out: out, err: err).status()
        defer {
            try? FileManager.default.removeItem(at: out)
            try? FileManager.default.removeItem(at: err)
        }
        return Ran(
            exit: exit,
            out: String(decoding: try Data(contentsOf: out), as: UTF8.self),
            err: String(decoding: try Data(contentsOf: err), as: UTF8.self)
        )
    }

    /// Starts the program and leaves it running; both streams go to `log`.
    func start(_ arguments: [String], log: URL) throws -> ChildProcess {
        try start(binary, arguments, out: log, err: log)
    }

    /// Starts a line of shell and leaves what it becomes running; both streams go to `log`.
    func start(shell line: String, log: URL) throws -> ChildProcess {
        try start(URL(fileURLWithPath: "/bin/sh"), ["-c", line], out: log, err: log)
    }

    func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: folder.appendingPathComponent(name))
    }

    func text(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: folder.appendingPathComponent(name)), as: UTF8.self)
    }

    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }
}

/// The first line of what a plain HTTP server on loopback answers; nil while nobody listens.
func httpStatus(port: Int, path: String) -> String? {
    let file = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var limit = timeval(tv_sec: 5, tv_usec: 0)
    setsockopt(file, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    guard connects(file, port: port) else { return nil }
    let request = Array("GET \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".utf8)
    guard write(file, request, request.count) == request.count else { return nil }
    var buffer = [UInt8](repeating: 0, count: 4_096)
    let count = read(file, &buffer, buffer.count)
    guard count > 0 else { return nil }
    return String(decoding: buffer.prefix(count), as: UTF8.self).split(separator: "\r\n").first.map(String.init)
}

/// A connection on which nothing was said yet; nil where none is made. The caller closes it.
func silentLine(port: Int) -> Int32? {
    let file = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard file >= 0, connects(file, port: port) else { return nil }
    return file
}

func isListening(port: Int) -> Bool {
    let file = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard file >= 0 else { return false }
    defer { close(file) }
    return connects(file, port: port)
}

private func connects(_ file: Int32, port: Int) -> Bool {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    return withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
            connect(file, address, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
        }
    }
}
