// Knows why a body is not a message. Names members, never their values.

import CanonicalJSON

/// Why bytes are not a message of this protocol.
public enum WireError: Error, Sendable, Hashable {
    /// Not canonical JSON within the limits of the message.
    case notCanonical
    /// The member is missing, unknown, of the wrong type or out of its range.
    case member(String)
    /// Another version than 1.
    case version
    /// Points: not whole, none, too many, or of an unknown shape of class.
    case points

    /// The reason in a few words, safe to send to a peer.
    public var text: String {
        switch self {
        case .notCanonical: "the body is not canonical JSON within the limits"
        case .member(let name):
            name.isEmpty ? "the body is not an object" : "the member \(name) is missing, unknown or out of range"
        case .version: "the message has another version than 1"
        case .points: "the points are not whole, or too many"
        }
    }
}

/// A message that is one canonical JSON object with `v` = 1. Unknown members are refused.
public protocol WireMessage: Sendable, Hashable {
    static var limits: CanonicalJSON.Limits { get }
    /// Takes the members; `v` is taken already, and what is left over is refused afterwards.
    init(members: inout ObjectReader) throws
    /// All members but `v`.
    var members: [String: JSONValue] { get }
}

extension WireMessage {
    /// Reads a body.
    public init(body: [UInt8]) throws(WireError) {
        guard let value = try? CanonicalJSON.decode(body, limits: Self.limits) else { throw .notCanonical }
        do {
            var reader = try ObjectReader(value)
            guard try reader.integer("v", in: 0...1_000_000) == 1 else { throw WireError.version }
            try self.init(members: &reader)
            try reader.finish()
        } catch let error as MemberError {
            throw .member(error.member)
        } catch let error as WireError {
            throw error
        } catch {
            throw .notCanonical
        }
    }

    /// The body to send. Throws `notCanonical` when a value is outside the limits of the message.
    public func body() throws(WireError) -> [UInt8] {
        var members = members
        members["v"] = 1
        guard let bytes = try? CanonicalJSON.encode(.object(members), limits: Self.limits) else { throw .notCanonical }
        return bytes
    }
}
