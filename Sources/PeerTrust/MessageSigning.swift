// Knows how a message is signed (RFC 9421, PROTOCOL 6). Learns the body only to digest it.

/// Names of the fields, lower case.
public enum FieldName {
    public static let contentType = "content-type"
    public static let contentDigest = "content-digest"
    public static let message = "comity-message"
    public static let audit = "comity-audit"
    public static let signatureInput = "signature-input"
    public static let signature = "signature"
}

/// Seconds of PROTOCOL 6.
public enum SignatureLifetime {
    /// Longest distance from `created` to `expires`.
    public static let longest = 120
    /// How far two clocks may be apart.
    public static let skew = 60
}

/// One header field.
public struct MessageField: Sendable, Hashable {
    /// Lower case.
    public let name: String
    public let value: String

    public init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}

/// What a signer hands out: the fields to send, and the covered parts for the other direction.
public struct SignedRequest: Sendable, Hashable {
    public let fields: [MessageField]
    public let components: RequestComponents
}

/// Signs what one node sends.
public struct MessageSigner: Sendable {
    private let key: RequestSigningKey

    public init(key: RequestSigningKey) {
        self.key = key
    }

    /// - Parameters:
    ///   - method: upper case.
    ///   - targetURI: `https://host[:port]/path`.
    ///   - selection: `range` and `if-none-match`, where the request has them.
    ///   - created: seconds since 1970, UTC.
    ///   - lifetime: 1 … 120 seconds.
    /// - Returns: nil only when the crypto library fails or the lifetime is out of range.
    public func sign(
        method: String,
        targetURI: String,
        contentType: String,
        body: [UInt8],
        message: ComityMessage,
        receipt: AuditReceipt,
        selection: SelectionFields = [:],
        created: Int,
        lifetime: Int = SignatureLifetime.longest
    ) -> SignedRequest? {
        let components = RequestComponents(
            method: method,
            targetURI: targetURI,
            contentType: contentType,
            contentDigest: ContentDigest.field(of: body),
            message: message.field,
            audit: receipt.field,
            selection: selection
        )
        let fields = sign(ComponentIdentifier.request(selection), created: created, lifetime: lifetime) { identifier in
            components.value(identifier.component)
        }
        guard let fields else { return nil }
        return SignedRequest(
            fields: [
                MessageField(name: FieldName.contentType, value: components.contentType),
                MessageField(name: FieldName.contentDigest, value: components.contentDigest),
                MessageField(name: FieldName.message, value: components.message),
                MessageField(name: FieldName.audit, value: components.audit),
            ] + Self.fields(selection) + fields,
            components: components
        )
    }

    /// Signs the answer to `request`. Parameters and result as for a request.
    public func sign(
        status: Int,
        contentType: String,
        body: [UInt8],
        message: ComityMessage,
        receipt: AuditReceipt,
        selection: SelectionFields = [:],
        request: RequestComponents,
        created: Int,
        lifetime: Int = SignatureLifetime.longest
    ) -> [MessageField]? {
        let components = ResponseComponents(
            status: status,
            contentType: contentType,
            contentDigest: ContentDigest.field(of: body),
            message: message.field,
            audit: receipt.field,
            selection: selection,
            request: request
        )
        let covered = ComponentIdentifier.response(selection, to: request)
        let fields = sign(covered, created: created, lifetime: lifetime) { identifier in
            identifier.ofRequest ? request.value(identifier.component) : components.value(identifier.component)
        }
        guard let fields else { return nil }
        return [
            MessageField(name: FieldName.contentType, value: components.contentType),
            MessageField(name: FieldName.contentDigest, value: components.contentDigest),
            MessageField(name: FieldName.message, value: components.message),
            MessageField(name: FieldName.audit, value: components.audit),
        ] + Self.fields(selection) + fields
    }

    private static func fields(_ selection: SelectionFields) -> [MessageField] {
        selection.sorted { $0.key.name < $1.key.name }.map { MessageField(name: $0.key.name, value: $0.value) }
    }

    private func sign(
        _ components: [ComponentIdentifier],
        created: Int,
        lifetime: Int,
        value: (ComponentIdentifier) -> String?
    ) -> [MessageField]? {
        guard (1...SignatureLifetime.longest).contains(lifetime) else { return nil }
        let parameters = SignatureParameters(
            components: components,
            created: created,
            expires: created + lifetime,
            keyID: key.publicKey.id
        )
        guard let base = parameters.base(value), let signature = key.sign(base) else { return nil }
        return [
            MessageField(name: FieldName.signatureInput, value: SignatureParameters.label + parameters.serialised),
            MessageField(
                name: FieldName.signature,
                value: SignatureParameters.label + StructuredText.quoted(signature)
            ),
        ]
    }
}
