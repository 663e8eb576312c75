// Knows which parts of a message a signature covers and how each is written. Never learns a key.

/// A component of RFC 9421 section 2, in the order in which we write them (PROTOCOL 6).
public enum Component: String, Sendable, Hashable, CaseIterable {
    case method = "@method"
    case targetURI = "@target-uri"
    case status = "@status"
    case contentType = "content-type"
    case contentDigest = "content-digest"
    case message = "comity-message"
    case audit = "comity-audit"
    case range = "range"
    case heldTag = "if-none-match"
    case contentRange = "content-range"
    case tag = "etag"

    /// As it stands in the signature base, without quotes.
    public var name: String { rawValue }

    static let request: [Component] = [.method, .targetURI, .contentType, .contentDigest, .message, .audit]
    static let response: [Component] = [.status, .contentType, .contentDigest, .message, .audit]
    /// Covered where the message has them (RFC 9110, ranges and conditional requests), and only then.
    public static let requestSelection: [Component] = [.range, .heldTag]
    public static let responseSelection: [Component] = [.contentRange, .tag]
}

/// Fields that say which bytes a message asks for or brings, each in its one spelling. Empty in most messages.
public typealias SelectionFields = [Component: String]

/// One covered component: of this message or, in a response, of its request (`;req`).
struct ComponentIdentifier: Hashable, Sendable {
    var component: Component
    var ofRequest: Bool

    var serialised: String { "\"\(component.name)\"" + (ofRequest ? ";req" : "") }

    /// What a request has to cover.
    static func request(_ selection: SelectionFields) -> [ComponentIdentifier] {
        (Component.request + Component.requestSelection.filter { selection[$0] != nil })
            .map { ComponentIdentifier(component: $0, ofRequest: false) }
    }

    /// What a response has to cover, its request's part included.
    static func response(_ selection: SelectionFields, to request: RequestComponents) -> [ComponentIdentifier] {
        let own = Component.response + Component.responseSelection.filter { selection[$0] != nil }
        return own.map { ComponentIdentifier(component: $0, ofRequest: false) }
            + Self.request(request.selection).map { ComponentIdentifier(component: $0.component, ofRequest: true) }
    }
}

/// The covered parts of a request as text, exactly as sent. A response's signature takes them up again.
public struct RequestComponents: Sendable, Hashable {
    /// Upper case, such as `POST`.
    public let method: String
    /// `https://host[:port]/path`, as in RFC 9421 section 2.2.2.
    public let targetURI: String
    public let contentType: String
    /// `sha-256=:…:` (RFC 9530).
    public let contentDigest: String
    public let message: String
    public let audit: String
    /// `range` and `if-none-match`, where the request has them.
    public let selection: SelectionFields

    public init(
        method: String,
        targetURI: String,
        contentType: String,
        contentDigest: String,
        message: String,
        audit: String,
        selection: SelectionFields = [:]
    ) {
        self.method = method
        self.targetURI = targetURI
        self.contentType = contentType
        self.contentDigest = contentDigest
        self.message = message
        self.audit = audit
        self.selection = selection
    }

    func value(_ component: Component) -> String? {
        switch component {
        case .method: method
        case .targetURI: targetURI
        case .range, .heldTag: selection[component]
        case .status, .contentRange, .tag: nil
        case .contentType: contentType
        case .contentDigest: contentDigest
        case .message: message
        case .audit: audit
        }
    }
}

/// The covered parts of a response as text, exactly as sent, with those of its request.
public struct ResponseComponents: Sendable, Hashable {
    /// Three digits.
    public let status: Int
    public let contentType: String
    public let contentDigest: String
    public let message: String
    public let audit: String
    /// `content-range` and `etag`, where the response has them.
    public let selection: SelectionFields
    public let request: RequestComponents

    public init(
        status: Int,
        contentType: String,
        contentDigest: String,
        message: String,
        audit: String,
        selection: SelectionFields = [:],
        request: RequestComponents
    ) {
        self.status = status
        self.contentType = contentType
        self.contentDigest = contentDigest
        self.message = message
        self.audit = audit
        self.selection = selection
        self.request = request
    }

    func value(_ component: Component) -> String? {
        switch component {
        case .method, .targetURI, .range, .heldTag: nil
        case .contentRange, .tag: selection[component]
        case .status: String(status)
        case .contentType: contentType
        case .contentDigest: contentDigest
        case .message: message
        case .audit: audit
        }
    }
}
