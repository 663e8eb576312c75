// Knows how a refusal travels (RFC 9457). What a peer may be told is decided elsewhere.

import CanonicalJSON

/// A refusal as `application/problem+json`.
public struct Problem: Sendable, Hashable, Error {
    /// The kinds of refusal; on the wire `urn:comity:problem:<kind>`.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// 400: not a message.
        case malformed
        /// 401: the signature does not vouch for the message.
        case signature
        /// 403: policy refuses.
        case refused
        /// 404
        case notFound = "not-found"
        /// 405
        case method
        /// 409: other bytes under a known query id, a replayed nonce, or another agreement text.
        case conflict
        /// 410: the epoch is over: fetch the index and ask again.
        case epoch
        /// 413
        case tooLarge = "too-large"
        /// 415: another media type or version.
        case mediaType = "media-type"
        /// 416: the range lies beyond the end, or is greater than a piece.
        case range
        /// 429: a quota or the number of requests at once.
        case quota
        /// 500
        case failed
        /// 503
        case unavailable

        public var status: Int {
            switch self {
            case .malformed: 400
            case .signature: 401
            case .refused: 403
            case .notFound: 404
            case .method: 405
            case .conflict: 409
            case .epoch: 410
            case .tooLarge: 413
            case .mediaType: 415
            case .range: 416
            case .quota: 429
            case .failed: 500
            case .unavailable: 503
            }
        }

        /// The kind that a refusal of this status has; nil for another status.
        public init?(status: Int) {
            guard let kind = Self.allCases.first(where: { $0.status == status }) else { return nil }
            self = kind
        }

        public var title: String {
            switch self {
            case .malformed: "The message cannot be read"
            case .signature: "The signature does not vouch for the message"
            case .refused: "Refused"
            case .notFound: "There is nothing here"
            case .method: "This cannot be done here"
            case .conflict: "This contradicts an earlier message"
            case .epoch: "The epoch is over"
            case .tooLarge: "The message is too large"
            case .mediaType: "The media type or version is not spoken here"
            case .range: "These bytes cannot be given"
            case .quota: "A quota is used up"
            case .failed: "The node failed"
            case .unavailable: "The node cannot answer now"
            }
        }
    }

    public var kind: Kind
    /// What a caseworker understands; at most 2,000 bytes; nothing that the peer may not know.
    public var detail: String
    /// `FILEID/RULEID` of the rule, where the peer may be told.
    public var rule: String?

    public init(_ kind: Kind, detail: String, rule: String? = nil) {
        self.kind = kind
        self.detail = detail
        self.rule = rule
    }

    private static let prefix = "urn:comity:problem:"

    /// Reads a body; unknown members, kinds and statuses that do not fit the kind are refused.
    public init(body: [UInt8]) throws(WireError) {
        guard let value = try? CanonicalJSON.decode(body, limits: WireLimits.problem) else { throw .notCanonical }
        do throws(MemberError) {
            var reader = try ObjectReader(value)
            let type = try reader.string("type", bytes: 1...64)
            guard type.hasPrefix(Self.prefix), let kind = Kind(rawValue: String(type.dropFirst(Self.prefix.count)))
            else {
                throw MemberError("type", .outOfRange)
            }
            self.kind = kind
            _ = try reader.integer("status", in: kind.status...kind.status)
            _ = try reader.string("title", bytes: 1...200)
            detail = try reader.words("detail", bytes: 0...2_000)
            rule = try reader.optionalWords("rule", bytes: 1...160)
            try reader.finish()
        } catch {
            throw .member(error.member)
        }
    }

    public func body() throws(WireError) -> [UInt8] {
        var members: [String: JSONValue] = [
            "type": .string(Self.prefix + kind.rawValue),
            "title": .string(kind.title),
            "status": .integer(kind.status),
            "detail": .string(detail),
        ]
        members["rule"] = rule.map { .string($0) }
        guard let bytes = try? CanonicalJSON.encode(.object(members), limits: WireLimits.problem) else {
            throw .notCanonical
        }
        return bytes
    }
}
