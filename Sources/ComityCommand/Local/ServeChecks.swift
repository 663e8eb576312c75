/// What can be said before a node starts serving: is it running already, is an address taken? Said by name, before
/// anything is printed.

import Foundation
import NIOCore
import NIOPosix
import NodeCore

enum ServeChecks {
    static func run(_ folder: NodeFolder) async throws(NodeProblem) {
        let configuration = try NodeConfiguration.read(folder)
        if LocalSocket.isAnswered(folder) {
            throw NodeProblem(
                .unreachable,
                "this node is running already",
                at: folder.path,
                because: "it answers on its socket",
                try: "comity doctor \(folder.path)"
            )
        }
        for (name, address) in [("listen", configuration.listen), ("console", configuration.console)] {
            do {
                let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                    .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                    .bind(host: address.host, port: address.port).get()
                try await channel.close()
            } catch {
                throw NodeProblem(
                    .unreachable,
                    "the node cannot listen on \(address)",
                    at: folder.configuration.path,
                    because: "the address in \"\(name)\" is taken, or not one of this machine",
                    try: "another port there; if peers know it, send them the new card"
                )
            }
        }
    }
}
