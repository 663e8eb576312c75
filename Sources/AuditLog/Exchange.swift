// Knows what both sides' entries of one exchange say alike (AUDIT section 6, `data.x`). Never sees the messages.
import CanonicalJSON
import Crypto
import TransparencyLog

/// A sender's promise that its own entry is durable.
public struct AuditReceipt: Sendable, Hashable {
    /// Name of the sender's log.
    public let origin: String
    public let index: Int
    /// Hash of the sender's entry.
    public let leaf: TreeHash

    public init(origin: String, index: Int, leaf: TreeHash) {
        self.origin = origin
        self.index = index
        self.leaf = leaf
    }
}

/// The digest over all messages of one query so far.
public struct Transcript: Sendable, Hashable {
    public enum Message: UInt8, Sendable {
        case request = 1
        case answer = 2
    }

    /// T_n, 32 bytes.
    public private(set) var digest: [UInt8]
    /// T_(n-1), 32 bytes; T_0 before the first message.
    public private(set) var previous: [UInt8]
    public private(set) var messages: Int

    /// T_0 = SHA-256("comity/transcript/v1" ‖ 00 ‖ query id).
    ///
    /// - Parameter query: the 16 bytes of the query's UUID.
    public init(query: [UInt8]) {
        digest = Array(SHA256.hash(data: Array("comity/transcript/v1".utf8) + [0] + query))
        previous = digest
        messages = 0
    }

    /// T_0 of an id as entries write it; nil for what is no UUID.
    static func start(of id: String) -> [UInt8]? {
        let groups = id.split(separator: "-", omittingEmptySubsequences: false)
        guard groups.map(\.utf8.count) == [8, 4, 4, 4, 12] else { return nil }
        let digits = groups.joined().utf8.map { digit -> UInt8? in
            switch digit {
            case 0x30...0x39: digit - 0x30
            case 0x61...0x66: digit - 0x61 + 10
            default: nil
            }
        }
        let bytes = stride(from: 0, to: digits.count, by: 2).compactMap { at -> UInt8? in
            guard let high = digits[at], let low = digits[at + 1] else { return nil }
            return high << 4 | low
        }
        return bytes.count == 16 ? Transcript(query: bytes).digest : nil
    }

    /// Takes up a transcript as an entry left it.
    public init(digest: [UInt8], previous: [UInt8], messages: Int) {
        self.digest = digest
        self.previous = previous
        self.messages = messages
    }

    /// T_n = SHA-256(T_(n-1) ‖ 01 or 02 ‖ SHA-256(body)).
    public mutating func append(_ message: Message, body: [UInt8]) {
        append(message, digest: Array(SHA256.hash(data: body)))
    }

    /// - Parameter bodyDigest: SHA-256 of the message's body.
    public mutating func append(_ message: Message, digest bodyDigest: [UInt8]) {
        previous = digest
        digest = Array(SHA256.hash(data: previous + [message.rawValue] + bodyDigest))
        messages += 1
    }
}

/// `data.x`.
public struct Exchange: Sendable, Hashable {
    public enum Side: String, Sendable, Hashable {
        case asker, holder
    }

    /// UUID, lower case.
    public let query: String
    public let side: Side
    /// Agency id of the other side.
    public let peer: String
    public let transcript: Transcript
    /// The other side's receipt, once there is one.
    public let receipt: AuditReceipt?

    public init(query: String, side: Side, peer: String, transcript: Transcript, receipt: AuditReceipt?) {
        self.query = query
        self.side = side
        self.peer = peer
        self.transcript = transcript
        self.receipt = receipt
    }

    public var value: JSONValue {
        var members: [String: JSONValue] = [
            "query": .string(query),
            "side": .string(side.rawValue),
            "peer": .string(peer),
            "messages": .integer(transcript.messages),
            "transcript": .string(Base64URL.encode(transcript.digest)),
            "previous": .string(Base64URL.encode(transcript.previous)),
        ]
        if let receipt {
            members["receipt"] = [
                "origin": .string(receipt.origin),
                "index": .integer(receipt.index),
                "leaf": .string(Base64URL.encode(receipt.leaf.bytes)),
            ]
        }
        return .object(members)
    }

    /// Reads `data.x`; unknown members are refused.
    public init(_ value: JSONValue) throws(MemberError) {
        var reader = try ObjectReader(value, path: "x")
        query = try reader.string("query", bytes: 36...36)
        guard let side = Side(rawValue: try reader.string("side", bytes: 1...8)) else {
            throw MemberError("x.side", .outOfRange)
        }
        self.side = side
        peer = try reader.string("peer", bytes: 1...255)
        let messages = try reader.integer("messages", in: 0...JSONValue.greatestInteger)
        let digest = try reader.bytes("transcript", count: 32...32)
        transcript = Transcript(
            digest: digest,
            previous: try reader.bytes("previous", count: 32...32),
            messages: messages
        )
        if var receipt = try reader.optionalObject("receipt") {
            let origin = try receipt.string("origin", bytes: 1...255)
            let index = try receipt.integer("index", in: 0...JSONValue.greatestInteger)
            guard let leaf = TreeHash(try receipt.bytes("leaf", count: 32...32)) else {
                throw MemberError("x.receipt.leaf", .outOfRange)
            }
            try receipt.finish()
            self.receipt = AuditReceipt(origin: origin, index: index, leaf: leaf)
        } else {
            receipt = nil
        }
        try reader.finish()
    }
}
