// Knows how a disclosure is asked for, awaited and delivered (PROTOCOL 4). Sealed bytes stay sealed.

public import CanonicalJSON
public import PeerTrust

/// What is asked for after a hit. Its canonical JSON is what proofs of hit are made over.
public struct DisclosureQuestion: Sendable, Hashable {
    public var id: MessageID
    public var agreement: String
    /// Ten lower-case hex digits.
    public var handle: String
    public var epoch: Int
    /// 1 to 64 column names, sorted and distinct.
    public var fields: [String]
    /// 1 to 2,000 bytes.
    public var reason: String
    /// Whether a person looked at the hit and says so.
    public var confirmed: Bool

    public init(
        id: MessageID,
        agreement: String,
        handle: String,
        epoch: Int,
        fields: [String],
        reason: String,
        confirmed: Bool
    ) {
        self.id = id
        self.agreement = agreement
        self.handle = handle
        self.epoch = epoch
        self.fields = fields
        self.reason = reason
        self.confirmed = confirmed
    }

    init(_ reader: consuming ObjectReader) throws {
        id = try reader.messageID("id")
        agreement = try reader.policyID("agreement")
        handle = Hex.encode(try reader.hex("handle", count: 5))
        epoch = try reader.integer("epoch", in: 0...JSONValue.greatestInteger)
        fields = try reader.strings("fields", count: 1...64, bytes: 1...64)
        let ordered = zip(fields, fields.dropFirst()).allSatisfy { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        guard ordered, fields.allSatisfy({ AgencyID($0) != nil }) else { throw MemberError("fields", .outOfRange) }
        reason = try reader.words("reason", bytes: 1...2_000)
        confirmed = try reader.bool("confirmed")
        try reader.finish()
    }

    var value: JSONValue {
        [
            "id": .string(id.description),
            "agreement": .string(agreement),
            "handle": .string(handle),
            "epoch": .integer(epoch),
            "fields": .array(fields.map { .string($0) }),
            "reason": .string(reason),
            "confirmed": .bool(confirmed),
        ]
    }

    /// JCS(request without proofs): what each proof of hit authenticates, before the slot.
    public func provenBytes() throws(WireError) -> [UInt8] {
        guard let bytes = try? CanonicalJSON.encode(value, limits: WireLimits.small) else { throw .notCanonical }
        return bytes
    }
}

/// One agreeing key's proof of hit.
public struct HitProof: Sendable, Hashable {
    /// 32 bytes.
    public var mac: [UInt8]
    /// Slot in which the key's entry was found, 0 … 63.
    public var slot: Int

    public init(mac: [UInt8], slot: Int) {
        self.mac = mac
        self.slot = slot
    }
}

/// The asker's sealing key of the month: a release is sealed to it. The request's signature vouches for it.
public struct SealingKeyOffer: Sendable, Hashable {
    /// 1 to 64 bytes.
    public var id: String
    public var key: ReleaseSealingKey

    public init(id: String, key: ReleaseSealingKey) {
        self.id = id
        self.key = key
    }
}

/// The body of `POST /v1/disclosure-requests`.
public struct DisclosureRequest: WireMessage {
    public var question: DisclosureQuestion
    /// The query of the hit, as it was sent to this peer.
    public var query: MessageID
    public var urgency: Urgency
    public var sealing: SealingKeyOffer
    /// 1 to 64.
    public var proofs: [HitProof]

    public init(
        question: DisclosureQuestion,
        query: MessageID,
        urgency: Urgency,
        sealing: SealingKeyOffer,
        proofs: [HitProof]
    ) {
        self.question = question
        self.query = query
        self.urgency = urgency
        self.sealing = sealing
        self.proofs = proofs
    }

    public static var limits: CanonicalJSON.Limits { WireLimits.small }

    public init(members reader: inout ObjectReader) throws {
        question = try DisclosureQuestion(try reader.object("request"))
        query = try reader.messageID("query")
        guard let urgency = Urgency(rawValue: try reader.string("urgency", bytes: 1...16)) else {
            throw MemberError("urgency", .outOfRange)
        }
        self.urgency = urgency
        var offer = try reader.object("sealing")
        let id = try offer.words("key_id", bytes: 1...64)
        let bytes = try offer.bytes("key", count: ReleaseSealingKey.byteCount...ReleaseSealingKey.byteCount)
        try offer.finish()
        guard let key = ReleaseSealingKey(bytes: bytes) else { throw MemberError("sealing.key", .outOfRange) }
        sealing = SealingKeyOffer(id: id, key: key)
        proofs = []
        for element in try reader.array("proofs", count: 1...64) {
            var proof = try ObjectReader(element, path: "proofs")
            proofs.append(
                HitProof(
                    mac: try proof.bytes("mac", count: 32...32),
                    slot: try proof.integer("slot", in: 0...63)
                )
            )
            try proof.finish()
        }
    }

    public var members: [String: JSONValue] {
        [
            "request": question.value,
            "query": .string(query.description),
            "urgency": .string(urgency.rawValue),
            "sealing": ["key_id": .string(sealing.id), "key": .string(Base64URL.encode(sealing.key.bytes))],
            "proofs": .array(proofs.map { ["mac": .string(Base64URL.encode($0.mac)), "slot": .integer($0.slot)] }),
        ]
    }
}

/// The 202 to every disclosure request: the same bytes whatever becomes of it, but for id and deadline.
public struct DisclosureAccepted: WireMessage {
    public var id: MessageID
    /// Seconds since 1970, UTC.
    public var deadline: Int

    public init(id: MessageID, deadline: Int) {
        self.id = id
        self.deadline = deadline
    }

    public static var limits: CanonicalJSON.Limits { WireLimits.small }

    public init(members reader: inout ObjectReader) throws {
        id = try reader.messageID("id")
        deadline = try reader.integer("deadline", in: 0...JSONValue.greatestInteger)
    }

    public var members: [String: JSONValue] {
        ["id": .string(id.description), "deadline": .integer(deadline)]
    }
}
