// Knows the bytes of one entry (AUDIT section 1). Holds digests of personal data, never the data.
import CanonicalJSON
import TransparencyLog

/// Who acted.
public struct AuditActor: Sendable, Hashable {
    public enum Role: String, Sendable, Hashable, CaseIterable {
        case analyst, approver, officer, `operator`, auditor, peer, system
    }

    public let role: Role
    /// Random per user and year; a peer's agency id; empty for the system.
    public let pseudonym: String

    public init(role: Role, pseudonym: String) {
        self.role = role
        self.pseudonym = role == .system ? "" : pseudonym
    }

    /// The node itself.
    public static let system = AuditActor(role: .system, pseudonym: "")

    /// Another agency, by its id.
    public static func peer(_ agency: String) -> AuditActor {
        AuditActor(role: .peer, pseudonym: agency)
    }
}

/// The last checkpoint stored before an entry was appended.
public struct CitedCheckpoint: Sendable, Hashable {
    public let size: Int
    public let root: TreeHash

    public init(size: Int, root: TreeHash) {
        self.size = size
        self.root = root
    }

    public static let none = CitedCheckpoint(size: 0, root: .empty)
}

/// One entry of the log.
public struct Leaf: Sendable, Hashable {
    public var index: Int
    public var time: LeafTime
    public var event: String
    public var actor: AuditActor
    public var checkpoint: CitedCheckpoint
    public var data: [String: JSONValue]
    /// Digest of the disclosure by field; 32 bytes each.
    public var personal: [String: [UInt8]]
    /// 16 random bytes.
    public var salt: [UInt8]

    public init(
        index: Int,
        time: LeafTime,
        event: String,
        actor: AuditActor,
        checkpoint: CitedCheckpoint,
        data: [String: JSONValue],
        personal: [String: [UInt8]],
        salt: [UInt8]
    ) {
        self.index = index
        self.time = time
        self.event = event
        self.actor = actor
        self.checkpoint = checkpoint
        self.data = data
        self.personal = personal
        self.salt = salt
    }

    /// The entry's bytes: canonical JSON of exactly nine members, at most 8,192 bytes.
    public func encode() throws(LeafError) -> [UInt8] {
        guard salt.count == 16, personal.values.allSatisfy({ $0.count == 32 }) else { throw .digest }
        guard checkpoint.size <= index else { throw .checkpointAhead }
        var frame = CanonicalFrame(limits: .leaf)
        do {
            frame.literal("{\"actor\":{\"pseudonym\":")
            frame.string(actor.pseudonym)
            frame.literal(",\"role\":")
            frame.string(actor.role.rawValue)
            frame.literal("},\"checkpoint\":{\"root\":")
            frame.string(checkpoint.root.base64)
            frame.literal(",\"size\":")
            try frame.integer(checkpoint.size)
            frame.literal("},\"data\":")
            try frame.value(.object(data), depth: 1)
            frame.literal(",\"event\":")
            frame.string(event)
            frame.literal(",\"index\":")
            try frame.integer(index)
            frame.literal(",\"personal\":")
            try frame.value(.object(personal.mapValues { .string(Base64URL.encode($0)) }), depth: 1)
            frame.literal(",\"salt\":")
            frame.string(Base64URL.encode(salt))
            frame.literal(",\"time\":")
            frame.plain(time.ascii)
            frame.literal(",\"v\":1}")
            return try frame.finish()
        } catch { throw .json(error) }
    }

    /// Reads an entry's bytes by every rule that one entry alone can break.
    public init(_ bytes: [UInt8]) throws(LeafError) {
        let value: JSONValue
        do { value = try CanonicalJSON.decode(bytes, limits: .leaf) } catch { throw .json(error) }
        do {
            var reader = try ObjectReader(value)
            guard try reader.integer("v", in: 0...JSONValue.greatestInteger) == 1 else { throw LeafError.version }
            index = try reader.integer("index", in: 0...JSONValue.greatestInteger)
            event = try reader.string("event", bytes: 1...64)
            guard let time = LeafTime(try reader.string("time", bytes: 0...64)) else { throw LeafError.time }
            self.time = time
            actor = try Self.actor(reader.object("actor"))
            checkpoint = try Self.checkpoint(reader.object("checkpoint"))
            salt = try reader.bytes("salt", count: 16...16)
            data = try Self.members(&reader, "data")
            personal = try Self.members(&reader, "personal").mapValues { digest throws(LeafError) in
                guard let text = digest.string, let bytes = Base64URL.decode(text), bytes.count == 32 else {
                    throw .digest
                }
                return bytes
            }
            try reader.finish()
        } catch let error as MemberError {
            throw .member(error)
        } catch let error as LeafError {
            throw error
        } catch {
            throw .version
        }
        guard checkpoint.size <= index else { throw .checkpointAhead }
    }

    private static func members(_ reader: inout ObjectReader, _ name: String) throws(MemberError) -> [String: JSONValue]
    {
        var object = try reader.object(name)
        return object.remaining()
    }

    private static func actor(_ reader: consuming ObjectReader) throws -> AuditActor {
        var reader = reader
        let word = try reader.string("role", bytes: 1...32)
        let pseudonym = try reader.string("pseudonym", bytes: 0...255)
        try reader.finish()
        guard let role = AuditActor.Role(rawValue: word), role != .system || pseudonym.isEmpty else {
            throw LeafError.actor
        }
        return AuditActor(role: role, pseudonym: pseudonym)
    }

    private static func checkpoint(_ reader: consuming ObjectReader) throws -> CitedCheckpoint {
        var reader = reader
        let text = try reader.string("root", bytes: 44...44)
        let size = try reader.integer("size", in: 0...JSONValue.greatestInteger)
        try reader.finish()
        guard let root = TreeHash(base64: text) else { throw LeafError.checkpointRoot }
        return CitedCheckpoint(size: size, root: root)
    }
}

/// Why bytes are no entry, or an entry has no bytes. Never carries a value of the entry.
public enum LeafError: Error, Sendable, Hashable, CustomStringConvertible {
    case json(CanonicalJSONError)
    case member(MemberError)
    case version
    case time
    case actor
    case checkpointRoot
    case checkpointAhead
    case digest
    /// The catalogue has no such event.
    case unknownEvent(String)
    /// The event may not carry a member of that name (`data.…` or `personal.…`).
    case memberNotPermitted(event: String, member: String)

    public var description: String {
        switch self {
        case .json(let error): error.description
        case .member(let error): error.description
        case .version: "it is of another version than 1"
        case .time: "its time is not written as 2026-11-24T12:35:58.123Z"
        case .actor: "its actor has no known role, or is the system with a pseudonym"
        case .checkpointRoot: "the root of the checkpoint it cites is not base64 of 32 bytes"
        case .checkpointAhead: "it cites a checkpoint that would already contain it"
        case .digest: "a digest is not 32 bytes, or its salt not 16"
        case .unknownEvent(let event): "the catalogue of events has no \(event)"
        case .memberNotPermitted(let event, let member): "\(event) may not carry \(member)"
        }
    }
}
