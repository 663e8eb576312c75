// Knows how the node reaches its peers: the port between NodeCore and FederationClient. Decides nothing.

public import PeerTrust

/// What the node asks a peer. It is signed on its way out.
public struct PeerRequest: Sendable, Hashable {
    public let id: MessageID
    public let route: Route
    /// At most the route's `requestLimit`; empty for a `GET`.
    public let body: [UInt8]
    /// Receipt of our durable leaf about this message.
    public let receipt: AuditReceipt
    /// Which bytes of a segment.
    public let range: ByteRange?
    /// What we hold of it: the answer is 304 if that is still the newest.
    public let held: EntityTag?

    public init(
        id: MessageID,
        route: Route,
        body: [UInt8] = [],
        receipt: AuditReceipt,
        range: ByteRange? = nil,
        held: EntityTag? = nil
    ) {
        self.id = id
        self.route = route
        self.body = body
        self.receipt = receipt
        self.range = range
        self.held = held
    }

    /// The fields that say so, to be sent and signed.
    public var selection: SelectionFields {
        var fields: SelectionFields = [:]
        fields[.range] = range?.field
        fields[.heldTag] = held?.field
        return fields
    }
}

/// A peer's answer: signed by its card's key, bound to our request, fresh, addressed to us.
public struct VerifiedPeerResponse: Sendable, Hashable {
    /// 200 … 599.
    public let status: Int
    /// Empty with 304.
    public let body: [UInt8]
    /// Content type and the peer's audit receipt among it.
    public let message: VerifiedMessage

    public init(status: Int, body: [UInt8], message: VerifiedMessage) {
        self.status = status
        self.body = body
        self.message = message
    }

    public var contentType: String { message.contentType }
    /// Receipt of the peer's own leaf.
    public var receipt: AuditReceipt { message.receipt }
    /// Which bytes a 206 brings; nil if it does not say, or not in our spelling.
    public var contentRange: ContentRange? { message.selection[.contentRange].flatMap { ContentRange(field: $0) } }

    /// The refusal, when this is one that can be read.
    public var problem: Problem? {
        contentType == MediaType.problem ? try? Problem(body: body) : nil
    }
}

/// Why a peer gave no answer that can be believed. Carries no content.
public enum PeerReachError: Error, Sendable, Hashable {
    /// No card of that agency is pinned.
    case unknownPeer
    /// The request does not fit its route, or could not be signed.
    case unsendable
    /// The name does not resolve to an address that the operator allows.
    case addressNotAllowed
    /// No connection, or it broke.
    case unreachable
    case timeout
    /// One of the two certificates is not the pinned one, or TLS 1.3 with X25519MLKEM768 is not spoken.
    case refusedTLS
    case badSignature(SignatureRefusal)
    /// An unsigned refusal on the pinned connection: the peer's door, not its desk, said no.
    case refusedAtTheDoor(status: Int)
    /// A redirect, a content encoding, or another break of the rules of HTTP between nodes.
    case malformedResponse
    case tooLarge

    /// In a few words.
    public var text: String {
        switch self {
        case .unknownPeer: "no card of this agency is pinned"
        case .unsendable: "the request does not fit its route"
        case .addressNotAllowed: "the peer's name leads to an address that is not allowed here"
        case .unreachable: "the peer cannot be reached"
        case .timeout: "the peer did not answer in time"
        case .refusedTLS: "the secure connection was refused: a certificate is not the pinned one"
        case .badSignature(let refusal): "the peer's answer is not believed: \(refusal.text)"
        case .refusedAtTheDoor(let status): "the peer refused the message at its door (\(status))"
        case .malformedResponse: "the peer's answer breaks the rules of this protocol"
        case .tooLarge: "the peer's answer is too large"
        }
    }
}

/// Reaches peers by agency. One slow peer never delays the others.
public protocol PeerReaching: Sendable {
    func send(_ request: PeerRequest, to agency: AgencyID) async throws(PeerReachError) -> VerifiedPeerResponse
}
