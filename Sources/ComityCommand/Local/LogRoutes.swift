/// The node's log over HTTP, on the local address only: the folder of AUDIT section 5 as it stands, for auditors on this
/// machine or behind a tunnel of theirs.

import AuditLog
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import TransparencyLog

enum LogRoutes {
    static func add(to router: Router<BasicRequestContext>, folder: String) {
        router.get("log/**") { _, context -> Response in
            let path = context.parameters.getCatchAll().joined(separator: "/")
            guard isLogFile(path), let data = FileManager.default.contents(atPath: folder + "/" + path) else {
                throw HTTPError(.notFound)
            }
            let isText = !path.hasPrefix("tile/") && !path.hasPrefix("timestamps/")
            return Response(
                status: .ok,
                headers: [.contentType: isText ? "text/plain; charset=utf-8" : "application/octet-stream"],
                body: .init(byteBuffer: ByteBuffer(bytes: data))
            )
        }
    }

    /// Whether a path names a file that a log has; anything else of the folder does not exist here.
    private static func isLogFile(_ path: String) -> Bool {
        if path == "checkpoint" || path == "vkey" || TileName(path: path) != nil { return true }
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return false }
        let size: Substring
        switch parts[0] {
        case "checkpoints": size = parts[1]
        case "timestamps" where parts[1].hasSuffix(".tsr"): size = parts[1].dropLast(4)
        default: return false
        }
        return (1...16).contains(size.utf8.count) && size.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }
}
