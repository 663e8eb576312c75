/// How a command reaches a node: over its socket when it runs, else in this process on the locked folder.

import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NodeCore
import WireProtocol

struct NodeAccess {
    let folder: NodeFolder
    let passphraseFile: String?

    /// Runs `operation` and gives its output; throws what a person can act on.
    func perform<Act: Operation>(_ operation: Act) async throws(CommandFailure) -> Act.Output {
        do throws(NodeProblem) {
            guard folder.exists else {
                _ = try NodeConfiguration.read(folder)
                throw NodeProblem(.fault, "the folder changed while it was read", at: folder.path)
            }
            if LocalSocket.isAnswered(folder) {
                if let output = try await overSocket(operation) { return output }
            }
            return try await inProcess(operation)
        } catch {
            throw CommandFailure(error)
        }
    }

    /// Nil when nobody listens on the socket (left over from a node that was killed).
    private func overSocket<Act: Operation>(_ operation: Act) async throws(NodeProblem) -> Act.Output? {
        let client = HTTPClient(eventLoopGroup: .singletonMultiThreadedEventLoopGroup)
        let result: Result<Act.Output?, NodeProblem>
        do {
            result = .success(try await send(operation, through: client))
        } catch let problem as NodeProblem {
            result = .failure(problem)
        } catch {
            result = .failure(
                NodeProblem(
                    .unreachable,
                    "the node on \(folder.socket.path) did not finish its answer",
                    because: "it stopped, or the connection was cut",
                    try: "comity doctor \(folder.path)"
                )
            )
        }
        try? await client.shutdown()
        return try result.get()
    }

    private func send<Act: Operation>(_ operation: Act, through client: HTTPClient) async throws -> Act.Output? {
        guard let url = URL(httpURLWithSocketPath: LocalSocket.path(folder), uri: "/operations/\(Act.name)") else {
            return nil
        }
        var request = HTTPClientRequest(url: url.absoluteString)
        request.method = .POST
        request.body = .bytes(ByteBuffer(bytes: try JSONEncoder().encode(operation)))
        let response: HTTPClientResponse
        do {
            response = try await client.execute(request, timeout: .hours(12))
        } catch {
            return nil
        }
        guard response.status == .ok else {
            throw NodeProblem(
                .fault,
                "the node does not know \(Act.name)",
                because: "program and node are of different versions",
                try: "restart the node with the same program"
            )
        }
        var pending = Data()
        for try await part in response.body {
            pending.append(contentsOf: part.readableBytesView)
            while let end = pending.firstIndex(of: 0x0A) {
                let line = try JSONDecoder().decode(OperationLine.self, from: pending[pending.startIndex..<end])
                pending = Data(pending[pending.index(after: end)...])
                if let words = line.say { Voice.say(words) }
                if let problem = line.problem { throw problem }
                if let output = line.output { return try JSONDecoder().decode(Act.Output.self, from: output) }
            }
        }
        throw HTTPClientError.remoteConnectionClosed
    }

    private func inProcess<Act: Operation>(_ operation: Act) async throws(NodeProblem) -> Act.Output {
        let passphrase = try Passphrase.read(file: passphraseFile, folder: folder)
        Voice.say("no node runs on \(folder.path); working on its folder directly")
        let node = try await Node.open(folder, passphrase: passphrase, for: Act.intent)
        let result: Result<Act.Output, NodeProblem>
        let composition = Composition(node, logger: Composition.quietLogger)
        let context = OperationContext(node: node, peers: composition.peers) { Voice.say($0) }
        do throws(NodeProblem) {
            result = .success(try await operation.run(context))
            // Afterwards: the operation may have been their activation.
            if let notice = node.policyNotice() { Voice.say("warning: \(notice)") }
        } catch {
            result = .failure(error)
        }
        await composition.close()
        await node.close()
        return try result.get()
    }
}

extension CommandFailure {
    init(_ problem: NodeProblem) {
        let exit =
            switch problem.kind {
            case .refused: Exit.refused
            case .usage: Exit.usage
            case .data: Exit.data
            case .unreachable: Exit.unreachable
            case .fault: Exit.fault
            }
        self.init(exit, problem.text, at: problem.place, because: problem.because, try: problem.remedy)
    }
}
