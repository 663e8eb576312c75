/// What the browser says of a ceremony: which, for which challenge, on whose page (WebAuthn section 5.8.1). Browsers write
/// these members first and in this order, so that they are compared as bytes, after the standard's algorithm for who has no
/// reader of JSON (5.8.1.2): what is not written exactly so is refused.

struct ClientData {
    enum Ceremony: String {
        case registration = "webauthn.create"
        case assertion = "webauthn.get"
    }

    /// More is no client data.
    static let longest = 4_096

    /// - Parameter challenge: in base64url, as it was handed out.
    static func check(
        _ bytes: [UInt8],
        _ ceremony: Ceremony,
        challenge: String,
        for party: RelyingParty
    ) throws(SecurityKeyRefusal) {
        guard bytes.count <= longest, bytes.last == UInt8(ascii: "}") else { throw .malformed }
        var rest = bytes[...]
        func take(_ text: String, else refusal: SecurityKeyRefusal) throws(SecurityKeyRefusal) {
            guard rest.starts(with: text.utf8) else { throw refusal }
            rest = rest.dropFirst(text.utf8.count)
        }
        try take("{\"type\":\"", else: .malformed)
        try take("\(ceremony.rawValue)\"", else: .type)
        try take(",\"challenge\":\"", else: .malformed)
        try take("\(challenge)\"", else: .challenge)
        try take(",\"origin\":\"", else: .malformed)
        try take("\(party.origin)\"", else: .origin)
        // Some browsers leave it out where it is false. What comes behind is of versions to come.
        guard rest != [UInt8(ascii: "}")] else { return }
        try take(",\"crossOrigin\":false", else: .origin)
        guard rest.first == UInt8(ascii: "}") ? rest.count == 1 : rest.first == UInt8(ascii: ",") else {
            throw .malformed
        }
    }
}
