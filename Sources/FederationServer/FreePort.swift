// A port for a node that is served on this machine for a moment: in the demo, a measurement, a test. Knows sockets, and never learns
// who listens.
import Foundation
import Synchronization

/// Ports of 127.0.0.1 for nodes whose card names one before they listen.
public enum FreePort {
    private static let handedOut = Mutex(Set<Int>())

    /// A port that nobody listens on at this moment and that this process was not given before; nil if none was found.
    ///
    /// Taken from below those that Linux gives to outgoing connections (32768 and up), so that none of them can take it first.
    public static func find() -> Int? {
        for _ in 0..<1_000 {
            let port = Int.random(in: 10_000..<32_768)
            guard handedOut.withLock({ $0.insert(port).inserted }), isFree(port) else { continue }
            return port
        }
        return nil
    }

    private static func isFree(_ port: Int) -> Bool {
        let file = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard file >= 0 else { return false }
        defer { close(file) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(file, pointer, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
