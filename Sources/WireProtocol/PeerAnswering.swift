// Knows how peers reach the node's use cases: the port between FederationServer and NodeCore. Decides nothing.

public import PeerTrust

/// A request whose sender is proven: pinned certificate, signature, freshness, addressed to us, within its size.
///
/// What is still open is whether its nonce is new: whoever answers stores it in the transaction of the audit entry.
public struct VerifiedPeerRequest: Sendable {
    public let peer: PinnedPeer
    public let route: Route
    public let body: [UInt8]
    /// Id, nonce, times and the peer's audit receipt.
    public let message: VerifiedMessage

    public init(peer: PinnedPeer, route: Route, body: [UInt8], message: VerifiedMessage) {
        self.peer = peer
        self.route = route
        self.body = body
        self.message = message
    }

    public var agency: AgencyID { peer.agency }
    /// 16 bytes, to be refused a second time from this peer until `nonceKeptUntil`.
    public var nonce: [UInt8] { message.message.nonce }
    /// Seconds since 1970, UTC.
    public var nonceKeptUntil: Int { message.nonceKeptUntil }
    public var id: MessageID { message.message.id }
    /// Receipt of the peer's own leaf.
    public var receipt: AuditReceipt { message.receipt }
    /// Which bytes of a segment are asked for.
    public var range: ByteRange? { message.selection[.range].flatMap { ByteRange(field: $0) } }
    /// What the peer holds of it already.
    public var held: EntityTag? { message.selection[.heldTag].flatMap { EntityTag(field: $0) } }
}

/// What the node says to a peer.
public enum PeerAnswer: Sendable, Hashable {
    /// An answer or refusal with the receipt of our durable leaf; it is signed and sent.
    ///
    /// - status: 200 … 599. body: at most the route's `responseLimit`.
    case answer(status: Int, contentType: String, body: [UInt8], receipt: AuditReceipt)
    /// 206: part of a segment.
    case piece(ContentRange, body: [UInt8], receipt: AuditReceipt)
    /// 200 with a body that can be asked for conditionally.
    case tagged(EntityTag, body: [UInt8], receipt: AuditReceipt)
    /// 304: what the peer holds is the newest.
    case notModified(EntityTag, receipt: AuditReceipt)
    /// Nothing could be logged, so nothing is said: an unsigned 503.
    case unavailable

    /// As it goes on the wire; nil for an answer that is not signed.
    public var reply: PeerReply? {
        switch self {
        case .answer(let status, let contentType, let body, let receipt):
            PeerReply(status: status, contentType: contentType, body: body, receipt: receipt)
        case .piece(let range, let body, let receipt):
            PeerReply(
                status: 206,
                contentType: MediaType.bytes,
                body: body,
                receipt: receipt,
                selection: [.contentRange: range.field]
            )
        case .tagged(let tag, let body, let receipt):
            PeerReply(
                status: 200,
                contentType: MediaType.message,
                body: body,
                receipt: receipt,
                selection: [.tag: tag.field]
            )
        case .notModified(let tag, let receipt):
            PeerReply(
                status: 304,
                contentType: MediaType.message,
                body: [],
                receipt: receipt,
                selection: [.tag: tag.field]
            )
        case .unavailable: nil
        }
    }

    /// A message of this protocol.
    public static func message(
        _ message: some WireMessage,
        status: Int = 200,
        receipt: AuditReceipt
    ) throws(WireError) -> PeerAnswer {
        .answer(status: status, contentType: MediaType.message, body: try message.body(), receipt: receipt)
    }

    public static func problem(_ problem: Problem, receipt: AuditReceipt) throws(WireError) -> PeerAnswer {
        .answer(
            status: problem.kind.status,
            contentType: MediaType.problem,
            body: try problem.body(),
            receipt: receipt
        )
    }
}

/// A signed answer, field by field.
public struct PeerReply: Sendable, Hashable {
    public let status: Int
    public let contentType: String
    public let body: [UInt8]
    public let receipt: AuditReceipt
    /// `content-range` or `etag`, where the answer has them.
    public var selection: SelectionFields = [:]
}

/// A request that was refused before it could be believed: nothing of it was read.
public struct DoorRefusal: Sendable, Hashable {
    /// The peer whose connection it came over; nil for a caller without a pinned certificate.
    public var agency: AgencyID?
    public var kind: Problem.Kind

    public init(agency: AgencyID?, kind: Problem.Kind) {
        self.agency = agency
        self.kind = kind
    }
}

/// Answers peers. Called off the event loops, for several requests at once.
public protocol PeerAnswering: Sendable {
    func answer(_ request: VerifiedPeerRequest) async -> PeerAnswer
    /// Told of each refusal at the door, so that it can be counted in the audit log.
    func refused(_ refusal: DoorRefusal) async
}

extension PeerAnswering {
    public func refused(_ refusal: DoorRefusal) async {}
}
