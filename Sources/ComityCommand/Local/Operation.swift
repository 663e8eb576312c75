/// The acts a person asks of a node, in the form in which they cross the Unix socket. An operation runs the same use
/// case whether the node is running (over the socket) or not (in this process, on the locked folder).

import Foundation
import NodeCore
import WireProtocol

/// Who asks, and how to tell them how it goes.
struct OperationContext: Sendable {
    let node: Node
    let peers: any PeerReaching
    /// A line of talk for standard error.
    let say: @Sendable (String) -> Void
}

protocol Operation: Codable, Sendable {
    associatedtype Output: Codable & Sendable
    /// The last part of its path on the socket.
    static var name: String { get }
    /// What a node is opened for where none runs.
    static var intent: Node.Intent { get }
    func run(_ context: OperationContext) async throws(NodeProblem) -> Output
}

extension Operation {
    static var intent: Node.Intent { .acts }
}

/// A line of the answer on the socket: talk while it goes on, and at last the output or the problem.
struct OperationLine: Codable, Sendable {
    var say: String?
    var output: Data?
    var problem: NodeProblem?
}

/// An operation whose type is only known by name: what the socket serves.
struct AnyOperation: Sendable {
    let name: String
    /// Decodes, runs, encodes.
    let run: @Sendable (Data, OperationContext) async throws(NodeProblem) -> Data

    init<Act: Operation>(_ type: Act.Type) {
        name = type.name
        run = { (body, context) async throws(NodeProblem) -> Data in
            guard let act = try? JSONDecoder().decode(type, from: body) else {
                throw NodeProblem(
                    .usage,
                    "the node does not understand this command",
                    because: "program and node are of different versions",
                    try: "restart the node with the same program"
                )
            }
            let output = try await act.run(context)
            guard let data = try? JSONEncoder().encode(output) else {
                throw NodeProblem(.fault, "the result of \(type.name) could not be written down")
            }
            return data
        }
    }
}
