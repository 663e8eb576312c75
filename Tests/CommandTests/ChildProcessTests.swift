// What a process that a test starts gets of the test, and that is nothing but its three streams.
import FederationServer
import Foundation
import NodeTesting
import TestSupport
import Testing

@Suite struct ChildProcessTests {
    @Test func aChildHoldsNoPortOfTheTestThatStartedIt() async throws {
        try await withTemporaryFolder { folder in
            let port = try #require(FreePort.find())
            let listener = try #require(Self.listen(on: port))
            let child: ChildProcess
            do {
                let output = folder.appendingPathComponent("output")
                child = try ChildProcess(["/bin/sleep", "300"], in: folder, output: output)
            } catch {
                close(listener)
                throw error
            }
            // The shell that changes the folder has become the program by then.
            let isSleeping = try await Waiting.until {
                let words = try? Data(contentsOf: URL(fileURLWithPath: "/proc/\(child.id)/cmdline"))
                return words?.starts(with: Data("/bin/sleep".utf8)) == true
            }
            close(listener)
            let again = Self.listen(on: port)
            if let again { close(again) }
            let isRunning = child.isRunning
            try await child.end(SIGKILL)
            #expect(isSleeping && isRunning)
            #expect(again != nil, "a child holds port \(port)")
        }
    }

    /// A socket that listens on 127.0.0.1 and is handed on to whoever is started without care, as those of servers are.
    private static func listen(on port: Int) -> Int32? {
        let file = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard file >= 0 else { return nil }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        let isBound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(file, pointer, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard isBound, Glibc.listen(file, 1) == 0 else {
            close(file)
            return nil
        }
        return file
    }
}
