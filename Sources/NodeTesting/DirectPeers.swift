// Nodes joined inside one process: no sockets, but every message is signed and verified as between machines.
// Knows the ports of WireProtocol; a test may stand between the two sides.
import NodeCore
import PeerTrust
import Sodium
import Synchronization
import WireProtocol

/// Which nodes can be reached, for all of them.
public final class DirectNetwork: Sendable {
    private let nodes = Mutex<[AgencyID: Node]>([:])

    public init(_ nodes: [TestNode] = []) {
        for node in nodes { join(node) }
    }

    public func join(_ node: TestNode) { nodes.withLock { $0[node.agency] = node.node } }

    public func leave(_ agency: AgencyID) { nodes.withLock { $0[agency] = nil } }

    func node(_ agency: AgencyID) -> Node? { nodes.withLock { $0[agency] } }

    /// How `node` reaches the others.
    public func peers(of node: TestNode) -> DirectPeers { DirectPeers(node: node.node, network: self) }
}

public struct DirectPeers: PeerReaching {
    let node: Node
    let network: DirectNetwork

    public func send(
        _ request: PeerRequest,
        to agency: AgencyID
    ) async throws(PeerReachError) -> VerifiedPeerResponse {
        try await send(request, to: agency, nonce: RandomBytes.system.bytes(16))
    }

    /// Sends under a nonce of the test's choice.
    ///
    /// - Parameter nonce: 16 bytes.
    public func send(
        _ request: PeerRequest,
        to agency: AgencyID,
        nonce: [UInt8]
    ) async throws(PeerReachError) -> VerifiedPeerResponse {
        guard let peer = node.peers.peer(agency: agency) else { throw .unknownPeer }
        guard let other = network.node(agency) else { throw .unreachable }
        let uri = peer.card.card.endpoints[0].description + request.route.path
        guard let message = ComityMessage(id: request.id, from: node.identity.agency, to: agency, nonce: nonce),
            let signed = MessageSigner(key: node.identity.signer).sign(
                method: request.route.method,
                targetURI: uri,
                contentType: request.route.contentType,
                body: request.body,
                message: message,
                receipt: request.receipt,
                selection: request.selection,
                created: node.now
            )
        else { throw .unsendable }
        guard let us = other.peers.peer(agency: node.identity.agency) else { throw .refusedTLS }
        let received: VerifiedMessage
        do throws(SignatureRefusal) {
            received = try MessageVerifier(key: us.card.card.signingKey, sender: us.agency, recipient: agency)
                .verifyRequest(
                    method: request.route.method,
                    targetURI: uri,
                    UnverifiedMessage(fields: signed.fields, body: request.body),
                    now: other.now
                ).0
        } catch {
            throw .refusedAtTheDoor(status: 401)
        }
        let answer = await other.answer(
            VerifiedPeerRequest(peer: us, route: request.route, body: request.body, message: received)
        )
        guard let answered = answer.reply else {
            throw .refusedAtTheDoor(status: 503)
        }
        guard let id = MessageID(random: RandomBytes.system.bytes(16)),
            let reply = ComityMessage(
                id: id,
                from: agency,
                to: us.agency,
                nonce: RandomBytes.system.bytes(16)
            ),
            let fields = MessageSigner(key: other.identity.signer).sign(
                status: answered.status,
                contentType: answered.contentType,
                body: answered.body,
                message: reply,
                receipt: answered.receipt,
                selection: answered.selection,
                request: signed.components,
                created: other.now
            )
        else { throw .malformedResponse }
        do throws(SignatureRefusal) {
            let verified = try MessageVerifier(key: peer.card.card.signingKey, sender: agency, recipient: us.agency)
                .verifyResponse(
                    status: answered.status,
                    UnverifiedMessage(fields: fields, body: answered.body),
                    to: signed.components,
                    now: node.now
                )
            return VerifiedPeerResponse(status: answered.status, body: answered.body, message: verified)
        } catch {
            throw .badSignature(error)
        }
    }
}

/// A test between a node and its peers: sees each request, may answer in the peer's place or hold it.
public struct InterceptedPeers: PeerReaching {
    public typealias Intercept =
        @Sendable (PeerRequest, AgencyID, DirectPeers) async throws(PeerReachError) -> VerifiedPeerResponse

    private let peers: DirectPeers
    private let intercept: Intercept

    public init(_ peers: DirectPeers, _ intercept: @escaping Intercept) {
        self.peers = peers
        self.intercept = intercept
    }

    public func send(
        _ request: PeerRequest,
        to agency: AgencyID
    ) async throws(PeerReachError) -> VerifiedPeerResponse {
        try await intercept(request, agency, peers)
    }
}
