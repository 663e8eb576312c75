/// What the node serves on this machine only: operations on the Unix socket, health on the local address.
/// Never reachable by peers.

import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NodeCore
import ServiceLifecycle
import WireProtocol

struct LocalServer {
    let node: Node
    let peers: any PeerReaching
    let operations: [AnyOperation]
    let logger: Logger

    /// Greatest body of an operation: a CSV file of records travels whole.
    static let greatestBody = 512 << 20

    /// Operations over the socket of the node's folder. The folder's mode (0700) and the socket's (0600) say who may.
    func socketService() -> some Service {
        let router = Router()
        for operation in operations {
            router.post("operations/\(operation.name)") { request, _ -> Response in
                let buffer = try await request.body.collect(upTo: Self.greatestBody)
                return stream(operation, body: Data(buffer.readableBytesView))
            }
        }
        router.get("health/live") { _, _ in "live\n" }
        return Application(
            router: router,
            configuration: .init(address: .unixDomainSocket(path: LocalSocket.path(node.folder)), serverName: nil),
            onServerRunning: { [path = node.folder.socket.path] _ in chmod(path, 0o600) },
            logger: logger
        )
    }

    /// Health on the local address: `live` while the process answers, `ready` while it can do its work, `alarms` when a log
    /// contradicts itself.
    func healthService() -> some Service {
        let router = Router()
        router.get("health/live") { _, _ in "live\n" }
        router.get("health/ready") { _, _ -> Response in
            let faults = await node.readiness()
            let body = faults.isEmpty ? "ready\n" : faults.joined(separator: "\n") + "\n"
            return Response(
                status: faults.isEmpty ? .ok : .serviceUnavailable,
                headers: [.contentType: "text/plain; charset=utf-8"],
                body: .init(byteBuffer: ByteBuffer(string: body))
            )
        }
        router.get("health/alarms") { _, _ -> Response in
            let alarms = await node.alarms()
            let body = alarms.isEmpty ? "none\n" : alarms.joined(separator: "\n") + "\n"
            return Response(
                status: alarms.isEmpty ? .ok : .serviceUnavailable,
                headers: [.contentType: "text/plain; charset=utf-8"],
                body: .init(byteBuffer: ByteBuffer(string: body))
            )
        }
        LogRoutes.add(to: router, folder: node.folder.log.path)
        let console = node.configuration.console
        return Application(
            router: router,
            configuration: .init(address: .hostname(console.host, port: console.port), serverName: nil),
            logger: logger
        )
    }

    private func stream(_ operation: AnyOperation, body: Data) -> Response {
        let node = node
        let peers = peers
        return Response(
            status: .ok,
            headers: [.contentType: "application/jsonl"],
            body: .init { writer in
                let (lines, source) = AsyncStream.makeStream(of: OperationLine.self)
                let work = Task {
                    let context = OperationContext(node: node, peers: peers) { source.yield(OperationLine(say: $0)) }
                    do throws(NodeProblem) {
                        source.yield(OperationLine(output: try await operation.run(body, context)))
                    } catch {
                        source.yield(OperationLine(problem: error))
                    }
                    source.finish()
                }
                // An empty line now and then finds out that nobody reads any more.
                let pulse = Task {
                    while !Task.isCancelled {
                        try? await Task.sleep(for: .seconds(1))
                        source.yield(OperationLine())
                    }
                }
                defer { pulse.cancel() }
                do {
                    for await line in lines {
                        var data = try JSONEncoder().encode(line)
                        data.append(0x0A)
                        try await writer.write(ByteBuffer(bytes: data))
                    }
                    try await writer.finish(nil)
                } catch {
                    // Whoever asked is gone; what is half done is the use case's to leave whole.
                    work.cancel()
                    throw error
                }
            }
        )
    }
}
