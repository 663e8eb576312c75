/// The composition root: which real parts a node gets. Composes, never decides.

import FederationClient
import FederationServer
import Foundation
import Logging
import NodeCore
import ServiceLifecycle
import WireProtocol

struct Composition: Sendable {
    let peers: any PeerReaching
    private let client: FederationClient

    init(_ node: Node) throws(NodeProblem) {
        client = FederationClient(
            identity: node.identity.federation,
            directory: node.peers,
            clock: { node.now }
        )
        peers = client
    }

    func close() async {
        await client.close()
    }

    /// Every operation the socket serves.
    static let operations: [AnyOperation] = [
        AnyOperation(AddUser.self), AnyOperation(ListUsers.self),
        AnyOperation(AddPeer.self), AnyOperation(ListPeers.self), AnyOperation(RevokePeer.self),
        AnyOperation(ImportRecords.self),
        AnyOperation(BuildIndexes.self), AnyOperation(FetchIndexes.self), AnyOperation(ListIndexes.self),
        AnyOperation(AskQuestion.self), AnyOperation(ShowQuestion.self),
        AnyOperation(Doctor.self),
    ]
}
