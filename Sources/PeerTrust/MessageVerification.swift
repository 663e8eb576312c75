// Knows how a signed message is believed or refused (RFC 9421, PROTOCOL 6). Keeps no nonces: the caller stores those.

/// A request or response as it came from the wire.
public struct UnverifiedMessage: Sendable {
    /// Fields with lower-case names; a name may repeat.
    public let fields: [MessageField]
    public let body: [UInt8]

    public init(fields: [MessageField], body: [UInt8]) {
        self.fields = fields
        self.body = body
    }

    /// The one value of a field without outer white space; nil when absent or repeated.
    func value(_ name: String) -> String? {
        var found: String?
        for field in fields where field.name == name {
            guard found == nil else { return nil }
            found = field.value
        }
        guard var value = found?.utf8[...] else { return nil }
        while let first = value.first, first == 0x20 || first == 0x09 { value.removeFirst() }
        while let last = value.last, last == 0x20 || last == 0x09 { value.removeLast() }
        guard value.allSatisfy({ (0x20...0x7E).contains($0) }) else { return nil }
        return String(value)
    }

    /// Those of `components` that the message has; one that stands twice counts as missing and fails the signature.
    func selection(_ components: [Component]) throws(SignatureRefusal) -> SelectionFields {
        var found: SelectionFields = [:]
        for component in components where fields.contains(where: { $0.name == component.name }) {
            found[component] = try required(component)
        }
        return found
    }

    func required(_ component: Component) throws(SignatureRefusal) -> String {
        guard let value = value(component.name) else { throw .missingField(component) }
        return value
    }
}

/// What the signature of a message vouches for. Whether its nonce is new is for the caller to decide, in the
/// transaction that stores it.
public struct VerifiedMessage: Sendable, Hashable {
    public let message: ComityMessage
    public let receipt: AuditReceipt
    public let contentType: String
    /// Of a request `range` and `if-none-match`, of a response `content-range` and `etag`, where it has them.
    public let selection: SelectionFields
    /// Seconds since 1970, UTC.
    public let created: Int
    /// Seconds since 1970, UTC.
    public let expires: Int
    /// Until when the nonce has to be kept: `expires` plus the permitted skew.
    public var nonceKeptUntil: Int { expires + SignatureLifetime.skew }
}

/// Verifies what one peer sends to one agency.
public struct MessageVerifier: Sendable {
    private let key: RequestVerificationKey
    private let sender: AgencyID
    private let recipient: AgencyID

    /// - Parameters:
    ///   - key: the one on the sender's node card.
    ///   - sender: the agency whose certificate the connection has.
    ///   - recipient: us.
    public init(key: RequestVerificationKey, sender: AgencyID, recipient: AgencyID) {
        self.key = key
        self.sender = sender
        self.recipient = recipient
    }

    /// - Parameters:
    ///   - now: seconds since 1970, UTC.
    /// - Returns: what the signature vouches for, and the covered parts that the answer has to take up.
    public func verifyRequest(
        method: String,
        targetURI: String,
        _ request: UnverifiedMessage,
        now: Int
    ) throws(SignatureRefusal) -> (VerifiedMessage, RequestComponents) {
        let selection = try request.selection(Component.requestSelection)
        let received = try read(request, required: ComponentIdentifier.request(selection), now: now)
        let components = RequestComponents(
            method: method,
            targetURI: targetURI,
            contentType: try request.required(.contentType),
            contentDigest: try request.required(.contentDigest),
            message: try request.required(.message),
            audit: try request.required(.audit),
            selection: selection
        )
        let verified = try verify(
            received,
            contentType: components.contentType,
            contentDigest: components.contentDigest,
            message: components.message,
            audit: components.audit,
            selection: selection,
            body: request.body
        ) { components.value($0.component) }
        return (verified, components)
    }

    /// - Parameter request: the covered parts of the request that this answers, as we sent them.
    public func verifyResponse(
        status: Int,
        _ response: UnverifiedMessage,
        to request: RequestComponents,
        now: Int
    ) throws(SignatureRefusal) -> VerifiedMessage {
        let selection = try response.selection(Component.responseSelection)
        let required = ComponentIdentifier.response(selection, to: request)
        let received = try read(response, required: required, now: now)
        let components = ResponseComponents(
            status: status,
            contentType: try response.required(.contentType),
            contentDigest: try response.required(.contentDigest),
            message: try response.required(.message),
            audit: try response.required(.audit),
            selection: selection,
            request: request
        )
        return try verify(
            received,
            contentType: components.contentType,
            contentDigest: components.contentDigest,
            message: components.message,
            audit: components.audit,
            selection: selection,
            body: response.body
        ) { $0.ofRequest ? request.value($0.component) : components.value($0.component) }
    }

    /// Form and time first: they cost nothing.
    private func read(
        _ message: UnverifiedMessage,
        required: [ComponentIdentifier],
        now: Int
    ) throws(SignatureRefusal) -> ReceivedSignature {
        guard let input = message.value(FieldName.signatureInput), let signature = message.value(FieldName.signature)
        else {
            throw .missingSignature
        }
        let received = try ReceivedSignature(input: input, signature: signature, required: required)
        guard received.keyID == key.id else { throw .unknownKey }
        guard received.expires > received.created,
            received.expires - received.created <= SignatureLifetime.longest
        else { throw .lifetimeOutOfRange }
        guard received.created <= now + SignatureLifetime.skew else { throw .createdInTheFuture }
        guard now <= received.expires + SignatureLifetime.skew else { throw .expired }
        return received
    }

    private func verify(
        _ received: ReceivedSignature,
        contentType: String,
        contentDigest: String,
        message: String,
        audit: String,
        selection: SelectionFields,
        body: [UInt8],
        value: (ComponentIdentifier) -> String?
    ) throws(SignatureRefusal) -> VerifiedMessage {
        guard let message = ComityMessage(field: message) else { throw .malformedField(.message) }
        guard let receipt = AuditReceipt(field: audit) else { throw .malformedField(.audit) }
        guard message.to == recipient else { throw .wrongRecipient }
        guard message.from == sender else { throw .wrongSender }
        guard let base = received.parameters.base(value), key.verifies(received.signature, over: base) else {
            throw .badSignature
        }
        // Last, since it reads the whole body: who has no key makes us hash nothing.
        guard contentDigest == ContentDigest.field(of: body) else { throw .wrongDigest }
        return VerifiedMessage(
            message: message,
            receipt: receipt,
            contentType: contentType,
            selection: selection,
            created: received.created,
            expires: received.expires
        )
    }
}
