// Knows why a signed message is not believed. Carries no content of the message.

/// Why a request or response signature is refused; over HTTP each is a 401 (PROTOCOL 6).
public enum SignatureRefusal: Error, Sendable, Hashable {
    /// No `Signature` or no `Signature-Input` field.
    case missingSignature
    /// The two fields do not parse, or do not hold one and the same label.
    case malformedSignature
    /// A component that must be covered is not.
    case missingComponent(Component)
    /// A component is covered that the profile does not name, or one twice.
    case unexpectedComponent
    /// A parameter is missing, foreign or of the wrong type.
    case malformedParameters
    case wrongTag
    case unknownKey
    /// `expires` is not after `created`, or more than 120 s after it.
    case lifetimeOutOfRange
    /// `created` is more than 60 s ahead of our clock.
    case createdInTheFuture
    /// `expires` is more than 60 s behind our clock.
    case expired
    /// A covered field is absent, or stands there twice.
    case missingField(Component)
    case malformedField(Component)
    /// The body is not the one that was signed.
    case wrongDigest
    case wrongRecipient
    case wrongSender
    case badSignature

    /// The reason in a few words, safe to send and to log.
    public var text: String {
        switch self {
        case .missingSignature: "the message is not signed"
        case .malformedSignature: "the signature fields do not parse"
        case .missingComponent(let component): "the signature does not cover \(component.name)"
        case .unexpectedComponent: "the signature covers a component that the profile does not know, or one twice"
        case .malformedParameters: "the signature parameters are not created, expires, keyid and tag"
        case .wrongTag: "the signature has another tag"
        case .unknownKey: "the signature was made with another key than the node card's"
        case .lifetimeOutOfRange: "the signature lives longer than 120 seconds"
        case .createdInTheFuture: "the signature was created in the future"
        case .expired: "the signature has expired"
        case .missingField(let component): "the field \(component.name) is missing or repeated"
        case .malformedField(let component): "the field \(component.name) does not parse"
        case .wrongDigest: "the body does not match its digest"
        case .wrongRecipient: "the message is addressed to another agency"
        case .wrongSender: "the message names another sender than the connection's"
        case .badSignature: "the signature does not verify"
        }
    }
}
